"""The front door: who may ask what, and messages to values and back."""
