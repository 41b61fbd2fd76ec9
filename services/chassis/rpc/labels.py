"""What an office is called in a sentence to a registrar."""

from __future__ import annotations

from typing import assert_never

from kernel import divisions
from kernel.office import Office, Tier


def office_label(office: Office) -> str:
    """``河南省学籍数据中心`` for ``province/41``; a school by its code, since its name is its authority's to tell."""
    match office.tier:
        case Tier.NATION:
            return "全国学籍号索引"
        case Tier.PROVINCE:
            return f"{divisions.EDUCATION_PROVINCES.get(office.code, office.code)}学籍数据中心"
        case Tier.AUTHORITY:
            return f"{divisions.name_of(office.code) or office.code}学籍主管部门"
        case Tier.SCHOOL:
            return f"学校（{office.code}）"
        case _:
            assert_never(office.tier)
