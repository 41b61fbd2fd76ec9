"""The log of what the index issued and moved (``kernel.transparency``).

sequence_log   the next entries get their places, and the index signs the new root    sequence.py
get_…          checkpoints and proofs                                                 prove.py
keep_witness   a province's signature beside the index's                              witness.py
"""

from national_index.usecases.log.prove import (
    Inclusion,
    get_checkpoint,
    get_consistency,
    get_inclusion,
    read_entries,
)
from national_index.usecases.log.sequence import LOG_WAITS, sequence_log
from national_index.usecases.log.witness import keep_witness

__all__ = [
    "LOG_WAITS",
    "Inclusion",
    "get_checkpoint",
    "get_consistency",
    "get_inclusion",
    "keep_witness",
    "read_entries",
    "sequence_log",
]
