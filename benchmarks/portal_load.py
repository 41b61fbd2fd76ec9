"""The portal of a province under two hundred people, beside an empty page in the same run.

    python benchmarks/portal_load.py --pupils 1000000 --users 200

A hub with a million pupils and a worklist of a hundred thousand cases, one process of the portal, and people who look
at a page, think for some seconds, and look at the next. One of their pages asks nothing of anybody: it is what the
portal and this machine cost before the system does any work. What carries over to another machine is the ratio of the
others to it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import secrets
import signal
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any
from urllib.parse import urlencode

import psycopg
import pyotp
from index.running import libpq, postgres
from province import HUB, LOOK_SECONDS, START_SECONDS, hub_process, people_the_province
from werkzeug.security import generate_password_hash

from chassis.sql import migrate
from console.parts.certificates import DevelopmentAuthority
from console.parts.run_directory import RunDirectory
from kernel.office import Identity, Role

CASES = 100_000
PASSWORD = secrets.token_urlsafe(12)
THINK_SECONDS = (2.0, 8.0)
SEED = 7
EMPTY = "empty"

_TOKEN = re.compile(r'name="csrf_token" (?:type="hidden" )?value="([^"]+)"')


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--pupils", type=int, default=1_000_000)
    asked.add_argument("--users", type=int, default=200)
    asked.add_argument("--seconds", type=float, default=60.0)
    given = asked.parse_args()
    figures = measure(pupils=given.pupils, users=given.users, seconds=given.seconds)
    sys.stdout.write(f"{as_table(figures)}\n{json.dumps(figures)}\n")


def measure(*, pupils: int, users: int, seconds: float) -> dict[str, Any]:
    with RunDirectory() as run:
        database = postgres(run)
        database.start()
        database.create_database("hub")
        dsn = database.dsn("hub")
        migrate(dsn, "province_hub", program_version=version("xueji"))
        schools = people_the_province(dsn, pupils=pupils)
        key = fill_the_worklist(dsn)
        authority = DevelopmentAuthority.create(run.folder("ca"))
        people = [f"p{nth:03}" for nth in range(users)]
        staff = run.folder("staff") / "staff.json"
        staff.write_text(json.dumps([on_duty(person) for person in people]))
        with (
            hub_process(run, authority, dsn, schools, staff_file=staff, threads=8) as (_, address),
            portal_process(run, authority, address, people) as (served, secret_of),
        ):
            taken = asyncio.run(everybody(served, secret_of, key, seconds=seconds))
        database.stop()
    limit = statistics.quantiles(taken[EMPTY], n=20)[-1]
    pages = {
        name: {
            "looked_at": len(times),
            "p50_ms": round(statistics.median(times) * 1000, 1),
            "p95_ms": round(statistics.quantiles(times, n=20)[-1] * 1000, 1),
            "p95_of_empty": round(statistics.quantiles(times, n=20)[-1] / limit, 2),
        }
        for name, times in sorted(taken.items())
    }
    return {"pupils": pupils, "cases": CASES, "users": users, "seconds": seconds, "pages": pages}


def as_table(figures: dict[str, Any]) -> str:
    rows = "\n".join(
        f"| {name} | {page['looked_at']:,} | {page['p50_ms']:,.1f} | {page['p95_ms']:,.1f} |"
        f" {page['p95_of_empty']:.2f} |"
        for name, page in figures["pages"].items()
    )
    return (
        f"{figures['users']} people, {figures['pupils']:,} pupils, {figures['cases']:,} cases\n\n"
        "| page | looked at | p50 ms | p95 ms | p95 of the empty page |\n| --- | ---: | ---: | ---: | ---: |\n"
        f"{rows}"
    )


def fill_the_worklist(dsn: str) -> str:
    """Cases that wait for the province; the key of a record to look at."""
    with psycopg.connect(libpq(dsn), autocommit=True) as connection:
        connection.execute("SET statement_timeout = 0")
        connection.execute(
            "INSERT INTO cases (case_id, procedure, school, releasing_school, rule_pack, filed_at_ms, digest, evidence,"
            " endorsements, state, awaited_step, awaited_office, received_at, due_at, due_provisional, shown,"
            " items_total, items_done, items_refused)"
            " SELECT gen_random_uuid(), 'suspension', school, '', '2013.1', 1780000000000, md5(number), '[]', '{}',"
            " 'open', 'province', 'province/41', now() - n %% 20 * interval '1 day',"
            " now() + n %% 15 * interval '1 day', false,"
            " '{}', 1, 0, 0 FROM (SELECT school, number, row_number() OVER () AS n FROM students LIMIT %s) AS pupil",
            (CASES,),
        )
        connection.execute("VACUUM ANALYZE cases")
        row = connection.execute("SELECT student_key FROM students LIMIT 1").fetchone()
        assert row is not None
        return str(row[0])


def on_duty(person: str) -> dict[str, str]:
    return {
        "role": "officer",
        "person": person,
        "name": person,
        "course": "学籍管理员岗前培训",
        "certificate": person,
        "issued_by": "教育部基础教育一司",
        "trained_on": "2013-08-20",
        "since": "2013-09-01",
    }


@contextmanager
def portal_process(
    run: RunDirectory, authority: DevelopmentAuthority, hub: str, people: list[str]
) -> Iterator[tuple[str, dict[str, str]]]:
    """One process of the portal; host and port, and the one-time secret of each account."""
    folder = run.folder("portal")
    secret_of = {person: pyotp.random_base32() for person in people}
    hashed = generate_password_hash(PASSWORD)
    accounts = []
    for person, secret in secret_of.items():
        identity = Identity(authority.environment, HUB, Role.OFFICER, person).uri
        tls = authority.issue_tls(identity, run.folder(f"desk-{person}"))
        accounts.append(
            {
                "identity": identity,
                "name": person,
                "password": hashed,
                "otp_secret": secret,
                "certificate": str(tls.cert),
                "key": str(tls.key),
            }
        )
    (folder / "accounts.json").write_text(json.dumps(accounts))
    (folder / "offices.json").write_text(json.dumps({"nodes": {str(HUB): hub}, "names": {str(HUB): "河南省"}}))
    (folder / "cookie.key").write_text(secrets.token_hex(32))
    settings = {
        "environment": authority.environment,
        "tier": "province",
        "offices_file": folder / "offices.json",
        "accounts_file": folder / "accounts.json",
        "authority_certificate": tls.ca,
        "cookie_key_file": folder / "cookie.key",
        "address_file": folder / "address",
        "log_level": "error",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "portal"],
        env=os.environ | {f"XUEJI_{name.upper()}": str(value) for name, value in settings.items()},
    )
    run.guard(process.pid, first_signal=signal.SIGTERM)
    give_up_at = time.monotonic() + START_SECONDS
    while not (folder / "address").exists():
        if process.poll() is not None or time.monotonic() > give_up_at:
            raise SystemExit("the portal did not start")
        time.sleep(LOOK_SECONDS)
    yield (folder / "address").read_text().strip(), secret_of
    process.send_signal(signal.SIGTERM)
    process.wait()
    run.release(process.pid)


async def everybody(address: str, secret_of: dict[str, str], key: str, *, seconds: float) -> dict[str, list[float]]:
    """Log everybody in, then let them look at pages; seconds of each look, by page."""
    visitors = [Visitor(address, person) for person in secret_of]
    for visitor in visitors:  # one after another: hashing a password is slow on purpose, and not what is measured
        await visitor.log_in(secret_of[visitor.person])
    paths = {EMPTY: "/guide", "worklist": "/", "worklist, by procedure": "/?view=all&procedure=suspension"}
    paths |= {"pupils": "/pupils", "pupil": f"/pupils/{key}"}
    taken: dict[str, list[float]] = defaultdict(list)
    until = time.perf_counter() + seconds
    chance = random.Random(SEED)  # noqa: S311 - who looks at what when, the same in every run
    await asyncio.gather(
        *(visitor.look(paths, taken, until=until, chance=random.Random(chance.random())) for visitor in visitors)  # noqa: S311
    )
    return taken


class Visitor:
    """A browser that shows nothing: one connection, kept, and one cookie."""

    def __init__(self, address: str, person: str) -> None:
        self.person = person
        self._host, _, port = address.rpartition(":")
        self._port = int(port)
        self._cookie = ""
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def log_in(self, secret: str) -> None:
        status, page = await self._ask("GET", "/login")
        token = _TOKEN.search(page)
        assert token is not None, f"the page by which one comes in answered {status}"
        form = {"csrf_token": token[1], "office": HUB.code, "person": self.person, "password": PASSWORD}
        status, _ = await self._ask("POST", "/login", urlencode(form | {"otp": pyotp.TOTP(secret).now()}))
        if status != 302:
            raise SystemExit(f"{self.person} was not let in: {status}")

    async def look(
        self, paths: dict[str, str], taken: dict[str, list[float]], *, until: float, chance: random.Random
    ) -> None:
        """Page after page, with a pause for thought before each."""
        while True:
            await asyncio.sleep(chance.uniform(*THINK_SECONDS))
            if time.perf_counter() > until:
                break
            name = chance.choice(list(paths))
            began = time.perf_counter()
            status, _ = await self._ask("GET", paths[name])
            taken[name].append(time.perf_counter() - began)
            if status != 200:
                raise SystemExit(f"{paths[name]} answered {status}")
        if self._streams is not None:
            self._streams[1].close()

    async def _ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        """As a browser does: a connection that the server closed while nobody used it is opened again."""
        kept = self._streams is not None
        try:
            return await self._ask_once(method, path, body)
        except (asyncio.IncompleteReadError, ConnectionError):
            if not kept:
                raise
            self._streams = None
            return await self._ask_once(method, path, body)

    async def _ask_once(self, method: str, path: str, body: str) -> tuple[int, str]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\nCookie: {self._cookie}\r\n"
        if body:
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}\r\n{body}".encode())
        await writer.drain()
        told = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = [(name.lower(), value) for name, found, value in (line.partition(": ") for line in told[1:]) if found]
        for name, value in headers:
            if name == "set-cookie" and value.startswith("xueji="):
                self._cookie = value.partition(";")[0]
        length = next(int(value) for name, value in headers if name == "content-length")
        content = await reader.readexactly(length)
        if ("connection", "close") in headers:
            writer.close()
            self._streams = None
        return int(told[0].split(" ")[1]), content.decode()


if __name__ == "__main__":
    main()
