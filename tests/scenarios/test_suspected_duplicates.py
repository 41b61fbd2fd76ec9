"""第六条: one record for a child. Who was registered a second time is suspected, and people look; nobody is refused."""

from __future__ import annotations

from datetime import date

import pytest

from console.demo.rosters import a_citizen_id
from console.notices import as_text, notice_view
from kernel.evidence import EvidenceKind
from kernel.notice import NoticeKind
from scenarios.stage import Stage
from xueji.notice.v1 import notice_pb2

PRIMARY, ELSEWHERE = "金水区示范小学", "天河区示范小学"
FATHER = {
    "guardian1_name": "曾志远",
    "guardian1_document_kind": "1-居民身份证",
    "guardian1_document_number": a_citizen_id("410199", date(1985, 6, 1), 17),
}


def an_id_of(stage: Stage, digits: str) -> str:
    """A citizen ID of that birth date, of the other school's place."""
    born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    return a_citizen_id(stage.school(ELSEWHERE).place, born, 998)


@pytest.mark.clause("6.1")
async def test_a_child_who_is_registered_again_by_ear_is_suspected_and_the_authority_is_asked_to_look(
    stage: Stage,
) -> None:
    """名字写成同音字、换了证件再次注册的，照样核发学籍号，列为疑似重复，告知主管部门核对，不透露另一份学籍的内容。"""
    first = await stage.enrolled_pupil("曾嘉怡", school=PRIMARY, **FATHER)
    digits = str(first.row.cells["birth_date"])
    again = await stage.enrolled_pupil(
        "曾佳怡", school=ELSEWHERE, birth_date=digits, document_number=an_id_of(stage, digits), **FATHER
    )
    assert again.number != first.number

    county = stage.authority_of(ELSEWHERE)

    async def told() -> str | None:
        for one in await county.notices(notice_pb2.NOTICE_VIEW_UNCONFIRMED, kind=NoticeKind.PLAIN_MESSAGE):
            said = as_text(notice_view(await county.notice(one.notice_id), full=True))
            if again.number in said:
                return said
        return None

    letter = await stage.until("主管部门收到疑似重复的告知", told)
    assert "相似学籍在河南省" in letter
    assert first.number not in letter, "of the other record nothing is told but where it is"

    (pair,) = [
        one
        for one in await stage.nation.suspicions.all(with_different=False)
        if again.number in (one.first.number, one.second.number)
    ]
    assert {pair.first.number, pair.second.number} == {first.number, again.number}
    assert "姓名同音不同字" in pair.reasons
    assert "监护人证件相同" in pair.reasons


@pytest.mark.clause("6.1", "10.1")
async def test_a_correction_brings_to_light_that_a_child_was_registered_twice(stage: Stage) -> None:
    """登记时写错姓名的，更正以后重新比对，才看出是重复建籍。"""
    first = await stage.enrolled_pupil("曾慕青", school=PRIMARY, school_class="9班", **FATHER)
    digits = str(first.row.cells["birth_date"])
    document = an_id_of(stage, digits)
    again = await stage.enrolled_pupil(
        "于小满", school=ELSEWHERE, birth_date=digits, document_number=document, **FATHER
    )
    await stage.does(
        "key_data_correction", again, new_name="曾慕清", reason="写错", proofs=(EvidenceKind.HOUSEHOLD_REGISTER,)
    )

    async def suspected() -> bool | None:
        for one in await stage.nation.suspicions.all(with_different=False):
            if {one.first.number, one.second.number} == {first.number, again.number}:
                return True
        return None

    assert await stage.until("更正以后列为疑似重复", suspected)
