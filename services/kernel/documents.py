"""Which document a record names: the form's items 7 to 9 read together, and what a correction makes of them (Art. 10).

A person has many documents over time: a passport is renewed under another number, a household register is gained, the
police put a wrong ID number right. The record names the one in force; the national index knows every one of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from kernel.identity import DocumentKind, IdentityDocument

DOCUMENT_ITEMS = ("document_kind", "document_number", "nationality")


def document_of(values: Mapping[str, str]) -> IdentityDocument | None:
    """The document that canonical values name; None where they name none that has a number."""
    kind, number = values.get("document_kind", ""), values.get("document_number", "")
    if not kind or not number:
        return None
    country = values.get("nationality", "") if kind == DocumentKind.PASSPORT else ""
    return IdentityDocument(DocumentKind(kind), number, country)


def corrected(values: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    """The values with what was said in place of what was.

    Who tells another kind of document and no number has a document without one: the old number was the old document's.
    """
    after = {**values, **said}
    if said.get("document_kind", values.get("document_kind")) != values.get("document_kind"):
        after["document_number"] = said.get("document_number", "")
    return {key: value for key, value in after.items() if value}


def is_changed(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Whether the nation knows the child by another document afterwards; a renewal that keeps the number for life is
    none."""
    old, new = document_of(before), document_of(after)
    return (old and old.key) != (new and new.key)


def changes_kind(values: Mapping[str, str], said: Mapping[str, str]) -> bool:
    """Whether a correction is of the document's kind, or of a child who has none (无证件): more offices look at it."""
    kind = values.get("document_kind", "")
    if said.get("document_kind", kind) != kind:
        return True
    return bool(said.get("document_number")) and not values.get("document_number")
