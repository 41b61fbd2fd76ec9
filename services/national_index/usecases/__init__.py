"""What the index can be asked: one verb, one file. Each runs in one transaction and may be asked again."""
