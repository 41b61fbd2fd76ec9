"""An operator is told every mistake at once, in words, before anything starts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field, ValidationError

from chassis.settings import EXIT_CONFIG, NodeSettings, load
from kernel.office import Identity, Office, Tier

FILES = (
    "database_dsn_file",
    "tls_certificate",
    "tls_key",
    "authority_certificate",
    "signing_certificate",
    "signing_key",
)


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("XUEJI_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A complete file, and the files that it names."""
    lines = ['office = "school/2141000001"']
    for name in FILES:
        (tmp_path / name).write_text("postgresql+psycopg://node:geheim@127.0.0.1/node\n")
        lines.append(f'{name} = "{tmp_path / name}"')
    file = tmp_path / "node.toml"
    file.write_text("\n".join(lines) + "\n")
    monkeypatch.setenv("XUEJI_CONFIG", str(file))
    return file


def complaint(capsys: pytest.CaptureFixture[str], cls: type[NodeSettings] = NodeSettings) -> str:
    with pytest.raises(SystemExit) as ended:
        load(cls)
    assert ended.value.code == EXIT_CONFIG == 78
    return capsys.readouterr().err


@pytest.mark.parametrize("key", ["clock_shift_seconds", "kill_points_dir"])
def test_what_serves_demonstrations_is_refused_anywhere_else(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], key: str
) -> None:
    monkeypatch.setenv(
        f"XUEJI_{key.upper()}", {"clock_shift_seconds": "60", "kill_points_dir": str(config.parent)}[key]
    )
    load(NodeSettings)
    monkeypatch.setenv("XUEJI_ENVIRONMENT", "cn")
    assert f"{key} is for environment dev alone" in complaint(capsys)


def test_a_file_is_enough_and_the_rest_has_defaults(config: Path) -> None:
    settings = load(NodeSettings)
    assert settings.office == "school/2141000001"
    assert settings.listen == "127.0.0.1:0"
    assert (settings.address_file, settings.metrics_listen) == (None, None)
    assert (settings.log_level, settings.threads) == ("info", 4)
    assert settings.tls_key == config.parent / "tls_key"
    assert settings.identity == Identity("dev", Office(Tier.SCHOOL, "2141000001"))


def test_the_environment_is_above_the_file(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUEJI_OFFICE", "authority/410105")
    monkeypatch.setenv("XUEJI_THREADS", "8")
    settings = load(NodeSettings)
    assert (settings.office, settings.threads) == ("authority/410105", 8)


def test_the_environment_alone_is_enough(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XUEJI_CONFIG")
    monkeypatch.setenv("XUEJI_OFFICE", "province/41")
    for name in FILES:
        monkeypatch.setenv(f"XUEJI_{name.upper()}", str(tmp_path / name))
    assert load(NodeSettings).office == "province/41"


def test_everything_that_is_missing_is_named_both_ways(capsys: pytest.CaptureFixture[str]) -> None:
    told = complaint(capsys)
    for name in ("office", *FILES):
        assert f"{name} (environment XUEJI_{name.upper()}): is not set" in told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('listen = "8443"', "listen (environment XUEJI_LISTEN): should be host:port"),
        ('listen = "127.0.0.1:70000"', "listen (environment XUEJI_LISTEN): should be host:port"),
        ('metrics_listen = "x:y"', "metrics_listen (environment XUEJI_METRICS_LISTEN): should be host:port"),
        ("threads = 0", "threads (environment XUEJI_THREADS): Input should be greater than or equal to 1"),
        ('log_level = "loud"', "log_level (environment XUEJI_LOG_LEVEL): Input should be 'debug', 'info'"),
        ('environment = "DEV!"', "environment (environment XUEJI_ENVIRONMENT): String should match pattern"),
        ('lisen = "127.0.0.1:0"', "lisen: no such key; known are address_file, authority_certificate"),
    ],
)
def test_what_is_wrong_is_said(config: Path, capsys: pytest.CaptureFixture[str], line: str, told: str) -> None:
    with config.open("a") as file:
        file.write(line + "\n")
    assert told in complaint(capsys)


def test_an_office_that_is_none_is_said(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XUEJI_OFFICE", "school/41")
    assert "office (environment XUEJI_OFFICE): should be an office such as school/2141000001" in complaint(capsys)


def test_a_file_that_is_not_there_is_said(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (config.parent / "tls_key").unlink()
    assert "tls_key (environment XUEJI_TLS_KEY): there is no such file" in complaint(capsys)


def test_a_config_that_is_not_there_or_no_toml_is_said(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.write_text("office = school")
    assert "is not TOML" in complaint(capsys)
    config.unlink()
    assert f"XUEJI_CONFIG: there is no file {config}" in complaint(capsys)


def test_a_tier_has_keys_of_its_own(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class CountySettings(NodeSettings):
        hub: Annotated[str, Field(min_length=3)]

    assert "hub (environment XUEJI_HUB): is not set" in complaint(capsys, CountySettings)
    with config.open("a") as file:
        file.write('hub = "127.0.0.1:8443"\n')
    assert load(CountySettings).hub == "127.0.0.1:8443"


def test_no_secret_stands_in_the_settings_and_none_changes(config: Path) -> None:
    settings = load(NodeSettings)
    assert settings.read_database_dsn() == "postgresql+psycopg://node:geheim@127.0.0.1/node"
    assert "geheim" not in repr(settings)
    with pytest.raises(ValidationError):
        settings.threads = 5
