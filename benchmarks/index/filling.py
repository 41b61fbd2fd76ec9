"""An index that already holds persons: made by the database itself, set-based, in minutes."""

from __future__ import annotations

import time

import psycopg

from index.running import libpq

_CONSTRAINTS = (
    ("person", "person_pkey", "student_key"),
    ("handle", "handle_pkey", "fingerprint"),
    ("trait", "trait_pkey", "student_key"),
)
_STEP = 1_000_000

# Keys in the order of time, as registrations make them; what is hashed or sealed is as random here.
_KEY = (
    "CAST(lpad(to_hex(1000000000 + n), 12, '0') || '7' || substr(md5('k' || n), 1, 3)"
    " || '8' || substr(md5('k' || n), 4, 15) AS uuid)"
)
_PERSONS = f"""
INSERT INTO person (student_key, number, custodian, custodian_school, epoch, issued_at)
SELECT {_KEY}, CAST(md5('n' || n) AS uuid), '41', '2141' || lpad(CAST(n %% 20000 AS text), 6, '0'), 1, now()
FROM generate_series(CAST(%(first)s AS bigint), CAST(%(last)s AS bigint)) AS n
"""  # noqa: S608 - no input in it
_HANDLES = f"""
INSERT INTO handle (fingerprint, student_key, kind, key_version)
SELECT CAST(md5(lower(kind) || n) AS uuid), {_KEY}, kind, 1
FROM generate_series(CAST(%(first)s AS bigint), CAST(%(last)s AS bigint)) AS n, (VALUES ('D'), ('N')) AS made(kind)
"""  # noqa: S608 - no input in it


# Names as they are shared out: some are common, most are rare.
_TRAITS = f"""
INSERT INTO trait (student_key, name, sound, look, family, length, unreadable, birth, year, month, day, sex,
                   place, document_birth, sequence, guardian_a, guardian_b, guardian_name_a, guardian_name_b)
SELECT {_KEY}, kind, kind %% 300000, kind, kind %% 400, 3, 0, n %% 6600, n %% 18, n %% 12, n %% 31, 1 + n %% 2,
       n %% 3000, n %% 6600, n %% 999, 2 * n, 2 * n + 1, kind, kind
FROM (SELECT n, CAST(1000000 * power(random(), 3) AS integer) AS kind
      FROM generate_series(CAST(%(first)s AS bigint), CAST(%(last)s AS bigint)) AS n) AS made
"""  # noqa: S608 - no input in it
_INDEXES = ("trait_sound_birth", "trait_guardian_a", "trait_guardian_b")


def fill(dsn: str, *, persons: int) -> float:
    """Bring the index to so many persons; seconds."""
    began = time.perf_counter()
    with psycopg.connect(libpq(dsn), autocommit=True) as connection:
        there = connection.execute("SELECT count(*) FROM person").fetchone()
        assert there is not None
        if there[0] >= persons:
            return 0.0
        connection.execute("SET maintenance_work_mem = '1GB'")
        for table, constraint, _ in _CONSTRAINTS:
            connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}".encode())
        made_again = [
            connection.execute("SELECT pg_get_indexdef(%s::regclass)", (name,)).fetchone() for name in _INDEXES
        ]
        for name in _INDEXES:
            connection.execute(f"DROP INDEX {name}".encode())
        for first in range(there[0] + 1, persons + 1, _STEP):
            last = min(first + _STEP - 1, persons)
            for statement in (_PERSONS, _HANDLES, _TRAITS):
                connection.execute(statement.encode(), {"first": first, "last": last})
        for table, constraint, column in _CONSTRAINTS:
            connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} PRIMARY KEY ({column})".encode())
        for made in made_again:
            assert made is not None, "the index was there"
            connection.execute(made[0])
        connection.execute("VACUUM ANALYZE person, handle, trait")
    return time.perf_counter() - began


def bytes_of(dsn: str) -> dict[str, int]:
    """Bytes of each table with its indexes."""
    with psycopg.connect(libpq(dsn)) as connection:
        rows = connection.execute(
            "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        ).fetchall()
    return dict(rows)
