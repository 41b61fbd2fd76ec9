"""Archives handed to the county of the household (Article 22)."""

from __future__ import annotations

import base64
import zlib
from dataclasses import replace
from datetime import date

import pytest

from kernel.archive import Archive
from kernel.handover import ArchiveToHandOver, household_county, packed, to_be_handed_over, unpacked
from kernel.history import HistoryEvent, change_between
from kernel.ids import new_uuid7
from kernel.refusals import ArchiveCorrupt
from kernel.status import StudentStatus
from kernel.student import Student


def a_dropout(**values: str) -> Student:
    told = {"name": "张三", "grade": "105", "household_place": "410105000000", "migrant_child": "1"} | values
    return Student(
        student_key=str(new_uuid7()),
        number="L440106201501010014",
        status=StudentStatus.DROPPED_OUT,
        school="2144000001",
        values={key: value for key, value in told.items() if value},
    )


def an_archive(student: Student, *, entries: int = 1) -> Archive:
    begins = HistoryEvent(1, 1, date(2026, 9, 1), str(new_uuid7()), "enrolment", "in_authority", "authority/440106")
    history = [replace(begins, changes=change_between(None, replace(student, version=1)))]
    history += [replace(begins, version=version, changes={}) for version in range(2, entries + 1)]
    return Archive(replace(student, version=entries), tuple(history))


@pytest.mark.clause("22.2")
@pytest.mark.parametrize(
    ("student", "county", "expected"),
    [
        (a_dropout(), "440106", True),
        (a_dropout(), "410105", False),  # at home already
        (a_dropout(migrant_child="0"), "440106", False),
        (a_dropout(household_place=""), "440106", False),
        (replace(a_dropout(), status=StudentStatus.ENROLLED), "440106", False),
    ],
)
def test_a_migrant_child_that_dropped_out_away_from_home_is_handed_over(
    student: Student, county: str, expected: bool
) -> None:
    assert to_be_handed_over(student, county=county) is expected


def test_the_household_is_registered_in_a_county() -> None:
    assert household_county(a_dropout(household_place="411502001002")) == "411502"


def test_an_archive_in_a_letter_is_the_one_that_its_digest_names() -> None:
    archive, other = an_archive(a_dropout(), entries=3), an_archive(a_dropout(name="李四"))
    text = packed(archive)
    assert unpacked(text, digest=archive.digest) == archive
    with pytest.raises(ArchiveCorrupt):
        unpacked(text, digest=other.digest)


@pytest.mark.parametrize("text", ["没有", "AAAA", base64.b64encode(zlib.compress(b"{}")).decode(), ""])
def test_what_is_no_archive_is_refused(text: str) -> None:
    with pytest.raises(ArchiveCorrupt):
        unpacked(text, digest="0" * 64)


def test_half_a_letter_is_no_archive() -> None:
    archive = an_archive(a_dropout())
    half = base64.b64encode(base64.b64decode(packed(archive))[:-10]).decode()
    with pytest.raises(ArchiveCorrupt):
        unpacked(half, digest=archive.digest)


def test_what_is_too_large_for_a_letter_is_named_and_not_sent() -> None:
    student = a_dropout()
    noise = {f"case {n}": str(new_uuid7()) for n in range(4000)}
    archive = an_archive(replace(student, standing=noise))
    assert packed(archive) == ""


def test_what_is_told_to_an_authority_is_read_as_it_was_written() -> None:
    told = ArchiveToHandOver(str(new_uuid7()), "学期", "410105", "2027-01-20", {"name": "张三"}, "0" * 64, "…", 1)
    assert ArchiveToHandOver.from_content(told.to_content()) == told
