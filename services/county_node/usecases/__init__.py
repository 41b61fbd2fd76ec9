"""What can be done at an authority: one verb, one file."""
