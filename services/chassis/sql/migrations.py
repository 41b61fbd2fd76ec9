'''Bringing a database to this program's form: numbered, forward only, one process at a time.

A tier keeps its migrations in ``<package>/store/migrations/versions/NNNN_words.py``:

    """Letters remember who read them."""

    from alembic import op
    from sqlalchemy import Column, Text

    revision = "0007"
    down_revision = "0006"  # None in 0001
    oldest_program = "1.4.0"  # only where an older program would do harm on the new form

    def upgrade() -> None:
        op.add_column("letters", Column("read_by", Text))

There is no ``downgrade``: going back is restoring, or a further migration. A new form must serve the program before it
as well, because nodes are replaced one by one; where it cannot, ``oldest_program`` says which one it serves at least,
and older ones refuse to start. A migration is never edited once it has been released.
'''

# ruff: noqa: PLC0415 - a node that starts on a migrated database, after a crash above all, needs no alembic

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, MetaData, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from chassis.logs import get_logger
from chassis.sql.connections import Meaning, connect_arguments, meaning_of
from chassis.sql.database import connection_error
from kernel.refusals import DatabaseBusy, SchemaTooNew, Unreachable

if TYPE_CHECKING:  # alembic takes a third of a second to import, and only this needs it
    from alembic.config import Config
    from alembic.script import ScriptDirectory

MIGRATION_STATEMENT_TIMEOUT = timedelta(minutes=30)
MIGRATION_LOCK_TIMEOUT = timedelta(seconds=5)  # a change of form waits behind readers, and all others wait behind it
OTHERS_MIGRATE_TIMEOUT = timedelta(minutes=10)  # the other processes of the node wait for the one that migrates

_ADVISORY_LOCK = 0x7875656A69  # "xueji"; advisory locks are per database
_FILE_FORM = re.compile(r"(\d{4})_[a-z0-9_]+\.py")
_ENVIRONMENT = Path(__file__).with_name("migration_env")
_OWN_TABLES = ("alembic_version", "schema_facts")

log = get_logger()


def migrate(dsn: str, package: str, *, program_version: str) -> None:
    """Run the package's migrations that this database has not seen, each in a transaction of its own.

    Args:
        dsn: ``postgresql+psycopg://…`` of a role that may change the form.
        package: the tier's, e.g. ``county_node``.
        program_version: this program's, e.g. ``1.4.0``; recorded beside each migration.

    Raises:
        SchemaTooNew: a newer program changed the database so that this one must not run on it.
        Unreachable: no connection.
        DatabaseBusy: another process is migrating for too long, or a lock could not be had in time.
    """
    versions = _versions(package)
    newest = _newest(versions)
    engine = create_engine(
        dsn,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args=connect_arguments(
            application_name=f"{package} migrating",
            statement_timeout=MIGRATION_STATEMENT_TIMEOUT,
            lock_timeout=MIGRATION_LOCK_TIMEOUT,
        ),
    )
    try:
        with engine.connect() as connection:
            _wait_for_turn(connection)
            _refuse_if_too_old(connection, program_version)
            at = _revision(connection)
            if at < newest:
                _upgrade(connection, versions, program_version)
            elif at > newest:
                log.warning("database_is_ahead", revision=at)
    except DBAPIError as error:
        match meaning_of(error):
            case Meaning.LOST:
                log.warning("database_unreachable", connection_error=connection_error(error))
                raise Unreachable(office="数据库") from error
            case Meaning.BUSY | Meaning.COLLIDED:
                raise DatabaseBusy from error
            case Meaning.OTHER:
                raise


def difference(dsn: str, metadata: MetaData) -> list[str]:
    """What the database's form and the models do not agree on; empty when they are equal.

    The models are created beside it in a schema of their own, which is rolled back, and the server's own description of
    both is compared: types, defaults, identities, every constraint, and indexes with their conditions.
    """
    engine = create_engine(dsn, poolclass=NullPool, connect_args=connect_arguments(application_name="difference"))
    with engine.connect() as connection:
        migrated = _described(connection, str(connection.scalar(text("SELECT current_schema()"))))
        connection.execute(text("CREATE SCHEMA of_models"))
        connection.execute(text("SET LOCAL search_path TO of_models"))
        metadata.create_all(connection, checkfirst=False)
        modelled = _described(connection, "of_models")
        connection.rollback()
    return [f"only migrated: {fact}" for fact in sorted(migrated - modelled)] + [
        f"only modelled: {fact}" for fact in sorted(modelled - migrated)
    ]


def _versions(package: str) -> Path:
    """The folder of a package's migrations."""
    spec = importlib.util.find_spec(package)
    assert spec is not None, f"no package {package}"
    assert spec.submodule_search_locations, f"{package} is no package"
    return Path(spec.submodule_search_locations[0]) / "store" / "migrations" / "versions"


def _newest(versions: Path) -> str:
    """The highest number among the files; ``0000`` when there is none."""
    forms = (_FILE_FORM.fullmatch(file.name) for file in versions.glob("*.py"))
    return max((form[1] for form in forms if form), default="0000")


def _config(versions: Path) -> Config:
    from alembic.config import Config

    config = Config()
    # Alembic interpolates its options, and splits this one at the separator named.
    config.set_main_option("script_location", str(_ENVIRONMENT).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(versions).replace("%", "%%"))
    return config


def _script(config: Config) -> ScriptDirectory:
    """The migrations, in one chain whose numbers say the order."""
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(config)
    before = None
    for number, migration in enumerate(reversed(list(script.walk_revisions())), start=1):
        name = Path(migration.path).name
        form = _FILE_FORM.fullmatch(name)
        assert form is not None, f"{name}: a migration is named NNNN_words.py"
        assert form[1] == migration.revision == f"{number:04}", f"{name}: its number is not its revision"
        assert migration.down_revision == before, f"{name}: does not follow {before}"
        assert not hasattr(migration.module, "downgrade"), f"{name}: migrations go forward only"
        before = migration.revision
    return script


def _wait_for_turn(connection: Connection) -> None:
    """Hold the advisory lock until the connection closes; create the table of facts."""
    connection.execute(text(f"SET LOCAL lock_timeout = {int(OTHERS_MIGRATE_TIMEOUT.total_seconds() * 1000)}"))
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _ADVISORY_LOCK})
    connection.execute(
        text(
            "CREATE TABLE IF NOT EXISTS schema_facts ("
            " revision text PRIMARY KEY,"
            " oldest_program text NOT NULL,"
            " applied_by text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT now())"
        )
    )
    connection.commit()


def _refuse_if_too_old(connection: Connection, program_version: str) -> None:
    rows = connection.execute(text("SELECT oldest_program FROM schema_facts")).scalars().all()
    connection.commit()
    oldest = max(rows, key=_comparable, default=program_version)
    if _comparable(program_version) < _comparable(oldest):
        raise SchemaTooNew(program=program_version, oldest=oldest)


def _revision(connection: Connection) -> str:
    """The number of the last migration that ran; ``0000`` before the first."""
    known = connection.scalar(text("SELECT to_regclass('alembic_version')")) is not None
    at = connection.scalar(text("SELECT max(version_num) FROM alembic_version")) if known else None
    connection.commit()
    return str(at or "0000")


def _upgrade(connection: Connection, versions: Path, program_version: str) -> None:
    from alembic import command

    config = _config(versions)
    config.attributes["connection"] = connection
    config.attributes["on_version_apply"] = _recorder(_script(config), program_version)
    command.upgrade(config, "head")


def _recorder(script: ScriptDirectory, program_version: str) -> Callable[..., None]:
    def record(*, ctx: Any, step: Any, heads: Any, run_args: Any) -> None:
        """Called by alembic inside the migration's transaction."""
        del heads, run_args
        module = script.get_revision(step.up_revision_id).module
        oldest = getattr(module, "oldest_program", "0")
        assert _comparable(oldest) <= _comparable(program_version), f"{step.up_revision_id}: this program is too old"
        ctx.connection.execute(
            text("INSERT INTO schema_facts (revision, oldest_program, applied_by) VALUES (:revision, :oldest, :by)"),
            {"revision": step.up_revision_id, "oldest": oldest, "by": program_version},
        )
        log.info("database_migrated", revision=step.up_revision_id)

    return record


def _comparable(version: str) -> tuple[int, ...]:
    """(1, 4, 0) from ``1.4.0`` and from ``1.4.0.dev2``."""
    return tuple(int(part) for part in re.match(r"\d+(?:\.\d+)*", version)[0].split("."))  # type: ignore[index]


_COLUMNS = """
    SELECT 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
        || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
        || CASE a.attidentity WHEN 'a' THEN ' IDENTITY ALWAYS' WHEN 'd' THEN ' IDENTITY' ELSE '' END
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = CAST(:schema AS regnamespace) AND a.attnum > 0 AND NOT a.attisdropped
        AND c.relname <> ALL (:own)
"""
# 'n': PostgreSQL 18 lists NOT NULL here as well, under names that say nothing.
_CONSTRAINTS = """
    SELECT 'constraint ' || c.relname || '.' || k.conname || ' ' || pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE c.relnamespace = CAST(:schema AS regnamespace) AND k.contype <> 'n' AND c.relname <> ALL (:own)
"""
_INDEXES = """
    SELECT replace(pg_get_indexdef(i.indexrelid), CAST(:schema AS text) || '.', '')
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE c.relnamespace = CAST(:schema AS regnamespace) AND c.relname <> ALL (:own)
"""


def _described(connection: Connection, schema: str) -> set[str]:
    """Every fact of a schema's form in the server's words, one line each. The schema is first in the search path."""
    asked = {"schema": schema, "own": list(_OWN_TABLES)}
    return {
        fact
        for query in (_COLUMNS, _CONSTRAINTS, _INDEXES)
        for fact in connection.execute(text(query), asked).scalars()
    }
