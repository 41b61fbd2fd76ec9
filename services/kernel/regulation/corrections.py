"""Article 10: correcting what the record says; and taking back what was entered in error."""

from __future__ import annotations

from kernel.form import ITEMS, KEY_FIELDS
from kernel.regulation.fields import REASON, of_form
from kernel.regulation.procedure import Field, Procedure, Step
from kernel.rules import corrections
from kernel.rules.corrections import NEW
from kernel.status import StudentStatus

CORRECTION = "key_data_correction"  # the family: how many offices look at it, the document's kind says

_LIVE = frozenset(status for status in StudentStatus if status.live)
# Where a pupil sits is not corrected but moved: 调班, 留级, 跳级.
_SEAT = frozenset({"grade", "school_class"})


def _items(keys: frozenset[str]) -> tuple[Field, ...]:
    """The items as they should be: ``new_name`` beside ``name``, which says whose record it is."""
    return tuple(of_form(one, key=f"{NEW}{one.key}") for one in ITEMS if one.key in keys)


# Of a passport the nationality says who issued it, so it is corrected with the document.
_KEY_FIELDS = (REASON, *_items(frozenset({*KEY_FIELDS, "nationality"})))
_KEY_RULES = (corrections.SOMETHING_IS_CORRECTED, corrections.KEY_DATA_IS_PROVED, corrections.DOCUMENT_AGREES)

KEY_DATA_CORRECTION = Procedure(
    name="key_data_correction",
    title="关键信息变更",
    clauses=("10.1", "13.1", "28.1"),
    chain=(Step.IN_SCHOOL, Step.IN_AUTHORITY),
    family=CORRECTION,
    fields=_KEY_FIELDS,
    may_start_from=_LIVE,
    one_by_one=True,
    blocked_by_problem=False,
    identifies=True,
    rules=(*_KEY_RULES, corrections.DOCUMENT_KIND_STAYS),
)
# A passport becomes a citizen ID, a child without papers gets some: the authority's word is not the last. Whom a
# province asks beside itself is a row of ``chain.extra``.
DOCUMENT_KIND_CORRECTION = Procedure(
    name="document_kind_correction",
    title="证件类型变更",
    clauses=("10.1", "13.1", "28.1"),
    chain=(Step.IN_SCHOOL, Step.IN_AUTHORITY, Step.IN_PROVINCE),
    family=CORRECTION,
    fields=_KEY_FIELDS,
    may_start_from=_LIVE,
    one_by_one=True,
    blocked_by_problem=False,
    identifies=True,
    rules=_KEY_RULES,
)
OTHER_DATA_CORRECTION = Procedure(
    name="other_data_correction",
    title="一般信息变更",
    clauses=("10.1", "13.1"),
    chain=(Step.IN_SCHOOL,),
    fields=(REASON, *_items(frozenset(one.key for one in ITEMS) - frozenset(KEY_FIELDS) - _SEAT)),
    may_start_from=_LIVE,
    blocked_by_problem=False,
    rules=(corrections.SOMETHING_IS_CORRECTED, corrections.ISSUER_IS_KEY_DATA),
)
# 反向更正: an entry of the history is taken back by another entry; nothing is overwritten. The hub finds what the
# record says without it.
COUNTER_ENTRY = Procedure(
    name="counter_entry",
    title="反向更正",
    clauses=("10.1", "13.1", "24.1"),
    chain=(Step.IN_SCHOOL, Step.IN_AUTHORITY),
    fields=(REASON, Field("counters", "被更正的变动序号", max_length=6)),
    may_start_from=frozenset(StudentStatus) - {StudentStatus.PENDING},
    leads_to=frozenset(StudentStatus),
    one_by_one=True,
    blocked_by_problem=False,
    identifies=True,
)
RECORD_DELETION = Procedure(
    name="record_deletion",
    title="误建学籍删除",
    clauses=("6.1",),
    chain=(Step.IN_SCHOOL, Step.IN_AUTHORITY),
    fields=(REASON,),
    may_start_from=_LIVE,
    leads_to=frozenset({StudentStatus.DELETED}),
    one_by_one=True,
    blocked_by_problem=False,
)

ROWS = (KEY_DATA_CORRECTION, DOCUMENT_KIND_CORRECTION, OTHER_DATA_CORRECTION, COUNTER_ENTRY, RECORD_DELETION)
