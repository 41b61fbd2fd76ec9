"""The province approves a change, or refuses it (Art. 3.3: 省级统筹)."""

from __future__ import annotations

from datetime import datetime

from kernel.clock import day_of, milliseconds
from kernel.office import Identity
from kernel.organisations import require_after
from kernel.refusals import MakerIsChecker, OrganisationChangeDecided, OrganisationChangeNotFound, ReasonRequired
from province_hub.store.organisations import Asked, ChangeState
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.organisations.plan import effect_unopposed

LABELS = {
    ChangeState.PROPOSED: "待审批",
    ChangeState.APPROVED: "已批准",
    ChangeState.IN_FORCE: "已生效",
    ChangeState.REFUSED: "未批准",
    ChangeState.LAPSED: "未能生效",
}


def decide_change(
    tx: HubTransaction, change_id: str, /, *, approve: bool, reason: str, by: Identity, now: datetime
) -> Asked:
    """Decide; the same decision again changes nothing. What is approved is judged once more on its day.

    Raises:
        OrganisationChangeNotFound: nobody asked for it. OrganisationChangeDecided: it was decided otherwise.
        MakerIsChecker: who asked for it at the province does not approve it.
        ReasonRequired: refused without a reason.
        Refusal: as things are now, something speaks against it, as in ``propose_change``.
    """
    asked = tx.organisations.find(change_id, lock=True)
    if asked is None:
        raise OrganisationChangeNotFound(field="change_id")
    if not approve and not reason.strip():
        raise ReasonRequired(field="reason")
    if asked.state is not ChangeState.PROPOSED:
        if approve is (asked.state is ChangeState.REFUSED):
            raise OrganisationChangeDecided(outcome=LABELS[asked.state])
        return asked
    if approve:
        if asked.proposed_by == str(by.office) and asked.proposer == by.person:
            raise MakerIsChecker
        require_after(asked.change.effective_on, day_of(milliseconds(now)))
        effect_unopposed(tx, tx.schools.read(), asked.change)
    state = ChangeState.APPROVED if approve else ChangeState.REFUSED
    tx.organisations.decide(change_id, state, person=by.person, reason=reason, now_ms=milliseconds(now))
    decided = tx.organisations.find(change_id)
    assert decided is not None, "it is there"
    return decided
