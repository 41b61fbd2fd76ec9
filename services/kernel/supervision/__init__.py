"""Supervision (监督): a breach of the Measures, from the clue to the day on which it is put right (Articles 26 and 27).

    clue (线索)  --confirmed-->  认定  --ordered-->  责令改正  --answered-->  已报告整改  --closed-->  已整改
         \\--dismissed, with the reason                  ^------ not enough: ordered again ------/

A school is ordered by its authority, for one of the eight cases of Article 27; an authority by whoever is above it, by
Article 26. In a serious case persons are held responsible (追究责任): that is beside the order, not in its place.
Nothing of this stands in the way of a pupil: no rule reads it.

    ``grounds``   what a finding may be about: the clause that was not kept, and the item of Article 27 that it is
    ``finding``   a finding, its states, and the acts that lead from one to the next
    ``register``  the sealed register: every act signed, and chained to the one before it by its digest
"""

from kernel.supervision.finding import Act, Finding, FindingState, Source, after, finding_id_of
from kernel.supervision.grounds import NOT_OF_SCHOOLS, Ground, clause_for, ground_of_breach, ground_of_overdue_step
from kernel.supervision.register import BEGINNING, Entry, require_follows

__all__ = [
    "BEGINNING",
    "NOT_OF_SCHOOLS",
    "Act",
    "Entry",
    "Finding",
    "FindingState",
    "Ground",
    "Source",
    "after",
    "clause_for",
    "finding_id_of",
    "ground_of_breach",
    "ground_of_overdue_step",
    "require_follows",
]
