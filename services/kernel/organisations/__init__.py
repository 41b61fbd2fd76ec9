"""Schools and divisions over time: every question about them can be asked as of a day.

    spans.py       what a code stood for, from when to when, and how it ended
    register.py    the register as of any day, by place and by authority
    changes.py     what can happen: opening, renaming, merger, split, closure, another category, authority or division
    moving.py      how a change moves pupils, and what must be clear before it is decided
    telling.py     what the tiers below are told of it
    applying.py    what a change does to the register, and what speaks against it (Art. 9)

A change enters the register on the day on which it takes effect, and never before that day or for an earlier one. So
the newest day of the register is today, what it answers of a day that has passed stays its answer, and a signature
that was good on its day can be checked for ever.
"""

from kernel.organisations.applying import (
    CODES_MAX,
    PLACINGS_MAX,
    Effect,
    apply,
    authorities_of,
    effect_of,
    placings_of,
    require_proposer,
)
from kernel.organisations.changes import (
    KINDS,
    TITLES,
    Closure,
    DivisionReform,
    Handover,
    Merger,
    Opening,
    OrganisationChange,
    Reclassification,
    Renaming,
    Split,
    What,
    clauses_of,
)
from kernel.organisations.moving import Seat, SeatMove, mixed_classes, require_after, seat_moves, without_successor
from kernel.organisations.register import ArchiveCustodian, DatedRegister, Reform
from kernel.organisations.spans import (
    TIME_OUT_OF_MIND,
    End,
    Ending,
    Life,
    Placing,
    SchoolSpan,
    placing_of,
)
from kernel.organisations.telling import (
    LIVES_TOLD_MAX,
    PUPILS_TOLD_MAX,
    OrganisationNews,
    PlacedPupil,
    PupilsLeft,
    PupilsPlaced,
    RegisterChanged,
)

__all__ = [
    "CODES_MAX",
    "KINDS",
    "LIVES_TOLD_MAX",
    "PLACINGS_MAX",
    "PUPILS_TOLD_MAX",
    "TIME_OUT_OF_MIND",
    "TITLES",
    "ArchiveCustodian",
    "Closure",
    "DatedRegister",
    "DivisionReform",
    "Effect",
    "End",
    "Ending",
    "Handover",
    "Life",
    "Merger",
    "Opening",
    "OrganisationChange",
    "OrganisationNews",
    "PlacedPupil",
    "Placing",
    "PupilsLeft",
    "PupilsPlaced",
    "Reclassification",
    "Reform",
    "RegisterChanged",
    "Renaming",
    "SchoolSpan",
    "Seat",
    "SeatMove",
    "Split",
    "What",
    "apply",
    "authorities_of",
    "clauses_of",
    "effect_of",
    "mixed_classes",
    "placing_of",
    "placings_of",
    "require_after",
    "require_proposer",
    "seat_moves",
    "without_successor",
]
