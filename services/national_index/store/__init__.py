"""What the index remembers: persons and what they may be found by, sequences, slots, and what it told the hubs."""

from national_index.store.transaction import IndexTransaction

__all__ = ["IndexTransaction"]
