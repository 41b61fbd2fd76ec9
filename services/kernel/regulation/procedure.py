"""What a row of the table says: whose endorsements, which statements, which proofs, from which statuses to which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kernel.codes import CodeTable
from kernel.evidence import EvidenceKind
from kernel.form_items import ItemKind
from kernel.packs import Key, Term
from kernel.rules import Rule
from kernel.rules.problems import NO_OPEN_PROBLEM
from kernel.status import StudentStatus


class Step(StrEnum):
    """An endorsement that a procedure asks for, named by whose it is."""

    IN_SCHOOL = "in_school"  # 申请学校 (of a transfer: 转入学校)
    IN_AUTHORITY = "in_authority"  # 申请学校的学籍主管部门 (转入学校学籍主管部门)
    IN_PREFECTURE = "in_prefecture"  # where a province asks its prefecture too
    IN_PROVINCE = "in_province"
    OUT_SCHOOL = "out_school"  # 转出学校 (of an entrance: 毕业学校)
    OUT_AUTHORITY = "out_authority"  # 转出学校学籍主管部门
    OUT_PREFECTURE = "out_prefecture"
    OUT_PROVINCE = "out_province"

    @property
    def label(self) -> str:
        return _STEP_LABELS[self]

    @property
    def releasing(self) -> bool:
        """On the side that has the record, where two sides are party."""
        return self in _RELEASING


_STEP_LABELS = {
    Step.IN_SCHOOL: "申请（转入）学校审核",
    Step.IN_AUTHORITY: "申请（转入）学校学籍主管部门核准",
    Step.IN_PREFECTURE: "申请（转入）学校所在市核准",
    Step.IN_PROVINCE: "申请（转入）学校所在省核准",
    Step.OUT_SCHOOL: "转出学校核办",
    Step.OUT_AUTHORITY: "转出学校学籍主管部门核办",
    Step.OUT_PREFECTURE: "转出学校所在市核办",
    Step.OUT_PROVINCE: "转出学校所在省核办",
}
_RELEASING = frozenset({Step.OUT_SCHOOL, Step.OUT_AUTHORITY, Step.OUT_PREFECTURE, Step.OUT_PROVINCE})


class Filer(StrEnum):
    """Who begins a procedure."""

    SCHOOL = "school"  # 学校
    AUTHORITY = "authority"  # 学籍主管部门
    PROVINCE = "province"  # 省级教育行政部门
    NATION = "nation"  # 全国: carried out by the hub on the nation's signed word

    @property
    def label(self) -> str:
        return _FILER_LABELS[self]

    @property
    def above_the_school(self) -> bool:
        """What it begins, neither school nor authority hears of as a case: they hear what became of the record."""
        return self in (Filer.PROVINCE, Filer.NATION)


_FILER_LABELS = {
    Filer.SCHOOL: "学校",
    Filer.AUTHORITY: "学籍主管部门",
    Filer.PROVINCE: "省级教育行政部门",
    Filer.NATION: "全国学籍号索引",
}


@dataclass(frozen=True)
class Field:
    """One statement that a procedure takes about a pupil.

    Attributes:
        key: under which it travels. label: what people read.
        kind: how it is written, as items of the form are; ``code_table`` for codes.
        future: a date that may lie after the day of filing.
    """

    key: str
    label: str
    kind: ItemKind = ItemKind.TEXT
    required: bool = True
    code_table: CodeTable | None = None
    max_length: int = 500
    future: bool = False


@dataclass(frozen=True)
class Procedure:
    """One row of the table.

    Attributes:
        name: stable identifier, as it travels in a case.
        title: what people read.
        clauses: of the Measures, that it carries out; ``14.2`` is Article 14, second paragraph.
        chain: whose endorsements the nation asks for, in this order; the first is whoever files. A province may add
            its prefectures and itself (``kernel.chains``), never drop one.
        family: the name that people ask for, where place decides between several rows.
        filer: who begins it.
        fields: what must be said of each pupil, beside number and name.
        evidence: what must be proved, for the case as a whole.
        rules: what may speak against it, in the order in which it is told.
        may_start_from: statuses that a record may have; empty where the procedure begins one.
        leads_to: statuses that it may leave the record in; empty where it changes none.
        begins_record: it creates a record; otherwise it acts on one.
        leaves_province: decided by the national index through the hub-to-hub handshake.
        two_sided: it names a releasing school beside the one that files.
        one_by_one: a case is about exactly one pupil (逐人办理).
        identifies: it may change the document by which the nation knows the child, which the index is asked for first.
        attending_may_file: also the school that the pupil attends may begin it, where the record is at another.
        sealed: that it happened is told to few (``kernel.attending.is_sealed``).
        blocked_by_problem: not while the record is a problem record (问题学籍), where the rule pack says so.
        effective_field: the field that says from when it is true; the day of the decision where there is none.
        report_within: the time in which the school must file, counted from the day of ``effective_field``.
    """

    name: str
    title: str
    clauses: tuple[str, ...]
    chain: tuple[Step, ...]
    family: str = ""
    filer: Filer = Filer.SCHOOL
    fields: tuple[Field, ...] = ()
    evidence: tuple[EvidenceKind, ...] = ()
    rules: tuple[Rule, ...] = ()
    may_start_from: frozenset[StudentStatus] = frozenset()
    leads_to: frozenset[StudentStatus] = frozenset()
    begins_record: bool = False
    leaves_province: bool = False
    two_sided: bool = False
    one_by_one: bool = False
    identifies: bool = False
    attending_may_file: bool = False
    sealed: bool = False
    blocked_by_problem: bool = True
    effective_field: str = ""
    report_within: Key[Term] | None = None
    by_key: Mapping[str, Field] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_key", {one.key: one for one in self.fields})
        if self.blocked_by_problem and not self.begins_record:
            object.__setattr__(self, "rules", (NO_OPEN_PROBLEM, *self.rules))
        assert not self.effective_field or self.effective_field in self.by_key, "a field of this row"

    @property
    def moves_record(self) -> bool:
        """Of two sides: the record goes to the school that files; otherwise it stays where it is."""
        return self.two_sided and bool(self.leads_to)

    @property
    def articles(self) -> tuple[int, ...]:
        """The articles that the clauses belong to, ascending."""
        return tuple(sorted({int(clause.partition(".")[0]) for clause in self.clauses}))
