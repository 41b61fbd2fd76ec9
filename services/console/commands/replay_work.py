"""What ``xueji rules replay`` does: recorded cases under another rule pack."""

from __future__ import annotations

from rich.console import RenderableType
from rich.table import Table

from console import plain
from console.commands.asking import ask
from console.desk import PAGE_SIZE, Desk
from kernel.regulation import PROCEDURES
from xueji.decision.v1 import decision_pb2


def replay(desk: str, pack: str, case_id: str, procedure: str, *, differing: bool, as_json: bool) -> None:
    which = decision_pb2.Which(case_id=case_id, procedure=procedure)

    async def question(opened: Desk) -> plain.Plain:
        judged, differ, shown, token = 0, 0, list[plain.Plain](), ""
        while True:
            request = decision_pb2.ReplayRequest(pack=pack, which=which, page_size=PAGE_SIZE, page_token=token)
            page = await opened.replay(request)
            judged += len(page.replayed)
            differ += sum(one.differs for one in page.replayed)
            shown += [_plain(one) for one in page.replayed if one.differs or not differing]
            token = page.next_page_token
            if not token:
                return {"pack": pack, "judged": judged, "differ": differ, "replayed": shown}

    ask(desk, question, as_json=as_json, show=_tables)


def _plain(one: decision_pb2.Replayed) -> plain.Plain:
    decided = one.decided
    return {
        "case_id": decided.case_id,
        "item_id": decided.item_id,
        "procedure": decided.procedure,
        "at": plain.moment(decided.at_ms),
        "pack": decided.judgement.pack,
        "refused": list(decided.judgement.refusals),
        "breaches": list(decided.judgement.breaches),
        "other_refused": list(one.other.refusals),
        "other_breaches": list(one.other.breaches),
        "other_said": [plain.refusal(found)["sentence"] for found in one.findings],
        "parameters": {
            key: [decided.judgement.parameters.get(key, ""), value]
            for key, value in sorted(one.other.parameters.items())
            if decided.judgement.parameters.get(key, "") != value
        },
        "differs": one.differs,
    }


def _tables(answer: plain.Plain) -> list[RenderableType]:
    table = Table("业务", "办理时间", "原规则", "原裁定", f"按 {answer['pack']}", "不同的参数（原 → 新）")
    for one in answer["replayed"]:
        table.add_row(
            _title(one["procedure"]),
            one["at"],
            one["pack"],
            "、".join(one["refused"]) or "同意",
            "；".join(one["other_said"]) or "同意",
            "；".join(f"{key}：{old or '…'} → {new}" for key, (old, new) in one["parameters"].items()),
            style="bold" if one["differs"] else None,
        )
    return [table, f"重新裁定 {answer['judged']} 人次，结论不同 {answer['differ']} 人次"]


def _title(name: str) -> str:
    """What people call the procedure; a newer hub's may not be known to this program."""
    return PROCEDURES[name].title if name in PROCEDURES else name
