"""The front door: cases from counties, their feed, and the desk of the province's own people."""
