"""Find children by what they may be found by: a number in force, an earlier one, a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from uuid import UUID

from chassis.keys import IdentityKeys, is_sealable
from kernel.identity import IdentityDocument
from kernel.refusals import Refusal
from kernel.writing import code_as_typed
from national_index.domain.documents import span_of
from national_index.store import IndexTransaction
from national_index.store.handles import HandleKind


@dataclass(frozen=True, slots=True, repr=False)
class NumberHandle:
    """A student number (学籍号), in force or earlier."""

    number: str

    def fingerprint(self, keys: IdentityKeys) -> UUID | None:
        """None for what cannot be a student number: nobody is known under it."""
        number = code_as_typed(self.number).upper()
        return keys.fingerprints.of(HandleKind.NUMBER, number) if is_sealable(number) else None


@dataclass(frozen=True, slots=True, repr=False)
class DocumentHandle:
    """A document of identity (身份证件)."""

    kind: str
    number: str
    country: str = ""

    def fingerprint(self, keys: IdentityKeys) -> UUID | None:
        """None for what cannot be any document's number: nobody is known under it."""
        try:
            return fingerprint_of(self.read(), keys)
        except Refusal:
            return None

    def read(self) -> IdentityDocument:
        """Raises as ``IdentityDocument.parse``, and IssuingCountryMissing of a passport that says no issuer."""
        return IdentityDocument.parse(self.kind, self.number, country=self.country).require_issuer()


def fingerprint_of(document: IdentityDocument, keys: IdentityKeys) -> UUID | None:
    """None for a document that has no number."""
    return keys.fingerprints.of(HandleKind.DOCUMENT, document.key) if document.identifies else None


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """A child known to the index, with the number in force.

    Attributes:
        valid_from, valid_to: when the document asked for was the one in force; None: since the registration, and still.
    """

    student_key: str
    number: str
    custodian: str
    epoch: int
    in_transfer: bool
    valid_from: date | None = None
    valid_to: date | None = None


def look_up(
    tx: IndexTransaction,
    questions: Sequence[Sequence[NumberHandle | DocumentHandle]],
    *,
    keys: IdentityKeys,
) -> list[list[Found | None]]:
    """Who is known under each handle of each question, in the order asked; two statements for all questions.

    Whoever was found to be another is answered with that other.
    """
    every = [one for handles in questions for one in handles]
    asked = [one.fingerprint(keys) for one in every]
    found = tx.handles(keys).find(one for one in asked if one is not None)
    known = tx.persons.standing(found)
    by_document = {key for one, key in zip(every, asked, strict=True) if isinstance(one, DocumentHandle)}
    changes = tx.documents.of({person.student_key for key, person in found.items() if key in by_document})

    def answer(fingerprint: UUID | None) -> Found | None:
        person = known.get(fingerprint) if fingerprint is not None else None
        if person is None or fingerprint is None:
            return None
        span = span_of(fingerprint, changes.get(str(found[fingerprint].student_key), ()))
        return Found(
            student_key=str(person.student_key),
            number=keys.open(person.number),
            custodian=person.custodian,
            epoch=person.epoch,
            in_transfer=person.in_transfer,
            valid_from=span.valid_from,
            valid_to=span.valid_to,
        )

    answers = map(answer, asked)
    return [list(islice(answers, len(handles))) for handles in questions]
