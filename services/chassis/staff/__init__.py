"""Staff of status management (Art. 23) as an office remembers it: its own people, and those of the offices below.

    ``tables``    one table, append only        ``book``      what is read and written there
    ``office``    what an office says of staff: its own, or of one below     ``arrivals``  what the other tier said
    ``declared``  people whom the deployment's own file names: the first ones, and those of a province
    ``duty``      the rule at the door: who is not trained or not on duty writes nothing

Entries travel as notices: a proposal and a report go up (学籍管理员基本信息报送), a decision comes down (培训上岗通知).
So they are signed, come once, and can be read by people.

``servicer`` and ``wire`` see the wire, and use cases import the others alone; so nothing of the wire is imported here.
"""

from chassis.staff.arrivals import staff_arrivals
from chassis.staff.book import StaffBook
from chassis.staff.tables import staff_table
from chassis.staff.transactions import Staffed, StaffKeeping

__all__ = ["StaffBook", "StaffKeeping", "Staffed", "staff_arrivals", "staff_table"]
