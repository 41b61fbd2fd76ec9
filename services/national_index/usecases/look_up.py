"""Find children by what they may be found by: a number in force, an earlier one, a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.keys import Fingerprinter, NumberSeal
from kernel.identity import IdentityDocument
from kernel.refusals import Refusal
from kernel.writing import code_as_typed
from national_index.store import IndexTransaction
from national_index.store.handles import HandleKind


@dataclass(frozen=True, slots=True, repr=False)
class NumberHandle:
    """A student number (学籍号), in force or earlier."""

    number: str

    def fingerprint(self, fingerprints: Fingerprinter) -> UUID:
        return fingerprints.of(HandleKind.NUMBER, code_as_typed(self.number).upper())


@dataclass(frozen=True, slots=True, repr=False)
class DocumentHandle:
    """A document of identity (身份证件)."""

    kind: str
    number: str

    def fingerprint(self, fingerprints: Fingerprinter) -> UUID | None:
        """None for what cannot be any document's number: nobody is known under it."""
        try:
            document = IdentityDocument.parse(self.kind, self.number)
        except Refusal:
            return None
        return fingerprints.of(HandleKind.DOCUMENT, document.key) if document.identifies else None


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """A child known to the index, with the number in force."""

    student_key: str
    number: str
    custodian: str
    epoch: int
    in_transfer: bool


def look_up(
    tx: IndexTransaction,
    handles: Sequence[NumberHandle | DocumentHandle],
    *,
    fingerprints: Fingerprinter,
    numbers: NumberSeal,
) -> list[Found | None]:
    """Who is known under each handle, in the order asked; one statement for all."""
    asked = [handle.fingerprint(fingerprints) for handle in handles]
    known = tx.persons.find({one for one in asked if one is not None})

    def answer(fingerprint: UUID | None) -> Found | None:
        person = known.get(fingerprint) if fingerprint is not None else None
        if person is None:
            return None
        return Found(
            student_key=str(person.student_key),
            number=numbers.open(person.number_sealed),
            custodian=person.custodian,
            epoch=person.epoch,
            in_transfer=person.in_transfer,
        )

    return [answer(one) for one in asked]
