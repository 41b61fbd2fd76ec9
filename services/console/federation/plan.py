"""The plan of a federation: offices, and who asks whom."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel.office import NATION, Identity, Office, Role, Tier
from kernel.school import School

PROGRAMS = {
    Tier.NATION: "national_index",
    Tier.PROVINCE: "province_hub",
    Tier.AUTHORITY: "county_node",
    Tier.SCHOOL: "school_node",
}


@dataclass(frozen=True)
class Plan:
    """Every office of a federation, by name.

    Attributes:
        names: what people call each office. schools: the register, each with its authority.
        people: who sits at the desks of every office of a tier, trained and on duty (``chassis.staff.declared``).
    """

    environment: str
    names: dict[Office, str]
    schools: tuple[School, ...]
    people: Mapping[Tier, tuple[Mapping[str, str], ...]]

    @property
    def offices(self) -> tuple[Office, ...]:
        """All offices, the nation first: an office comes after the one it asks."""
        order = (Tier.NATION, Tier.PROVINCE, Tier.AUTHORITY, Tier.SCHOOL)
        return tuple(office for tier in order for office in sorted(self.names) if office.tier is tier)

    @property
    def provinces(self) -> tuple[str, ...]:
        return tuple(sorted(office.code for office in self.names if office.tier is Tier.PROVINCE))

    def upstream(self, office: Office) -> Office | None:
        """Whom the office asks; None for the nation, which asks nobody."""
        match office.tier:
            case Tier.SCHOOL:
                return Office(Tier.AUTHORITY, self.school(office.code).authority)
            case Tier.AUTHORITY:
                return Office(Tier.PROVINCE, office.province)
            case Tier.PROVINCE:
                return NATION
            case Tier.NATION:
                return None

    def school(self, code: str) -> School:
        return next(school for school in self.schools if school.code.text == code)

    def schools_of(self, office: Office) -> tuple[School, ...]:
        """An office's register: a province's all, a school's those of its authority; an authority's its own, and those
        that stand in its county and are run from above (Art. 18)."""
        match office.tier:
            case Tier.SCHOOL:
                authority = self.school(office.code).authority
                return tuple(school for school in self.schools if school.authority == authority)
            case Tier.AUTHORITY:
                return tuple(school for school in self.schools if office.code in (school.authority, school.place))
            case Tier.PROVINCE:
                return tuple(school for school in self.schools if school.code.province == office.code)
            case Tier.NATION:
                return ()

    def staff(self, office: Office) -> tuple[Identity, ...]:
        people = self.people[office.tier]
        return tuple(Identity(self.environment, office, Role(one["role"]), one["person"]) for one in people)


def read_plan(path: Path) -> Plan:
    """Read a plan from a TOML file like ``deploy/demo/federation.toml``."""
    content: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    names = {NATION: "全国学籍号索引"}
    for tier, key in ((Tier.PROVINCE, "provinces"), (Tier.AUTHORITY, "authorities"), (Tier.SCHOOL, "schools")):
        names |= {Office(tier, entry["code"]): entry["name"] for entry in content[key]}
    schools = tuple(School.from_content(entry) for entry in content["schools"])
    people: dict[Tier, tuple[Mapping[str, str], ...]] = {
        tier: tuple(
            {key: str(value) for key, value in one.items() if key != "tier"}
            for one in content["staff"]
            if one["tier"] == tier
        )
        for tier in Tier
    }
    return Plan(environment=content["environment"], names=names, schools=schools, people=people)
