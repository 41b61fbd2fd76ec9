"""An intake through the index, and the same rows into the same tables by psql."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import grpc
import psycopg
from matching.people import Registry

from index.running import libpq, psql
from kernel.check_character import check_character
from kernel.identity import Sex
from kernel.ids import new_uuid7
from kernel.transparency.entries import LogEntry, split
from national_index.store.schema import trait
from xueji.index.v1 import index_pb2, index_pb2_grpc

SCHOOLS = 40
COUNTIES = 40
FIRST_BIRTHDAY = date(2019, 9, 1)
BIRTHDAYS = 365
GUARDIANS_BORN = date(1985, 1, 1)


def an_intake(rows: int, *, begin: int, batch: int, compared: bool) -> list[index_pb2.IssueRequest]:
    """So many first-graders of one province, as its hub would send them: a call is of one county's schools.

    Args:
        compared: with names and guardians, by which suspected duplicates are looked for.
    """
    registry = Registry(begin)
    calls = []
    for first in range(begin, begin + rows, batch):
        division = f"41{first // batch % COUNTIES:02d}05"
        request = index_pb2.IssueRequest()
        for nth in range(first, min(first + batch, begin + rows)):
            born = FIRST_BIRTHDAY + timedelta(days=nth % BIRTHDAYS)
            # Of nobody: these divisions were never given to a county.
            sequence, place = nth // BIRTHDAYS % 1000, 410190 + nth // BIRTHDAYS // 1000
            first17 = f"{place}{born:%Y%m%d}{sequence:03d}"
            request.item_ids.append(str(new_uuid7()))
            request.document_kinds.append("1")
            request.document_numbers.append(first17 + check_character(first17))
            request.birth_dates.append(int(f"{born:%Y%m%d}"))
            request.schools.append(f"2141{nth % SCHOOLS:06d}")
            request.divisions.append(division)
        if compared:
            _compare(request, registry)
        calls.append(request)
    return calls


def _compare(request: index_pb2.IssueRequest, registry: Registry) -> None:
    for number in request.document_numbers:
        sex, surname = Sex(2 - int(number[16]) % 2), registry.surname()
        request.sexes.append(sex)
        request.names.append(surname + registry.given_name(sex))
        request.first_guardian_names.append(surname + registry.given_name(Sex.MALE))
        request.first_guardian_documents.append(registry.citizen_id(GUARDIANS_BORN, Sex.MALE))
        request.second_guardian_names.append(registry.surname() + registry.given_name(Sex.FEMALE))
        request.second_guardian_documents.append(registry.citizen_id(GUARDIANS_BORN, Sex.FEMALE))


async def issue(
    intake: Sequence[index_pb2.IssueRequest], channels: Sequence[grpc.aio.Channel], *, clients: int
) -> float:
    """Issue it all, so many calls at a time; seconds."""
    waiting = iter(intake)

    async def client(nth: int) -> None:
        index = index_pb2_grpc.NationalIndexServiceStub(channels[nth % len(channels)])
        for request in waiting:
            response = await index.Issue(request)
            if not all(response.numbers):
                raise SystemExit("a row was refused, although every row of the intake is new and good")

    began = time.perf_counter()
    await asyncio.gather(*(client(nth) for nth in range(clients)))
    return time.perf_counter() - began


# Of one call: the blocks of numbers that it used, and its entries of the log, which name all that it claimed.
_BLOCKS = """
SELECT array_agg(division)::text, array_agg(birth_date)::text, array_agg(kind)::text, array_agg(next_sequence)::text
FROM number_block JOIN (SELECT DISTINCT * FROM unnest(%s::text[], %s::date[]) AS a(division, birth_date)) AS asked
USING (division, birth_date)
"""
_TRAIT = [column.name for column in trait.c]
_TRAITS = (
    f"SELECT {', '.join(f'array_agg({name} ORDER BY student_key)::text' for name in _TRAIT)}"  # noqa: S608 - names of columns
    " FROM trait WHERE student_key = ANY(%s::uuid[])"
)
_LOG = "SELECT entries FROM log_batch WHERE lowest = %s::uuid"


def raw_scripts(intake: Sequence[index_pb2.IssueRequest], dsn: str, folder: Path, *, connections: int) -> list[Path]:
    """What came of an intake, as SQL for so many connections: each call is one transaction, set-based as the index
    writes it, of every row of every table that grew; the tree of the log apart, which is a row for 256. Fingerprints
    stand as the log has them, not encrypted once more: as long, and as random.
    """
    scripts = [folder / f"{nth}.sql" for nth in range(connections)]
    written = [script.open("w", encoding="ascii") for script in scripts]
    with psycopg.connect(libpq(dsn)) as connection:
        for nth, request in enumerate(intake):
            written[nth % connections].write(_transaction(connection, request))
    for file in written:
        file.close()
    return scripts


def _transaction(connection: psycopg.Connection, request: index_pb2.IssueRequest) -> str:
    birth_dates = [str(born) for born in request.birth_dates]
    blocks = connection.execute(_BLOCKS, (list(request.divisions), birth_dates)).fetchone()
    log = connection.execute(_LOG, (min(request.item_ids),)).fetchone()
    assert blocks is not None, "the blocks of this call are there"
    assert log is not None, "the log of this call is there"
    school_of = dict(zip(request.item_ids, request.schools, strict=True))
    entries = sorted((LogEntry.from_bytes(one) for one in split(log[0])), key=lambda entry: entry.student_key)
    return _TRANSACTION.format(
        blocks=", ".join(
            f"'{literal}'::{of}[]" for literal, of in zip(blocks, ("text", "date", "text", "integer"), strict=True)
        ),
        documents=_columns(sorted((entry.subject, entry.student_key) for entry in entries)),
        numbers=_columns(sorted((entry.number, entry.student_key) for entry in entries)),
        persons=_columns([(entry.student_key, entry.number) for entry in entries]),
        schools=",".join(school_of[str(entry.student_key)] for entry in entries),
        traits=_traits(connection, request),
        log=f"'{min(request.item_ids)}', '{max(request.item_ids)}', '\\x{log[0].hex()}'",
    )


def _traits(connection: psycopg.Connection, request: index_pb2.IssueRequest) -> str:
    if not request.names:
        return ""
    literals = connection.execute(_TRAITS.encode(), (list(request.item_ids),)).fetchone()
    assert literals is not None, "the tokens of this call are there"
    columns = (f"'{literal}'::{column.type}[]" for literal, column in zip(literals, trait.c, strict=True))
    return f"INSERT INTO trait ({', '.join(_TRAIT)}) SELECT * FROM unnest({', '.join(columns)});\n"  # noqa: S608 - names of columns


def _columns(rows: Sequence[tuple[UUID, UUID]]) -> str:
    columns = zip(*rows, strict=True)
    return ", ".join(f"'{{{','.join(str(value) for value in column)}}}'::uuid[]" for column in columns)


_TRANSACTION = """BEGIN;
INSERT INTO number_block (division, birth_date, kind, next_sequence) SELECT * FROM unnest({blocks})
ON CONFLICT (division, birth_date, kind) DO UPDATE SET next_sequence = excluded.next_sequence;
INSERT INTO handle (fingerprint, student_key, kind, key_version)
SELECT a, b, 'D', 1 FROM unnest({documents}) AS n(a, b);
INSERT INTO handle (fingerprint, student_key, kind, key_version)
SELECT a, b, 'N', 1 FROM unnest({numbers}) AS n(a, b);
INSERT INTO person (student_key, number, custodian, custodian_school, epoch, issued_at)
SELECT a, b, '41', c, 1, now() FROM unnest({persons}, '{{{schools}}}'::text[]) AS n(a, b, c);
{traits}INSERT INTO log_batch (lowest, highest, entries) VALUES ({log});
COMMIT;
"""


def insert_by_psql(scripts: Sequence[Path], dsn: str) -> float:
    """Run the scripts side by side; seconds. Connecting is counted, as it is for nobody else: a few milliseconds."""
    began = time.perf_counter()
    running = [
        subprocess.Popen([psql(), "--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", "-f", script, libpq(dsn)])
        for script in scripts
    ]
    if any(process.wait() for process in running):
        raise SystemExit("psql could not insert the rows")
    return time.perf_counter() - began


async def numbers_of(channel: grpc.aio.Channel, *, begin: int, batch: int) -> list[str]:
    """Numbers of children who have one: those of a first call, by their documents."""
    (request,) = an_intake(batch, begin=begin, batch=batch, compared=False)
    handles = [
        index_pb2.Handle(document=index_pb2.Document(kind="1", number=number)) for number in request.document_numbers
    ]
    found = await index_pb2_grpc.NationalIndexServiceStub(channel).LookUp(index_pb2.LookUpRequest(handles=handles))
    return [one.number for one in found.found]
