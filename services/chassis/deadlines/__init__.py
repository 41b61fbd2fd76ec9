"""The statutory clock of an office (Art. 14): who is reminded when a step's time runs out, and who is told when it has.

    kernel.alarms     when the alarms of a step ring: 7, 9 and 10 of ten working days used, day 11, day 16
    watching.py       looks whose alarm has rung: reminds this office, tells those above it, ends what was taken since
    escalating.py     what an office above does with what it is told; the list of overdue steps of its own subtree
    reminding.py      a person asks the office where a case waits to go on (催办)
    recounting.py     what was provisional (暂定) is counted again when a further year's calendar is out
    book.py           the alarms in the ledger, and the steps that are or were overdue

Every office watches the cases of its own ledger, and so an office above sees the lateness of one below whose node is
down. What never passed through its ledger it is told by notice. Nothing here endorses anything: silence never approves.
"""

from chassis.deadlines.arrivals import deadline_arrivals
from chassis.deadlines.book import DeadlineBook, OverdueStep
from chassis.deadlines.escalating import take_overdue, take_overdue_ended
from chassis.deadlines.recounting import Recount, recount, take_recounted
from chassis.deadlines.tables import overdue_table
from chassis.deadlines.transactions import Timed
from chassis.deadlines.watching import Watch, watch_deadlines

__all__ = [
    "DeadlineBook",
    "OverdueStep",
    "Recount",
    "Timed",
    "Watch",
    "deadline_arrivals",
    "overdue_table",
    "recount",
    "take_overdue",
    "take_overdue_ended",
    "take_recounted",
    "watch_deadlines",
]
