"""What ``xueji figures`` does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from rich.console import Console

from console import figure_plain, figure_tables, plain
from console.commands.asking import ask, print_json
from console.desk import Desk
from kernel.clock import SHANGHAI
from kernel.figures.definitions import DEFINITIONS
from kernel.figures.report import school_year_of
from kernel.office import Tier
from kernel.refusals import RequestMalformed
from xueji.inquiry.v1 import inquiry_pb2


@dataclass(frozen=True)
class Asked:
    """The scope that a person names, at most one; none for what their office answers for."""

    school: str
    authority: str
    place: str
    province: str
    direct: bool

    def to_message(self) -> inquiry_pb2.Scope:
        """Raises RequestMalformed where more than one is named."""
        kinds = {"school": self.school, "authority": self.authority, "place": self.place, "province": self.province}
        named = [(kind, code) for kind, code in kinds.items() if code]
        if len(named) > 1:
            raise RequestMalformed(field="scope", why="只能指定一个范围")
        if not named:
            return inquiry_pb2.Scope()
        kind, code = named[0]
        return inquiry_pb2.Scope(kind=kind, code=code, direct=self.direct)


def show(desk: str, asked: Asked, on: str, by: str, *, as_json: bool) -> None:
    words = [word for word in by.replace("，", ",").split(",") if word]

    async def question(opened: Desk) -> plain.Plain:
        return figure_plain.figures(await opened.figures.figures(asked.to_message(), on=on, by=words))

    ask(desk, question, as_json=as_json, show=figure_tables.figures)


def flows(desk: str, asked: Asked, first: str, last: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        end = last or _newest_day(opened).isoformat()
        begin = first or school_year_of(_as_day(end)).isoformat()
        return figure_plain.flows(await opened.figures.flows(asked.to_message(), first=begin, last=end))

    ask(desk, question, as_json=as_json, show=figure_tables.flows)


def retention(desk: str, asked: Asked, on: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return figure_plain.retention(await opened.figures.retention(asked.to_message(), on=on))

    ask(desk, question, as_json=as_json, show=figure_tables.retention)


def classes(desk: str, asked: Asked, on: str, at_least: int, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        return figure_plain.classes(*await opened.figures.classes(asked.to_message(), on=on, at_least=at_least))

    ask(desk, question, as_json=as_json, show=figure_tables.classes)


def definitions(*, as_json: bool) -> None:
    rows = [figure_plain.definition(one) for one in DEFINITIONS.values()]
    if as_json:
        print_json({"definitions": rows})
    else:
        Console(soft_wrap=False).print(figure_tables.definitions(rows))


def report(desk: str, on: str, *, as_json: bool) -> None:
    async def question(opened: Desk) -> plain.Plain:
        answer = await opened.figures.report_day(on)
        return {"on": answer.on, "counted_at": plain.moment(answer.counted_at_ms), "new": answer.new}

    def shown(answer: plain.Plain) -> list[str]:
        said = "已统计，正在上报" if answer["new"] else "与上次上报的数相同，不再上报"
        return [f"{answer['on']}：{said}（统计时间 {answer['counted_at'][:16]}）"]

    ask(desk, question, as_json=as_json, show=lambda answer: [*shown(answer)])


def _newest_day(opened: Desk) -> date:
    """Today; of the nation, which adds what was reported of days that are over, yesterday."""
    today = datetime.now(UTC).astimezone(SHANGHAI).date()
    return today - timedelta(days=1) if opened.who.office.tier is Tier.NATION else today


def _as_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RequestMalformed(field="last", why=f"没有“{text[:10]}”这一天") from None
