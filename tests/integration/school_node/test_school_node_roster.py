"""The registrar's roster: what is wrong is told by row and field, the rest is kept, and nothing is kept by halves."""

from __future__ import annotations

import asyncio
import io
import re
import tempfile
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chassis.sql import difference
from kernel.ids import new_uuid7
from kernel.office import Identity, Office, Role, Tier
from kernel.refusals import (
    ColumnMissing,
    FileBomb,
    FileNotAWorkbook,
    FileTooLarge,
    FileUnreadable,
    OutsideJurisdiction,
    RequestMalformed,
    RoleNotAllowed,
)
from school_node.store import schema
from waiting import eventually
from xueji.desk.v1 import roster_pb2

SCHOOL = Office(Tier.SCHOOL, "2141000001")
PRINCIPAL = Identity("dev", SCHOOL, Role.PRINCIPAL, "h001")
MEBIBYTE = 1024 * 1024


def spoilt_check_character(number: str) -> str:
    return number[:-1] + ("0" if number[-1] != "0" else "1")


def test_the_models_and_the_migrations_are_equal(school: Any) -> None:
    assert difference(school.dsn, schema.metadata) == []


async def test_a_dozen_kinds_of_mistakes_are_told_by_row_and_field_and_the_other_rows_are_kept(
    school: Any, make: Any
) -> None:
    wrong: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"document_number": spoilt_check_character(make.citizen_id(1))}, ("document_number", "CHECK_CHARACTER_WRONG")),
        ({"document_number": make.citizen_id(2)[:17]}, ("document_number", "CITIZEN_ID_LENGTH_WRONG")),
        ({"document_number": 419998201103070060}, ("document_number", "NUMERIC_ID_LOST_DIGITS")),
        ({"sex": "1-男"}, ("sex", "SEX_CONTRADICTS_ID")),
        ({"birth_date": "20110308"}, ("birth_date", "BIRTH_DATE_CONTRADICTS_ID")),
        ({"name": None}, ("name", "VALUE_MISSING")),
        ({"name": "张3"}, ("name", "NAME_MALFORMED")),
        ({"ethnicity": "99-火星"}, ("ethnicity", "CODE_UNKNOWN")),
        ({"entry_month": "201713"}, ("entry_month", "DATE_IMPOSSIBLE")),
        ({"phone": "12345"}, ("phone", "PHONE_MALFORMED")),
        ({"postcode": "4500"}, ("postcode", "POSTCODE_MALFORMED")),
        ({"grade": "小学九年级"}, ("grade", "GRADE_UNKNOWN")),
        ({"inclusive_class": "1-视力残疾随班就读"}, ("inclusive_class", "INCLUSIVE_CLASS_CONTRADICTS_DISABILITY")),
        ({"document_number": make.citizen_id(0)}, ("document_number", "DUPLICATE_IN_WORKBOOK")),
    ]
    good = [make.pupil(place) for place in (0, 50, 51)]
    spoilt = [make.pupil(place, **changes) for place, (changes, _) in enumerate(wrong, start=1)]
    answer = await school.bring(make.workbook(*good, *spoilt))

    assert sorted(answer.findings) == list(range(5, 5 + len(wrong)))
    for row, (_, (field, code)) in enumerate(wrong, start=5):
        assert (field, code) in answer.codes(row), row
        assert all(re.search(r"[\u4e00-\u9fff]", finding.sentence) for finding in answer.findings[row])
    summary = answer.summary
    assert (summary.rows_read, summary.rows_kept, summary.rows_refused) == (3 + len(wrong), 3, len(wrong))
    assert school.states() == {"draft": 3}


async def test_what_office_programs_do_to_values_is_put_right(school: Any, make: Any) -> None:
    habits = make.pupil(
        1, birth_date=date(2011, 3, 7), document_number=f" {make.citizen_id(1)} ", school_class="１班", postcode=450000
    )
    answer = await school.bring(make.workbook(habits))
    assert answer.findings == {}
    (draft,) = await school.drafts()
    assert draft.values["birth_date"] == "20110307"
    assert draft.values["document_number"] == make.citizen_id(1)
    assert (draft.state, draft.state_title) == ("draft", "草稿")


async def test_a_dry_run_tells_the_same_and_keeps_nothing(school: Any, make: Any) -> None:
    content = make.workbook(make.pupil(1), make.pupil(2, phone="1"))
    dry = await school.bring(content, dry_run=True)
    assert school.states() == {}
    kept = await school.bring(content)
    assert dry.summary == kept.summary
    assert {row: dry.codes(row) for row in dry.findings} == {row: kept.codes(row) for row in kept.findings}
    assert school.states() == {"draft": 1}


async def test_the_same_roster_again_changes_nothing_and_a_changed_row_corrects_its_draft(
    school: Any, make: Any
) -> None:
    content = make.workbook(make.pupil(1), make.pupil(2))
    await school.bring(content)
    before = {draft.item_id: dict(draft.values) for draft in await school.drafts()}
    again = await school.bring(content)
    assert (again.summary.rows_kept, again.summary.rows_unchanged) == (0, 2)
    assert {draft.item_id: dict(draft.values) for draft in await school.drafts()} == before

    changed = await school.bring(make.workbook(make.pupil(1), make.pupil(2, school_class="2班")))
    assert (changed.summary.rows_kept, changed.summary.rows_unchanged) == (1, 1)
    after = {draft.item_id: draft.values["school_class"] for draft in await school.drafts()}
    assert after.keys() == before.keys()
    assert sorted(after.values()) == ["1班", "2班"]


async def test_a_pupil_who_was_handed_on_is_not_changed_by_another_import(school: Any, make: Any) -> None:
    case_id = await school.entered(1)
    changed = make.workbook(make.pupil(1, school_class="2班"))
    assert (await school.bring(changed)).codes(2) == [(None, "STUDENT_HAS_OPEN_CASE")]
    await school.decide(case_id)
    answer = await school.bring(changed)
    assert answer.codes(2) == [("document_number", "ALREADY_REGISTERED_HERE")]
    assert answer.summary.rows_refused == 1
    same = await school.bring(make.workbook(make.pupil(1)))
    assert same.summary.rows_unchanged == 1


async def test_two_imports_of_one_roster_at_once_enter_each_child_once(school: Any, make: Any) -> None:
    content = make.workbook(*(make.pupil(place) for place in range(40)))
    first, second = await asyncio.gather(school.bring(content), school.bring(content))
    assert first.summary.rows_kept + second.summary.rows_kept == 40
    assert first.summary.rows_unchanged + second.summary.rows_unchanged == 40
    assert school.states() == {"draft": 40}


async def test_the_workbook_comes_back_with_reasons_and_can_be_mended_and_brought_again(school: Any, make: Any) -> None:
    lost = make.pupil(3, document_number=419998201103070060)
    content = make.workbook(make.pupil(1), make.pupil(2, phone="1"), lost, extra=("家访记录",))
    answer = await school.bring(content, want_workbook=True)
    assert any("家访记录" in warning for warning in answer.summary.warnings)

    book = openpyxl.load_workbook(io.BytesIO(answer.workbook))
    page = book["学生基本信息"]
    header = [str(cell.value).rstrip("★") for cell in page[1]]
    assert header[-1] == "核对结果"
    reasons = {row[0].row: row[len(header) - 1].value for row in page.iter_rows(min_row=2)}
    assert reasons[2] in (None, "通过")
    assert "电话" in str(reasons[3])
    assert "15 位" in str(reasons[4])

    page.cell(3, header.index("联系电话") + 1).value = "13800000000"
    page.cell(4, header.index("身份证件号") + 1).value = make.citizen_id(3)
    mended = io.BytesIO()
    book.save(mended)
    again = await school.bring(mended.getvalue(), want_workbook=True)
    assert again.findings == {}
    assert (again.summary.rows_kept, again.summary.rows_unchanged) == (2, 1)
    titles = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(again.workbook))["学生基本信息"][1]]
    assert titles.count("核对结果") == 1


async def test_digits_that_a_spreadsheet_lost_do_not_come_back_as_if_they_were_typed(school: Any, make: Any) -> None:
    """Written out as text, the number would be eighteen digits again, and one in eleven would pass."""
    answer = await school.bring(make.workbook(make.pupil(1, document_number=419998201103070060)), want_workbook=True)
    again = await school.bring(answer.workbook)
    assert again.codes(2) == [("document_number", "VALUE_MISSING")]


async def test_progress_is_told_every_five_hundred_rows(school: Any, make: Any) -> None:
    # Numbers of one day and division are used up at five hundred; wrong ones do as well for this.
    rows = [make.pupil(place % 499, name="" if place >= 499 else "张三") for place in range(1200)]
    answer = await school.bring(make.workbook(*rows), dry_run=True)
    assert answer.progress == [500, 1000, 1200]
    assert answer.summary.rows_read == 1200


async def test_drafts_come_in_pages_in_the_order_of_the_sheet(school: Any, make: Any) -> None:
    await school.bring(make.workbook(*(make.pupil(place) for place in range(7))))
    seen: list[str] = []
    token = ""
    while True:
        page = await school.roster().ListDrafts(roster_pb2.ListDraftsRequest(page_size=3, page_token=token))
        seen += [draft.values["document_number"] for draft in page.drafts]
        token = page.next_page_token
        if not token:
            break
    assert seen == [make.citizen_id(place) for place in range(7)]


async def test_a_draft_entered_by_mistake_is_discarded_and_what_was_sent_stays(school: Any, make: Any) -> None:
    await school.bring(make.workbook(make.pupil(1), make.pupil(2)))
    sent = [draft.item_id for draft in await school.drafts()]
    await school.roster().SubmitDrafts(roster_pb2.SubmitDraftsRequest(request_id=str(new_uuid7())))
    await school.bring(make.workbook(make.pupil(3), make.pupil(4)))
    mistaken, wanted = (draft.item_id for draft in await school.drafts())
    request = roster_pb2.DiscardDraftsRequest(item_ids=[mistaken, *sent])
    assert (await school.roster().DiscardDrafts(request)).discarded == 1
    assert (await school.roster().DiscardDrafts(request)).discarded == 0
    assert [draft.item_id for draft in await school.drafts()] == [wanted]
    again = await school.bring(make.workbook(make.pupil(3)))
    assert again.summary.rows_kept == 1


@pytest.mark.parametrize("token", ["x", "-1", "'; --", "99999999999999999999"])
async def test_a_page_token_that_is_none_is_refused_by_name(school: Any, token: str) -> None:
    with pytest.raises(RequestMalformed):
        await school.roster().ListDrafts(roster_pb2.ListDraftsRequest(page_size=3, page_token=token))
    with pytest.raises(RequestMalformed):
        await school.students(page_token=token)


async def test_the_template_opens_and_offers_codes(school: Any) -> None:
    content = b""
    async for part in school.roster(PRINCIPAL).GetTemplate(roster_pb2.GetTemplateRequest()):
        content += part.chunk
    page = openpyxl.load_workbook(io.BytesIO(content))["学生基本信息"]
    assert page.max_column == 72
    assert page["A1"].value == "姓名★"
    assert len(page.data_validations.dataValidation) >= 20
    assert page.freeze_panes == "A2"


async def test_only_the_schools_own_registrar_brings_a_roster(school: Any, make: Any) -> None:
    content = make.workbook(make.pupil(1))
    with pytest.raises(RoleNotAllowed):
        await school.bring(content, who=PRINCIPAL)
    with pytest.raises(OutsideJurisdiction):
        await school.bring(content, who=Identity("dev", Office(Tier.SCHOOL, "2141000002"), Role.REGISTRAR, "r001"))
    assert school.states() == {}


# --- What may not come in ---


def a_bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (64 * MEBIBYTE))
    return content.getvalue()


async def test_hostile_files_are_refused_by_name_and_leave_nothing(
    school: Any, make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    with pytest.raises(FileNotAWorkbook):
        await school.bring("姓名,性别\n".encode())
    with pytest.raises(FileNotAWorkbook):
        await school.bring(b"")
    with pytest.raises(FileBomb):
        await school.bring(a_bomb())
    with pytest.raises(FileTooLarge):
        await school.bring(b"PK\x03\x04", size=200 * MEBIBYTE)
    with pytest.raises(FileTooLarge):
        await school.bring(b"PK\x03\x04" + bytes(40 * MEBIBYTE), size=MEBIBYTE)
    with pytest.raises(ColumnMissing) as missing:
        await school.bring(make.workbook(make.pupil(1), without=("name", "phone")))
    assert missing.value.detail["columns"] == "姓名、联系电话"

    assert school.states() == {}
    assert list(scratch.iterdir()) == []


async def test_a_file_that_breaks_off_half_way_keeps_no_row(school: Any, make: Any) -> None:
    whole = make.workbook(*(make.pupil(place) for place in range(30)))
    with pytest.raises(FileUnreadable) as refused:
        await school.bring(whole[: len(whole) // 2], size=len(whole))
    assert refused.value.sentence
    assert school.states() == {}


async def test_pieces_without_a_header_are_refused(school: Any) -> None:
    async def parts() -> Any:
        yield roster_pb2.ImportRosterRequest(chunk=b"PK")

    with pytest.raises(RequestMalformed):
        async for _ in school.roster().ImportRoster(parts()):
            pass


async def test_an_import_that_its_registrar_gives_up_leaves_nothing_behind(
    school: Any, make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    begun = asyncio.Event()

    async def parts() -> Any:
        yield roster_pb2.ImportRosterRequest(header=roster_pb2.ImportRosterRequest.Header(size_bytes=9))
        yield roster_pb2.ImportRosterRequest(chunk=b"PK\x03\x04")
        begun.set()
        await asyncio.Event().wait()

    async def bring() -> None:
        async for _ in school.roster().ImportRoster(parts()):
            pass

    bringing = asyncio.create_task(bring())
    await begun.wait()

    async def lies_there() -> bool | None:
        return bool(list(scratch.iterdir())) or None

    async def is_gone() -> bool | None:
        return not list(scratch.iterdir()) or None

    await eventually(lies_there)
    bringing.cancel()
    await eventually(is_gone)
