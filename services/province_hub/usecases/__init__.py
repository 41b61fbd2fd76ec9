"""What can be done at a hub: one verb, one file, each inside one transaction."""
