"""Rule packs: the regulation's parameters as dated data, the nation's and over them a province's (Articles 11, 29).

    deploy/policies/*.toml --> RulePackText      one text: rules with source and confidence     text.py
    the nation's texts     --> RulePack 2013.1   whole: a value for every key and stage         pack.py
    a province's over it   --> RulePack 2013.1+44.1, or RulePackBreaksNation                    pack.py
    all of them            --> Packs             which is in force where and when               packs.py
    pack.read(stage)       --> Reading           reading(KEY) is typed, and is remembered       pack.py

``keys`` is the vocabulary: each key says its type, the clauses of the Measures that it serves, and how far a province
may change it. There is no code for a province anywhere: what the keys cannot say becomes a new key.

A case names the pack of the day on which it was filed and is judged by it to its end, whatever is in force by then. A
decision stores the pack's id and the parameters that it read, so that it can be judged again, by the same pack with the
same answer, or by another to see what that would change. Therefore what an id means never changes: a correction of the
data is a new version with a first day of its own, and the file of the former stays.

A national text whose full words are not at hand carries over an earlier one, and every carried value says so.
"""

from kernel.packs.differences import Difference, Line, differences, lines
from kernel.packs.key import Change, Key
from kernel.packs.kinds import ExtraEndorsement
from kernel.packs.pack import Reading, RulePack, overlay, source_of, step_deadline
from kernel.packs.packs import Packs
from kernel.packs.school_terms import (
    ClosedTerm,
    Half,
    MonthDay,
    SchoolTerm,
    SchoolTerms,
    Vacation,
    YearlySpan,
)
from kernel.packs.templates import Template
from kernel.packs.term import Term, TermUnit
from kernel.packs.text import RulePackText, Value
from kernel.packs.windows import Freeze, Windows, frozen_until
from kernel.packs.words import (
    Approver,
    ArchiveKeeper,
    Confidence,
    ExtraStep,
    Frozen,
    GraduationKind,
    Hospital,
    OnExpiry,
    ReturnGrade,
    TransferBar,
    TransferReason,
    WhenFull,
    WithdrawUntil,
)

__all__ = [
    "Approver",
    "ArchiveKeeper",
    "Change",
    "ClosedTerm",
    "Confidence",
    "Difference",
    "ExtraEndorsement",
    "ExtraStep",
    "Freeze",
    "Frozen",
    "GraduationKind",
    "Half",
    "Hospital",
    "Key",
    "Line",
    "MonthDay",
    "OnExpiry",
    "Packs",
    "Reading",
    "ReturnGrade",
    "RulePack",
    "RulePackText",
    "SchoolTerm",
    "SchoolTerms",
    "Template",
    "Term",
    "TermUnit",
    "TransferBar",
    "TransferReason",
    "Vacation",
    "Value",
    "WhenFull",
    "Windows",
    "WithdrawUntil",
    "YearlySpan",
    "differences",
    "frozen_until",
    "lines",
    "overlay",
    "source_of",
    "step_deadline",
]
