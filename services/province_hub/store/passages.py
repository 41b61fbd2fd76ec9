"""Who changed in a period: each pupil's placements day by day, as known now, beside those of the day before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, text

from chassis.sql import Transaction
from kernel.figures.flows import Passage, Side
from kernel.status import StudentStatus


@dataclass(frozen=True)
class Inside:
    """Which schools are of a scope from which day to which; or, where ``province`` is set, all of a province are."""

    schools: Sequence[str]
    since: Sequence[date]
    until: Sequence[date]
    province: str = ""


@dataclass(frozen=True)
class Period:
    """First and last day, as known now."""

    first: date
    last: date


class Passages:
    """What moved pupils, in one transaction.

    Args:
        reorganising: procedures by which a school changes and not the pupil.
    """

    def __init__(self, tx: Transaction, *, reorganising: Sequence[str]) -> None:
        self._connection = tx.connection
        self._reorganising = list(reorganising)

    def count(self, inside: Inside, period: Period) -> Iterator[Passage]:
        """Pupils by how they changed on a day of the period, one statement; those whom the scope never saw left out."""
        member = _MEMBER_OF_PROVINCE if inside.province else _MEMBER
        query = _QUERY.format(
            is_inside=member.format(school="step.school"), was_inside=member.format(school="step.was_school")
        )
        rows = self._connection.execute(
            text(query),
            {
                "first": period.first,
                "last": period.last,
                "reorganising": self._reorganising,
                "schools": list(inside.schools),
                "since": list(inside.since),
                "until": list(inside.until),
                "province": inside.province,
            },
        )
        return map(_passage, rows)


def _passage(row: Row[tuple[object, ...]]) -> Passage:
    told = row._mapping
    before = None
    if told["was_status"] is not None:
        before = Side(StudentStatus(told["was_status"]), told["was_inside"], told["was_province"], told["was_grade"])
    after = Side(StudentStatus(told["status"]), told["is_inside"], told["province"], told["grade"])
    return Passage(before, after, told["pupils"], told["reorganised"], told["unplaced"])


# Whether the school in column {school} is of the scope on the day in ``effective_on``.
_MEMBER = (
    "EXISTS (SELECT FROM member WHERE member.school = {school}"
    " AND member.since <= effective_on AND effective_on < member.until)"
)
_MEMBER_OF_PROVINCE = "(substr({school}, 3, 2) = :province)"

# Several changes of one day are one, and what counts is where the day ends; but who went to another province, or came
# from one, was where they were before, if only for hours: else one province would tell of an arrival that no other saw
# leave. The history that came last is the whole one.
_QUERY = """
WITH member AS MATERIALIZED (
  SELECT * FROM unnest(CAST(:schools AS text[]), CAST(:since AS date[]), CAST(:until AS date[]))
    AS span(school, since, until)
), touched AS MATERIALIZED (
  SELECT DISTINCT student_key FROM history
  WHERE effective_on BETWEEN :first AND :last
), newest AS MATERIALIZED (
  SELECT student_key, max(since_epoch) AS since_epoch FROM history JOIN touched USING (student_key)
  GROUP BY student_key
), placed AS (
  SELECT placements.student_key, since_epoch, placements.effective_on, version, placements.status,
    placements.school, placements.grade, history.procedure, losing.gaining,
    CASE WHEN losing.gaining IS NULL THEN substr(placements.school, 3, 2) ELSE '' END AS held_by
  FROM placements JOIN newest USING (student_key, since_epoch) JOIN history USING (student_key, since_epoch, version)
  LEFT JOIN losing ON losing.transfer_id = history.case_id AND placements.status = 'transferred_out'
  WHERE placements.effective_on <= :last
), moved AS (
  SELECT placed.*, lag(held_by, 1, held_by) OVER days <> held_by AS moves
  FROM placed WINDOW days AS (PARTITION BY student_key ORDER BY effective_on, version)
), numbered AS (
  SELECT moved.*, count(*) FILTER (WHERE moves) OVER days AS stay
  FROM moved WINDOW days AS (PARTITION BY student_key ORDER BY effective_on, version)
), timeline AS (
  SELECT DISTINCT ON (student_key, effective_on, stay) * FROM numbered
  ORDER BY student_key, effective_on, stay, version DESC
), step AS (
  SELECT timeline.*,
    lag(status) OVER days AS was_status, lag(school) OVER days AS was_school, lag(grade) OVER days AS was_grade,
    first_value(status) OVER (PARTITION BY student_key ORDER BY effective_on DESC, version DESC) AS ends
  FROM timeline WINDOW days AS (PARTITION BY student_key ORDER BY effective_on, version)
), passage AS (
  SELECT step.*, {is_inside} AS is_inside, was_school IS NOT NULL AND {was_inside} AS was_inside
  FROM step WHERE effective_on >= :first
)
SELECT was_status, was_inside, was_province, was_grade, status, is_inside, province, grade, reorganised, unplaced,
  count(*) AS pupils
FROM (
  SELECT passage.was_status, passage.was_inside, passage.was_grade, passage.status, passage.is_inside, passage.grade,
    substr(passage.was_school, 3, 2) AS was_province,
    CASE WHEN passage.status = 'transferred_out' THEN coalesce(passage.gaining, '')
      ELSE substr(passage.school, 3, 2) END AS province,
    coalesce(passage.procedure = ANY(:reorganising), false) AS reorganised,
    passage.status = 'graduated' AND passage.ends = 'graduated' AS unplaced
  FROM passage
  WHERE passage.is_inside OR passage.was_inside
) AS told
GROUP BY was_status, was_inside, was_province, was_grade, status, is_inside, province, grade, reorganised, unplaced
"""
