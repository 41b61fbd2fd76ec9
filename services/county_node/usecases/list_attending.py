"""Pupils who attend a school of this authority's, and have their record elsewhere (Article 17)."""

from __future__ import annotations

from chassis.attending.book import AttendingPage
from county_node.store.transaction import CountyTransaction


def list_attending(tx: CountyTransaction, /, *, size: int, token: str, ended: bool) -> AttendingPage:
    """A page in the order of their keys; with ``ended`` also of those who were.

    Raises:
        RequestMalformed: the page token is none of ours.
    """
    return tx.attending.page(size=size, token=token, ended=ended)
