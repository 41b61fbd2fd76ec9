"""What a page says of a pupil's part of a case: in words, and beside what was."""

from __future__ import annotations

from kernel.regulation import PROCEDURES
from portal.showing.facts import ASKED_FOR, Fact, case_facts


def facts(name: str, values: dict[str, str], record: dict[str, str] | None) -> dict[str, Fact]:
    grouped = case_facts(PROCEDURES[name], values, record=record)
    assert [title for title, _ in grouped] == [ASKED_FOR]
    return {fact.label: fact for fact in grouped[0][1]}


def test_a_correction_stands_beside_what_it_corrects() -> None:
    values = {"number": "L410105202001010011", "name": "张三", "new_name": "张叁", "new_sex": "2", "reason": "户口簿"}
    found = facts("key_data_correction", values, {"name": "张三", "sex": "1"})
    assert (found["姓名"].before, found["姓名"].value, found["姓名"].changed) == ("张三", "张叁", True)
    assert (found["性别"].before, found["性别"].value) == ("男", "女")
    assert found["理由"].before is None
    assert "学籍号" not in found


def test_what_the_office_does_not_know_it_does_not_say() -> None:
    found = facts("key_data_correction", {"new_name": "张叁", "grade": "101"}, None)
    assert set(found) == {"姓名"}
    assert found["姓名"].before is None
    assert not found["姓名"].changed


def test_what_was_empty_says_so_and_a_number_is_known_for_one() -> None:
    found = facts("key_data_correction", {"new_document_number": "410105202001010011"}, {"name": "张三"})
    assert found["身份证件号"].before == "（无）"
    assert found["身份证件号"].is_number


def test_a_leave_leads_from_a_status_to_another() -> None:
    values = {"leave_reason": "illness", "leave_from": "20260901", "leave_until": "20270831"}
    found = facts("suspension", values, {"status": "enrolled"})
    assert (found["学生状态"].before, found["学生状态"].value) == ("在读", "休学")
    assert (found["休学事由"].value, found["休学开始日期"].value) == ("因病", "2026-09-01")


def test_a_new_record_is_shown_by_the_parts_of_the_form() -> None:
    grouped = case_facts(PROCEDURES["enrolment"], {"name": "张三", "grade": "101", "address": "示范路1号"}, record=None)
    assert [(title, [fact.value for fact in found]) for title, found in grouped] == [
        ("学生个人基础信息", ["张三"]),
        ("学籍基本信息", ["小学一年级"]),
        ("联系信息", ["示范路1号"]),
    ]
