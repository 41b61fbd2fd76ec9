"""The PostgreSQL of a run is real, asks everybody for a password, and keeps what it committed."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy

from console.parts.containers import ContainerPostgres, docker_reachable
from console.parts.postgres import EmbeddedPostgres
from console.parts.protocols import PostgresPart
from console.parts.run_directory import RunDirectory, others_can_enter
from console.parts.watchdog import children_of

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture(scope="module")
def run() -> Iterator[RunDirectory]:
    with RunDirectory() as entered:
        yield entered


@pytest.fixture(scope="module", params=["embedded", pytest.param("container", marks=pytest.mark.container)])
def postgres(request: pytest.FixtureRequest, run: RunDirectory) -> Iterator[PostgresPart]:
    if request.param == "container" and not docker_reachable():
        pytest.skip("no Docker engine answers")
    part: PostgresPart = EmbeddedPostgres(run) if request.param == "embedded" else ContainerPostgres(run)
    part.start()
    yield part
    part.stop()


@pytest.fixture
def embedded(postgres: PostgresPart) -> EmbeddedPostgres:
    if not isinstance(postgres, EmbeddedPostgres):
        pytest.skip("a container has files and users of its own")
    return postgres


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def connect(dsn: str) -> psycopg.Connection:
    return psycopg.connect(dsn.replace("postgresql+psycopg", "postgresql"), autocommit=True)


def asked(dsn: str, question: str) -> str:
    with connect(dsn) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return str(row[0])


def test_what_was_committed_survives_a_kill_on_the_same_port(postgres: PostgresPart) -> None:
    postgres.create_database("survivor")
    with sqlalchemy.create_engine(postgres.dsn("survivor")).begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE letter AS SELECT 41 AS receiver"))
    port = postgres.port
    postgres.kill()
    with pytest.raises(psycopg.OperationalError):
        connect(postgres.dsn("survivor"))
    postgres.start()
    assert postgres.port == port
    assert asked(postgres.dsn("survivor"), "SELECT receiver FROM letter") == "41"
    postgres.stop()
    postgres.start()
    assert asked(postgres.dsn("survivor"), "SELECT receiver FROM letter") == "41"


def test_creating_a_database_again_changes_nothing(postgres: PostgresPart) -> None:
    postgres.create_database("twice")
    before = postgres.dsn("twice")
    postgres.create_database("twice")
    assert postgres.dsn("twice") == before
    assert asked(before, "SELECT current_user") == "twice"


@pytest.mark.parametrize("name", ["", "Upper", "with-dash", 'quote"', "postgres", "x" * 64])
def test_a_name_that_is_no_plain_identifier_makes_no_database(postgres: PostgresPart, name: str) -> None:
    with pytest.raises(ValueError, match="not a database name"):
        postgres.create_database(name)


def test_a_database_nobody_created_has_no_dsn(postgres: PostgresPart) -> None:
    with pytest.raises(LookupError):
        postgres.dsn("nobody_made_this")


@pytest.mark.parametrize("password", ["wrong", ""])
def test_without_the_password_there_is_no_way_in(postgres: PostgresPart, password: str) -> None:
    for user in ("postgres", "anybody"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(host="127.0.0.1", port=postgres.port, user=user, password=password, dbname="postgres")


def test_every_rule_of_access_is_scram(postgres: PostgresPart) -> None:
    question = "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"
    methods = asked(postgres.administrator_dsn(), question)
    # The image's own file trusts its inside; what it lets in from outside is what counts there.
    assert methods == "scram-sha-256" or isinstance(postgres, ContainerPostgres)


def test_the_owner_of_one_database_cannot_open_another(postgres: PostgresPart) -> None:
    postgres.create_database("school_one")
    postgres.create_database("school_two")
    stranger = postgres.dsn("school_one").rpartition("/")[0] + "/school_two"
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        connect(stranger)


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("fsync", "on"), ("synchronous_commit", "on"), ("full_page_writes", "on"), ("data_checksums", "on")],
)
def test_durability_is_real(postgres: PostgresPart, setting: str, expected: str) -> None:
    assert asked(postgres.administrator_dsn(), f"SHOW {setting}") == expected


def test_no_password_shows_in_what_a_log_might_print(postgres: PostgresPart) -> None:
    postgres.create_database("quiet")
    password = postgres.dsn("quiet").split(":")[2].partition("@")[0]
    assert password not in repr(postgres)
    running = asked(postgres.administrator_dsn(), "SELECT string_agg(query, ' ') FROM pg_stat_activity")
    assert password not in running


def test_a_failed_statement_leaves_nothing_of_a_child_in_the_log(run: RunDirectory, embedded: EmbeddedPostgres) -> None:
    embedded.create_database("discreet")
    with connect(embedded.dsn("discreet")) as connection:
        connection.execute("CREATE TABLE pupil (name text PRIMARY KEY)")
        connection.execute("INSERT INTO pupil VALUES ('欧阳小明')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO pupil VALUES ('欧阳小明')")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute("SELECT '欧阳小明'::integer")
    assert "欧阳" not in (run.path / "postgres" / "postgres.log").read_text()


def test_secrets_are_for_their_owner_alone(run: RunDirectory, embedded: EmbeddedPostgres) -> None:
    assert mode_of(embedded.password_file) == 0o600
    assert mode_of(run.path / "postgres" / "data") == 0o700
    assert mode_of(run.path) == 0o711
    assert not list((run.path / "postgres").glob("initial-password*"))


@as_root
def test_root_runs_the_server_as_another_user(embedded: EmbeddedPostgres) -> None:
    assert embedded.pid is not None
    for pid in (embedded.pid, *children_of(embedded.pid)):
        assert Path(f"/proc/{pid}").stat().st_uid == pwd.getpwnam("nobody").pw_uid


@as_root
def test_binaries_that_the_other_user_cannot_reach_are_copied_for_the_run(run: RunDirectory, tmp_path: Path) -> None:
    original = EmbeddedPostgres(run)._installation
    package = original.parent
    hidden = tmp_path / "hidden" / package.name / original.name
    for name in ("bin", "lib/postgresql", "share"):
        shutil.copytree(original / name, hidden / name)
    libraries = f"{package.name}.libs"
    shutil.copytree(package.with_name(libraries), tmp_path / "hidden" / libraries)
    (tmp_path / "hidden").chmod(0o700)
    with RunDirectory() as another:
        assert not others_can_enter(hidden)
        assert others_can_enter(another.path)
        postgres = EmbeddedPostgres(another, installation=hidden)
        postgres.start()
        assert asked(postgres.administrator_dsn(), "SELECT 1") == "1"
        assert (another.path / "postgres" / "installation").is_dir()
        postgres.stop()
