"""The province's officer answers for a record of this province: what is said must have been done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kernel.adjudication import Adjudication, Party, SaidWord, Word
from kernel.clock import milliseconds
from kernel.divisions import province_name
from kernel.evidence import EvidenceKind
from kernel.office import Identity
from kernel.refusals import EvidenceRequired, NotSoOnRecord, OutsideJurisdiction, StudentNotFound
from kernel.regulation import PROCEDURES
from kernel.statement import StatementKind
from kernel.status import StudentStatus
from kernel.student import Student
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.rules import Rules

_PROVED_BY_DOING = frozenset({Word.CORRECTED, Word.DELETED})


@dataclass(frozen=True)
class SayCommand:
    """An officer's answer.

    Attributes:
        number: of the record that is answered for; empty where only one of the two is this province's.
        grounds: kinds of the proofs that the province has, by name or Chinese label.
    """

    adjudication_id: str
    word: Word
    grounds: tuple[str, ...]
    number: str = ""


def sign_word(tx: HubTransaction, command: SayCommand, /, *, by: Identity, now: datetime, rules: Rules) -> str:
    """The answer as this province signs it (``kernel.adjudication.SaidWord``).

    Raises:
        AdjudicationNotFound; OutsideJurisdiction: none of the two is this province's.
        EvidenceRequired: what is claimed needs a proof. EvidenceKindUnknown: a proof of no known kind.
        NotSoOnRecord: it says that the record was corrected, or struck, and it was not.
    """
    case = tx.adjudications.get(command.adjudication_id)
    party = _own(case, command.number, rules=rules)
    held = tx.students.get(party.student_key)
    if held is None:
        raise StudentNotFound(field="number")
    grounds = tuple(EvidenceKind.parse(kind).value for kind in command.grounds)
    if not grounds and command.word not in _PROVED_BY_DOING:
        raise EvidenceRequired(field="grounds", kind="核查材料（户籍证明、就读证明、监护人书面申请等任一种）")
    _require_done(tx, case, held.student, command.word)
    said = SaidWord(
        adjudication_id=case.adjudication_id,
        student_key=party.student_key,
        word=command.word,
        grounds=grounds,
        province=rules.here.code,
        person=by.person,
        at_ms=milliseconds(now),
    )
    return rules.sign(StatementKind.ADJUDICATION_WORD, said.content())


def _own(case: Adjudication, number: str, *, rules: Rules) -> Party:
    ours = [party for party in case.parties if party.province == rules.here.code]
    if number:
        ours = [party for party in ours if party.number == number]
    if len(ours) > 1:
        raise OutsideJurisdiction(office=province_name(rules.here.code), what="未指明学籍号的答复")
    if not ours:
        raise OutsideJurisdiction(office=province_name(rules.here.code), what="外省学籍的核查")
    return ours[0]


def _require_done(tx: HubTransaction, case: Adjudication, student: Student, word: Word) -> None:
    if word is Word.DELETED and student.status is not StudentStatus.DELETED:
        raise NotSoOnRecord(field="word", why="学籍没有删除，请先由学校办理误建学籍删除")
    if word is Word.CORRECTED:
        history = tx.students.history(student.student_key)
        since = [entry for entry in history if entry.at_ms >= case.opened_at_ms]
        if not any(PROCEDURES[entry.procedure].identifies for entry in since if entry.procedure in PROCEDURES):
            raise NotSoOnRecord(field="word", why="核查开始以来没有办理过关键信息变更")
