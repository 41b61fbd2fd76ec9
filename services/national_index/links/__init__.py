"""What leaves, and who is followed: of the federation nothing and nobody, which is asked and never asks; outside of it
the population register."""
