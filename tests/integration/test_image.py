"""The one image of all services: it builds from the checkout, and each program in it starts as an ordinary user."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.federation.plan import PROGRAMS
from console.parts.containers import docker_reachable

CHECKOUT = Path(__file__).parents[2]
SETTINGS_MISSING = 78

pytestmark = pytest.mark.container


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    if not docker_reachable():
        pytest.skip("no Docker engine answers")
    import docker  # type: ignore[import-untyped]  # noqa: PLC0415 - only where there is an engine

    client = docker.from_env()
    yield client
    client.close()


@pytest.fixture(scope="module")
def image(engine: Any) -> str:
    engine.images.build(path=str(CHECKOUT), dockerfile="deploy/image/Containerfile", tag="xueji:test", rm=True)
    return "xueji:test"


@pytest.mark.parametrize("program", sorted(PROGRAMS.values()))
def test_each_service_starts_and_asks_for_its_settings(engine: Any, image: str, program: str) -> None:
    container = engine.containers.run(image, [program], detach=True, network_disabled=True, read_only=True)
    try:
        assert container.wait(timeout=60)["StatusCode"] == SETTINGS_MISSING
        assert b"XUEJI_DATABASE_DSN_FILE" in container.logs()
    finally:
        container.remove(force=True)


def test_nothing_in_it_runs_as_root(engine: Any, image: str) -> None:
    said = engine.containers.run(image, entrypoint=["id", "-u"], remove=True, network_disabled=True)
    assert int(said) != 0
