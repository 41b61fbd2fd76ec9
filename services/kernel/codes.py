"""Code tables (代码表) of the national form: code to label, and whatever a registrar writes to the code.

The numbers are those of the national standards where one exists. Where the form's own numbers were not published
(``standard`` says 本系统) the labels are the form's and the numbers ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from kernel.countries import COUNTRIES, COUNTRY_ALIASES
from kernel.identity import DocumentKind
from kernel.names import fold_width
from kernel.refusals import CodeUnknown

_GIVEN_SHOWN_MAX = 40  # characters of the registrar's own text repeated in a refusal


@dataclass(frozen=True, eq=False)
class CodeTable:
    """One table.

    Attributes:
        name: as the form and its refusals call it.
        standard: where the codes come from.
        labels: code to label, in the order people see them.
        aliases: other ways people write a label, to the code.
    """

    name: str
    standard: str
    labels: Mapping[str, str]
    aliases: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        by_label = {_comparable(label): code for code, label in self.labels.items()}
        assert len(by_label) == len(self.labels), f"two codes of {self.name} have one label"
        assert set(self.aliases.values()) <= set(self.labels), f"an alias of {self.name} leads nowhere"
        by_alias = {_comparable(alias): code for alias, code in self.aliases.items()}
        object.__setattr__(self, "labels", MappingProxyType(dict(self.labels)))
        object.__setattr__(self, "_by_label", by_alias | by_label)
        object.__setattr__(self, "_offered", {f"{code}-{label}": code for code, label in self.labels.items()})

    _by_label: Mapping[str, str] = field(init=False, repr=False, default_factory=dict)
    _offered: Mapping[str, str] = field(init=False, repr=False, default_factory=dict)  # as drop-downs write them

    def parse(self, text: str) -> str:
        """The code that ``text`` means: a code, a label, or both as ``1-男``, ``1 男`` and ``1男``.

        A code whose leading zero a spreadsheet has dropped is found (``1`` is 汉族 ``01``), if no other code is meant.

        Raises:
            CodeUnknown: neither a code nor a label of this table, or a code and a label that contradict each other.
        """
        if text in self.labels:
            return text
        if text in self._offered:
            return self._offered[text]
        given = fold_width(text)
        code = self._code(given) or self._by_label.get(_comparable(given)) or self._code_and_label(given)
        if code is None:
            raise CodeUnknown(table=self.name, given=given[:_GIVEN_SHOWN_MAX])
        return code

    def label(self, code: str) -> str:
        """The label of a code; a code that a newer table has and ours has not is shown as it is."""
        return self.labels.get(code, code)

    def _code(self, given: str) -> str | None:
        upper = given.upper()
        if upper in self.labels:
            return upper
        padded = upper.zfill(min(map(len, self.labels)))
        return padded if upper.isdigit() and padded in self.labels else None

    def _code_and_label(self, given: str) -> str | None:
        matched = re.fullmatch(r"([0-9A-Za-z]{1,3})[\s:：.、_—-]*(\S.*)", given)
        if matched is None:
            return None
        code = self._code(matched[1])
        return code if code is not None and self._by_label.get(_comparable(matched[2])) == code else None


def _comparable(label: str) -> str:
    return re.sub(r"[\s()（）/、,，]", "", fold_width(label)).upper()


def _numbered(text: str) -> dict[str, str]:
    """``"01 汉族 02 蒙古族"`` as a mapping; tables of many entries are easier to check against the standard so."""
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


YES_NO = CodeTable(
    "是否", "JY/T 1001 SFBZ", {"0": "否", "1": "是"}, {"N": "0", "Y": "1", "无": "0", "有": "1", "√": "1"}
)

SEX = CodeTable("性别", "GB/T 2261.1", {"1": "男", "2": "女"}, {"男性": "1", "女性": "2", "男生": "1", "女生": "2"})

_ETHNICITIES = _numbered(
    "01 汉族 02 蒙古族 03 回族 04 藏族 05 维吾尔族 06 苗族 07 彝族 08 壮族 09 布依族 10 朝鲜族 "
    "11 满族 12 侗族 13 瑶族 14 白族 15 土家族 16 哈尼族 17 哈萨克族 18 傣族 19 黎族 20 傈僳族 "
    "21 佤族 22 畲族 23 高山族 24 拉祜族 25 水族 26 东乡族 27 纳西族 28 景颇族 29 柯尔克孜族 30 土族 "
    "31 达斡尔族 32 仫佬族 33 羌族 34 布朗族 35 撒拉族 36 毛南族 37 仡佬族 38 锡伯族 39 阿昌族 40 普米族 "
    "41 塔吉克族 42 怒族 43 乌孜别克族 44 俄罗斯族 45 鄂温克族 46 德昂族 47 保安族 48 裕固族 49 京族 50 塔塔尔族 "
    "51 独龙族 52 鄂伦春族 53 赫哲族 54 门巴族 55 珞巴族 56 基诺族 97 其他 98 外国血统中国籍人士"
)
ETHNICITY = CodeTable(
    "民族",
    "GB/T 3304",
    _ETHNICITIES,
    {label.removesuffix("族"): code for code, label in _ETHNICITIES.items() if label.endswith("族")}
    | {"外国血统中国籍": "98", "毛难族": "36", "崩龙族": "46", "乌兹别克族": "43"},
)

DOCUMENT_KIND = CodeTable(
    "身份证件类型",
    "国家学籍系统表，C、D、E 为本系统",
    {kind.value: kind.label for kind in DocumentKind},
    # A household book (户口簿) states the citizen ID number: a child without a card has the number all the same.
    {"身份证": "1", "二代身份证": "1", "户口簿": "1", "户口本": "1", "台胞证": "8", "无": "Z", "无证件": "Z"},
)

COUNTRY = CodeTable("国籍/地区", "GB/T 2659", COUNTRIES, COUNTRY_ALIASES)

HK_MO_TW_OVERSEAS = CodeTable(
    "港澳台侨外",
    "JY/T 1001 GATQW",
    _numbered(
        "00 否 01 香港同胞 02 香港同胞亲属 03 澳门同胞 04 澳门同胞亲属 05 台湾同胞 06 台湾同胞亲属 11 华侨 12 侨眷 "
        "13 归侨 14 归侨子女 21 归国留学人员 31 非华裔中国人 41 外籍华裔人 51 外国人 99 其他"
    ),
    {"非港澳台侨外": "00", "无": "00"},
)

POLITICAL_STATUS = CodeTable(
    "政治面貌",
    "GB/T 4762",
    _numbered(
        "01 中共党员 02 中共预备党员 03 共青团员 04 民革党员 05 民盟盟员 06 民建会员 07 民进会员 08 农工党党员 "
        "09 致公党党员 10 九三学社社员 11 台盟盟员 12 无党派人士 13 群众"
    ),
    {"预备党员": "02", "团员": "03", "少先队员": "13", "中国共产党党员": "01", "共产主义青年团团员": "03"},
)

HEALTH = CodeTable(
    "健康状况",
    "GB/T 2261.3",
    {"10": "健康或良好", "20": "一般或较弱", "30": "有慢性病", "40": "有生理缺陷", "50": "残疾"},
    {"健康": "10", "良好": "10", "一般": "20", "较弱": "20", "慢性病": "30"},
)

HOUSEHOLD_KIND = CodeTable(
    "户口性质",
    "国家学籍系统表",
    {"1": "农业户口", "2": "非农业户口"},
    {"农业": "1", "非农业": "2", "农业家庭户口": "1", "非农业家庭户口": "2"},
)

ENTRY_WAY = CodeTable(
    "入学方式",
    "国家学籍系统表",
    {
        "11": "就近入学",
        "12": "其他（义务教育）",
        "21": "统一招生考试/普通入学",
        "22": "体育特招",
        "23": "艺术特招",
        "99": "其他",
    },
    {"统一招生考试": "21", "普通入学": "21"},
)

ATTENDANCE = CodeTable("就读方式", "国家学籍系统表", {"1": "走读", "2": "住校"}, {"寄宿": "2", "住宿": "2"})

SOURCE = CodeTable("学生来源", "本系统", {"1": "正常入学", "2": "借读", "9": "其他"})

LEFT_BEHIND = CodeTable(
    "留守儿童",
    "国家学籍系统表",
    {"0": "非留守儿童", "1": "单亲留守儿童", "2": "双亲留守儿童"},
    {"否": "0", "非": "0", "单亲": "1", "双亲": "2"},
)

INCLUSIVE_CLASS = CodeTable(
    "随班就读",
    "本系统",
    {
        "0": "非随班就读",
        "1": "视力残疾随班就读",
        "2": "听力残疾随班就读",
        "3": "智力残疾随班就读",
        "9": "其他残疾随班就读",
    },
    {"否": "0", "非": "0"},
)

DISABILITY = CodeTable(
    "残疾类型",
    "GB/T 26341",
    _numbered("0 无残疾 1 视力残疾 2 听力残疾 3 言语残疾 4 肢体残疾 5 智力残疾 6 精神残疾 7 多重残疾 9 其他残疾"),
    {"无": "0", "否": "0", "视力": "1", "听力": "2", "言语": "3", "肢体": "4", "智力": "5", "精神": "6", "多重": "7"}
    | {"其他": "9"},
)

COMMUTE = CodeTable(
    "上下学方式",
    "本系统",
    {
        "1": "步行",
        "2": "自行车（含摩托车、电动自行车）",
        "3": "公共交通（含城市公交、农村客运、地铁）",
        "4": "家长自行接送",
        "5": "校车",
        "9": "其他",
    },
    {"自行车": "2", "公共交通": "3", "公交": "3", "家长接送": "4"},
)

RELATION = CodeTable(
    "成员关系",
    "本系统",
    {"1": "父亲", "2": "母亲", "3": "祖父母或外祖父母", "4": "兄弟姐妹", "9": "其他"},
    {"父": "1", "母": "2", "爸爸": "1", "妈妈": "2"}
    | dict.fromkeys(("祖父", "祖母", "外祖父", "外祖母", "爷爷", "奶奶", "外公", "外婆", "姥爷", "姥姥"), "3")
    | dict.fromkeys(("哥哥", "姐姐", "弟弟", "妹妹", "兄", "姐"), "4"),
)
