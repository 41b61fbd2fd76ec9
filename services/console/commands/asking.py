"""One question from a terminal to a desk: asked, shown as tables or as JSON, or refused by name."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from console import plain
from console.desk import Desk, open_desk
from console.federation.running import NoFederationRuns, find_whereabouts
from kernel.refusals import Refusal

EXIT_REFUSED = 2
EXIT_FAILED = 1


def ask(
    desk: str,
    question: Callable[[Desk], Awaitable[plain.Plain]],
    *,
    as_json: bool,
    show: Callable[[plain.Plain], list[RenderableType]],
) -> plain.Plain:
    """Ask as the person at ``desk``, and print the answer, which is returned too.

    Args:
        desk: such as ``2141000001/registrar``.
        show: the answer for a person; with ``as_json`` it is printed as it is.

    Raises:
        SystemExit: ``EXIT_REFUSED`` after a refusal, ``EXIT_FAILED`` where nobody could be asked.
    """
    try:
        answer = asyncio.run(_ask(desk, question))
    except Refusal as no:
        refuse(no, as_json=as_json)
    except (NoFederationRuns, LookupError, OSError) as failure:
        fail(str(failure), as_json=as_json)
    if as_json:
        print_json(answer)
        return answer
    screen = Console(soft_wrap=False)
    for part in show(answer):
        screen.print(part)
    return answer


def print_json(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()  # who reads it may be waiting while we stay


def refuse(no: Refusal, *, as_json: bool) -> NoReturn:
    """``CODE: sentence`` on stderr, or the same as JSON, and exit 2."""
    if as_json:
        print_json({"refused": plain.refused(no)})
    else:
        sys.stderr.write(f"{no.code}: {no.sentence}\n")
    raise SystemExit(EXIT_REFUSED)


def fail(why: str, *, as_json: bool) -> NoReturn:
    """What keeps us from asking at all, and exit 1."""
    if as_json:
        print_json({"failed": why})
    else:
        sys.stderr.write(f"{why}\n")
    raise SystemExit(EXIT_FAILED)


def progress_bar(unit: str, *, hidden: bool) -> Progress:
    """A bar on stderr for long work, which counts in ``unit``; hidden where the answer is read by a program."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn(unit))
    return Progress(*columns, TimeElapsedColumn(), console=Console(file=sys.stderr), disable=hidden)


async def _ask(desk: str, question: Callable[[Desk], Awaitable[plain.Plain]]) -> plain.Plain:
    async with open_desk(find_whereabouts().desk(desk)) as opened:
        return await question(opened)
