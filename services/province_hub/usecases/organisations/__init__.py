"""Schools and divisions over time (机构变更, Article 9): asked for, decided, entered on its day, carried out.

    plan       what a change would do, and what speaks against it; writes nothing
    propose    an authority asks for it, or the province itself
    decide     the province approves or refuses
    enter      on its day it enters the register, and everybody below hears of it
    carry_out  pupils move, a handful at a time; an authority hears whose records it has now
    looking    what was asked for, and what became of it

A case that was begun before is finished by those with whom it was begun; the pupil whom it holds moves when it is over.
"""

from province_hub.usecases.organisations.carry_out import carry_out_next
from province_hub.usecases.organisations.decide import decide_change
from province_hub.usecases.organisations.enter import enter_next
from province_hub.usecases.organisations.looking import ChangePage, list_changes, show_change
from province_hub.usecases.organisations.plan import Planned, PlannedSchool, plan_change
from province_hub.usecases.organisations.propose import propose_change

__all__ = [
    "ChangePage",
    "Planned",
    "PlannedSchool",
    "carry_out_next",
    "decide_change",
    "enter_next",
    "list_changes",
    "plan_change",
    "propose_change",
    "show_change",
]
