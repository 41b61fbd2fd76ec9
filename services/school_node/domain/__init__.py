"""What only a school allows: the pure rules of this tier."""
