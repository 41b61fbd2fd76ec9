"""Article 6: marking a record about which there is a doubt (问题学籍), and what settles it.

The province marks by itself. Of two records that may be one child the nation asks both provinces (问题学籍核查,
``kernel.adjudication``); what follows for each record is carried out by its hub, on the nation's signed word.
"""

from __future__ import annotations

from kernel.regulation.fields import PROBLEM, REASON
from kernel.regulation.procedure import Field, Filer, Procedure, Step
from kernel.rules import problems
from kernel.status import StudentStatus

_LIVE = frozenset(status for status in StudentStatus if status.live)

# The province finds the doubt, with the nation or another province, and says when it is over; the school and its
# authority hear of both.
PROBLEM_MARK = Procedure(
    name="problem_mark",
    title="问题学籍标记",
    clauses=("6.1", "13.1"),
    chain=(Step.IN_PROVINCE,),
    filer=Filer.PROVINCE,
    fields=(PROBLEM, REASON),
    may_start_from=_LIVE,
    one_by_one=True,
    blocked_by_problem=False,
    rules=(problems.PROBLEM_IS_PROVED,),
)
PROBLEM_CLEARED = Procedure(
    name="problem_cleared",
    title="问题学籍解除",
    clauses=("6.1", "13.1"),
    chain=(Step.IN_PROVINCE,),
    filer=Filer.PROVINCE,
    fields=(REASON,),
    may_start_from=frozenset(StudentStatus) - {StudentStatus.PENDING},
    one_by_one=True,
    blocked_by_problem=False,
    rules=(problems.PROBLEM_IS_PROVED, problems.THERE_IS_A_PROBLEM),
)

_OF_THE_NATION = (Field("adjudication", "学籍核查编号", max_length=36), REASON)
_NOT_STRUCK = frozenset(StudentStatus) - {StudentStatus.PENDING, StudentStatus.DELETED, StudentStatus.MERGED}

ADJUDICATION_OPENED = Procedure(
    name="adjudication_opened",
    title="疑似重复学籍核查",
    clauses=("6.1",),
    chain=(Step.IN_PROVINCE,),
    filer=Filer.NATION,
    fields=_OF_THE_NATION,
    may_start_from=_NOT_STRUCK,
    one_by_one=True,
    blocked_by_problem=False,
)
ADJUDICATION_SETTLED = Procedure(
    name="adjudication_settled",
    title="疑似重复学籍核查办结",
    clauses=("6.1",),
    chain=(Step.IN_PROVINCE,),
    filer=Filer.NATION,
    fields=_OF_THE_NATION,
    may_start_from=frozenset(StudentStatus) - {StudentStatus.PENDING},
    one_by_one=True,
    blocked_by_problem=False,
)
RECORD_MERGED = Procedure(
    name="record_merged",
    title="重复学籍合并",
    clauses=("6.1",),
    chain=(Step.IN_PROVINCE,),
    filer=Filer.NATION,
    fields=(*_OF_THE_NATION, Field("into", "保留的学籍号", max_length=19)),
    may_start_from=_NOT_STRUCK,
    leads_to=frozenset({StudentStatus.MERGED}),
    one_by_one=True,
    blocked_by_problem=False,
)
RECORD_SPLIT = Procedure(
    name="record_split",
    title="学籍合并撤销",
    clauses=("6.1",),
    chain=(Step.IN_PROVINCE,),
    filer=Filer.NATION,
    fields=_OF_THE_NATION,
    may_start_from=frozenset({StudentStatus.MERGED}),
    leads_to=_NOT_STRUCK,
    one_by_one=True,
    blocked_by_problem=False,
)
# What the population register says each spring of a citizen ID and a name.
FORMAL_NUMBER = Procedure(
    name="formal_number",
    title="正式学籍号发放",
    clauses=("5.1",),
    chain=(Step.IN_PROVINCE,),
    filer=Filer.NATION,
    fields=(Field("new_number", "正式学籍号", max_length=19),),
    may_start_from=_LIVE,
    blocked_by_problem=False,
)
IDENTITY_DOUBTED = Procedure(
    name="identity_doubted",
    title="身份信息核验不符",
    clauses=("5.1", "6.1"),
    chain=(Step.IN_PROVINCE,),
    filer=Filer.NATION,
    fields=(PROBLEM, REASON),
    may_start_from=_LIVE,
    blocked_by_problem=False,
)

ROWS = (
    PROBLEM_MARK,
    PROBLEM_CLEARED,
    ADJUDICATION_OPENED,
    ADJUDICATION_SETTLED,
    RECORD_MERGED,
    RECORD_SPLIT,
    FORMAL_NUMBER,
    IDENTITY_DOUBTED,
)
