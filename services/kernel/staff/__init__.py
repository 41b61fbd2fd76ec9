"""Staff of status management (学籍管理员, Art. 23): first trained, then on duty; known to the tier above.

What is known of a person in a role at an office is a list of entries, each said once by one office and never taken
back: proposed, trained, appointed, deputising, left. A member is those entries read in order; nothing else is kept.

    the office proposes  ->  the office above records training, and appoints  ->  the person may work from that day

    ``entries``  what is said, as it is kept and sent      ``members``  what it makes of a person, and of an office
    ``rules``    what may be said, and who may work on a day
"""

from kernel.staff.entries import DEPLOYMENT, ROLES_OF, StaffAct, StaffEntry
from kernel.staff.members import StaffMember, Stint, Training, Turnover, read_members, turnover_of
from kernel.staff.rules import handed_over, inherits, require_next, require_on_duty, require_trained, superior_of

__all__ = [
    "DEPLOYMENT",
    "ROLES_OF",
    "StaffAct",
    "StaffEntry",
    "StaffMember",
    "Stint",
    "Training",
    "Turnover",
    "handed_over",
    "inherits",
    "read_members",
    "require_next",
    "require_on_duty",
    "require_trained",
    "superior_of",
    "turnover_of",
]
