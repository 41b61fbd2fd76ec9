"""The register that a process asks: in memory, as its database has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from chassis.organisations.store import Registered
from chassis.sql import Database
from kernel.case import Case
from kernel.office import Office, Tier
from kernel.organisations import DatedRegister
from kernel.refusals import Refusal
from kernel.school import School

TX = TypeVar("TX", bound=Registered)


class LiveRegister:
    """A register (``kernel.endorsement.Register``) whose answers are always those of one whole revision.

    A use case that must not miss what was committed a moment ago lets it look first (``see``).
    """

    def __init__(self) -> None:
        self._held: tuple[int, DatedRegister] = (-1, DatedRegister({}))

    @property
    def dated(self) -> DatedRegister:
        """The register as it is now, to ask as of any day."""
        return self._held[1]

    def schools(self) -> list[School]:
        """The schools that there are now, by code."""
        return list(self.dated.schools_now.values())

    def authorities(self) -> tuple[Office, ...]:
        """The authorities that these schools have."""
        codes = {school.authority for school in self.schools()}
        return tuple(Office(Tier.AUTHORITY, code) for code in sorted(codes))

    def __call__(self, code: str) -> School | None:
        return self.dated(code)

    def school_in(self, case: Case, code: str) -> School | None:
        return self.dated.school_in(case, code)

    def in_force_for(self, case: Case, code: str) -> bool:
        return self.dated.in_force_for(case, code)

    def answers_for(self, code: str) -> str | None:
        return self.dated.answers_for(code)

    def unknown(self, code: str) -> Refusal:
        return self.dated.unknown(code)

    def see(self, tx: Registered) -> None:
        """Look whether it was changed. Before the transaction itself changes it: what it writes is not yet so."""
        revision = tx.schools.revision()
        if revision != self._held[0]:
            self._held = (revision, tx.schools.read())

    async def begin(self, database: Database[TX], schools: Mapping[str, School]) -> None:
        """Take in the operator's file, at the start of the process."""
        await database.run(_seed, schools)
        await self.refresh(database)

    async def refresh(self, database: Database[TX]) -> None:
        """``see`` in a transaction of its own."""
        await database.run(_see, self)


def _see(tx: Registered, register: LiveRegister) -> None:
    register.see(tx)


def _seed(tx: Registered, schools: Mapping[str, School]) -> None:
    tx.schools.revision(lock=True)  # two processes of one node begin together
    known = tx.schools.read()
    seeded = known.seeded(schools.values())
    changed = [life for code, life in seeded.lives.items() if known.lives.get(code) != life]
    if changed:
        tx.schools.put(changed)
