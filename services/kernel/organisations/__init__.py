"""Schools and divisions over time: every question about them can be asked as of a day.

    spans.py       what a code stood for, from when to when, and how it ended
    register.py    the register as of any day, by place and by authority
    changes.py     what can happen: opening, renaming, merger, split, closure, another category, authority or division
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
    no_longer_in_force,
    placings_of,
    require_proposer,
)
from kernel.organisations.changes import (
    KINDS,
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
)
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

__all__ = [
    "CODES_MAX",
    "KINDS",
    "PLACINGS_MAX",
    "TIME_OUT_OF_MIND",
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
    "Placing",
    "Reclassification",
    "Reform",
    "Renaming",
    "SchoolSpan",
    "Split",
    "What",
    "apply",
    "authorities_of",
    "effect_of",
    "no_longer_in_force",
    "placing_of",
    "placings_of",
    "require_proposer",
]
