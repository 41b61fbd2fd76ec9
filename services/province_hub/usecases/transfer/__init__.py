"""The handshake between two provinces, as use cases: what ``domain.transfer`` decides, done in one transaction each.

``gaining`` and ``losing`` drive the two sides, ``waiting`` a request that cannot go on yet; ``letters`` puts letters
into the inbox and takes them when they make sense; ``receipts`` takes the index's word. Whatever must leave is an
outbox row: lane ``index`` for the arbiter, ``mail`` for letters, ``archive`` for an archive to be pulled.
"""

from province_hub.usecases.transfer.gaining import begin_gaining, keep_escrow, take_opening
from province_hub.usecases.transfer.handshake import (
    CASES_WAIT,
    LANE_ARCHIVE,
    LANE_INDEX,
    LANE_MAIL,
    LETTERS_WAIT,
    Handshake,
)
from province_hub.usecases.transfer.letters import acknowledge, receive_letter, take_letters, waiting_transfers
from province_hub.usecases.transfer.losing import consider, open_archive, take_releasing_endorsement
from province_hub.usecases.transfer.receipts import take_receipt
from province_hub.usecases.transfer.withdraw import withdraw_transfer

__all__ = [
    "CASES_WAIT",
    "LANE_ARCHIVE",
    "LANE_INDEX",
    "LANE_MAIL",
    "LETTERS_WAIT",
    "Handshake",
    "acknowledge",
    "begin_gaining",
    "consider",
    "keep_escrow",
    "open_archive",
    "receive_letter",
    "take_letters",
    "take_opening",
    "take_receipt",
    "take_releasing_endorsement",
    "waiting_transfers",
    "withdraw_transfer",
]
