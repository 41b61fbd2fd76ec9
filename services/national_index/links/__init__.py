"""What leaves, and who is followed: nothing and nobody. The index is asked; it never asks."""
