"""Ask for a change of schools or divisions (Art. 3): the authority of the schools, or the province itself."""

from __future__ import annotations

from datetime import datetime

from kernel.clock import day_of, milliseconds
from kernel.office import Office
from kernel.organisations import OrganisationChange, authorities_of, require_after, require_proposer
from kernel.refusals import DigestReused
from province_hub.store.organisations import Asked, ChangeState
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.organisations.plan import effect_unopposed


def propose_change(
    tx: HubTransaction, change: OrganisationChange, /, *, by: Office, person: str, jws: str, now: datetime
) -> Asked:
    """Remember it, for the province to decide. The same change again is answered as it stands.

    Args:
        by: the office that asks for it; person: who does there. jws: the change as that office signed it.

    Raises:
        OutsideJurisdiction: it is for another office to ask for.
        OrganisationChangeTooSoon: it would begin with a day that has begun.
        PupilsWithoutSuccessor, ClassesWouldMix: it leaves open where pupils go, or throws classes together.
        DigestReused: another change is known under its id.
        Refusal: as ``kernel.organisations.effect_of``.
    """
    known = tx.organisations.find(change.change_id)
    if known is None:
        register = tx.schools.read()
        require_proposer(register, change, by)
        require_after(change.effective_on, day_of(milliseconds(now)))
        effect, after = effect_unopposed(tx, register, change)
        concerns = authorities_of(register, effect.lives, change.effective_on)
        concerns |= authorities_of(after, effect.lives, change.effective_on)
        asked = Asked(
            change=change,
            state=ChangeState.PROPOSED,
            proposed_by=str(by),
            proposer=person,
            jws=jws,
            concerns=tuple(sorted(concerns)),
            proposed_ms=milliseconds(now),
        )
        if tx.organisations.propose(asked):
            return asked
        known = tx.organisations.find(change.change_id)  # by the same call beside this one
    assert known is not None, "it is there"
    if known.change.digest != change.digest:
        raise DigestReused(field="change_id")
    return known
