"""What can be done at a school: one verb, one file."""
