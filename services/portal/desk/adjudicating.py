"""Adjudications, asked alike at a province and at the nation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kernel.office import Tier
from portal.desk.person import Desk
from xueji.adjudication.v1 import adjudication_pb2, province_pb2


@dataclass(frozen=True)
class Page:
    cases: Sequence[adjudication_pb2.Adjudication]
    next_token: str


@dataclass(frozen=True)
class Seen:
    """A case, and at a province what the records say and who looked at ours; the index has no records."""

    case: adjudication_pb2.Adjudication
    records: Sequence[province_pb2.ComparedRecord] = field(default=(), repr=False)
    other_silent: bool = False
    looks: Sequence[province_pb2.Look] = ()


def list_cases(desk: Desk, *, with_settled: bool, size: int, token: str) -> Page:
    """A page, the oldest first."""
    if desk.who.office.tier is Tier.NATION:
        asked = adjudication_pb2.ListRequest(page_size=size, page_token=token, with_settled=with_settled)
        of_all = desk.ask(desk.nations_adjudications.List, asked)
        return Page(of_all.adjudications, of_all.next_page_token)
    own = province_pb2.ListOwnRequest(page_size=size, page_token=token, with_settled=with_settled)
    of_ours = desk.ask(desk.adjudications.ListOwn, own)
    return Page(of_ours.adjudications, of_ours.next_page_token)


def see(desk: Desk, adjudication_id: str) -> Seen:
    """The case. At a province it is a look at the records, which whoever has them remembers."""
    if desk.who.office.tier is Tier.NATION:
        asked = adjudication_pb2.GetRequest(adjudication_id=adjudication_id)
        return Seen(desk.ask(desk.nations_adjudications.Get, asked).adjudication)
    shown = desk.ask(desk.adjudications.Show, province_pb2.ShowRequest(adjudication_id=adjudication_id))
    return Seen(shown.adjudication, shown.records, shown.other_silent, shown.looks)


def open_case(desk: Desk, adjudication_id: str, numbers: tuple[str, str], *, why: str) -> None:
    """Ask the provinces; at a province the first number is of ours. The same id again asks nothing new."""
    first, second = numbers
    if desk.who.office.tier is Tier.NATION:
        of_nation = adjudication_pb2.OpenRequest(
            adjudication_id=adjudication_id, first_number=first, second_number=second, why=why
        )
        desk.ask(desk.nations_adjudications.Open, of_nation)
        return
    asked = province_pb2.AskRequest(adjudication_id=adjudication_id, number=first, other_number=second, why=why)
    desk.ask(desk.adjudications.Ask, asked)
