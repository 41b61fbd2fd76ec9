"""What a person is shown while the story is played."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class Screen:
    """Text and tables, on stderr where stdout belongs to a JSON report.

    Args:
        aside: write to stderr.
    """

    def __init__(self, *, aside: bool) -> None:
        self._console = Console(stderr=aside, highlight=False)

    def chapter(self, title: str) -> None:
        self._console.print()
        self._console.rule(f"[bold]{title}", align="left")

    def say(self, *parts: RenderableType) -> None:
        for part in parts:
            self._console.print(part, soft_wrap=isinstance(part, str))  # so that a path can be copied whole

    @contextmanager
    def progress(self) -> Iterator[Steps]:
        """A bar, with what is being done beside it."""
        bar = Progress(
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=self._console,
            transient=True,
        )
        with bar:
            yield Steps(bar, bar.add_task("", total=None))


class Steps:
    """A bar that is moved from outside, also from other threads."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar = bar
        self._task = task

    def out_of(self, steps: int) -> None:
        self._bar.update(self._task, total=steps)

    def said(self, what: str) -> None:
        self._bar.update(self._task, description=what)

    def done(self) -> None:
        self._bar.advance(self._task)
