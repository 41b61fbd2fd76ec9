"""The national form: 72 items, and everything that can be wrong with one filled in."""

from datetime import date

import pytest

from kernel import codes
from kernel.check_character import check_character
from kernel.form import ITEMS, KEY_FIELDS, REQUIRED, by_label, check_values, item
from kernel.form_items import Group, Item, ItemKind
from kernel.refusals import CodeUnknown, ItemUnknown
from kernel.stages import SchoolSystem, Stage

ON = date(2026, 11, 24)


def an_id(*, born: str = "20110307", sequence: str = "002", division: str = "119900") -> str:
    body = f"{division}{born}{sequence}"
    return body + check_character(body)


def a_form(**changes: str) -> dict[str, str]:
    """A form without a fault, in canonical spelling, of a girl born 2011-03-07."""
    form = {
        "name": "张三",
        "sex": "2",
        "birth_date": "20110307",
        "birth_place": "110105000000",
        "ethnicity": "01",
        "nationality": "CHN",
        "document_kind": "1",
        "document_number": an_id(),
        "hk_mo_tw_overseas": "00",
        "health": "10",
        "household_place": "110105000000",
        "household_kind": "1",
        "grade": "101",
        "school_class": "1班",
        "entry_month": "201709",
        "entry_way": "11",
        "attendance": "1",
        "address": "朝阳路1号",
        "mailing_address": "朝阳路1号",
        "home_address": "朝阳路1号",
        "phone": "13800000000",
        "postcode": "100020",
        "preschool": "1",
        "left_behind": "0",
        "migrant_child": "0",
        "orphan": "0",
        "martyr_child": "0",
        "inclusive_class": "0",
        "disability": "0",
        "aid_application": "0",
        "aid_received": "0",
    }
    form.update(changes)
    return {key: value for key, value in form.items() if value}


def findings(form: dict[str, str], **arguments: object) -> list[tuple[str | None, str]]:
    _, found = check_values(form, on=ON, **arguments)  # type: ignore[arg-type]
    return [(one.field, one.code) for one in found]


def test_the_form_has_seventy_two_items_in_seven_parts() -> None:
    assert [one.number for one in ITEMS] == list(range(1, 73))
    assert {one.group for one in ITEMS} == set(Group)
    assert item("guardian1_name").number == 49
    assert item("guardian2_position").number == 72
    assert set(KEY_FIELDS) <= REQUIRED


def test_an_item_that_the_form_has_not_is_refused() -> None:
    with pytest.raises(ItemUnknown):
        item("shoe_size")
    assert findings(a_form(shoe_size="36")) == [("shoe_size", "ITEM_UNKNOWN")]


@pytest.mark.parametrize("one", ITEMS, ids=lambda one: one.key)
def test_every_item_is_found_by_its_header_with_or_without_its_star(one: Item) -> None:
    assert by_label(one.label) is one
    assert by_label(f"★ {one.label} *") is one
    assert by_label(f"{one.label}（必填）") is one
    for alias in one.aliases:
        assert by_label(alias) is one


def test_a_form_without_a_fault_is_left_as_it_is() -> None:
    assert check_values(a_form(), on=ON) == (a_form(), [])


def test_every_required_item_is_missed_by_name_and_all_at_once() -> None:
    values, found = check_values({}, on=ON)
    assert values == {}
    assert [(one.field, one.code) for one in found] == [(one.key, "VALUE_MISSING") for one in ITEMS if one.required]


def test_what_is_required_can_be_set_by_a_province() -> None:
    assert findings({"name": "张三"}, required={"name", "talent"}) == [("talent", "VALUE_MISSING")]


@pytest.mark.parametrize(
    ("key", "typed", "canonical"),
    [
        ("sex", "女", "2"),
        ("sex", "2-女", "2"),
        ("sex", "2 女", "2"),
        ("sex", "女性", "2"),
        ("birth_date", "2011-3-7", "20110307"),
        ("birth_date", "2011年3月7日", "20110307"),
        ("birth_date", "2011.03.07", "20110307"),
        ("birth_date", "２０１１/０３/０７", "20110307"),
        ("birth_place", "110105", "110105000000"),
        ("birth_place", "110105003", "110105003000"),
        ("ethnicity", "1", "01"),
        ("ethnicity", "汉", "01"),
        ("ethnicity", "05维吾尔族", "05"),
        ("nationality", "中国", "CHN"),
        ("nationality", "chn", "CHN"),
        ("document_kind", "居民身份证", "1"),
        ("hk_mo_tw_overseas", "否", "00"),
        ("health", "健康或良好", "10"),
        ("entry_month", "2017年9月", "201709"),
        ("entry_month", "2017-09-01", "201709"),
        ("entry_way", "统一招生考试/普通入学", "21"),
        ("grade", "小学一年级", "101"),
        ("grade", "一年级", "101"),
        ("phone", "+86 138-0000-0000", "13800000000"),
        ("phone", "(010)62345678", "010-62345678"),
        ("phone", "010－62345678－801", "010-62345678-801"),
        ("postcode", "１００ ０２０", "100020"),
        ("distance_km", "2.50公里", "2.5"),
        ("distance_km", "10", "10"),
        ("document_validity", "2010.06.01-2020.06.01", "20100601-20200601"),
        ("document_validity", "2010-06-01 至 长期", "20100601-长期"),
        ("name_pinyin", "Lǚ Xiǎoyù", "Lǚ Xiǎoyù"),
        ("name", "买买提•艾力", "买买提·艾力"),
        ("only_child", "是", "1"),
        ("guardian1_relation", "奶奶", "3"),
    ],
)
def test_what_people_write_becomes_one_canonical_spelling(key: str, typed: str, canonical: str) -> None:
    values, found = check_values(a_form(**{key: typed}), on=ON)
    assert found == []
    assert values[key] == canonical
    assert check_values(values, on=ON) == (values, [])


def test_an_id_in_lower_case_and_full_width_is_normalised() -> None:
    with_x = next(number for number in (an_id(sequence=f"{n:03d}") for n in range(2, 400, 2)) if number.endswith("X"))
    full_width = "".join(chr(ord(one) + 0xFEE0) for one in with_x.lower())
    values, found = check_values(a_form(document_number=f" {full_width} "), on=ON)
    assert found == []
    assert values["document_number"] == with_x


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"sex": "未知"}, [("sex", "CODE_UNKNOWN")]),
        ({"sex": "1-女"}, [("sex", "CODE_UNKNOWN")]),
        ({"sex": "1"}, [("sex", "SEX_CONTRADICTS_ID")]),
        ({"birth_date": "20110308"}, [("birth_date", "BIRTH_DATE_CONTRADICTS_ID")]),
        ({"birth_date": "20110230"}, [("birth_date", "DATE_IMPOSSIBLE")]),
        ({"birth_date": "20261125"}, [("birth_date", "DATE_IMPOSSIBLE")]),
        ({"birth_date": "18990101"}, [("birth_date", "DATE_IMPOSSIBLE")]),
        ({"birth_date": "去年"}, [("birth_date", "DATE_IMPOSSIBLE")]),
        ({"birth_place": "99"}, [("birth_place", "VALUE_MALFORMED")]),
        ({"birth_place": "990105000000"}, [("birth_place", "DIVISION_UNKNOWN")]),
        ({"document_number": ""}, [("document_number", "VALUE_MISSING")]),
        ({"document_kind": "Q"}, [("document_kind", "CODE_UNKNOWN")]),
        ({"grade": "十三年级"}, [("grade", "GRADE_UNKNOWN")]),
        ({"entry_month": "201713"}, [("entry_month", "DATE_IMPOSSIBLE")]),
        ({"phone": "010-12345678"}, [("phone", "PHONE_MALFORMED")]),
        ({"phone": "12345"}, [("phone", "PHONE_MALFORMED")]),
        ({"postcode": "10002"}, [("postcode", "POSTCODE_MALFORMED")]),
        ({"name": "=1+1"}, [("name", "NAME_MALFORMED")]),
        ({"email": "a@b"}, [("email", "VALUE_MALFORMED")]),
        ({"distance_km": "远"}, [("distance_km", "VALUE_MALFORMED")]),
        ({"document_validity": "20200601-20100601"}, [("document_validity", "DATE_IMPOSSIBLE")]),
        ({"address": "路" * 201}, [("address", "VALUE_TOO_LONG")]),
        ({"guardian1_document_number": an_id(born="19800101")}, [("guardian1_document_kind", "VALUE_MISSING")]),
        ({"inclusive_class": "1"}, [("inclusive_class", "INCLUSIVE_CLASS_CONTRADICTS_DISABILITY")]),
        ({"disability": "1"}, [("inclusive_class", "INCLUSIVE_CLASS_CONTRADICTS_DISABILITY")]),
        ({"inclusive_class": "3", "disability": "5"}, []),
        ({"inclusive_class": "9", "disability": "3"}, []),
        ({"disability": "7", "grade": "401"}, []),
    ],
)
def test_a_fault_is_found_at_its_item_and_nowhere_else(changes: dict[str, str], found: list[tuple[str, str]]) -> None:
    assert findings(a_form(**changes)) == found


def test_all_faults_are_told_together_in_the_order_of_the_form() -> None:
    assert findings(a_form(phone="1", sex="3", name="", ethnicity="火星族")) == [
        ("name", "VALUE_MISSING"),
        ("sex", "CODE_UNKNOWN"),
        ("ethnicity", "CODE_UNKNOWN"),
        ("phone", "PHONE_MALFORMED"),
    ]


def test_a_mistyped_id_is_reported_once_and_not_also_as_missing() -> None:
    good = an_id()
    wrong = good[:-1] + ("0" if good[-1] != "0" else "1")
    assert findings(a_form(document_number=wrong)) == [("document_number", "CHECK_CHARACTER_WRONG")]


def test_a_pupil_without_a_document_needs_the_guardians() -> None:
    without = a_form(document_kind="Z", document_number="")
    assert findings(without) == [("guardian1_name", "GUARDIAN_ID_REQUIRED")]
    named = without | {"guardian1_name": "李四", "guardian1_document_kind": "1"}
    assert findings(named) == [("guardian1_document_number", "GUARDIAN_ID_REQUIRED")]
    complete = named | {"guardian1_document_number": an_id(born="19800101")}
    assert findings(complete) == []
    second = complete | {"guardian2_name": "王五"}
    assert findings(second) == [("guardian2_document_kind", "GUARDIAN_ID_REQUIRED")]


def test_a_foreign_pupil_has_no_household_and_need_not_invent_one() -> None:
    foreign = a_form(
        document_kind="A",
        document_number="E12345678",
        nationality="USA",
        hk_mo_tw_overseas="51",
        birth_place="",
        household_place="",
        household_kind="",
    )
    assert findings(foreign) == []


def test_a_grade_is_read_by_the_schools_own_system() -> None:
    sixth = a_form(grade="六年级")
    assert check_values(sixth, on=ON)[0]["grade"] == "106"
    assert check_values(sixth, on=ON, system=SchoolSystem.FIVE_FOUR)[0]["grade"] == "201"
    assert check_values(a_form(grade="一年级"), on=ON, stage=Stage.SENIOR)[0]["grade"] == "301"


@pytest.mark.parametrize(
    "table", [one for one in vars(codes).values() if isinstance(one, codes.CodeTable)], ids=lambda table: table.name
)
def test_every_code_is_read_back_from_everything_that_shows_it(table: codes.CodeTable) -> None:
    for code, label in table.labels.items():
        for written in (code, code.lower(), label, f"{code}-{label}", f"{code} {label}", f"{code}{label}"):
            assert table.parse(written) == code
    for given in ("", "没有这个", "-", "999"):
        with pytest.raises(CodeUnknown):
            table.parse(given)


def test_every_item_of_codes_has_room_for_its_codes() -> None:
    for one in ITEMS:
        assert (one.code_table is not None) == (one.kind is ItemKind.CODE)
        if one.code_table is not None:
            assert max(map(len, one.code_table.labels)) <= one.max_length


def test_no_sentence_of_a_finding_has_a_blank_left_in_it() -> None:
    _, found = check_values(
        dict.fromkeys((one.key for one in ITEMS), "！？") | {"disability": "1", "inclusive_class": "0"}, on=ON
    )
    assert len(found) > 40
    assert not [one.sentence for one in found if "…" in one.sentence]
