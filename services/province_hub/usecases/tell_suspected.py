"""A child who got a number and resembles another record: the authority is asked to look, nobody is refused (Art. 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from kernel.case import Case, Item
from kernel.divisions import province_name
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.rules import Rules
from province_hub.usecases.write_to_authority import write_to_authority


def tell_suspected(
    tx: HubTransaction, case: Case, suspected: Sequence[tuple[Item, str, str]], *, now: datetime, rules: Rules
) -> None:
    """Write to the school's authority, once for a case; nothing where nobody resembles anybody.

    Args:
        suspected: the pupil's item, the number given, and two digits of the province of the other record.
    """
    if not suspected:
        return
    write_to_authority(
        tx,
        case,
        "{school}下列学生的学籍号已核发，但与已有学籍相似，疑似重复。请核对身份："
        "确为同一名学生的，办理转学，不得重复建籍；是多胞胎或同名的，报全国学籍管理员认定。",
        [_student(item, number, province) for item, number, province in suspected],
        occasion="suspected",
        now=now,
        rules=rules,
    )


def _student(item: Item, number: str, province: str) -> Mapping[str, str]:
    known = {"name": item.values.get("name", ""), "number": number, "grade": item.values.get("grade", "")}
    return {**known, "reason": f"相似学籍在{province_name(province)}"}
