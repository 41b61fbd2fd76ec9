"""A database is brought forward once, by one process, and keeps programs away that it has outgrown."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.exc import ProgrammingError

from chassis.sql import (
    Database,
    Transaction,
    cursor_table,
    difference,
    feed_tables,
    migrate,
    outbox_table,
)
from chassis.sql import migrations as migrations_module
from kernel.refusals import DatabaseBusy, SchemaTooNew, Unreachable

CHASSIS_TABLES = """
from alembic import op
from chassis.sql import migrations_v1
revision = "0001"
down_revision = None
def upgrade():
    migrations_v1.create_outbox(op)
    migrations_v1.create_feed(op)
    migrations_v1.create_cursors(op)
"""

Tier = Callable[..., str]


@pytest.fixture
def tier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Tier]:
    """Writes a tier with these migrations: 0001 creates ``t1``, and so on, unless a text is given."""
    name = f"tier_{abs(hash(request.node.nodeid))}"
    versions = tmp_path / name / "store" / "migrations" / "versions"
    versions.mkdir(parents=True)
    (tmp_path / name / "__init__.py").touch()
    (versions / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(*migrations: str) -> str:
        for file in versions.glob("0*.py"):
            file.unlink()
        for number, content in enumerate(migrations, start=1):
            (versions / f"{number:04}_words.py").write_text(content)
        return name

    yield write
    sys.modules.pop(name, None)


def creating(number: int, *, oldest_program: str = "", body: str = "") -> str:
    before = repr(f"{number - 1:04}") if number > 1 else "None"
    return f"""
from alembic import op
from sqlalchemy import Column, Integer
revision = "{number:04}"
down_revision = {before}
{f'oldest_program = "{oldest_program}"' if oldest_program else ""}
def upgrade():
    op.create_table("t{number}", Column("id", Integer, primary_key=True))
    {body}
"""


def ask(dsn: str, query: str) -> list[tuple[object, ...]]:
    database = Database(dsn, Transaction, threads=1, application_name="test")
    try:
        return database.transact(lambda tx: [tuple(row) for row in tx.connection.execute(text(query))])
    finally:
        database.close()


def tables(dsn: str) -> set[object]:
    return {name for (name,) in ask(dsn, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}


def test_a_database_gets_what_it_has_not_seen_and_nothing_twice(database_dsn: str, tier: Tier) -> None:
    migrate(database_dsn, tier(creating(1)), program_version="0.1.0")
    migrate(database_dsn, tier(creating(1)), program_version="0.1.0")
    migrate(database_dsn, tier(creating(1), creating(2)), program_version="0.2.0")
    assert tables(database_dsn) == {"t1", "t2", "alembic_version", "schema_facts"}
    assert ask(database_dsn, "SELECT revision, oldest_program, applied_by FROM schema_facts ORDER BY revision") == [
        ("0001", "0", "0.1.0"),
        ("0002", "0", "0.2.0"),
    ]


def test_a_migration_that_fails_leaves_those_before_it_and_nothing_of_its_own(database_dsn: str, tier: Tier) -> None:
    broken = tier(creating(1), creating(2, body="op.execute('SELECT nonsense')"))
    with pytest.raises(ProgrammingError):
        migrate(database_dsn, broken, program_version="0.1.0")
    assert tables(database_dsn) == {"t1", "alembic_version", "schema_facts"}
    migrate(database_dsn, tier(creating(1), creating(2)), program_version="0.1.0")
    assert "t2" in tables(database_dsn)


def test_processes_that_start_together_migrate_once(database_dsn: str, tier: Tier) -> None:
    package = tier(creating(1), creating(2))
    failures: list[Exception] = []

    def start() -> None:
        try:
            migrate(database_dsn, package, program_version="0.1.0")
        except Exception as failed:
            failures.append(failed)

    starting = [threading.Thread(target=start) for _ in range(4)]
    for thread in starting:
        thread.start()
    for thread in starting:
        thread.join()
    assert failures == []
    assert ask(database_dsn, "SELECT count(*) FROM schema_facts") == [(2,)]


def test_a_program_that_the_database_has_outgrown_does_not_start(database_dsn: str, tier: Tier) -> None:
    migrate(database_dsn, tier(creating(1), creating(2, oldest_program="0.10.0")), program_version="0.10.1")
    with pytest.raises(SchemaTooNew) as refused:
        migrate(database_dsn, tier(creating(1)), program_version="0.9.9")
    assert refused.value.detail == {"program": "0.9.9", "oldest": "0.10.0"}


def test_an_older_program_runs_on_a_newer_form_that_serves_it(database_dsn: str, tier: Tier) -> None:
    migrate(database_dsn, tier(creating(1), creating(2, oldest_program="0.10.0")), program_version="0.11.0")
    migrate(database_dsn, tier(creating(1)), program_version="0.10.0")


def test_a_migration_does_not_queue_behind_a_reader_for_ever(
    database_dsn: str, tier: Tier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations_module, "MIGRATION_LOCK_TIMEOUT", migrations_module.MIGRATION_LOCK_TIMEOUT / 50)
    migrate(database_dsn, tier(creating(1)), program_version="0.1.0")
    altering = tier(creating(1), creating(2, body="op.add_column('t1', Column('more', Integer))"))
    reader = Database(database_dsn, Transaction, threads=1, application_name="reader")

    def read_while_it_migrates(tx: Transaction) -> None:
        tx.connection.execute(text("SELECT * FROM t1"))
        with pytest.raises(DatabaseBusy):
            migrate(database_dsn, altering, program_version="0.1.0")

    reader.transact(read_while_it_migrates)
    reader.close()
    assert "t2" not in tables(database_dsn)


def test_no_database_is_told_as_such(tier: Tier) -> None:
    with pytest.raises(Unreachable):
        migrate("postgresql+psycopg://nobody:x@127.0.0.1:1/none", tier(creating(1)), program_version="0.1.0")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (creating(1).replace('"0001"', '"0002"'), "its number is not its revision"),
        (creating(1) + "def downgrade(): pass", "forward only"),
    ],
)
def test_a_migration_that_does_not_say_its_order_or_looks_back_is_a_bug(
    database_dsn: str, tier: Tier, content: str, complaint: str
) -> None:
    with pytest.raises(AssertionError, match=complaint):
        migrate(database_dsn, tier(content), program_version="0.1.0")


def test_the_tables_of_the_chassis_are_created_as_they_are_declared(database_dsn: str, tier: Tier) -> None:
    migrate(database_dsn, tier(CHASSIS_TABLES), program_version="0.1.0")
    metadata = MetaData()
    outbox_table(metadata)
    feed_tables(metadata)
    cursor_table(metadata)
    assert difference(database_dsn, metadata) == []


def test_every_difference_between_models_and_migrations_is_found(database_dsn: str, tier: Tier) -> None:
    migrate(database_dsn, tier(creating(1), creating(2)), program_version="0.1.0")
    metadata = MetaData()
    table = Table(
        "t1",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("word", Text, server_default="x", nullable=False),
    )
    Index("t1_word", table.c.word, postgresql_where=table.c.word != "")
    found = difference(database_dsn, metadata)
    assert "only modelled: column t1.word text NOT NULL DEFAULT 'x'::text" in found
    assert "only modelled: CREATE INDEX t1_word ON t1 USING btree (word) WHERE (word <> ''::text)" in found
    assert "only migrated: constraint t2.t2_pkey PRIMARY KEY (id)" in found
    assert not [fact for fact in found if " t1.id" in fact]
    assert difference(database_dsn, metadata) == found  # looking left nothing behind
