"""What only an authority decides: pure."""
