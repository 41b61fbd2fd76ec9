"""Refusals on the wire: as a message beside an item, and in the trailer of a refused call. The one map, both ways."""

from __future__ import annotations

import re

import grpc
from google.protobuf import any_pb2
from google.rpc import status_pb2  # type: ignore[import-untyped]

from chassis.rpc.labels import office_label
from kernel.office import Office
from kernel.refusals import (
    IdentityNotProven,
    Kind,
    MessageTooLarge,
    Refusal,
    SystemFault,
    Unreachable,
    refusal,
)
from xueji.common.v1 import refusal_pb2

STATUS_TRAILER = "grpc-status-details-bin"

STATUS_OF_KIND = {
    Kind.MALFORMED: grpc.StatusCode.INVALID_ARGUMENT,
    Kind.NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Kind.ALREADY_HELD: grpc.StatusCode.ALREADY_EXISTS,
    Kind.RULE_REFUSES: grpc.StatusCode.FAILED_PRECONDITION,
    Kind.LOST_RACE: grpc.StatusCode.ABORTED,
    Kind.NOT_ALLOWED: grpc.StatusCode.PERMISSION_DENIED,
    Kind.NOT_KNOWN: grpc.StatusCode.UNAUTHENTICATED,
    Kind.TOO_MUCH: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Kind.UNREACHABLE: grpc.StatusCode.UNAVAILABLE,
}
assert STATUS_OF_KIND.keys() == set(Kind)

# The bounds that common/v1/refusal.proto declares.
_FIELD_CHARACTERS_MAX = 200
_DETAILS_MAX = 20
_DETAIL_CHARACTERS_MAX = 1000

# A peer drops trailers beyond 8 KiB, base64 included, and the refusal with them.
_TRAILER_BYTES_MAX = 4500
_UTF8_BYTES_MAX = 4

_OWN_ARGUMENTS = {"self", "field", "row"}
_LARGER_THAN = re.compile(r"larger than max \(\d+ vs\. (\d+)\)")


def refusal_to_message(refused: Refusal) -> refusal_pb2.Refusal:
    """The refusal as a message, cut to the bounds of its declaration."""
    return _message(refused, characters_max=_DETAIL_CHARACTERS_MAX)


def refusal_from_message(message: refusal_pb2.Refusal) -> Refusal:
    """The refusal of the class that the code names; a newer peer's code becomes an ``UnknownRefusal``."""
    detail = {name: value for name, value in message.detail.items() if name not in _OWN_ARGUMENTS}
    return refusal(message.code, message.field or None, message.row or None, detail)


def status_of(refused: Refusal) -> grpc.StatusCode:
    """A fault of ours is INTERNAL, whatever the kind that makes its callers ask again later."""
    return grpc.StatusCode.INTERNAL if isinstance(refused, SystemFault) else STATUS_OF_KIND[refused.kind]


def status_trailer(refused: Refusal) -> bytes:
    """``google.rpc.Status`` with the refusal in its details; its message is the code, ASCII, and says no more."""
    message = _message(refused, characters_max=_DETAIL_CHARACTERS_MAX)
    if message.ByteSize() > _TRAILER_BYTES_MAX:
        message = _message(refused, characters_max=_TRAILER_BYTES_MAX // (_UTF8_BYTES_MAX * len(refused.detail)))
    details = any_pb2.Any()
    details.Pack(message)
    status = status_pb2.Status(code=status_of(refused).value[0], message=refused.code, details=[details])
    trailer: bytes = status.SerializeToString()
    return trailer


def refusal_from_error(error: grpc.aio.AioRpcError, *, office: Office) -> Refusal:
    """What a failed call to an office means.

    ``rpc_status.aio.from_call`` cannot be used: it awaits what the error holds already.
    """
    told = _refusal_in_trailer(error)
    if told is not None:
        return told
    details = error.details() or ""
    match error.code():
        case grpc.StatusCode.RESOURCE_EXHAUSTED if too_large := _LARGER_THAN.search(details):
            return MessageTooLarge(most=f"{int(too_large[1]) // (1024 * 1024)} MiB")
        case grpc.StatusCode.UNAUTHENTICATED | grpc.StatusCode.PERMISSION_DENIED:
            return IdentityNotProven(why=office_label(office))
        case (
            grpc.StatusCode.UNAVAILABLE
            | grpc.StatusCode.DEADLINE_EXCEEDED
            | grpc.StatusCode.CANCELLED  # by a server that goes down: our own cancelling is asyncio's
            | grpc.StatusCode.RESOURCE_EXHAUSTED  # its limit of calls at a time
        ):
            return Unreachable(office=office_label(office))
        case other:
            # No tier of ours says this. Not taken for an answer, so that what waits in an outbox goes on waiting.
            return SystemFault(error_id=other.name)


def _message(refused: Refusal, *, characters_max: int) -> refusal_pb2.Refusal:
    detail = list(refused.detail.items())[:_DETAILS_MAX]
    return refusal_pb2.Refusal(
        code=refused.code,
        field=(refused.field or "")[:_FIELD_CHARACTERS_MAX],
        row=refused.row or 0,
        detail={name: value[:characters_max] for name, value in detail},
    )


def _refusal_in_trailer(error: grpc.aio.AioRpcError) -> Refusal | None:
    for name, value in error.trailing_metadata():
        if name == STATUS_TRAILER and isinstance(value, bytes):
            status = status_pb2.Status.FromString(value)
            for details in status.details:
                message = refusal_pb2.Refusal()
                if details.Unpack(message):
                    return refusal_from_message(message)
    return None
