"""What is deployed is what the programs are: containers for every office, and settings that they accept."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from chassis.settings import CONFIG_VARIABLE, NodeSettings, load
from console.federation.plan import PROGRAMS, Plan, read_plan
from console.federation.running import FEDERATION_FILE, read_whereabouts
from kernel.office import Office, Tier
from portal.settings import PortalSettings

_SERVICE = re.compile(r"^  ((?:nation|province|authority|school)-\d+):.*\n((?:    .*\n)+)", re.MULTILINE)
_PORTAL = re.compile(r"^  portal-(\w+):.*\n((?:    .*\n)+)", re.MULTILINE)
PREPARING_SECONDS_MAX = 60


@pytest.fixture(scope="module")
def plan(checkout: Path) -> Plan:
    return read_plan(checkout / "deploy" / "demo" / "federation.toml")


@pytest.fixture(scope="module")
def prepared(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the ``setup`` container makes it."""
    folder = tmp_path_factory.mktemp("prepared")
    program = checkout / "deploy" / "image" / "prepare.py"
    argv: list[str | Path] = [sys.executable, program, checkout / "deploy" / "demo" / "federation.toml", folder]
    subprocess.run(argv, check=True, timeout=PREPARING_SECONDS_MAX)
    return folder


def test_every_office_of_the_plan_has_a_container_and_sees_its_own_folder_alone(
    plan: Plan, written: Mapping[str, str]
) -> None:
    services = dict(_SERVICE.findall(written["deploy/compose.yaml"]))
    assert set(services) == {_name(office) for office in plan.offices}
    for office in plan.offices:
        told = services[_name(office)]
        assert f"command: [{PROGRAMS[office.tier]}]" in told
        assert f"XUEJI_CONFIG: /run/xueji/{_name(office)}/settings.toml" in told
        assert re.findall(r"subpath: (\S+)", told) == [_name(office)]


def test_every_tier_has_a_portal_that_sees_its_own_folder_alone_and_is_where_its_papers_say(
    prepared: Path, written: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    containers = dict(_PORTAL.findall(written["deploy/compose.yaml"]))
    assert set(containers) == set(Tier)
    for tier, told in containers.items():
        folder = prepared / f"portal-{tier}"
        assert f"XUEJI_CONFIG: /run/xueji/{folder.name}/settings.toml" in told
        assert re.findall(r"subpath: (\S+)", told) == [folder.name]
        monkeypatch.setenv(CONFIG_VARIABLE, str(folder / "settings.toml"))
        settings = load(PortalSettings)
        published, inside = re.findall(r'ports: \["(\S+):(\d+)"\]', told)[0]
        assert (settings.public_url, settings.listen) == (f"http://{published}", f"0.0.0.0:{inside}")
        assert settings.authority_certificate.is_relative_to(folder)
        accounts = json.loads(settings.accounts_file.read_text("utf-8"))
        named = [Path(account[file]) for account in accounts for file in ("certificate", "key")]
        assert [file for file in named if not file.is_relative_to(folder) or not file.exists()] == []


def test_ports_are_published_on_loopback_alone(written: Mapping[str, str]) -> None:
    published = re.findall(r'ports: \["([^"]*)"\]', written["deploy/compose.yaml"])
    assert len(published) == len(set(published)) == written["deploy/compose.yaml"].count("ports:")
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []


def test_what_is_prepared_is_what_the_programs_read(
    plan: Plan, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for office in plan.offices:
        monkeypatch.setenv(CONFIG_VARIABLE, str(prepared / _name(office) / "settings.toml"))
        assert load(_settings_of(office.tier)).office == str(office)


def test_what_is_prepared_can_be_read_by_its_owner_alone(plan: Plan, prepared: Path) -> None:
    folders = [prepared / _name(office) for office in plan.offices] + [prepared / f"portal-{tier}" for tier in Tier]
    assert [folder for folder in folders if folder.stat().st_mode & 0o077] == []
    secrets = [file for folder in folders for pattern in ("*key*", "*dsn*", "*.jwk") for file in folder.rglob(pattern)]
    assert len(secrets) > len(folders)
    assert [file for file in secrets if file.stat().st_mode & 0o077] == []


def test_desks_are_found_in_what_is_prepared(plan: Plan, prepared: Path) -> None:
    desks = read_whereabouts(prepared / FEDERATION_FILE).desks
    assert {desk.who for desk in desks} == {person for office in plan.offices for person in plan.staff(office)}


def _name(office: Office) -> str:
    return f"{office.tier}-{office.code}"


def _settings_of(tier: Tier) -> type[NodeSettings]:
    module = importlib.import_module(f"{PROGRAMS[tier]}.settings")
    (declared,) = (
        found
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, NodeSettings) and found.__module__ == module.__name__
    )
    return declared
