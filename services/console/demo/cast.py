"""The people of the story, each at their own desk with their own certificate."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from console.demo.report import Report
from console.demo.screen import Screen
from console.desk import Desk, open_desk
from console.federation.running import Whereabouts
from kernel.office import NATION, Role
from kernel.school import School


class Cast:
    """Everybody who has a desk in a federation, while it is entered."""

    def __init__(self, whereabouts: Whereabouts) -> None:
        self._whereabouts = whereabouts
        self._open = AsyncExitStack()
        self._desks: dict[str, Desk] = {}

    async def __aenter__(self) -> Self:
        for reach in self._whereabouts.desks:
            name = f"{reach.who.office.code}/{reach.who.role}"
            self._desks[name] = await self._open.enter_async_context(open_desk(reach))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    def desk(self, code: str, role: Role) -> Desk:
        """Whoever has this role at the office of this code."""
        return self._desks[f"{code}/{role}"]

    def registrar(self, school: School) -> Desk:
        return self.desk(school.code.text, Role.REGISTRAR)

    def principal(self, school: School) -> Desk:
        return self.desk(school.code.text, Role.PRINCIPAL)

    def authority_of(self, school: School) -> Desk:
        return self.desk(school.authority, Role.OFFICER)

    def hub(self, province: str) -> Desk:
        return self.desk(province, Role.OFFICER)

    @property
    def nation(self) -> Desk:
        return self.desk(NATION.code, Role.OFFICER)


@dataclass(frozen=True)
class Scene:
    """What every part of the story plays with.

    Attributes:
        workbooks: the folder where rosters and their results are written.
    """

    cast: Cast
    report: Report
    screen: Screen
    workbooks: Path
