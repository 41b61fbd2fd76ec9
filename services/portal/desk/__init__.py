"""The way to the office's node.

lines       one event loop in a thread of its own, for every channel of the process
person      one person's desk: the services that the node offers, asked and answered in the request's own thread
proving     proofs brought before the case that names them
rosters     a workbook sent, and what the node says of it while it reads
queue       as many cases at once as a person can look through, and their decisions
turn        whose turn a case is
finding     pupils as people ask for them, by number, name or document
known       what the office knows of the records that cases would change
proofs      a proof of a case
adjudicating    two records that may be one child, at a province and at the nation
nation      what waits at the nation
"""

from __future__ import annotations

from portal.desk.lines import Lines
from portal.desk.person import LINES, Desk, here, registrars

__all__ = ["LINES", "Desk", "Lines", "here", "registrars"]
