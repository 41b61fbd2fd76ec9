"""Article 7.2.7: what a province may have kept beside the national form (非基础学籍信息)."""

from __future__ import annotations

from collections.abc import Iterable

from kernel.archive_parts import ArchivePart
from kernel.facts import Facts
from kernel.packs import Reading
from kernel.packs.keys import EXTRA_FIELDS, EXTRA_FIELDS_FILED
from kernel.refusals import ExtraFieldUnknown
from kernel.rules import Breach, Found, rule


@rule(
    "archive.extra_fields",
    "省级规定的其他信息须为本省规定的项目；须报部备案而本省未规定项目的，照常归档并提请核查",
    clauses=("7.2.7",),
    keys=(EXTRA_FIELDS, EXTRA_FIELDS_FILED),
)
def OF_THE_PROVINCES_OWN(facts: Facts, reading: Reading) -> Iterable[Found]:
    if facts.values.get("archive_part") != ArchivePart.PROVINCIAL:
        return
    titles, must_be_filed = reading(EXTRA_FIELDS), reading(EXTRA_FIELDS_FILED)
    if titles and facts.values.get("extra_field", "") not in titles:
        yield ExtraFieldUnknown(field="extra_field", titles="、".join(sorted(titles)))
    if must_be_filed and not titles:
        yield Breach("EXTRA_FIELD_NOT_FILED", "7.2.7", "本省没有报部备案的非基础学籍信息项目")
