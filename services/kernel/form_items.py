"""The 72 items of the national form (《全国中小学生学籍信息管理系统学生基本信息表》), one row each.

Numbers and labels are the form's. ``required`` marks the items with a star: the ministry's own list of stars is not
published in full, so this is the working set that schools' on-line copies refuse to leave empty, and a province may
give another one (``check_values(required=...)``). ``old_column`` is the column of the system in use until now, which
migrations read; empty where it is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kernel import codes
from kernel.codes import CodeTable


class Group(StrEnum):
    """The seven parts of the form."""

    PERSON = "A"
    AUXILIARY = "B"
    RECORD = "C"
    CONTACT = "D"
    EXTENSION = "E"
    COMMUTE = "F"
    FAMILY = "G"

    @property
    def label(self) -> str:
        return _GROUP_LABELS[self]


_GROUP_LABELS = {
    Group.PERSON: "学生个人基础信息",
    Group.AUXILIARY: "学生个人辅助信息",
    Group.RECORD: "学籍基本信息",
    Group.CONTACT: "联系信息",
    Group.EXTENSION: "扩展信息",
    Group.COMMUTE: "上下学交通方式",
    Group.FAMILY: "家庭成员或监护人信息",
}


class ItemKind(StrEnum):
    """How a value is written; its canonical form stands beside it."""

    TEXT = "text"  # as given, width folded, spaces collapsed
    NAME = "name"  # kernel.names
    PINYIN = "pinyin"  # Latin letters with tone marks or ü
    DATE = "date"  # YYYYMMDD
    MONTH = "month"  # YYYYMM
    PERIOD = "period"  # YYYYMMDD-YYYYMMDD, or YYYYMMDD-长期
    CODE = "code"  # a code of the item's table
    DIVISION12 = "division12"  # 12 digits, 统计用区划代码
    DOCUMENT = "document"  # kernel.identity
    GRADE = "grade"  # kernel.stages
    PHONE = "phone"  # digits, with hyphens before an extension or after an area code
    POSTCODE = "postcode"  # 6 digits
    EMAIL = "email"
    DISTANCE = "distance"  # km, a plain decimal


@dataclass(frozen=True)
class Item:
    """One item of the form.

    Attributes:
        number: the printed number, 1 to 72.
        key: the name that values travel under.
        label: the header on the form, without its star.
        required: it bears a star (★).
        code_table: for ``ItemKind.CODE``, else None.
        max_length: in characters of the canonical form.
        aliases: other headers seen on copies of the form.
    """

    number: int
    key: str
    label: str
    group: Group
    required: bool
    kind: ItemKind
    code_table: CodeTable | None
    max_length: int
    old_column: str
    aliases: tuple[str, ...] = ()


_LENGTH = {
    ItemKind.NAME: 100,
    ItemKind.PINYIN: 200,
    ItemKind.DATE: 8,
    ItemKind.MONTH: 6,
    ItemKind.PERIOD: 17,
    ItemKind.CODE: 3,
    ItemKind.DIVISION12: 12,
    ItemKind.DOCUMENT: 40,
    ItemKind.GRADE: 20,
    ItemKind.PHONE: 30,
    ItemKind.POSTCODE: 6,
    ItemKind.EMAIL: 100,
    ItemKind.DISTANCE: 6,
}
_ADDRESS = 200

# Other headers seen on copies of the form, the domain's short ones among them.
_ALIASES = {
    "name": ("学生姓名",),
    "birth_place": ("出生地行政区划代码",),
    "nationality": ("国籍",),
    "document_kind": ("证件类型", "身份证类型"),
    "document_number": ("身份证件号码", "身份证号", "身份证号码", "证件号码", "公民身份号码"),
    "hk_mo_tw_overseas": ("是否港澳台侨外",),
    "household_place": ("户口所在地行政区划代码", "户籍所在地"),
    "school_class": ("班号", "班级名称"),
    "mailing_address": ("通讯地址",),
    "home_address": ("家庭住址",),
    "postcode": ("邮编",),
    "email": ("电子邮箱",),
    "only_child": ("独生子女",),
    "preschool": ("学前教育",),
    "left_behind": ("留守儿童",),
    "migrant_child": ("进城务工人员随迁子女", "随迁子女"),
    "orphan": ("孤儿",),
    "martyr_child": ("烈士或优抚子女",),
    "inclusive_class": ("是否随班就读",),
    "bought_place": ("政府购买学位",),
    "aid_application": ("需要申请资助",),
    "aid_received": ("享受一补",),
    "distance_km": ("上下学距离（公里）",),
    "school_bus": ("需要乘坐校车",),
}


def _row(  # noqa: PLR0917 - a row of a table reads by position
    number: int,
    key: str,
    label: str,
    group: Group,
    kind: ItemKind,
    old_column: str = "",
    *,
    star: bool = False,
    table: CodeTable | None = None,
    length: int | None = None,
    aliases: tuple[str, ...] = (),
) -> Item:
    assert (table is not None) == (kind is ItemKind.CODE), f"item {number} is a code without a table, or the reverse"
    return Item(
        number=number,
        key=key,
        label=label,
        group=group,
        required=star,
        kind=kind,
        code_table=table,
        max_length=length if length is not None else _LENGTH[kind],
        old_column=old_column,
        aliases=aliases or _ALIASES.get(key, ()),
    )


def _person() -> Iterator[Item]:
    part, k = Group.PERSON, ItemKind
    yield _row(1, "name", "姓名", part, k.NAME, "xm", star=True)
    yield _row(2, "sex", "性别", part, k.CODE, "xbm", star=True, table=codes.SEX)
    yield _row(3, "birth_date", "出生日期", part, k.DATE, "csrq", star=True)
    yield _row(4, "birth_place", "出生地", part, k.DIVISION12, "csdm", star=True)
    yield _row(5, "native_place", "籍贯", part, k.TEXT, "jg", length=60)
    yield _row(6, "ethnicity", "民族", part, k.CODE, "mzm", star=True, table=codes.ETHNICITY)
    yield _row(7, "nationality", "国籍/地区", part, k.CODE, "gjdqm", star=True, table=codes.COUNTRY)
    yield _row(8, "document_kind", "身份证件类型", part, k.CODE, "sfzjlxm", star=True, table=codes.DOCUMENT_KIND)
    yield _row(9, "document_number", "身份证件号", part, k.DOCUMENT, "sfzjh", star=True)
    yield _row(10, "hk_mo_tw_overseas", "港澳台侨外", part, k.CODE, "gatqwm", star=True, table=codes.HK_MO_TW_OVERSEAS)
    yield _row(11, "political_status", "政治面貌", part, k.CODE, "zzmmm", table=codes.POLITICAL_STATUS)
    yield _row(12, "health", "健康状况", part, k.CODE, "jkzkm", star=True, table=codes.HEALTH)
    yield _row(13, "photo", "照片", part, k.TEXT, length=100)


def _auxiliary() -> Iterator[Item]:
    part, k = Group.AUXILIARY, ItemKind
    yield _row(14, "name_pinyin", "姓名拼音", part, k.PINYIN, "xmpy")
    yield _row(15, "former_name", "曾用名", part, k.NAME, "cym")
    yield _row(16, "document_validity", "身份证件有效期", part, k.PERIOD, "sfzjyxq")
    yield _row(17, "household_place", "户口所在地", part, k.DIVISION12, "hkszdm", star=True)
    yield _row(18, "household_kind", "户口性质", part, k.CODE, "hkxzm", star=True, table=codes.HOUSEHOLD_KIND)
    yield _row(19, "talent", "特长", part, k.TEXT, "tc", length=100)


def _record() -> Iterator[Item]:
    part, k = Group.RECORD, ItemKind
    yield _row(20, "aux_number", "学籍辅号", part, k.TEXT, "xjfh", length=30)
    yield _row(21, "class_number_in_class", "班内学号", part, k.TEXT, "bnxh", length=20)
    yield _row(22, "grade", "年级", part, k.GRADE, "xxNjxxId", star=True)
    yield _row(23, "school_class", "班级", part, k.TEXT, "xxBjxxId", star=True, length=40)
    yield _row(24, "entry_month", "入学年月", part, k.MONTH, "rxny", star=True)
    yield _row(25, "entry_way", "入学方式", part, k.CODE, "rxfsm", star=True, table=codes.ENTRY_WAY)
    yield _row(26, "attendance", "就读方式", part, k.CODE, "jdfsm", star=True, table=codes.ATTENDANCE)
    yield _row(27, "source", "学生来源", part, k.CODE, "xslym", table=codes.SOURCE)


def _contact() -> Iterator[Item]:
    part, k = Group.CONTACT, ItemKind
    yield _row(28, "address", "现住址", part, k.TEXT, "xzz", star=True, length=_ADDRESS)
    yield _row(29, "mailing_address", "通信地址", part, k.TEXT, "txdz", star=True, length=_ADDRESS)
    yield _row(30, "home_address", "家庭地址", part, k.TEXT, "jtzz", star=True, length=_ADDRESS)
    yield _row(31, "phone", "联系电话", part, k.PHONE, "lxdh", star=True)
    yield _row(32, "postcode", "邮政编码", part, k.POSTCODE, "yzbm", star=True)
    yield _row(33, "email", "电子信箱", part, k.EMAIL, "dzxx")
    yield _row(34, "homepage", "主页地址", part, k.TEXT, "zydz", length=_ADDRESS)


def _extension() -> Iterator[Item]:
    part, k, yes_no = Group.EXTENSION, ItemKind, codes.YES_NO
    yield _row(35, "only_child", "是否独生子女", part, k.CODE, "sfdsznm", table=yes_no)
    yield _row(36, "preschool", "是否受过学前教育", part, k.CODE, "sfsgxqjym", star=True, table=yes_no)
    yield _row(37, "left_behind", "是否留守儿童", part, k.CODE, "sflsetm", star=True, table=codes.LEFT_BEHIND)
    yield _row(38, "migrant_child", "是否进城务工人员随迁子女", part, k.CODE, "sfsqznm", star=True, table=yes_no)
    yield _row(39, "orphan", "是否孤儿", part, k.CODE, "sfge", star=True, table=yes_no)
    yield _row(40, "martyr_child", "是否烈士或优抚子女", part, k.CODE, "sflshyfzn", star=True, table=yes_no)
    yield _row(41, "inclusive_class", "随班就读", part, k.CODE, "sbjdm", star=True, table=codes.INCLUSIVE_CLASS)
    yield _row(42, "disability", "残疾类型", part, k.CODE, "cjlxm", star=True, table=codes.DISABILITY)
    yield _row(43, "bought_place", "是否由政府购买学位", part, k.CODE, "sfgmxwm", table=yes_no)
    yield _row(44, "aid_application", "是否需要申请资助", part, k.CODE, star=True, table=yes_no)
    yield _row(45, "aid_received", "是否享受一补", part, k.CODE, "sfxsybm", star=True, table=yes_no)


def _commute() -> Iterator[Item]:
    part, k = Group.COMMUTE, ItemKind
    yield _row(46, "distance_km", "上下学距离", part, k.DISTANCE, "sxxjl")
    yield _row(47, "commute", "上下学方式", part, k.CODE, "sxxfsm", table=codes.COMMUTE)
    yield _row(48, "school_bus", "是否需要乘坐校车", part, k.CODE, "sfczxcm", table=codes.YES_NO)


def _guardian(which: int, first: int) -> Iterator[Item]:
    part, k = Group.FAMILY, ItemKind
    numeral = "一二"[which - 1]

    def row(
        offset: int, key: str, label: str, kind: ItemKind, column: str = "",
        *, table: CodeTable | None = None, length: int | None = None,
    ) -> Item:  # fmt: skip
        heads = (f"成员{numeral}", f"家庭成员{which}", f"家庭成员{numeral}", f"监护人{which}", f"监护人{numeral}")
        aliases = tuple(f"{head}{label}" for head in (*heads, f"家庭成员或监护人{numeral}"))
        return _row(
            first + offset, f"guardian{which}_{key}", f"成员{which}{label}", part, kind, column,
            table=table, length=length, aliases=aliases,
        )  # fmt: skip

    yield row(0, "name", "姓名", k.NAME, "cyxm")
    yield row(1, "relation", "关系", k.CODE, "gxm", table=codes.RELATION)
    yield row(2, "relation_note", "关系说明", k.TEXT, "gxsm", length=40)
    yield row(3, "ethnicity", "民族", k.CODE, table=codes.ETHNICITY)
    yield row(4, "workplace", "工作单位", k.TEXT, "gzdw", length=100)
    yield row(5, "address", "现住址", k.TEXT, length=_ADDRESS)
    yield row(6, "household_place", "户口所在地", k.DIVISION12)
    yield row(7, "phone", "联系电话", k.PHONE)
    yield row(8, "is_guardian", "是否监护人", k.CODE, "sfjhrm", table=codes.YES_NO)
    yield row(9, "document_kind", "身份证件类型", k.CODE, table=codes.DOCUMENT_KIND)
    yield row(10, "document_number", "身份证件号", k.DOCUMENT)
    yield row(11, "position", "职务", k.TEXT, "zw", length=60)


ITEMS: tuple[Item, ...] = (
    *_person(),
    *_auxiliary(),
    *_record(),
    *_contact(),
    *_extension(),
    *_commute(),
    *_guardian(1, 49),
    *_guardian(2, 61),
)

assert [item.number for item in ITEMS] == list(range(1, 73)), "the form has 72 items, in order"
assert len({item.key for item in ITEMS}) == len(ITEMS), "two items under one key"
