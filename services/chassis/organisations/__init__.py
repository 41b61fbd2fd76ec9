"""The register of schools as a node keeps it: dated, in its own database, and answered from memory.

    tables    what is stored: the life of each code, the reforms of divisions, and a revision that counts their changes
    store     what is read and written there
    live      the register that everything in the process asks; it follows the table
    servicer  the desk: which schools there are, or were, as of any day

The operator's file of schools begins it; after that, what is dated in it moves by changes alone, which the province
decides and the feeds bring down (``kernel.organisations``).
"""

from chassis.organisations.live import LiveRegister
from chassis.organisations.store import REGISTER_CHANGED, Registered, RegisterStore
from chassis.organisations.tables import RegisterTables, register_tables

__all__ = ["REGISTER_CHANGED", "LiveRegister", "RegisterStore", "RegisterTables", "Registered", "register_tables"]
