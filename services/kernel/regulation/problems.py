"""Article 6: marking a record about which there is a doubt (问题学籍), and taking the mark away when it is settled."""

from __future__ import annotations

from kernel.regulation.fields import PROBLEM, REASON
from kernel.regulation.procedure import Filer, Procedure, Step
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

ROWS = (PROBLEM_MARK, PROBLEM_CLEARED)
