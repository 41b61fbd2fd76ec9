"""Pupils who are taught here, and have their record elsewhere (Article 17)."""

from __future__ import annotations

from chassis.attending.book import AttendingPage
from school_node.store.transaction import SchoolTransaction


def list_attending(tx: SchoolTransaction, /, *, size: int, token: str, ended: bool) -> AttendingPage:
    """A page in the order of their keys; with ``ended`` also of those who were.

    Raises:
        RequestMalformed: the page token is none of ours.
    """
    return tx.attending.page(size=size, token=token, ended=ended)
