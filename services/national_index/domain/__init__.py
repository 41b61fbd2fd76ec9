"""What only the national index rules on: who gets which number, and how a transfer's slot opens and ends."""
