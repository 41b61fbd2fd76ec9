"""What the demonstration saw, and whether it was what should be seen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kernel.refusals import Refusal

POLL_SECONDS = 0.1
WAIT_SECONDS = 60.0

T = TypeVar("T")


class NotAsItShouldBe(AssertionError):
    """Something that the demonstration claims did not hold; the message says what, in Chinese."""


@dataclass
class Report:
    """Grows while the story is played.

    Attributes:
        expectations: every claim that was checked, in order, and whether it held.
        stages: seconds of each part of the story.
        facts: what else was seen, as JSON values under names.
    """

    expectations: list[dict[str, Any]] = field(default_factory=list)
    stages: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    failed: str = ""

    def expect(self, what: str, held: bool) -> None:
        """Check a claim.

        Raises:
            NotAsItShouldBe: it does not hold.
        """
        self.expectations.append({"what": what, "held": held})
        if not held:
            raise NotAsItShouldBe(what)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure a part of the story."""
        began = time.monotonic()
        yield
        self.stages.append({"name": name, "seconds": round(time.monotonic() - began, 2)})

    async def eventually(
        self, what: str, probe: Callable[[], Awaitable[T | None]], *, seconds: float = WAIT_SECONDS
    ) -> T:
        """What ``probe`` finds, asked again until it finds something. A refusal is an answer to wait past.

        Raises:
            NotAsItShouldBe: it found nothing in time.
        """
        deadline = time.monotonic() + seconds
        last = ""
        while time.monotonic() < deadline:
            try:
                found = await probe()
            except Refusal as no:
                found, last = None, f"（{no.code}）"
            if found is not None:
                self.expect(what, held=True)
                return found
            await asyncio.sleep(POLL_SECONDS)
        self.expect(f"{what}：{seconds:.0f} 秒内没有等到{last}", held=False)
        raise AssertionError("expect has raised")

    def to_plain(self) -> dict[str, Any]:
        """One JSON object; ``held`` is the whole of it."""
        return {
            "held": not self.failed,
            **({"failed": self.failed} if self.failed else {}),
            **self.facts,
            "stages": self.stages,
            "expectations": self.expectations,
        }
