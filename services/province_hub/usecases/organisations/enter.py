"""A change enters the register on its day, and everybody below hears what the register says now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kernel.clock import day_of, milliseconds
from kernel.office import Office, Tier
from kernel.organisations import (
    LIVES_TOLD_MAX,
    DatedRegister,
    Effect,
    OrganisationChange,
    RegisterChanged,
    placings_of,
)
from kernel.refusals import Refusal
from province_hub.store.organisations import CHANGES_WAIT, Work
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.announce import Told, tell
from province_hub.usecases.organisations.plan import effect_unopposed


def enter_next(tx: HubTransaction, /, *, now: datetime) -> bool:
    """Enter the next change whose day has come; whether there was one.

    It is judged once more, for what was approved may have been overtaken; then it lapses, and its office sees why. A
    hub that was down on the day enters it when it is back, from its own day on.
    """
    tx.schools.revision(lock=True)  # one at a time, in the order of their days
    asked = tx.organisations.due(day_of(milliseconds(now)))
    if asked is None:
        return False
    change, register = asked.change, tx.schools.read()
    try:
        effect, after = effect_unopposed(tx, register, change)
    except Refusal as said:
        tx.organisations.lapse(change.change_id, said)
        return True
    tx.schools.put(effect.lives.values(), effect.reforms)
    tx.organisations.back_in_force(
        [code for code in effect.lives if register(code) is None and after(code) is not None]
    )
    tx.organisations.enter(change.change_id, _work(register, after, effect, change), now_ms=milliseconds(now))
    tx.wake(CHANGES_WAIT)
    tell(tx, _told(register, after, effect, change), now=now)
    return True


def _work(register: DatedRegister, after: DatedRegister, effect: Effect, change: OrganisationChange) -> list[Work]:
    """Pupils move out of each school that ended or gave up classes; a new authority hears whose records it has."""
    placings = placings_of(after, change)
    moves = [
        Work(change.change_id, code, moves=True, placings=tuple(one for one in placings if one.from_school == code))
        for code in sorted({placing.from_school for placing in placings})
    ]
    tells = [
        Work(change.change_id, code, moves=False)
        for code in sorted(effect.lives)
        if (was := register(code)) and (now := after(code)) and was.authority != now.authority
    ]
    return moves + tells


def _told(register: DatedRegister, after: DatedRegister, effect: Effect, change: OrganisationChange) -> Sequence[Told]:
    """Every authority of the province: whoever files or is asked must know which schools there are."""
    schools = (school for one in (register, after) for code in one.lives if (school := one(code)))
    offices = [Office(Tier.AUTHORITY, code) for code in sorted({school.authority for school in schools})]
    lives = [life for _, life in sorted(effect.lives.items())]
    chunks = [tuple(lives[start : start + LIVES_TOLD_MAX]) for start in range(0, len(lives), LIVES_TOLD_MAX)]
    entries = [RegisterChanged(change.change_id, chunk) for chunk in chunks]
    if effect.reforms:
        entries.append(RegisterChanged(change.change_id, (), effect.reforms))
    return [(office, entry) for office in offices for entry in entries]
