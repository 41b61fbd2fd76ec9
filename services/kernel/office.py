"""Offices and the people at their desks: who is speaking, as a certificate names them.

An office is a tier and a code. Its identity is a URI in its certificate (X.509 URI SAN, in the form of a SPIFFE id):

    spiffe://xueji/<environment>/<tier>/<code>                          the office's own node
    spiffe://xueji/<environment>/<tier>/<code>/desk/<role>/<person>     a person at a desk of that office

The person part is a staff id, never a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from kernel.refusals import IdentityNotProven


class Tier(StrEnum):
    SCHOOL = "school"  # 学校
    AUTHORITY = "authority"  # 学籍主管部门: a county, or the prefecture or province that runs the school directly
    PROVINCE = "province"  # 省级学籍数据中心
    NATION = "nation"  # 全国学籍号索引


class Role(StrEnum):
    """What a person may do at a desk. A school has two persons, so that nobody checks what they entered."""

    REGISTRAR = "registrar"  # 学籍管理员: enters
    PRINCIPAL = "principal"  # 学校学籍主管领导: checks
    OFFICER = "officer"  # 主管部门、省、全国的学籍管理员: decides

    @property
    def label(self) -> str:
        return {Role.REGISTRAR: "学籍管理员", Role.PRINCIPAL: "学校审核人", Role.OFFICER: "主管部门学籍管理员"}[self]


_CODE_FORM = {
    Tier.SCHOOL: re.compile(r"[0-9]{10}"),
    Tier.AUTHORITY: re.compile(r"[0-9]{6}"),
    Tier.PROVINCE: re.compile(r"[0-9]{2}"),
    Tier.NATION: re.compile(r"00"),
}


@dataclass(frozen=True, order=True)
class Office:
    """One office of the federation: a school code, a division code, a province's two digits, or ``00``."""

    tier: Tier
    code: str

    def __post_init__(self) -> None:
        if not _CODE_FORM[self.tier].fullmatch(self.code):
            raise IdentityNotProven(why=f"{self.tier}/{self.code}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """``authority/410105`` as an office.

        Raises:
            IdentityNotProven: the text names no office.
        """
        tier, _, code = text.partition("/")
        if tier not in Tier.__members__.values():
            raise IdentityNotProven(why=text[:80])
        return cls(Tier(tier), code)

    @property
    def province(self) -> str:
        """The two digits of the province that the office lies in; ``00`` for the nation."""
        return self.code[2:4] if self.tier is Tier.SCHOOL else self.code[:2]

    @property
    def host_name(self) -> str:
        """The DNS name that its certificate carries, so that a client proves whom it reached by TLS alone."""
        return f"{self.code}.{self.tier}.xueji.internal"

    def __str__(self) -> str:
        return f"{self.tier}/{self.code}"


NATION = Office(Tier.NATION, "00")


_IDENTITY_FORM = re.compile(
    r"spiffe://xueji/([a-z0-9-]{1,20})/([a-z]+)/([0-9]{2,10})(?:/desk/([a-z]+)/([a-z0-9][a-z0-9.-]{0,39}))?"
)


@dataclass(frozen=True)
class Identity:
    """An office, and the person at its desk where one is speaking."""

    environment: str
    office: Office
    role: Role | None = None
    person: str = ""

    @classmethod
    def parse(cls, uri: str) -> Self:
        """Raises IdentityNotProven when the URI names no office of the federation."""
        match = _IDENTITY_FORM.fullmatch(uri)
        if match is None:
            raise IdentityNotProven(why="证书中没有单位身份")
        environment, tier, code, role, person = match.groups()
        if role is not None and role not in Role.__members__.values():
            raise IdentityNotProven(why=f"未知岗位 {role}")
        office = Office.parse(f"{tier}/{code}")
        return cls(environment, office, Role(role) if role else None, person or "")

    @property
    def uri(self) -> str:
        desk = f"/desk/{self.role}/{self.person}" if self.role else ""
        return f"spiffe://xueji/{self.environment}/{self.office}{desk}"

    @property
    def is_node(self) -> bool:
        return self.role is None
