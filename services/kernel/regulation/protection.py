"""Article 25: withholding the address or the former name of a child who needs it (收养、寄养、受到侵害危险的儿童)."""

from __future__ import annotations

from kernel.codes import CodeTable
from kernel.form_items import ItemKind
from kernel.protection import Protection
from kernel.regulation.fields import REASON
from kernel.regulation.procedure import Field, Procedure, Step
from kernel.rules import protection
from kernel.status import StudentStatus

INFORMATION_PROTECTION = Procedure(
    name="information_protection",
    title="学生信息保护",
    clauses=("25.1",),
    chain=(Step.IN_SCHOOL, Step.IN_AUTHORITY),
    fields=(
        Field(
            "protection",
            "保护内容",
            ItemKind.CODE,
            code_table=CodeTable("信息保护", "本系统", {one.value: one.label for one in Protection}),
            max_length=20,
        ),
        REASON,
    ),
    may_start_from=frozenset(status for status in StudentStatus if status.live),
    one_by_one=True,
    blocked_by_problem=False,
    rules=(protection.PROTECTION_IS_PROVED,),
)

ROWS = (INFORMATION_PROTECTION,)
