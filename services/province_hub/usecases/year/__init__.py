"""The school year of a province: the night of promotion (升级, Article 12).

    rehearse     counts, and who would stay and why; writes nothing          rehearse.py
    begin        the night of this year, with the schools it will go through begin.py
    promote      the next handful of schools, in one transaction             promote.py
    undo_class   one class back, an entry for each of its pupils             undo_class.py
    set_plan     how many pupils a school may admit to a stage               plans.py

The night is rows of a table: a process that ends in the middle goes on with the next school, and a school that is done
is never done again.
"""

from province_hub.usecases.year.begin import begin_promotion
from province_hub.usecases.year.plans import list_plans, set_plan
from province_hub.usecases.year.promote import PROMOTION_WAITS, promote_next
from province_hub.usecases.year.rehearse import Rehearsal, rehearse_promotion
from province_hub.usecases.year.runs import RunPage, list_runs, of_year
from province_hub.usecases.year.undo_class import UndoClass, Undone, undo_class

__all__ = [
    "PROMOTION_WAITS",
    "Rehearsal",
    "RunPage",
    "UndoClass",
    "Undone",
    "begin_promotion",
    "list_plans",
    "list_runs",
    "of_year",
    "promote_next",
    "rehearse_promotion",
    "set_plan",
    "undo_class",
]
