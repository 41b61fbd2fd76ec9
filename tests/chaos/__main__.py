"""A thousand children move between two provinces while what hands them over is killed again and again.

    python -m chaos [--transfers 1000] [--seconds 120] [--seed 7]

Killed by SIGKILL, in an order that the seed decides: two hubs, the index, PostgreSQL under all of them, and the broker,
whose storage is deleted. Then everything is left alone until every transfer has ended, and everybody is asked what they
hold. Prints a table, leaves ``build/chaos/timeline.svg`` and ``report.json``; exit code 1 where a claim does not hold.
Sends to 127.0.0.1 alone, and stops by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from random import Random

from rich.console import Console
from rich.table import Table

from chaos.picture import draw
from chaos.storm import Storm
from chaos.verdict import Verdict, judge
from console.demo.cast import Cast, Scene
from console.demo.clerks import count_arrived, file_all, offices_at_work
from console.demo.crowd import Child, register_children
from console.demo.report import Report
from console.demo.screen import Screen
from console.federation.running import Federation

HERE, THERE = "2141000001", "2144000001"
HEALED_SECONDS_MAX = 900.0
LOOK_SECONDS = 2.0
FOLDER = Path("build") / "chaos"


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--transfers", type=int, default=1000)
    asked.add_argument("--seconds", type=float, default=120.0, help="how long the storm lasts at most")
    asked.add_argument("--seed", type=int, default=7, help="decides who is killed when")
    given = asked.parse_args()
    with Federation.demonstration() as federation, tempfile.TemporaryDirectory() as folder:
        return asyncio.run(Day(federation, given, Path(folder)).live())


class Day:
    """One run: the children, the storm, and what is found afterwards."""

    def __init__(self, federation: Federation, given: argparse.Namespace, folder: Path) -> None:
        self._federation, self._given, self._folder = federation, given, folder
        self._filed: dict[str, Child] = {}
        self._moved: list[tuple[float, int]] = [(0.0, 0)]
        self._screen = Console(stderr=True, highlight=False)

    async def live(self) -> int:
        async with Cast(self._federation.whereabouts) as cast:
            children = await self._register(cast)
            self._screen.print(f"{len(children)} 名学生已有学籍，开始转学")
            storm = Storm(self._federation, Random(self._given.seed))  # noqa: S311 - the same storm for the same seed
            over_after = await self._move(cast, children, storm)
            verdict = await judge(self._federation, cast, children)
        return self._tell(storm, verdict, over_after)

    async def _register(self, cast: Cast) -> list[Child]:
        scene = Scene(cast=cast, report=Report(), screen=Screen(aside=True), workbooks=self._folder)
        here, there = (self._federation.plan.school(code) for code in (HERE, THERE))
        half = self._given.transfers // 2
        ways = ((here, there, half), (there, here, self._given.transfers - half))
        return [
            child
            for leaving, arriving, count in ways
            for child in await register_children(
                scene, self._federation, leaving=leaving, arriving=arriving, count=count
            )
        ]

    async def _move(self, cast: Cast, children: list[Child], storm: Storm) -> float:
        """Seconds from the first filing until the last transfer had ended."""
        schools = [self._federation.plan.school(code) for code in (HERE, THERE)]
        async with offices_at_work(cast, schools, filed=self._filed):
            filing = asyncio.create_task(file_all(cast, children, filed=self._filed))
            raging = asyncio.create_task(
                storm.rage(self._given.seconds, over=lambda: self._moved[-1][1] == len(children))
            )
            try:
                give_up_at = time.monotonic() + self._given.seconds + HEALED_SECONDS_MAX
                while self._moved[-1][1] < len(children) and time.monotonic() < give_up_at:
                    await asyncio.sleep(LOOK_SECONDS)
                    arrived = [await count_arrived(cast, school, filed=self._filed) for school in schools]
                    self._moved.append((storm.seconds, sum(arrived)))
                    self._screen.print(f"{storm.seconds:5.0f} 秒 {self._moved[-1][1]:5} 人已转入", end="\r")
                over_after = storm.seconds
                await raging
                await filing
            finally:
                for task in (filing, raging):
                    task.cancel()
                await asyncio.gather(filing, raging, return_exceptions=True)
        return over_after

    def _tell(self, storm: Storm, verdict: Verdict, over_after: float) -> int:
        FOLDER.mkdir(parents=True, exist_ok=True)
        picture = draw(self._moved, storm.blows, children=verdict.children)
        (FOLDER / "timeline.svg").write_text(picture, encoding="utf-8")
        blows = Counter(blow.what for blow in storm.blows)
        report = {
            "children": verdict.children,
            "seed": self._given.seed,
            "seconds": round(over_after, 1),
            "killed": dict(blows),
            "broken": dict(verdict.broken),
            "blows": [asdict(blow) for blow in storm.blows],
        }
        (FOLDER / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8")
        killed = Table("被杀死的", "次数", title="风暴")
        for what, count in blows.items():
            killed.add_row(what, str(count))
        claims = Table("应当成立的", "学生", "不成立", title="事后")
        for claim, count in verdict.broken.items():
            claims.add_row(claim, str(verdict.children), str(count))
        self._screen.print(killed, claims)
        self._screen.print(f"最后一名在 {over_after:.0f} 秒时转入。图：{FOLDER / 'timeline.svg'}")
        return 0 if verdict.holds else 1


if __name__ == "__main__":
    sys.exit(main())
