"""Nothing that a run started outlives it, however its owner ended; and the right parts are chosen."""

from __future__ import annotations

import json
import os
import pwd
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.parts import containers
from console.parts.certificates import DevelopmentAuthority
from console.parts.containers import ContainerNats, ContainerPostgres, choose_parts
from console.parts.deploy import deploy_directory
from console.parts.nats import EmbeddedNats
from console.parts.ports import free_port
from console.parts.postgres import EmbeddedPostgres
from console.parts.protocols import PartDidNotStart
from console.parts.run_directory import RunDirectory, others_can_enter
from console.parts.watchdog import children_of, has_ended

SERVICES = Path(__file__).resolve().parents[2] / "services"
SOON_SECONDS = 20.0

OWNER = """
import json, os, signal, sys
from console.parts.certificates import DevelopmentAuthority
from console.parts.nats import EmbeddedNats
from console.parts.postgres import EmbeddedPostgres
from console.parts.run_directory import RunDirectory
from console.parts.watchdog import children_of

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job inherits it ignored
with RunDirectory() as run:
    postgres = EmbeddedPostgres(run)
    broker = EmbeddedNats(run, DevelopmentAuthority.create(run.folder("ca")), provinces=("41", "44"))
    postgres.start()
    broker.start()
    postgres.create_database("province_41")
    postgres.kill()
    broker.kill()
    postgres.start()
    broker.start()
    started = [postgres.pid, *children_of(postgres.pid), broker.pid, *children_of(os.getpid())]
    print(json.dumps({"directory": str(run.path), "pids": started, "uid": os.geteuid()}), flush=True)
    match sys.stdin.readline().strip():
        case "stop":
            broker.stop()
            postgres.stop()
        case "leave":
            pass
        case "raise":
            raise SystemExit(3)
        case "exit":
            os._exit(4)
"""


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SOON_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def owner_process(*, python: str = sys.executable, uid: int | None = None) -> subprocess.Popen[str]:
    path = os.pathsep.join([str(SERVICES), sysconfig.get_paths()["purelib"]])
    return subprocess.Popen(
        [python, "-B", "-c", OWNER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        env={"PATH": os.defpath, "PYTHONPATH": path},
        user=uid,
        group=None if uid is None else pwd.getpwuid(uid).pw_gid,
        extra_groups=None if uid is None else [],
    )


def shared_memory_made_by(pids: list[int]) -> list[str]:
    """The System V segments that these processes made and nobody removed; the fifth field is the maker."""
    listing = Path("/proc/sysvipc/shm")
    lines = listing.read_text().splitlines()[1:] if listing.exists() else []
    return [line for line in lines if int(line.split()[4]) in pids]


def check_that_nothing_is_left(said: dict[str, object]) -> None:
    pids, directory = said["pids"], said["directory"]
    assert isinstance(pids, list)
    assert isinstance(directory, str)
    assert len(pids) > 6, "PostgreSQL, its children, NATS and the watchdog were all looked at"
    assert eventually(lambda: not Path(directory).exists())
    assert eventually(lambda: all(has_ended(pid) for pid in pids))
    assert eventually(lambda: not shared_memory_made_by(pids))


@pytest.mark.parametrize("order", ["stop", "leave", "raise", "exit"])
def test_nothing_is_left_when_the_owner_ends_by_itself(order: str) -> None:
    with owner_process() as owner:
        assert owner.stdout is not None
        said = json.loads(owner.stdout.readline())
        assert Path(said["directory"]).is_dir()
        owner.communicate(order + "\n", timeout=30)
    assert owner.returncode == {"stop": 0, "leave": 0, "raise": 3, "exit": 4}[order]
    check_that_nothing_is_left(said)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_when_the_owner_is_ended_by_a_signal(how: signal.Signals) -> None:
    with owner_process() as owner:
        assert owner.stdout is not None
        said = json.loads(owner.stdout.readline())
        owner.send_signal(how)
        assert owner.wait(timeout=30) == -how
    check_that_nothing_is_left(said)


def test_nothing_is_left_although_a_fork_of_the_owner_lives_on(tmp_path: Path) -> None:
    script = """
import os, signal, sys
from console.parts.run_directory import RunDirectory
run = RunDirectory().__enter__()
copy = os.fork()
if copy == 0:
    os.close(1)
    signal.pause()
print(run.path, copy, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    owner = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, check=False, timeout=30)
    directory, copy = owner.stdout.split()
    try:
        assert eventually(lambda: not Path(directory).exists())
        assert not has_ended(int(copy))
    finally:
        os.kill(int(copy), signal.SIGKILL)


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests here already ran as an ordinary user")
def test_an_ordinary_user_can_run_the_parts() -> None:
    nobody = pwd.getpwnam("nobody").pw_uid
    python = python_of_everybody(nobody)
    with owner_process(python=python, uid=nobody) as owner:
        assert owner.stdout is not None
        said = json.loads(owner.stdout.readline())
        owner.kill()
    assert said["uid"] == nobody
    check_that_nothing_is_left(said)


def python_of_everybody(uid: int) -> str:
    """An interpreter of our version that this user may run, together with our packages; else the test is skipped."""
    packages = Path(sysconfig.get_paths()["purelib"])
    if not (others_can_enter(SERVICES) and others_can_enter(packages)):
        pytest.skip("this checkout is closed to other users")
    program = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, f"/usr/bin/{program}", f"/usr/local/bin/{program}"):
        try:
            subprocess.run([candidate, "-c", ""], user=uid, cwd="/", env={}, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return candidate
    pytest.skip(f"no {program} that other users may run")


# --- What is started, and when it cannot be ---


@pytest.fixture
def run() -> Iterator[RunDirectory]:
    with RunDirectory() as entered:
        yield entered


@pytest.fixture
def authority(run: RunDirectory) -> DevelopmentAuthority:
    return DevelopmentAuthority.create(run.folder("ca"))


@pytest.mark.skipif(not Path("/proc/sysvipc/shm").exists(), reason="the system does not list its shared memory")
def test_a_killed_server_leaves_neither_children_nor_shared_memory(run: RunDirectory) -> None:
    postgres = EmbeddedPostgres(run)
    postgres.start()
    assert postgres.pid is not None
    pids = [postgres.pid, *children_of(postgres.pid)]
    assert len(pids) > 3
    assert shared_memory_made_by(pids)
    postgres.kill()
    assert all(has_ended(pid) for pid in pids)
    assert not shared_memory_made_by(pids)


def test_a_broker_that_cannot_start_says_why(run: RunDirectory, authority: DevelopmentAuthority) -> None:
    broker = EmbeddedNats(run, authority, provinces=("41",))
    (run.path / "nats" / "server.conf").write_text("listen: {")
    with pytest.raises(PartDidNotStart, match="Parse error"):
        broker.start()
    assert broker.pid is None


def test_a_database_server_that_cannot_start_says_why(run: RunDirectory) -> None:
    postgres = EmbeddedPostgres(run)
    postgres.start()
    postgres.stop()
    (run.path / "postgres" / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(PartDidNotStart, match="incompatible"):
        postgres.start()
    assert postgres.pid is None


def test_ports_are_never_given_twice_and_lie_below_those_of_outgoing_connections() -> None:
    ports = [free_port() for _ in range(50)]
    assert len(set(ports)) == 50
    assert max(ports) < 32_768


@pytest.mark.parametrize("engine", [True, False])
@pytest.mark.parametrize("forced", ["", "embedded", "containers"])
def test_containers_are_chosen_where_an_engine_answers_unless_the_environment_forces(
    run: RunDirectory, authority: DevelopmentAuthority, monkeypatch: pytest.MonkeyPatch, engine: bool, forced: str
) -> None:
    monkeypatch.setattr(containers, "docker_reachable", lambda: engine)
    monkeypatch.setenv("XUEJI_PARTS", forced)
    parts = choose_parts(run, authority, provinces=("41",))
    contained = forced == "containers" or (engine and not forced)
    assert isinstance(parts.postgres, ContainerPostgres if contained else EmbeddedPostgres)
    assert isinstance(parts.nats, ContainerNats if contained else EmbeddedNats)


def test_another_word_for_the_choice_is_refused(
    run: RunDirectory, authority: DevelopmentAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XUEJI_PARTS", "podman")
    with pytest.raises(ValueError, match="podman"):
        choose_parts(run, authority, provinces=("41",))


def test_the_deployment_directory_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XUEJI_DEPLOY_DIR", raising=False)
    assert (deploy_directory() / "nats" / "server.conf.in").is_file()
    monkeypatch.setenv("XUEJI_DEPLOY_DIR", str(tmp_path))
    assert deploy_directory() == tmp_path
    monkeypatch.setenv("XUEJI_DEPLOY_DIR", str(tmp_path / "missing"))
    with pytest.raises(FileNotFoundError):
        deploy_directory()
