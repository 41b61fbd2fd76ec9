"""A transfer between provinces, with an office killed at each point that it passes on the way (protocol, crash points).

Which points there are is written down, and found again by letting a transfer pass: a point that came with new code, or
went with old, is told. The gate kills at a share of them, ``make kill-transfers`` at every one.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from chassis.kill_points import ARMED, PASSED
from console.demo.cast import Scene
from console.demo.moving import approve_when_asked, expect_handed_over, file, move
from console.demo.rosters import Roster
from console.federation.nodes import Node
from console.federation.running import Federation
from federation.conftest import EVERY_POINT
from federation.test_transfers import a_move
from kernel.office import NATION, Office, Tier
from kernel.regulation import Step
from kernel.school import School
from waiting import eventually

POINTS = Path(__file__).parents[1] / "golden" / "kill_points.txt"
OFFICES = {"arriving": Office(Tier.PROVINCE, "41"), "leaving": Office(Tier.PROVINCE, "44"), "nation": NATION}
# What a transfer runs; what else a hub does meanwhile (figures, witnesses, reviews) is not a transfer's.
OF_A_TRANSFER = re.compile(
    r"letter |archive |province_hub\.(usecases\.transfer|links\.transfer|links\.index|usecases\.absorb_feed)\."
    r"|national_index\.usecases\.\w+_transfer\.|chassis\.exchange\."
)
PUPILS_OF_A_CLASS = 40  # who would come into a full one is not taken
A_SHARE = 12  # the gate takes each twelfth

Schools = Callable[[str], School]
NewPupils = Callable[..., Roster]


def known_points() -> list[str]:
    return POINTS.read_text("utf-8").splitlines()


async def test_a_transfer_passes_the_points_that_are_known(
    federation: Federation, scene: Scene, school: Schools, new_pupils: NewPupils
) -> None:
    what = await a_move(scene, school, new_pupils)
    noted = {side: federation.node(office).kill_points / PASSED for side, office in OFFICES.items()}
    for file_of_points in noted.values():
        file_of_points.touch()
    await move(scene, what)

    def passed() -> set[str]:
        return {
            f"{side}: {point}"
            for side, file_of_points in noted.items()
            for point in file_of_points.read_text("utf-8").splitlines()
            if OF_A_TRANSFER.match(point)
        }

    async def every_known_one() -> bool | None:
        return True if passed() >= set(known_points()) else None

    await eventually(every_known_one)  # the last acknowledgements come after the child
    assert passed() == set(known_points())
    for file_of_points in noted.values():
        file_of_points.unlink()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "point" in metafunc.fixturenames:
        every = metafunc.config.getoption(EVERY_POINT, default=False)
        metafunc.parametrize("point", known_points()[:: 1 if every else A_SHARE])


async def test_a_child_moves_once_though_an_office_dies(
    federation: Federation, scene: Scene, school: Schools, new_pupils: NewPupils, point: str
) -> None:
    side, _, where = point.partition(": ")
    a_class = f"{known_points().index(point) // PUPILS_OF_A_CLASS + 2}班"
    what = replace(await a_move(scene, school, new_pupils), school_class=a_class)
    async with killed_once(federation.node(OFFICES[side]), where):
        case_id = await file(scene, what)
        await approve_when_asked(scene, scene.cast.authority_of(what.arriving), case_id, Step.IN_AUTHORITY)
        await approve_when_asked(scene, scene.cast.principal(what.leaving), case_id, Step.OUT_SCHOOL)
        await approve_when_asked(scene, scene.cast.authority_of(what.leaving), case_id, Step.OUT_AUTHORITY)
    await expect_handed_over(scene, what, case_id, epoch=2)


@asynccontextmanager
async def killed_once(node: Node, point: str) -> AsyncIterator[None]:
    """The node dies at the point, and is started again by whoever looks after it; both have happened afterwards."""
    armed = node.kill_points / ARMED
    armed.write_text(point, "utf-8")
    again = asyncio.create_task(started_again(node))
    try:
        yield
        await again
    finally:
        again.cancel()
        armed.unlink(missing_ok=True)


async def started_again(node: Node) -> None:
    async def dead() -> bool | None:
        return True if node.pid is None else None

    await eventually(dead)
    assert not (node.kill_points / ARMED).exists(), "it died at the point, and of nothing else"
    node.kill()
    await asyncio.to_thread(node.start)
