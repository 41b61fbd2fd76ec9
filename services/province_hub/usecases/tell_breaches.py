"""What a school did not keep, as the rules found with a decision: its authority is told, and the case goes on."""

from __future__ import annotations

from collections.abc import Sequence

from kernel.case import Case
from kernel.endorsement import authority_in
from kernel.feed import BreachFound
from kernel.judging import Judgement
from kernel.rules import Breach
from kernel.supervision import NOT_OF_SCHOOLS
from province_hub.usecases.announce import Told
from province_hub.usecases.rules import Rules


def breaches_told(case: Case, judgements: Sequence[Judgement], *, rules: Rules) -> list[Told]:
    """One entry for each breach of the case (Art. 27), for the authority of the school that filed it.

    What was refused is no record, and so no late one: it is told when it has been put right.
    """
    found: dict[str, list[Breach]] = {}
    for judgement in judgements:
        if judgement.approved:
            for breach in judgement.breaches:
                if breach.code in NOT_OF_SCHOOLS:
                    continue
                found.setdefault(breach.code, []).append(breach)
    authority = authority_in(case, case.school, register=rules.register)
    return [(authority, _entry(case, breaches)) for breaches in found.values()]


def _entry(case: Case, breaches: Sequence[Breach]) -> BreachFound:
    worst = max(breaches, key=lambda breach: breach.days_late)
    return BreachFound(
        case_id=case.case_id,
        school=case.school,
        code=worst.code,
        sentence=worst.sentence,
        days_late=worst.days_late,
        count=len(breaches),
        filed_at_ms=case.filed_at_ms,
    )
