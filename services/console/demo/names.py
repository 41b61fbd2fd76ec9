"""Names for children who do not exist, in the shapes that a registrar meets.

Common characters are combined at random; the others are fixed, because each has broken some system: separators in names
of minorities, a name in Latin letters, compound surnames, and characters outside the basic plane of Unicode.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from kernel.identity import Sex


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_SURNAMES = _words(
    "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 欧阳 司徒"
)
_GIVEN = {
    Sex.MALE: _words("浩然 子轩 宇航 俊熙 博文 梓豪 明哲 天佑 家乐 文昊 一鸣 景行 思远 书言 安 磊 晨 嘉懿 致远 承泽"),
    Sex.FEMALE: _words("雨桐 欣怡 梓涵 诗琪 可馨 若曦 语嫣 佳怡 思彤 沐瑶 静姝 芷晴 乐仪 书瑶 悦 蕾 妍 清妍 知夏 念慈"),
}


@dataclass(frozen=True)
class FullName:
    """A name with what goes with it on the form: codes of ``kernel.codes.ETHNICITY``."""

    text: str
    sex: Sex
    ethnicity: str = "01"


REMARKABLE = (
    FullName("阿依古丽·买买提", Sex.FEMALE, "05"),
    FullName("艾克拜尔·艾合买提江", Sex.MALE, "05"),
    FullName("巴特尔", Sex.MALE, "02"),
    FullName("扎西德吉", Sex.FEMALE, "04"),
    FullName("金㛃", Sex.FEMALE, "10"),
    FullName("龙䶮", Sex.MALE, "06"),
    FullName("陈𬱖", Sex.MALE),
    FullName("林𫖯", Sex.FEMALE),
)
LATIN = FullName("MARIA CLARA DE SOUZA", Sex.FEMALE, "97")


def invent_names(random: Random, count: int) -> list[FullName]:
    """``count`` different names, boys and girls in turn."""
    names: dict[str, FullName] = {}
    while len(names) < count:
        sex = Sex.MALE if len(names) % 2 else Sex.FEMALE
        text = random.choice(_SURNAMES) + random.choice(_GIVEN[sex])
        names.setdefault(text, FullName(text, sex))
    return list(names.values())


def invent_guardian(random: Random, child: FullName) -> str:
    """A father's name: the child's surname, where the child's name has one at its front."""
    surname = next((one for one in _SURNAMES if child.text.startswith(one)), random.choice(_SURNAMES))
    return surname + random.choice(_GIVEN[Sex.MALE])
