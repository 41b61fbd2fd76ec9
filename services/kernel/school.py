"""Schools and their codes (学校标识码): two digits of category, two of province, six of sequence; no check digit.

《各级各类学校(机构)代码编制规则》: a renamed school keeps its code; a closed one, or one that changes category, loses
it, and the code is never given to another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from kernel.divisions import EDUCATION_PROVINCES, DivisionLevel, division_code, level_of
from kernel.refusals import SchoolCodeMalformed, SchoolKeepsNoStatus
from kernel.stages import SchoolSystem
from kernel.writing import code_as_typed

_CODE_FORM = re.compile(r"[0-9]{10}")


class SchoolCategory(StrEnum):
    """The first two digits of a school code."""

    KINDERGARTEN = "11"  # 幼儿园
    PRIMARY = "21"  # 小学
    ADULT_PRIMARY = "22"  # 成人小学
    JUNIOR = "31"  # 普通初中, 九年一贯制学校 among them
    VOCATIONAL_JUNIOR = "32"  # 职业初中
    ADULT_JUNIOR = "33"  # 成人初中
    SENIOR = "34"  # 普通高中, 完全中学 and 十二年一贯制学校 among them
    ADULT_SENIOR = "35"  # 成人高中
    VOCATIONAL_SECONDARY = "36"  # 中等职业学校
    REFORM = "37"  # 工读学校, since 2025 专门学校
    HIGHER = "41"  # 普通高等学校
    ADULT_HIGHER = "42"  # 成人高等学校
    SPECIAL = "51"  # 特殊教育学校
    OTHER_91 = "91"  # 其他
    OTHER_92 = "92"  # 其他
    OTHER_93 = "93"  # 其他

    @property
    def label(self) -> str:
        return _CATEGORY_LABELS.get(self, "其他")

    @property
    def keeps_status(self) -> bool:
        """Whether the Measures speak of such a school (Art. 2)."""
        return self in _OF_ARTICLE_2


_CATEGORY_LABELS = {
    SchoolCategory.KINDERGARTEN: "幼儿园",
    SchoolCategory.PRIMARY: "小学",
    SchoolCategory.ADULT_PRIMARY: "成人小学",
    SchoolCategory.JUNIOR: "普通初中",
    SchoolCategory.VOCATIONAL_JUNIOR: "职业初中",
    SchoolCategory.ADULT_JUNIOR: "成人初中",
    SchoolCategory.SENIOR: "普通高中",
    SchoolCategory.ADULT_SENIOR: "成人高中",
    SchoolCategory.VOCATIONAL_SECONDARY: "中等职业学校",
    SchoolCategory.REFORM: "工读学校",
    SchoolCategory.HIGHER: "普通高等学校",
    SchoolCategory.ADULT_HIGHER: "成人高等学校",
    SchoolCategory.SPECIAL: "特殊教育学校",
}

# Art. 2: 小学、初中、普通高中、特殊教育学校、工读学校. Schools for adults are not among them.
_OF_ARTICLE_2 = frozenset(
    {
        SchoolCategory.PRIMARY,
        SchoolCategory.JUNIOR,
        SchoolCategory.VOCATIONAL_JUNIOR,
        SchoolCategory.SENIOR,
        SchoolCategory.REFORM,
        SchoolCategory.SPECIAL,
    }
)


@dataclass(frozen=True, slots=True, order=True)
class SchoolCode:
    """Ten digits, made by ``parse``."""

    text: str

    def __post_init__(self) -> None:
        assert _CODE_FORM.fullmatch(self.text), "a school code is made by parse"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a code as people type it.

        Raises:
            SchoolCodeMalformed: not ten digits, or no such category or province; ``why`` says what.
        """
        code = code_as_typed(text)
        if not _CODE_FORM.fullmatch(code):
            raise SchoolCodeMalformed(why="应为 10 位数字")
        if code[:2] not in SchoolCategory.__members__.values():
            raise SchoolCodeMalformed(why=f"没有类别代码“{code[:2]}”")
        if code[2:4] not in EDUCATION_PROVINCES:
            raise SchoolCodeMalformed(why=f"没有省级代码“{code[2:4]}”")
        return cls(code)

    @property
    def category(self) -> SchoolCategory:
        return SchoolCategory(self.text[:2])

    def require_status_kept(self) -> Self:
        """This code, of a school that the Measures speak of. Raises SchoolKeepsNoStatus of any other (Art. 2)."""
        if not self.category.keeps_status:
            raise SchoolKeepsNoStatus(school=self.text, category=self.category.label)
        return self

    @property
    def province(self) -> str:
        """The two digits of the province whose hub keeps the school's students; 66 is 新疆生产建设兵团."""
        return self.text[2:4]

    def __str__(self) -> str:
        return self.text


class SchoolSetting(StrEnum):
    """城乡类型, as the statistics bureau tells town from country (《统计上划分城乡的规定》)."""

    URBAN = "1"  # 城区
    TOWN = "2"  # 镇区
    RURAL = "3"  # 乡村
    UNKNOWN = ""

    @property
    def label(self) -> str:
        return _SETTING_LABELS[self]


_SETTING_LABELS = {
    SchoolSetting.URBAN: "城区",
    SchoolSetting.TOWN: "镇区",
    SchoolSetting.RURAL: "乡村",
    SchoolSetting.UNKNOWN: "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """A school as every tier knows it, at one time; ``kernel.organisations`` says from when to when.

    Attributes:
        code: 学校标识码; its first digits are the category, so the category cannot disagree.
        name: the full official name.
        place: six-digit division in which it stands (所在地); temporary numbers are coded by it.
        authority: six-digit division of its 学籍主管部门: a county, or the prefecture or province that runs it.
        school_system: 六三 or 五四; a wrong one graduates a class a year early.
        address: where letters reach it. township: the 乡镇人民政府 or 街道办事处 that hears of dropouts (Art. 22).
    """

    code: SchoolCode
    name: str
    place: str
    authority: str
    school_system: SchoolSystem
    address: str = ""
    township: str = ""
    setting: SchoolSetting = SchoolSetting.UNKNOWN

    def __post_init__(self) -> None:
        """Raises DivisionUnknown where place or authority is not six digits of a known province."""
        division_code(self.place)
        division_code(self.authority)
        assert self.name, "a school has a name"

    @property
    def category(self) -> SchoolCategory:
        return self.code.category

    def to_content(self) -> dict[str, str]:
        """The school as a canonical JSON object."""
        return {
            "code": self.code.text,
            "name": self.name,
            "place": self.place,
            "authority": self.authority,
            "school_system": self.school_system.value,
            "address": self.address,
            "township": self.township,
            "setting": self.setting.value,
        }

    @classmethod
    def from_content(cls, content: Mapping[str, str]) -> Self:
        """A school as ``to_content`` or an operator's file writes it; what a file may leave out is empty.

        Raises:
            KeyError: it lacks code, name, place, authority or school system.
            SchoolCodeMalformed, DivisionUnknown, ValueError: one of them is none.
        """
        return cls(
            code=SchoolCode.parse(content["code"]),
            name=content["name"],
            place=content["place"],
            authority=content["authority"],
            school_system=SchoolSystem(content["school_system"]),
            address=content.get("address", ""),
            township=content.get("township", ""),
            setting=SchoolSetting(content.get("setting", "")),
        )

    @property
    def directly_run(self) -> bool:
        """Run by a prefecture or province over the county's head: it tells the county each term (Art. 18).

        A prefecture without counties (441900 东莞市) is the county of its own schools, so it does not count.
        """
        return self.authority != self.place and level_of(self.authority) is not DivisionLevel.COUNTY
