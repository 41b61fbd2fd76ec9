"""Article 10: what a correction must say, and that it agrees with itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kernel.documents import DOCUMENT_ITEMS, changes_kind, corrected
from kernel.evidence import EvidenceKind
from kernel.facts import Facts
from kernel.identity import DocumentKind, IdentityDocument
from kernel.packs import Reading
from kernel.packs.keys import DOCUMENT_KINDS
from kernel.refusals import (
    BirthDateContradictsId,
    DocumentKindChangeGoesUp,
    DocumentKindNotAccepted,
    EvidenceRequired,
    IssuerIsKeyData,
    NothingCorrected,
    Refusal,
)
from kernel.rules import Found, rule

# A correction says each item as it should be under the item's key with this before it: ``new_name`` beside ``name``,
# which says whose record it is.
NEW = "new_"

# 凭《居民户口簿》或其他证明文件 (Art. 10): a child from abroad has no household register; a court decides names.
PROOFS = (
    EvidenceKind.HOUSEHOLD_REGISTER,
    EvidenceKind.HOUSEHOLD_PROOF,
    EvidenceKind.IDENTITY_DOCUMENT,
    EvidenceKind.COURT_ORDER,
)


def told(values: Mapping[str, str]) -> dict[str, str]:
    """The items of the form as a correction says they should be."""
    return {key.removeprefix(NEW): value for key, value in values.items() if key.startswith(NEW)}


@rule("correction.something", "变更须写明变更的项目", clauses=("10.1",), keys=())
def SOMETHING_IS_CORRECTED(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    if not told(facts.values):
        yield NothingCorrected()


@rule("correction.proof", "关键信息变更须有户口簿、户籍证明、身份证件或者法院文书之一", clauses=("10.1",), keys=())
def KEY_DATA_IS_PROVED(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    if not any(kind in facts.evidence for kind in PROOFS):
        yield EvidenceRequired(field="evidence", kind="或".join(kind.label for kind in PROOFS))


@rule(
    "correction.document",
    "变更后的证件类型、号码和出生日期须相符，且为规定的证件类型；护照须写明签发国家（地区）",
    clauses=("10.1", "28.1"),
    keys=(DOCUMENT_KINDS,),
)
def DOCUMENT_AGREES(facts: Facts, reading: Reading) -> Iterable[Found]:
    said = told(facts.values)
    if not said.keys() & {*DOCUMENT_ITEMS, "birth_date"}:
        return
    after = corrected(facts.document or {}, said)
    kind, number = after.get("document_kind", DocumentKind.RESIDENT_ID.value), after.get("document_number", "")
    if "document_kind" in said and kind not in reading(DOCUMENT_KINDS):
        yield DocumentKindNotAccepted(field="new_document_kind", document=DocumentKind(kind).label)
        return
    if not number and not said.keys() & {"document_kind", "document_number"}:
        return  # a child without a document gets another birth date
    try:
        document = IdentityDocument.parse(kind, number, country=after.get("nationality", ""), on=facts.on)
        document.require_issuer()
    except Refusal as wrong:
        wrong.field = f"{NEW}{wrong.field or 'document_number'}"
        yield wrong
        return
    born = said.get("birth_date", facts.birth_date)
    if born and document.birth_date is not None and born != f"{document.birth_date:%Y%m%d}":
        yield BirthDateContradictsId(field="new_birth_date")


@rule(
    "correction.kind",
    "变更证件类型，或者原无证件号码的，按“证件类型变更”逐级报省级教育行政部门核准",
    clauses=("10.1", "28.1"),
    keys=(),
)
def DOCUMENT_KIND_STAYS(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    if facts.document is not None and changes_kind(facts.document, told(facts.values)):
        yield DocumentKindChangeGoesUp(field="new_document_kind", procedure="证件类型变更")


@rule("correction.issuer", "护照的签发国家（地区）属关键信息", clauses=("10.1", "28.1"), keys=())
def ISSUER_IS_KEY_DATA(facts: Facts, reading: Reading) -> Iterable[Found]:
    del reading
    passport = (facts.document or {}).get("document_kind") == DocumentKind.PASSPORT
    if passport and f"{NEW}nationality" in facts.values:
        yield IssuerIsKeyData(field="new_nationality")
