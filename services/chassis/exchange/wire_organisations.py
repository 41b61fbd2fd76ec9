"""What feeds tell of schools that change (``kernel.organisations.telling``), and its messages."""

from __future__ import annotations

from typing import assert_never

from chassis.organisations.wire import (
    life_from_message,
    life_to_message,
    reform_from_message,
    reform_to_message,
)
from kernel import organisations
from xueji.exchange.v1 import exchange_pb2


def organisation_news_from_message(message: exchange_pb2.Entry) -> organisations.OrganisationNews:
    """Of an entry that carries one of the three."""
    if message.HasField("register_changed"):
        changed = message.register_changed
        lives, reforms = map(life_from_message, changed.lives), map(reform_from_message, changed.reforms)
        return organisations.RegisterChanged(changed.change_id, tuple(lives), tuple(reforms))
    if message.HasField("placed"):
        placed = message.placed
        pupils = tuple(map(_placed_from_message, placed.pupils))
        return organisations.PupilsPlaced(placed.change_id, placed.from_school, placed.to_school, pupils, placed.at_ms)
    gone = message.pupils_left
    return organisations.PupilsLeft(gone.change_id, gone.from_school, tuple(gone.student_keys), gone.at_ms)


def organisation_news_to_message(message: exchange_pb2.Entry, entry: organisations.OrganisationNews) -> None:
    match entry:
        case organisations.RegisterChanged():
            message.register_changed.CopyFrom(
                exchange_pb2.RegisterChanged(
                    change_id=entry.change_id,
                    lives=map(life_to_message, entry.lives),
                    reforms=map(reform_to_message, entry.reforms),
                )
            )
        case organisations.PupilsPlaced():
            message.placed.CopyFrom(
                exchange_pb2.PupilsPlaced(
                    change_id=entry.change_id,
                    from_school=entry.from_school,
                    to_school=entry.to_school,
                    pupils=map(_placed_to_message, entry.pupils),
                    at_ms=entry.at_ms,
                )
            )
        case organisations.PupilsLeft():
            message.pupils_left.CopyFrom(
                exchange_pb2.PupilsLeft(
                    change_id=entry.change_id,
                    from_school=entry.from_school,
                    student_keys=entry.keys,
                    at_ms=entry.at_ms,
                )
            )
        case _:
            assert_never(entry)


def _placed_to_message(pupil: organisations.PlacedPupil) -> exchange_pb2.PlacedPupil:
    return exchange_pb2.PlacedPupil(
        line_id=pupil.line_id,
        student_key=pupil.student_key,
        number=pupil.number,
        status=pupil.status,
        values=pupil.values,
        standing=pupil.standing,
    )


def _placed_from_message(message: exchange_pb2.PlacedPupil) -> organisations.PlacedPupil:
    return organisations.PlacedPupil(
        line_id=message.line_id,
        student_key=message.student_key,
        number=message.number,
        status=message.status,
        values=dict(message.values),
        standing=dict(message.standing),
    )
