"""What leaves, and who is followed: the hub, both ways."""
