"""The front door: schools submit and read, officers ask."""
