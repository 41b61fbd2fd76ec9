"""The history of a record (学籍变动记录): entries that are added and never rewritten, over two times.

Each entry was *recorded* at a moment (``at_ms``) and is *valid* from a day on (``effective_on``), which may lie before
it: a move that was told late, a mistake that is put right. So two questions have exact answers: what was true on a day
as we know it now, and what we believed of that day at some earlier moment. ``state`` answers both.

A mistake is corrected by a counter-entry (反向更正): it takes an earlier entry back, and both stay readable. What was
answered before it was recorded is answered so for ever.

    entries by version    1 enrol   2 class 2   3 suspended   4 takes back 2
    recorded              1 Sep     10 Oct      2 Nov         20 Nov
    valid from            1 Sep     1 Oct       1 Nov         1 Oct

    on 15 Oct, as known on 15 Nov: class 2.   On 15 Oct, as known now: the class of 1 Sep.

An entry holds the change that it makes (``changes``) and not the whole record, so that one that comes late leaves alone
what later entries say. The current record is the fold of all entries in the order of the days of their validity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self

from kernel.case import Case
from kernel.clock import day_of
from kernel.endorsement import Endorsed
from kernel.refusals import (
    EffectiveBeforeRecord,
    EntryAlreadyTakenBack,
    EntryStands,
    HistoryEntryNotFound,
    LaterChangeStands,
)
from kernel.regulation import OF_THE_NATION
from kernel.standing import STANDING
from kernel.status import StudentStatus
from kernel.student import Placement, Student

FIRST = 1  # the version that an enrolment makes


@dataclass(frozen=True)
class HistoryEvent:
    """One entry: what made one version of a record.

    Attributes:
        version: the version of the record that the entry led to; 1 is its beginning.
        at_ms: when it was recorded, milliseconds since 1970-01-01 UTC; never less than that of the entry before it.
        effective_on: the day from which it is true (生效日期), in China; never after the day on which it was recorded,
            so that the record that offices work with is the one of today.
        case_id: of the case, or of another decision that acted on many records at once.
        procedure, step: the row of the table, and the step that settled it.
        office, person: whose decision settled it, e.g. ``authority/410105``, and the staff id there; person may be
            unknown.
        reason: as it was filed or decided. articles: clauses of the Measures, e.g. ``14.2``; of an earlier program the
            articles alone. rule_pack: by which it was judged.
        evidence: SHA-256 of each document that backs it, in hex.
        counters: the version that this entry takes back, valid from the same day; 0 where it takes back none.
        changes: what it sets: any of ``number``, ``aliases``, ``status``, ``school``, and under ``values`` and
            ``standing`` single items, where null takes an item away. The first entry has everything, with
            ``student_key``.
    """

    version: int
    at_ms: int
    effective_on: date
    case_id: str
    procedure: str
    step: str
    office: str
    person: str = ""
    reason: str = ""
    articles: tuple[str, ...] = ()
    rule_pack: str = ""
    evidence: tuple[str, ...] = ()
    counters: int = 0
    changes: Mapping[str, Any] = field(default_factory=dict)

    def to_content(self) -> dict[str, Any]:
        """The entry as a canonical JSON object, as archives carry it."""
        return {
            "version": self.version,
            "at": self.at_ms,
            "effective_on": self.effective_on.isoformat(),
            "case_id": self.case_id,
            "procedure": self.procedure,
            "step": self.step,
            "office": self.office,
            "person": self.person,
            "reason": self.reason,
            "articles": list(self.articles),
            "rule_pack": self.rule_pack,
            "evidence": list(self.evidence),
            "counters": self.counters,
            "changes": dict(self.changes),
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """What ``to_content`` wrote, by this version or an earlier one.

        Earlier programs wrote the whole record after the entry (``content``): read as a change that sets everything.
        """
        told_on = content.get("effective_on")
        return cls(
            version=content["version"],
            at_ms=content["at"],
            effective_on=date.fromisoformat(told_on) if told_on else day_of(content["at"]),
            case_id=content["case_id"],
            procedure=content["procedure"],
            step=content["step"],
            office=content["office"],
            person=content.get("person", ""),
            reason=content.get("reason", ""),
            articles=tuple(content.get("articles", ())),
            rule_pack=content.get("rule_pack", ""),
            evidence=tuple(content.get("evidence", ())),
            counters=content.get("counters", 0),
            changes=content["changes"] if "changes" in content else content["content"],
        )


@dataclass(frozen=True)
class Approval:
    """Whose decision settled an entry: an office, its person where known; and why, as it was filed or decided."""

    office: str
    person: str = ""
    reason: str = ""

    @classmethod
    def of(cls, endorsed: Endorsed, *, filed_reason: str = "") -> Self:
        """The second person of an office answers for it, where there is one."""
        said = endorsed.endorsement
        return cls(str(endorsed.office), said.checker or said.maker, filed_reason or said.reason)


def event_of(
    case: Case,
    before: Student | None,
    after: Student,
    *,
    by: Approval,
    step: str,
    at_ms: int,
    effective_on: date | None = None,
    item_id: str = "",
) -> HistoryEvent:
    """The entry by which a case led from ``before`` to ``after``; before is None where the record begins.

    Args:
        item_id: the pupil's part of the case, whose own proofs are named beside those of the whole case; need not be
            said where the case has one.
        effective_on: the day from which it is true; the day of recording where none is given, and at the latest.
    """
    recorded_on = day_of(at_ms)
    return HistoryEvent(
        version=after.version,
        at_ms=at_ms,
        effective_on=min(effective_on or recorded_on, recorded_on),
        case_id=case.case_id,
        procedure=case.procedure_name,
        step=step,
        office=by.office,
        person=by.person,
        reason=by.reason,
        articles=case.procedure.clauses,
        rule_pack=case.rule_pack,
        evidence=tuple(document.digest for document in case.evidence_of(item_id or _only_item(case))),
        changes=change_between(before, after),
    )


def _only_item(case: Case) -> str:
    return case.items[0].item_id if len(case.items) == 1 else ""


def counter_of(
    case: Case, events: Sequence[HistoryEvent], version: int, *, by: Approval, step: str, at_ms: int
) -> HistoryEvent:
    """The counter-entry (反向更正) by which a case takes entry ``version`` back, from the day from which that was true.

    Args:
        events: the record's whole history, oldest first.

    Raises:
        HistoryEntryNotFound: the history has no such entry.
        EntryAlreadyTakenBack: another entry took it back.
        EntryStands: it is not one that can be taken back.
    """
    taken_back = require_counterable(events, version)
    now = state(events)
    assert now is not None, "a history begins"
    unchanged = replace(now, version=events[-1].version + 1)
    entry = event_of(case, now, unchanged, by=by, step=step, at_ms=at_ms, effective_on=taken_back.effective_on)
    return replace(entry, counters=version)


def settled(events: Sequence[HistoryEvent], entry: HistoryEvent, meant: Student) -> Student:
    """The record with one more entry that is true from an earlier day, as the whole history then tells it.

    Args:
        events: the history before it, oldest first. meant: what the entry makes of the record.

    Raises:
        EffectiveBeforeRecord: it would be true before the record began.
        LaterChangeStands: what was entered of a later day says otherwise, so the entry would change nothing today.
            That later one is to be taken back first (反向更正), or this one dated after it.
    """
    began = events[0].effective_on
    if entry.effective_on < began:
        raise EffectiveBeforeRecord(on=entry.effective_on.isoformat(), began=began.isoformat())
    told = state([*events, entry])
    assert told is not None, "a history begins"
    if (told.status, told.school) != (meant.status, meant.school):
        later = max(event.effective_on for event in events)
        raise LaterChangeStands(on=entry.effective_on.isoformat(), later=later.isoformat())
    return told


def require_counterable(events: Sequence[HistoryEvent], version: int) -> HistoryEvent:
    """The entry, if a counter-entry may take it back. Raises as ``counter_of`` says."""
    entry = next((event for event in events if event.version == version), None)
    if entry is None:
        raise HistoryEntryNotFound(field="version", version=version)
    taken_back_by = next((event.version for event in events if event.counters == version), None)
    if taken_back_by is not None:
        raise EntryAlreadyTakenBack(version=version, by=taken_back_by)
    if version == FIRST:
        raise EntryStands(version=version, why="学籍建立有误的，应办理删除")
    before = state([event for event in events if event.version < version])
    assert before is not None, "a history begins"
    if entry.changes.get("number", before.number) != before.number or entry.procedure in OF_THE_NATION:
        raise EntryStands(version=version, why="由全国统一核发、认定")  # Art. 5 and 6
    if _moves_record(entry, before):
        raise EntryStands(version=version, why="学籍转接由双方核办，应另行办理转学或撤销录取")
    return entry


def change_between(before: Student | None, after: Student) -> dict[str, Any]:
    """What an entry sets that leads from one state of a record to another; everything where the record begins."""
    whole = after.to_content()
    del whole["version"]
    if before is None:
        return whole
    assert before.student_key == after.student_key, "a change is of one record"
    had = before.to_content()
    changes = {name: whole[name] for name in ("number", "aliases", "status", "school") if whole[name] != had[name]}
    for items in ("values", "standing"):
        if changed := _items_between(had[items], whole[items]):
            changes[items] = changed
    unknown = changes.get("standing", {}).keys() - STANDING.keys()
    assert not unknown, f"not declared in kernel.standing: {sorted(unknown)}"
    return changes


def state(events: Iterable[HistoryEvent], *, on: date | None = None, known_at_ms: int | None = None) -> Student | None:
    """The record as it was on a day, as it was known at a moment; None where it had not begun, or was not known.

    Args:
        events: a record's whole history, in any order.
        on: the day in question; None takes in every entry.
        known_at_ms: entries that were recorded later are not known; None knows all.

    Returns:
        The record, whose version is that of the newest entry that was taken into account.
    """
    known = [event for event in events if known_at_ms is None or event.at_ms <= known_at_ms]
    valid = [event for event in known if on is None or event.effective_on <= on]
    told = [event for event in in_force(known) if on is None or event.effective_on <= on]
    if not any(event.version == FIRST for event in told):
        return None
    return _fold(told, valid)


def in_force(known: Iterable[HistoryEvent]) -> list[HistoryEvent]:
    """The entries that count, in the order of the days from which they are true.

    A counter-entry that was itself taken back takes nothing back.
    """
    void: set[int] = set()
    by_version = sorted(known, key=lambda one: one.version)
    for event in reversed(by_version):
        if event.counters and event.version not in void:
            void.add(event.counters)
    return sorted((one for one in by_version if one.version not in void), key=lambda one: one.effective_on)


@dataclass(frozen=True)
class Placed:
    """What an entry says of where the pupil was from a day on."""

    effective_on: date
    placement: Placement


def placements(known: Sequence[HistoryEvent], event: HistoryEvent) -> tuple[Placed, ...]:
    """Where a new entry puts the pupil: from its own day on first, then from each later day whose answer it changes.

    The last word on every day is the newest entry's, so that whoever keeps these lines can tell where all pupils of a
    province were on a day, as known at a moment, without folding a single history.

    Args:
        known: the entries before it, oldest first.

    Raises:
        EffectiveBeforeRecord: it would be true before the record began.
    """
    after = [*known, event]
    began = after[0].effective_on
    if event.effective_on < began:
        raise EffectiveBeforeRecord(on=event.effective_on.isoformat(), began=began.isoformat())
    own = Placed(event.effective_on, _placement(after, event.effective_on))
    days = sorted({one.effective_on for one in known if one.effective_on > event.effective_on})
    others = (Placed(day, _placement(after, day)) for day in days)
    return (own, *(other for other in others if other.placement != _placement(known, other.effective_on)))


def in_order(events: Sequence[HistoryEvent]) -> bool:
    """Whether this is a whole history, oldest first: dense versions, recorded one after the other, none true before the
    record began, and taking back only what came before."""
    if not events or "student_key" not in events[0].changes:
        return False
    return all(
        event.version == number
        and event.at_ms >= events[max(0, number - 2)].at_ms
        and event.effective_on >= events[0].effective_on
        and (not event.counters or _takes_back_earlier(events, event))
        for number, event in enumerate(events, start=FIRST)
    )


def _takes_back_earlier(events: Sequence[HistoryEvent], event: HistoryEvent) -> bool:
    return FIRST < event.counters < event.version and (
        event.effective_on == events[event.counters - FIRST].effective_on
    )


def _fold(told: Sequence[HistoryEvent], valid: Sequence[HistoryEvent]) -> Student:
    fields: dict[str, str] = {}
    values: dict[str, str] = {}
    standing: dict[str, str] = {}
    for event in told:
        changes = event.changes
        fields.update({name: changes[name] for name in ("student_key", *_TEXTS) if name in changes})
        _lay(values, changes.get("values", {}))
        _lay(standing, changes.get("standing", {}))
    # Art. 5: a number that a pupil ever had leads to the record for ever, whatever was taken back since.
    by_version = sorted(valid, key=lambda event: event.version)
    numbers = dict.fromkeys(number for event in by_version for number in _numbers(event.changes))
    return Student(
        student_key=fields["student_key"],
        number=fields["number"],
        status=StudentStatus(fields["status"]),
        school=fields["school"],
        values=values,
        aliases=tuple(number for number in numbers if number != fields["number"]),
        version=by_version[-1].version,
        standing=standing,
    )


_TEXTS = ("number", "status", "school")


def _lay(items: dict[str, str], changed: Mapping[str, str | None]) -> None:
    for key, value in changed.items():
        if value is None:
            items.pop(key, None)
        else:
            items[key] = value


def _numbers(changes: Mapping[str, Any]) -> Iterable[str]:
    yield from changes.get("aliases", ())
    if "number" in changes:
        yield changes["number"]


def _items_between(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str | None]:
    return {
        **{key: value for key, value in after.items() if before.get(key) != value},
        **{key: None for key in before if key not in after},
    }


def _placement(events: Sequence[HistoryEvent], on: date) -> Placement:
    student = state(events, on=on)
    assert student is not None, "asked of a day on which the record had begun"
    return student.placement


def _moves_record(entry: HistoryEvent, before: Student) -> bool:
    """Where a record is, is never one side's word (Art. 14), and between provinces the index's (R1)."""
    if entry.changes.get("status") == StudentStatus.TRANSFERRED_OUT.value:
        return True
    return bool(entry.changes.get("school", before.school) != before.school)
