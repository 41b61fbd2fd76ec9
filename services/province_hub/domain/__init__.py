"""What only a hub decides: whose turn it is in a case, whether a case fits its procedure, what the history keeps."""
