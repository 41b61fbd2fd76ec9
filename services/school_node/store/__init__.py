"""What a school remembers."""

from school_node.store.transaction import SchoolTransaction

__all__ = ["SchoolTransaction"]
