"""What leaves, and who is followed: the authority, both ways."""
