"""What may hold a child's data, and what may not: logs, the broker's disk and the index hold none that can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from console.demo.cast import Scene
from console.demo.intake import enter_roster, register
from console.demo.moving import Move, move
from console.demo.rosters import Roster
from console.federation.running import Federation
from kernel.school import School

PRIMARY, ELSEWHERE = "2141000001", "2144000001"


@pytest.mark.clause("25.1")
async def test_no_name_number_or_address_is_in_a_log_on_the_brokers_disk_or_at_the_index(
    federation: Federation, scene: Scene, school: Callable[[str], School], new_pupils: Callable[[School, int], Roster]
) -> None:
    roster = new_pupils(school(ELSEWHERE), 3)
    await enter_roster(scene, school(ELSEWHERE), roster)
    registered = await register(scene, school(ELSEWHERE))
    child = roster.pupils[0]
    await move(
        scene,
        Move(
            name=child.name,
            number=registered.numbers[child.name],
            leaving=school(ELSEWHERE),
            arriving=school(PRIMARY),
            grade="小学一年级",
        ),
    )
    planted = {
        text
        for pupil in roster.pupils
        for text in (pupil.name, pupil.document_number, str(pupil.cells["address"]), str(pupil.cells["phone"]))
    } | set(registered.numbers.values())

    looked_at = list(_files(federation.run.path))
    assert any(path.suffix == ".blk" for path in looked_at), "the broker stored letters"
    assert sum(b'"serving"' in path.read_bytes() for path in looked_at) == len(federation.nodes), "every log is there"
    for path in looked_at:
        content = path.read_bytes()
        assert [text for text in planted if text.encode() in content] == [], path.name
    assert [text for text in planted if text in _dump(federation, "nation")] == []
    assert child.name in _dump(federation, "province_44"), "the look finds what is there"


def _files(folder: Path) -> Iterator[Path]:
    """Everything that a run writes outside the database server and the demonstration's own workbooks."""
    for path in folder.rglob("*"):
        if path.is_file() and "postgres" not in path.parts[len(folder.parts)]:
            yield path


def _dump(federation: Federation, database_of: str) -> str:
    """All rows of all tables of a node's database, as text."""
    postgres = federation.parts.postgres
    administrator = postgres.administrator_dsn().replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(administrator) as connection:
        names = [name for (name,) in connection.execute("SELECT datname FROM pg_database")]
    (database,) = [name for name in names if name.startswith(database_of)]
    told: list[str] = []
    with psycopg.connect(
        postgres.administrator_dsn(database).replace("postgresql+psycopg", "postgresql")
    ) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            rows = connection.execute(f'SELECT "{table}"::text FROM "{table}"').fetchall()  # noqa: S608
            told += [row for (row,) in rows]
    return "\n".join(told)
