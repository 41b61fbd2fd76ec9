"""A directly run school tells the county where it stands, each term, who came and who left (Article 18)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chassis.notices import send_notice
from kernel.clock import day_of, milliseconds
from kernel.facts import grade_of
from kernel.notice import NoticeKind, Value
from kernel.notice.direct_schools import MOVES, TermToTell, county_of, term_notice_id, term_to_tell
from school_node.store.moves import Move
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import SchoolOffice

NAMED_MAX = 150  # pupils in one notice; more go in several
MOVES_MAX = 10_000


def tell_county(tx: SchoolTransaction, /, *, now: datetime, office: SchoolOffice) -> bool:
    """Write the notice of the last term that has come to its end, where it has not been written; whether it was.

    A school whose own authority is the county has nobody to tell.
    """
    school = office.school
    if not school.directly_run:
        return False
    today = day_of(milliseconds(now))
    told = term_to_tell(office.packs.in_force(office.here.province, today), today)
    if tx.notices.find(term_notice_id(school, told, 1)) is not None or not tx.moves.known_before(told.until):
        return False
    moves = tx.moves.between(office.here.code, MOVES, since=told.since, until=told.until, limit=MOVES_MAX)
    parts = [moves[start : start + NAMED_MAX] for start in range(0, len(moves), NAMED_MAX)] or [[]]
    for part, named in enumerate(parts, start=1):
        send_notice(
            tx,
            notice_id=term_notice_id(school, told, part),
            kind=NoticeKind.DIRECT_SCHOOL_TERM_NOTICE,
            to=county_of(school),
            content=_content(told, named, part=part, parts=len(parts), office=office),
            post=office.notices,
            now=now,
        )
    return True


def _content(
    told: TermToTell, moves: Sequence[Move], *, part: int, parts: int, office: SchoolOffice
) -> dict[str, Value]:
    arrived = [_named(move) for move in moves if move.arrived]
    left = [_named(move) for move in moves if not move.arrived]
    text = f"本学期转入{len(arrived)}人，转出{len(left)}人。" if moves else "本学期没有学生转入转出。"
    return {
        "text": text if parts == 1 else f"{text}（第{part}份，共{parts}份）",
        "term": told.label,
        "school": office.here.code,
        "school_name": office.school.name,
        "arrived": arrived,
        "left": left,
    }


def _named(move: Move) -> dict[str, str | int]:
    """``school`` is where the pupil came from or went."""
    grade = grade_of(move.values.get("grade", ""))
    told = {
        "name": move.values.get("name", ""),
        "number": move.number or move.values.get("number", ""),
        "grade": grade.label if grade else "",
        "school_class": move.values.get("school_class", ""),
        "school": move.other_school,
        "date": day_of(milliseconds(move.settled_at)).isoformat(),
    }
    return {key: text for key, text in told.items() if text}
