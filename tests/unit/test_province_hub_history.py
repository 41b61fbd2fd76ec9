"""Events of a record's history travel in archives, and come out as they went in."""

from __future__ import annotations

import json
import uuid

from hypothesis import given
from hypothesis import strategies as st

from kernel.canonical import canonical_bytes
from kernel.case import Case, Item
from kernel.status import StudentStatus
from kernel.student import Student
from province_hub.domain.history import HistoryEvent, event_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(st.dictionaries(st.sampled_from(["name", "grade", "school_class"]), TEXTS), st.integers(1, 99))
def test_an_event_keeps_the_record_it_led_to_through_an_archive(values: dict[str, str], version: int) -> None:
    case = Case(str(uuid.uuid4()), "enrolment", "2141000001", "", "2013", 1, (Item(str(uuid.uuid4()), {}),))
    student = Student(
        student_key=str(uuid.uuid4()),
        number="L410105201501010014",
        status=StudentStatus.ENROLLED,
        school=case.school,
        values=values,
        version=version,
    )
    event = event_of(case, student, step="in_authority", office="province/41", at_ms=1_790_000_000_000)
    read = HistoryEvent.from_content(json.loads(canonical_bytes(event.to_content())))
    assert read == event
    assert Student.from_content(read.content) == student
