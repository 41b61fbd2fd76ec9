"""Who attends a school whose record is elsewhere, as the school and its authority know it (Articles 6 and 17).

    hub ── RecordTold (feed) ──▶ authority ── RecordTold (feed) ──▶ school
                                    a line of ``attending``            a line of ``attending``

The record stays at the other school, and is counted there. What is here is a list of children to be taught, with what
must be known of each; it is no roll, and nothing is decided by it but who may file for the child (``attends``).
"""

from chassis.attending.book import AttendingBook, AttendingLine, AttendingPage
from chassis.attending.tables import attending_table

__all__ = ["AttendingBook", "AttendingLine", "AttendingPage", "attending_table"]
