"""The desk: what an office offers its own people, the same at every tier.

``DeskServicer`` speaks protobuf to the person's program and plain commands to the tier's use cases. A tier passes the
use cases that it has; what it has not, it refuses by name.
"""

from chassis.desk.commands import (
    DecideCommand,
    DeskUseCases,
    FileTransferCommand,
    StudentPage,
    StudentQuery,
    StudentRow,
    WithdrawCommand,
)
from chassis.desk.servicer import DeskServicer

__all__ = [
    "DecideCommand",
    "DeskServicer",
    "DeskUseCases",
    "FileTransferCommand",
    "StudentPage",
    "StudentQuery",
    "StudentRow",
    "WithdrawCommand",
]
