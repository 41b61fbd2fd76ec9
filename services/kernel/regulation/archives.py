"""Article 7: what else belongs into a pupil's archive, put there by the school as it comes (Art. 13)."""

from __future__ import annotations

from kernel.archive_parts import ArchivePart
from kernel.codes import CodeTable
from kernel.form_items import ItemKind
from kernel.regulation.fields import day
from kernel.regulation.procedure import Field, Procedure, Step
from kernel.rules import archives
from kernel.status import StudentStatus

_PARTS = {part.value: part.label for part in ArchivePart}

# The school keeps its archives itself (Art. 8): nobody approves a health check or a prize.
ARCHIVE_ADDITION = Procedure(
    name="archive_addition",
    title="学籍档案材料归档",
    clauses=("7.2.3", "7.2.4", "7.2.5", "7.2.6", "7.2.7", "13.1"),
    chain=(Step.IN_SCHOOL,),
    fields=(
        Field(
            "archive_part", "档案内容", ItemKind.CODE, code_table=CodeTable("学籍档案内容", "《办法》第七条", _PARTS)
        ),
        Field("extra_field", "省级规定的信息项目", required=False, max_length=40),
        Field("material", "材料内容"),
        day("dated", "材料日期"),
    ),
    may_start_from=frozenset(status for status in StudentStatus if status.live) | {StudentStatus.GRADUATED},
    effective_field="dated",
    attending_may_file=True,
    blocked_by_problem=False,
    rules=(archives.OF_THE_PROVINCES_OWN,),
)

ROWS = (ARCHIVE_ADDITION,)
