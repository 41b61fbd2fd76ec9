"""Adjudications as messages, the same at the index and at a hub (``kernel.adjudication``)."""

from __future__ import annotations

from kernel.adjudication import Adjudication, Party
from kernel.clock import moment_of
from xueji.adjudication.v1 import adjudication_pb2

__all__ = ["case_to_message"]


def case_to_message(case: Adjudication) -> adjudication_pb2.Adjudication:
    return adjudication_pb2.Adjudication(
        adjudication_id=case.adjudication_id,
        state=case.state.value,
        first=_party_to_message(case.first),
        second=_party_to_message(case.second),
        reasons=case.reasons,
        opened_by=case.opened_by,
        opened_at=moment_of(case.opened_at_ms).isoformat(),
        due_on=case.due_on,
        stands=case.stands,
        why=case.why,
        settled_by=case.settled_by,
    )


def _party_to_message(party: Party) -> adjudication_pb2.Party:
    return adjudication_pb2.Party(
        student_key=party.student_key,
        number=party.number,
        province=party.province,
        word=party.word.value if party.word else "",
        grounds=party.grounds,
    )
