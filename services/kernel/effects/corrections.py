"""Correcting what the record says: Article 10. The number stays for life; earlier words stay in the history."""

from __future__ import annotations

from dataclasses import replace

from kernel.documents import corrected
from kernel.effects.change import Change, become
from kernel.form import item
from kernel.identity import DocumentKind, IdentityDocument
from kernel.rules.corrections import told
from kernel.status import StudentStatus
from kernel.student import Student


def correct(student: Student, change: Change) -> Student:
    """关键信息变更、一般信息变更: the items that were filed take the place of those on record.

    Raises:
        ItemUnknown: what is to be corrected is no item of the form.
        Refusal: the document is none (``IdentityDocument.parse``).
    """
    said = {item(key).key: value for key, value in told(change.item.values).items()}
    values = corrected(student.values, said)
    if "document_number" in said:
        read = IdentityDocument.parse(values.get("document_kind", DocumentKind.RESIDENT_ID), values["document_number"])
        values["document_number"] = read.number  # in its one spelling, as a roster's is
    return replace(student, values=values)


def delete(student: Student, change: Change) -> Student:
    """误建删除: made in error; the trace stays."""
    return become(student, StudentStatus.DELETED, change, status_reason=change.value("reason"))
