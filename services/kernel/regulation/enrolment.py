"""Articles 4 to 7: a record begins. The form's items are its fields (``kernel.form``)."""

from __future__ import annotations

from kernel.regulation.procedure import Procedure, Step
from kernel.rules import entrance

ENROLMENT = Procedure(
    name="enrolment",
    title="学籍建立",
    clauses=("2.1", "3.6", "4.1", "4.2", "5.1", "6.1", "6.2", "7.1", "7.3", "28.1"),
    chain=(Step.IN_SCHOOL, Step.IN_AUTHORITY),
    begins_record=True,
    rules=(entrance.DOCUMENT_IS_NAMED, entrance.AGE_OF_ENTRY, entrance.DEFERRED_BY_RULE, entrance.RECORDED_IN_TIME),
)
# Children without any document are looked at one by one, level by level up to the province (2018 manual of the
# national system): the only proof that there is no second record is that people have looked.
ENROLMENT_WITHOUT_DOCUMENT = Procedure(
    name="enrolment_without_document",
    title="无证件学生学籍建立",
    clauses=("4.1", "4.2", "6.1", "7.1"),
    chain=(Step.IN_SCHOOL, Step.IN_AUTHORITY, Step.IN_PROVINCE),
    begins_record=True,
    one_by_one=True,
    rules=(entrance.NO_DOCUMENT_IS_NAMED, entrance.AGE_OF_ENTRY, entrance.DEFERRED_BY_RULE, entrance.RECORDED_IN_TIME),
)

ROWS = (ENROLMENT, ENROLMENT_WITHOUT_DOCUMENT)
