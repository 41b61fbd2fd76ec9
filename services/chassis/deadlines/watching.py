"""A look at the clock: whose alarm has rung since the last look, and what follows from it. One batch a transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.deadlines.book import OverdueStep, Ringing
from chassis.deadlines.titles import procedure_title, step_title
from chassis.deadlines.transactions import Timed
from chassis.ledger import Feeding
from chassis.notices import NoticePost, send_notice
from kernel.alarms import Alarm, alarm, long_overdue_since, moments, next_ring
from kernel.calendar import Due, national_calendar
from kernel.clock import day_of, milliseconds
from kernel.endorsement import authority_answering
from kernel.notice import NoticeKind, id_of_occasion, is_above
from kernel.office import Office, Tier
from kernel.packs import OnExpiry, Packs, Reading
from kernel.packs.keys import STEP_LONG_OVERDUE, STEP_ON_EXPIRY
from kernel.regulation import Step

_RELEASING = frozenset(step.value for step in Step if step.releasing)
LOOKED_AT_MAX = 100  # cases in one look, which also are what one notice names


@dataclass(frozen=True)
class Watch:
    """What the clock of an office is given.

    Attributes:
        superior: the office above, which is told on the eleventh day (Art. 26); None at a school, whose authority sees
            it in its own ledger, and at a province.
        province: who is told of what is long overdue; None where that is this office.
    """

    post: NoticePost
    packs: Packs
    superior: Office | None = None
    province: Office | None = None

    @property
    def here(self) -> Office:
        return self.post.here

    def rules(self, rule_pack: str, *, filed_at: str) -> Reading:
        """The parameters of a case that a school filed, by its own pack to its end."""
        return self.packs.judging(rule_pack, filed_in=filed_at[2:4], here=self.here.province).read()

    def long_overdue_since(self, now: datetime) -> datetime:
        """What fell due at this moment or before is long overdue, by the pack in force today."""
        pack = self.packs.in_force(self.here.province, day_of(milliseconds(now)))
        return long_overdue_since(now, long_overdue=pack.read()(STEP_LONG_OVERDUE))

    def concerns(self, office: Office) -> bool:
        """Whether this office looks after the time of that one: its own, and that of those whom it asks itself.

        Of a school that an authority asks, a province learns late that it has answered, and would name the wrong one.
        """
        if office == self.here:
            return True
        asked = {Tier.AUTHORITY: Tier.SCHOOL, Tier.PROVINCE: Tier.AUTHORITY}.get(self.here.tier)
        return office.tier is asked and is_above(self.here, office, register=self.post.register)

    def calls(self, rung: _Rung) -> bool:
        """Whether this office's own people are to hear of it: what they owe; of those below, what an authority is to
        see to on the eleventh day, and a province on the sixteenth."""
        if rung.office == self.here:
            return True
        return rung.long_expired if self.here.tier is Tier.PROVINCE else rung.expired

    def authority_over(self, office: Office) -> str:
        """Code of the authority that an office is, or is under."""
        match office.tier:
            case Tier.SCHOOL:
                return authority_answering(office.code, register=self.post.register).code
            case Tier.AUTHORITY:
                return office.code
            case _:
                return ""


@dataclass(frozen=True)
class _Rung:
    """An alarm that has rung, of an office that this one looks after."""

    case: Ringing
    office: Office
    alarm: Alarm
    on_expiry: OnExpiry

    @property
    def expired(self) -> bool:
        return self.case.before < Alarm.OVERDUE <= self.alarm

    @property
    def long_expired(self) -> bool:
        return self.case.before < Alarm.LONG_OVERDUE <= self.alarm


def watch_deadlines(tx: Timed, /, *, now: datetime, watch: Watch) -> bool:
    """Look at a batch; True when there may be more.

    Looked at again, an alarm does not ring twice. After a rest of the node each case rings with its latest alarm, and
    the whole batch is told in one reminder.
    """
    looked_at = tx.deadlines.ringing(now=now, limit=LOOKED_AT_MAX)
    rung = _look(tx, looked_at, now=now, watch=watch)
    _remind(tx, [one for one in rung if watch.calls(one)], now=now, watch=watch)
    _tell_above(tx, [one for one in rung if one.expired or one.long_expired], now=now, watch=watch)
    _tell_who_waits(tx, [one for one in rung if one.expired], now=now, watch=watch)
    ended = tx.deadlines.taken_since(watch.here, now=now, limit=LOOKED_AT_MAX)
    _end(tx, ended, now=now, watch=watch)
    return LOOKED_AT_MAX in (len(looked_at), len(ended))


def _look(tx: Timed, looked_at: Iterable[Ringing], *, now: datetime, watch: Watch) -> list[_Rung]:
    found, rung = [], []
    for case in looked_at:
        rules = watch.rules(case.rule_pack, filed_at=case.school)
        rings = moments(case.due, long_overdue=rules(STEP_LONG_OVERDUE))
        reached = alarm(rings, now)
        found.append((case.case_id, reached, next_ring(rings, now)))
        office = Office.parse(case.office) if case.office else None
        if office is None or not watch.concerns(office) or reached <= case.before:
            continue
        rung.append(_Rung(case, office, reached, rules(STEP_ON_EXPIRY)))
        if office == watch.here or reached >= Alarm.OVERDUE:
            tx.cases.note(case.case_id, step=reached.name.lower(), office=office, at=now)
    tx.deadlines.rang(found)
    return rung


def _remind(tx: Timed, rung: Sequence[_Rung], *, now: datetime, watch: Watch) -> None:
    """This office's own people: of what they owe, and of what those below them owe and have not done in time."""
    if not rung:
        return
    told = sorted({one.alarm for one in rung})
    text = f"下列业务的办理期限：{'、'.join(one.label for one in told)}。请及时核办；逾期不视为同意。"
    send_notice(
        tx,
        notice_id=_occasion(
            NoticeKind.REMINDER, watch.here, [(*one.case.key, one.alarm.name) for one in rung], now, watch
        ),
        kind=NoticeKind.REMINDER,
        to=watch.here,
        content={"text": text, "cases": [_case_told(one.case, one.office, now) for one in rung]},
        post=watch.post,
        now=now,
    )


def _tell_above(tx: Timed, rung: Sequence[_Rung], *, now: datetime, watch: Watch) -> None:
    """Art. 26: the office above is to see to it. What was only to be noticed (催办) goes no further."""
    steps: list[OverdueStep] = []
    to_tell: defaultdict[tuple[Office, bool], list[OverdueStep]] = defaultdict(list)
    for one in rung:
        above = _above(one, watch)
        step = OverdueStep(
            case_id=one.case.case_id,
            procedure=one.case.procedure,
            school=one.case.school,
            step=one.case.step,
            office=str(one.office),
            authority=watch.authority_over(one.office),
            due_at=one.case.due.at,
            told_by=str(watch.here),
            told_to=tuple(sorted(map(str, above))),
        )
        steps.append(step)
        for office in above:
            to_tell[office, one.on_expiry is OnExpiry.ESCALATE].append(step)
    tx.deadlines.begin(steps, now=now)
    for (office, to_act), told in to_tell.items():
        text = "下列业务逾期未办，请督促办理。" if to_act else "下列业务逾期未办，列入通报。"
        _send(tx, NoticeKind.ESCALATION, office, text, told, wants_receipt=to_act, now=now, watch=watch)


def _tell_who_waits(tx: Timed, rung: Sequence[_Rung], *, now: datetime, watch: Watch) -> None:
    """Art. 14: the school that asked for a pupil hears which office of the other side lets it wait, by that office's
    authority or by itself, also in another province."""
    late = [
        one
        for one in rung
        if one.case.step in _RELEASING
        and watch.here.tier is not Tier.SCHOOL
        and (one.office == watch.here or one.office.tier is Tier.SCHOOL)
    ]
    if late and isinstance(tx, Feeding):
        tx.feed.hold(sorted({str(Office(Tier.SCHOOL, one.case.school)) for one in late}))
    for one in late:
        case, to = one.case, Office(Tier.SCHOOL, one.case.school)
        text = "贵校申请的学籍转接，下列单位逾期未办，已提请督办；逾期不视为同意。"
        send_notice(
            tx,
            notice_id=_occasion(NoticeKind.TRANSFER_OVERDUE, to, [(*case.key, "")], now, watch),
            kind=NoticeKind.TRANSFER_OVERDUE,
            to=to,
            content={"text": text, "cases": [_case_told(case, one.office, now)]},
            subject=case.case_id,
            post=watch.post,
            now=now,
        )


def _above(one: _Rung, watch: Watch) -> set[Office]:
    if one.on_expiry is OnExpiry.NOTIFY:
        return set()
    above = set()
    if one.expired and one.office == watch.here and watch.superior is not None:
        above.add(watch.superior)
    if one.long_expired and watch.province is not None:
        above.add(watch.province)
    return above


def _end(tx: Timed, ended: Sequence[OverdueStep], *, now: datetime, watch: Watch) -> None:
    """Whoever was told that it is overdue hears that it is no longer."""
    tx.deadlines.end(ended, at=now)
    to_tell: defaultdict[str, list[OverdueStep]] = defaultdict(list)
    for step in ended:
        for office in step.told_to:
            to_tell[office].append(step)
    for office, told in to_tell.items():
        text = "下列逾期业务已经办结。"
        _send(tx, NoticeKind.OVERDUE_ENDED, Office.parse(office), text, told, now=now, watch=watch)


def _send(
    tx: Timed,
    kind: NoticeKind,
    to: Office,
    text: str,
    steps: Sequence[OverdueStep],
    *,
    now: datetime,
    watch: Watch,
    wants_receipt: bool | None = None,
) -> None:
    send_notice(
        tx,
        notice_id=_occasion(kind, to, [(*step.key, "") for step in steps], now, watch),
        kind=kind,
        to=to,
        content={"text": text, "cases": [_step_told(step, now) for step in steps]},
        wants_receipt=wants_receipt,
        post=watch.post,
        now=now,
    )


def _occasion(
    kind: NoticeKind, to: Office, rung: Iterable[tuple[str, str, str, str]], now: datetime, watch: Watch
) -> str:
    """The same alarms of the same steps at the same look are the same notice."""
    occasion = " ".join(":".join(one) for one in sorted(rung))
    return id_of_occasion(kind, sender=watch.here, to=to, occasion=occasion, anchor=now)


def _case_told(case: Ringing, office: Office, now: datetime) -> dict[str, str | int]:
    left = national_calendar().working_days_left(case.due, now)
    return {
        "case_id": case.case_id,
        "procedure": procedure_title(case.procedure),
        "step": step_title(case.step),
        "office": str(office),
        "due_on": case.due.last_day.isoformat(),
        **({"days_left": left} if left >= 0 else {"days_late": -left}),
    }


def _step_told(step: OverdueStep, now: datetime) -> dict[str, str | int]:
    """In words for people, and in the names that programs know."""
    due = Due(step.due_at, provisional=False, calendar_version="")
    return {
        "case_id": step.case_id,
        "procedure": procedure_title(step.procedure),
        "step": step_title(step.step),
        "office": step.office,
        "school": step.school,
        "due_on": due.last_day.isoformat(),
        "days_late": max(0, -national_calendar().working_days_left(due, now)),
        "procedure_name": step.procedure,
        "step_name": step.step,
    }
