"""What a record says, beside the other: shown inside a case, to the two parties alone, and each look is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kernel.adjudication import Adjudication, Party
from kernel.clock import milliseconds
from kernel.divisions import province_name
from kernel.form import ITEMS, Item
from kernel.office import Identity, Office
from kernel.refusals import AdjudicationClosed, OutsideJurisdiction, RequestMalformed
from province_hub.store.adjudications import Look
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.rules import Rules
from province_hub.usecases.veil import protected_record

LOOKS_SHOWN_MOST = 100
_COMPARED_KEYS = (
    "name",
    "former_name",
    "sex",
    "birth_date",
    "nationality",
    "document_kind",
    "document_number",
    "native_place",
    "household_place",
    "grade",
    "guardian1_name",
    "guardian1_relation",
    "guardian1_document_number",
    "guardian2_name",
    "guardian2_relation",
    "guardian2_document_number",
)
COMPARED: Mapping[str, Item] = {one.key: one for one in ITEMS if one.key in _COMPARED_KEYS}
"""The items of the form by which people tell two children apart; addresses and telephone numbers are not among them."""
assert len(COMPARED) == len(_COMPARED_KEYS), "items of the form"


@dataclass(frozen=True, repr=False)
class OwnRecord:
    """A record of this province in a case: what is compared of it, by form key, with its school and status."""

    student_key: str
    values: Mapping[str, str]
    school: str
    status: str


def list_adjudications(tx: HubTransaction, /, *, after: str, limit: int, open_only: bool) -> list[Adjudication]:
    """A page, the oldest first. Raises RequestMalformed: the page token is none of ours."""
    if after and len(after) != len("00000000-0000-0000-0000-000000000000"):
        raise RequestMalformed(field="page_token", why="页码无效")
    return tx.adjudications.page(after=after, limit=limit, open_only=open_only)


def show_own(
    tx: HubTransaction, adjudication_id: str, /, *, by: Identity, now: datetime, rules: Rules
) -> tuple[Adjudication, list[OwnRecord], list[Look]]:
    """The case, this province's records in it, and who was shown them. Raises AdjudicationNotFound."""
    case = tx.adjudications.get(adjudication_id)
    own = [_record(tx, case, party, asker=rules.here, by=by, now=now) for party in _of(case, rules.here.code)]
    return case, own, tx.adjudications.looks(adjudication_id, limit=LOOKS_SHOWN_MOST)


def compare_for(
    tx: HubTransaction, adjudication_id: str, /, *, asker: Office, person: str, now: datetime, rules: Rules
) -> list[OwnRecord]:
    """This province's records of the case, for the other party.

    Raises:
        AdjudicationNotFound; OutsideJurisdiction: it is no party. AdjudicationClosed: there is nothing to compare any
            more.
    """
    case = tx.adjudications.get(adjudication_id)
    if asker.code not in case.provinces:
        raise OutsideJurisdiction(office=province_name(asker.code), what="与本省无关的学籍核查")
    if not case.state.is_open:
        raise AdjudicationClosed(state=case.state.label)
    by = Identity("", asker, person=person)
    return [_record(tx, case, party, asker=asker, by=by, now=now) for party in _of(case, rules.here.code)]


def _of(case: Adjudication, province: str) -> list[Party]:
    return [party for party in case.parties if party.province == province]


def _record(
    tx: HubTransaction, case: Adjudication, party: Party, *, asker: Office, by: Identity, now: datetime
) -> OwnRecord:
    held = tx.students.get(party.student_key)
    assert held is not None, "a record that this province was asked about"
    tx.adjudications.note_look(case.adjudication_id, Look(party.student_key, str(asker), by.person, milliseconds(now)))
    shown = protected_record(held.student, now=held.student)
    values = {key: value for key in COMPARED if (value := shown.values.get(key, ""))}
    return OwnRecord(party.student_key, values, held.student.school, held.student.status.value)
