"""The stage, in a registrar's words: who does what at which desk, and what is seen afterwards.

    async def test_…(stage: Stage) -> None:
        child = await stage.enrolled_pupil("李小禾", school="金水区示范小学", grade="小学三年级")
        case = await stage.files_transfer(child, to="金水区示范特殊教育学校", grade="特教三年级")
        await stage.sees_through(case)
        assert (await stage.record(child)).school == …

Everything goes through the desks that people have, over the wire. Offices and schools are called by their names.
"""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from PIL import Image

from chassis.rpc.wire import refusal_from_message
from console.demo.rosters import Cell, Roster
from console.desk import Desk, Imported
from console.evidence import put_content
from kernel.case import CaseState, ItemState
from kernel.clock import SHANGHAI, milliseconds
from kernel.evidence import EvidenceKind
from kernel.ids import new_uuid7
from kernel.office import Office, Role
from kernel.refusals import CaseNotFound, Refusal
from kernel.regulation import PROCEDURES, Step, of_family
from kernel.regulation.transfers import TRANSFER
from kernel.school import School
from scenarios.children import Child, a_child
from scenarios.clock import StageClock
from scenarios.theatre import Theatre
from xueji.common.v1 import case_pb2
from xueji.desk.v1 import desk_pb2
from xueji.index.v1 import index_pb2
from xueji.record.v1 import record_pb2

T = TypeVar("T")

WAIT_SECONDS = 30.0
POLL_SECONDS = 0.02

SETTLED = {ItemState.DONE, ItemState.REFUSED, ItemState.RETURNED}


class NeverCame(AssertionError):
    """What a story waited for did not come in time."""


class Stage:
    """One story's view of the federation.

    Args:
        workbooks: a folder for the sheets that schools bring.
    """

    def __init__(self, theatre: Theatre, clock: StageClock, *, workbooks: Path) -> None:
        self.theatre = theatre
        self.clock = clock
        self._workbooks = workbooks
        self._codes = {name: office.code for office, name in theatre.plan.names.items()}

    # --- Who ---

    def school(self, name: str) -> School:
        """A school of the demonstration by its name, e.g. 金水区示范小学."""
        return self.theatre.plan.school(self._codes[name])

    def registrar(self, school: str | School) -> Desk:
        """学校学籍管理员, who enters."""
        return self.theatre.cast.registrar(self._school(school))

    def principal(self, school: str | School) -> Desk:
        """学校负责人, who checks."""
        return self.theatre.cast.principal(self._school(school))

    def authority_of(self, school: str | School) -> Desk:
        """The officer at the school's authority (学籍主管部门)."""
        return self.theatre.cast.authority_of(self._school(school))

    def officer(self, name: str) -> Desk:
        """The officer of an authority, a province or the nation, e.g. 郑州市金水区教育局, 河南省."""
        return self.theatre.cast.desk(self._codes[name], Role.OFFICER)

    def hub_of(self, school: str | School) -> Desk:
        return self.theatre.cast.hub(self._school(school).code.province)

    @property
    def nation(self) -> Desk:
        return self.theatre.cast.nation

    def decides(self, office: str) -> Desk:
        """Who decides at an office, written as cases name it: ``school/2141000001``, ``authority/410105``."""
        whose = Office.parse(office)
        role = Role.PRINCIPAL if whose.tier.value == "school" else Role.OFFICER
        return self.theatre.cast.desk(whose.code, role)

    # --- When ---

    def end_of(self, day: date) -> int:
        """The moment at which a deadline whose last day this is has passed, in milliseconds as messages carry it."""
        return milliseconds(datetime.combine(day + timedelta(days=1), datetime.min.time(), SHANGHAI))

    # --- Waiting ---

    async def until(self, what: str, look: Callable[[], Awaitable[T | None]], *, seconds: float = WAIT_SECONDS) -> T:
        """What ``look`` finds, as soon as it finds something; a refusal is an answer to wait past.

        Raises:
            NeverCame: it found nothing in time; the message says for what.
        """
        give_up_at = time.monotonic() + seconds
        last: Refusal | None = None
        while time.monotonic() < give_up_at:
            try:
                found = await look()
            except Refusal as no:
                found, last = None, no
            if found is not None:
                return found
            await asyncio.sleep(POLL_SECONDS)
        raise NeverCame(f"{what}：{seconds:.0f} 秒内没有等到" + (f"（{last.code}）" if last else ""))

    # --- Children enter ---

    def child(self, name: str, *, school: str | School, **about: Cell) -> Child:
        """A child whom nobody has registered; ``about`` as ``scenarios.children.a_child`` takes it."""
        return a_child(name, school=self._school(school), on=self.clock.today, **about)  # type: ignore[arg-type]

    async def enters(self, *children: Child, school: str | School | None = None) -> Imported:
        """The registrar imports a sheet with these children, at the first one's school if no other is said."""
        at = self._school(school) if school else children[0].school
        rows = tuple(child.row for child in children)
        return await self.enters_sheet(at, Roster(title=f"{at.name}花名册", pupils=rows))

    async def enters_sheet(self, school: str | School, roster: Roster) -> Imported:
        """The registrar imports a sheet as it stands."""
        path = self._workbooks / f"{new_uuid7()}.xlsx"
        await asyncio.to_thread(roster.write, path)
        return await self.registrar(school).import_roster(path)

    async def submits(self, school: str | School) -> str:
        """The registrar submits what was entered, the principal checks it; the case's id."""
        submitted = await self.registrar(school).submit_drafts(str(new_uuid7()))
        (case_id,) = submitted.case_ids
        await self.principal(school).approve(case_id)
        return case_id

    async def enrolled(self, *children: Child) -> None:
        """From a sheet to numbers: entered, submitted, checked, approved, numbered, and known at the school."""
        school = children[0].school
        entered = await self.enters(*children)
        assert not entered.findings, {row: [no.code for no in nos] for row, nos in entered.findings.items()}
        case_id = await self.submits(school)
        await self.sees_through(case_id, school=school)
        items = await self.outcome(case_id, school=school)
        for child in children:
            item = items[child.name]
            assert item.state == "done", f"{child.name}: {refusal_from_message(item.refusal).code}"
            child.number = item.number

    async def enrolled_pupil(self, name: str, *, school: str | School, **about: Cell) -> Child:
        """One child who has been enrolled; see ``child`` and ``enrolled``."""
        child = self.child(name, school=school, **about)
        await self.enrolled(child)
        return child

    # --- Cases ---

    async def files_transfer(
        self,
        child: Child,
        *,
        to: str | School,
        grade: str = "小学一年级",
        school_class: str = "1班",
        reason: str = "随父母工作调动迁居",
    ) -> str:
        """The receiving school asks for the child (Art. 14) and its principal checks; the case's id."""
        return await self.files(TRANSFER, child, at=to, grade=grade, school_class=school_class, reason=reason)

    async def files(
        self,
        procedure: str,
        *children: Child,
        at: str | School | None = None,
        proofs: Iterable[EvidenceKind] = (),
        checked: bool = True,
        **values: str,
    ) -> str:
        """A school files a case, and its principal checks it; the case's id.

        Args:
            procedure: a row of the table, or a family (``kernel.regulation``).
            at: the school that files; the first child's own where none is said. Of two-sided procedures the other side
                is the child's school.
            proofs: kinds of documents; what is on them is of no account here.
            checked: whether the principal checks; else the case stays with the registrar.
            values: the procedure's fields, as people write them, the same of each child.

        Raises:
            Refusal: what the desk found wrong with a child that it left out.
        """
        case_id = str(new_uuid7())
        at = at or children[0].school
        registrar = self.registrar(at)
        answer = await registrar.file_case(
            desk_pb2.FileCaseRequest(
                case_id=case_id,
                procedure=procedure,
                releasing_school=children[0].school.code.text if _two_sided(procedure) else "",
                items=[
                    case_pb2.Item(
                        item_id=case_id if child is children[0] else str(new_uuid7()),
                        values={"number": child.number, "name": child.name} | values,
                    )
                    for child in children
                ],
                evidence=[await put_content(registrar, a_document(kind), kind) for kind in proofs],
            )
        )
        for refused in answer.refused:
            raise refusal_from_message(refused.findings[0])
        if checked:
            await self.principal(at).approve(case_id)
        return case_id

    async def done(self, procedure: str, child: Child, **said: Any) -> desk_pb2.ItemView:
        """As ``files``, and everybody approves: what became of the child's part."""
        case_id = await self.files(procedure, child, **said)
        school = said.get("at") or child.school
        await self.sees_through(case_id, school=school, leaving=child.school)
        return (await self.outcome(case_id, school=school))[child.name]

    async def does(self, procedure: str, *children: Child, **said: Any) -> str:
        """As ``files``, with everybody's approval and for each child to the end; the case's id.

        Raises:
            Refusal: what came of it instead, of the first child that did not get through.
        """
        case_id = await self.files(procedure, *children, **said)
        school = said.get("at") or children[0].school
        await self.sees_through(case_id, school=school, leaving=children[0].school)
        for item in (await self.outcome(case_id, school=school)).values():
            if item.state != ItemState.DONE:
                raise refusal_from_message(item.refusal)
        return case_id

    async def transferred(
        self, child: Child, *, to: str | School, grade: str = "小学一年级", school_class: str = "1班"
    ) -> None:
        """The whole transfer, with everybody's approval; both schools know that the child is of the new one."""
        case_id = await self.files_transfer(child, to=to, grade=grade, school_class=school_class)
        await self.sees_through(case_id, school=to)
        item = (await self.outcome(case_id, school=to))[child.name]
        assert item.state == ItemState.DONE, refusal_from_message(item.refusal).code
        former, child.school = child.school, self._school(to)

        async def left() -> bool | None:
            return "left" in await self.on_the_roll(child, school=former) or None

        await self.until(f"{former.name}知道{child.name}已经转出", left)

    async def excepting(self, desk: Desk, case_id: str, **returned: str) -> list[desk_pb2.ItemException]:
        """For an approval that sends some children back: each one's name with the reason."""
        items = (await desk.case(case_id)).items
        return [
            desk_pb2.ItemException(item_id=item.item_id, decision=desk_pb2.DECISION_RETURN, reason=returned[name])
            for item in items
            if (name := item.values["name"]) in returned
        ]

    async def asked(self, desk: Desk, case_id: str, step: Step) -> desk_pb2.CaseSummary:
        """Wait until a step of a case is this desk's to decide."""
        return await self.until(f"{desk.name}等到{case_id}的{step}", lambda: _turn_at(desk, case_id, step))

    async def approves(self, desk: Desk, case_id: str, step: Step) -> None:
        """Wait for the desk's turn, and approve."""
        await self.asked(desk, case_id, step)
        await desk.approve(case_id)

    async def sees_through(
        self, case_id: str, *, school: str | School, leaving: str | School | None = None, before: Step | None = None
    ) -> None:
        """Everybody approves in turn until the filing school has the result.

        Whose turn it is, each office that had one says of its own view of the case: between provinces, who filed is not
        told of every step on the other side.

        Args:
            school: which filed it. leaving: whose authority may be asked first on the other side.
            before: stop where this step's office has been asked, and has not decided.
        """
        filed_at = self.registrar(school)
        seen_by, decided = [filed_at, *([self.authority_of(leaving)] if leaving else [])], set[str]()

        async def turn() -> desk_pb2.CaseSummary | None:
            """The next whose turn it is; the filing school's summary once it is closed."""
            summaries = [seen for desk in seen_by if (seen := await _seen_at(desk, case_id)) is not None]
            # Of another province's authority nobody here knows which it is, until its hub has been asked.
            fresh = (one for one in summaries if one.awaited_step in set(Step) - decided and one.awaited_office)
            return summaries[0] if summaries[0].state == CaseState.CLOSED else next(fresh, None)

        while (summary := await self.until(f"{case_id}的下一个环节", turn)).state != CaseState.CLOSED:
            step = Step(summary.awaited_step)
            if step is before:
                await self.asked(self.decides(summary.awaited_office), case_id, step)
                return
            decided.add(step)
            desk = self.decides(summary.awaited_office)

            async def ready(desk: Desk = desk, step: Step = step) -> bool | None:
                """True when the desk is asked; False when the case ended before it was."""
                if (await filed_at.case(case_id)).summary.state == CaseState.CLOSED:
                    return False
                return True if await _turn_at(desk, case_id, step) else None

            if await self.until(f"{desk.name}等到{case_id}的{step}", ready):
                await desk.approve(case_id)
                seen_by.append(desk)

    async def outcome(self, case_id: str, *, school: str | School) -> Mapping[str, desk_pb2.ItemView]:
        """What became of each child of a case, by name, once the filing school knows of all."""

        async def look() -> Mapping[str, desk_pb2.ItemView] | None:
            view = await self.registrar(school).case(case_id)
            settled = all(item.state in SETTLED for item in view.items)
            return {item.values["name"]: item for item in view.items} if settled else None

        return await self.until(f"{case_id}的结果", look)

    # --- What is known afterwards ---

    async def record(self, child: Child, *, province: str = "") -> desk_pb2.StudentSummary:
        """What the province holds of a child: of the school where it was enrolled, if no other is named."""
        hub = self.officer(province) if province else self.hub_of(child.school)
        (held,) = await hub.students(number=child.number)
        return held

    async def told(self, child: Child, *, on: date | None = None) -> record_pb2.Record:
        """The whole record as the province has it: as it is now, or as it was on a day."""
        answer = await self.hub_of(child.school).record(child.number, on=on.isoformat() if on else "")
        return answer.record

    async def history(self, child: Child) -> list[record_pb2.HistoryEntry]:
        """Every entry of the child's history, oldest first."""
        _, entries = await self.hub_of(child.school).history(child.number)
        return entries

    async def on_the_roll(self, child: Child, *, school: str | School) -> list[str]:
        """How a school's roll has the child: ``numbered``, ``left``; empty where it does not know it."""
        return [pupil.status for pupil in await self.registrar(school).students(number=child.number)]

    async def at_the_index(self, child: Child) -> index_pb2.Found:
        """What the nation knows under the child's number."""
        (found,) = await self.nation.look_up([index_pb2.Handle(number=child.number)])
        return found

    def _school(self, school: str | School) -> School:
        return school if isinstance(school, School) else self.school(school)


async def _turn_at(desk: Desk, case_id: str, step: Step) -> desk_pb2.CaseSummary | None:
    summary = (await desk.case(case_id)).summary
    waits = summary.state == CaseState.OPEN and summary.awaited_office == str(desk.who.office)
    return summary if waits and summary.awaited_step == step else None


async def _seen_at(desk: Desk, case_id: str) -> desk_pb2.CaseSummary | None:
    """The desk's view of a case; None while it has not heard of it."""
    try:
        return (await desk.case(case_id)).summary
    except CaseNotFound:
        return None


def _two_sided(procedure: str) -> bool:
    rows = of_family(procedure) or (PROCEDURES[procedure],)
    return rows[0].two_sided


def a_document(kind: EvidenceKind) -> bytes:
    """A scan that has nothing on it; another for each kind."""
    content = io.BytesIO()
    Image.new("L", (40 + list(EvidenceKind).index(kind), 60), "white").save(content, "PNG")
    return content.getvalue()
