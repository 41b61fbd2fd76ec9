"""What a county knows of pupils, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version

import pytest

from chassis.sql import Database, difference, migrate
from county_node.store.schema import metadata
from county_node.store.students import KnownStudent
from county_node.store.transaction import CountyTransaction
from kernel.ids import new_uuid7


@pytest.fixture
def database(database_dsn: str) -> Iterator[Database[CountyTransaction]]:
    migrate(database_dsn, "county_node", program_version=version("xueji"))
    opened = Database(database_dsn, CountyTransaction, threads=2, application_name="test")
    yield opened
    opened.close()


def a_student(number: str = "L410105201501010014", **fields: str) -> KnownStudent:
    student = KnownStudent(
        student_key=str(new_uuid7()),
        number=number,
        name="张三",
        school="2141000001",
        grade="101",
        school_class="1班",
        status="enrolled",
    )
    return replace(student, **fields)


def put(tx: CountyTransaction, students: list[KnownStudent]) -> None:
    tx.students.put(students)


def everybody(database: Database[CountyTransaction]) -> list[KnownStudent]:
    return database.transact(lambda tx: tx.students.page(number="", name="", after="", size=100))


def test_the_migrations_make_what_the_models_declare(database: Database[CountyTransaction], database_dsn: str) -> None:
    assert difference(database_dsn, metadata) == []


def test_a_pupil_told_of_again_is_one_pupil_with_the_newest_placement(database: Database[CountyTransaction]) -> None:
    student = a_student()
    moved = replace(student, school="2141000002", school_class="2班")
    for told in (student, student, moved):
        database.transact(put, [told])
    assert everybody(database) == [moved]


def test_leaving_a_school_after_having_arrived_at_another_changes_nothing(
    database: Database[CountyTransaction],
) -> None:
    arrived = a_student(school="2141000002")
    database.transact(put, [arrived])
    database.transact(lambda tx: tx.students.left(arrived.number, school="2141000001", status="transferred_out"))
    assert everybody(database) == [arrived]


def test_a_class_counts_those_who_are_in_it(database: Database[CountyTransaction]) -> None:
    students = [
        a_student("L410105201501010014"),
        a_student("L410105201501010022"),
        a_student("L410105201501010030", school_class="2班"),
        a_student("L410105201501010049", status="transferred_out"),
        a_student("L410105201501010057", school="2141000002"),
    ]
    database.transact(put, students)
    sizes = database.transact(lambda tx: tx.students.class_sizes("2141000001", status="enrolled"))
    assert sizes == {("101", "1班"): 2, ("101", "2班"): 1}
