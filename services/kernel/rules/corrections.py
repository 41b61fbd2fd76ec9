"""Article 10: what a correction must say, and that it agrees with itself."""

from __future__ import annotations

from collections.abc import Iterable

from kernel.facts import Facts
from kernel.identity import DocumentKind, IdentityDocument
from kernel.packs import Reading
from kernel.packs.keys import DOCUMENT_KINDS
from kernel.refusals import DocumentKindNotAccepted, NothingCorrected, Refusal
from kernel.rules import Found, rule

# A correction says each item as it should be under the item's key with this before it: ``new_name`` beside ``name``,
# which says whose record it is.
NEW = "new_"


@rule("correction.something", "变更须写明变更的项目", clauses=("10.1",), keys=())
def SOMETHING_IS_CORRECTED(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    if not any(key.startswith(NEW) for key in facts.values):
        yield NothingCorrected()


@rule(
    "correction.document",
    "变更后的证件类型和号码须相符，且为规定的证件类型",
    clauses=("10.1", "28.1"),
    keys=(DOCUMENT_KINDS,),
)
def DOCUMENT_AGREES(facts: Facts, reading: Reading) -> Iterable[Found]:
    kind, number = facts.values.get("new_document_kind", ""), facts.values.get("new_document_number", "")
    if not kind and not number:
        return
    if kind and kind not in reading(DOCUMENT_KINDS):
        yield DocumentKindNotAccepted(field="new_document_kind", document=DocumentKind(kind).label)
        return
    try:
        IdentityDocument.parse(kind or DocumentKind.RESIDENT_ID, number, on=facts.on)
    except Refusal as wrong:
        wrong.field = "new_document_number"
        yield wrong
