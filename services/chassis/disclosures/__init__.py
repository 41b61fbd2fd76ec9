"""Disclosure (Art. 25) as a school and its authority remember it: what was asked and permitted, and what was given.

``tables``  two tables, the same at both     ``book``  what is read and written there
``papers``  request and decision as notices: signed, and told once     ``wire``  as messages
"""

from chassis.disclosures.book import DisclosureBook
from chassis.disclosures.tables import disclosure_tables
from chassis.disclosures.transactions import Disclosing

__all__ = ["Disclosing", "DisclosureBook", "disclosure_tables"]
