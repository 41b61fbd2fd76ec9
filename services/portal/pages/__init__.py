"""What can be done, one subject a file: the address, the question to the node, the template.

A page asks ``here()``, the desk of whoever is logged in, and lets refusals travel: ``portal.app`` shows them. It says
in ``ENTRIES`` for whom it stands in the bar at the top. Whether something may be done is the node's to say.
"""

from __future__ import annotations

from portal.pages import (
    approve,
    cases,
    filing,
    guide,
    login,
    papers,
    pupils,
    registering,
    transferring,
    whereabouts,
    worklist,
)

PAGES = (login, worklist, cases, whereabouts, approve, registering, transferring, filing, pupils, papers, guide)
ENTRIES = (
    *worklist.ENTRIES,
    *approve.ENTRIES,
    *registering.ENTRIES,
    *transferring.ENTRIES,
    *filing.ENTRIES,
    *pupils.ENTRIES,
    *papers.ENTRIES,
    *guide.ENTRIES,
)
