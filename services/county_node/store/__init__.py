"""What an authority remembers."""

from county_node.store.transaction import CountyTransaction

__all__ = ["CountyTransaction"]
