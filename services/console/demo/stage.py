"""The federation, the screen and the story together: ``xueji demo`` and ``xueji up``."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.markup import escape

from console import tables
from console.commands.asking import EXIT_FAILED, print_json
from console.demo.cast import Cast, Scene
from console.demo.report import NotAsItShouldBe, Report
from console.demo.screen import Screen
from console.demo.story import Story
from console.federation.running import FEDERATION_VARIABLE, Federation
from console.parts import PartDidNotStart
from console.portals import portals_as_json
from kernel.refusals import Refusal

EXIT_INTERRUPTED = 130
EXIT_TERMINATED = 143


def demo(*, once: bool, keep: Path | None, as_json: bool) -> None:
    """Start a federation and play the story on it.

    Args:
        once: end afterwards; else stay until Ctrl-C.
        keep: where the workbooks are written and stay; else they go with the federation.
        as_json: the story on stderr, one JSON report on stdout.

    Raises:
        SystemExit: with 1 where something did not hold; the report names it.
    """
    screen, report = Screen(aside=as_json), Report()
    with _ends_in_order():
        try:
            with _running(screen, report) as federation:
                _play(federation, screen, report, keep=keep)
                if as_json:
                    print_json(report.to_plain())
                if not once and not report.failed:
                    _stay(federation, screen)
        except PartDidNotStart as silent:
            report.failed = f"{silent.part} 没有启动"
            screen.say(escape(silent.last_words))
            if as_json:
                print_json(report.to_plain())
    if report.failed:
        screen.say(f"[bold red]不成立：{escape(report.failed)}")
        raise SystemExit(EXIT_FAILED)


def up(*, as_json: bool) -> None:
    """Start a federation and stay until Ctrl-C.

    Raises:
        SystemExit: with 1 where it did not start.
    """
    screen = Screen(aside=as_json)
    with _ends_in_order():
        try:
            with _running(screen, Report()) as federation:
                if as_json:
                    desks = [
                        {"office": str(reach.who.office), "name": reach.name, "role": reach.who.role}
                        | {"address": reach.address, "desk": f"{reach.who.office.code}/{reach.who.role}"}
                        for reach in federation.whereabouts.desks
                    ]
                    portals = portals_as_json(federation.whereabouts)
                    print_json({"federation": str(federation.file), "desks": desks, "portals": portals})
                _stay(federation, screen)
        except PartDidNotStart as silent:
            screen.say(f"[bold red]{silent.part} 没有启动", escape(silent.last_words))
            raise SystemExit(EXIT_FAILED) from silent


@contextmanager
def _running(screen: Screen, report: Report) -> Iterator[Federation]:
    with ExitStack() as closing:
        with screen.progress() as steps, report.stage("启动"):
            federation = Federation.demonstration(portals=True, said=steps.said, done=steps.done)
            steps.out_of(federation.steps)
            closing.enter_context(federation)
        yield federation


def _play(federation: Federation, screen: Screen, report: Report, *, keep: Path | None) -> None:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
    workbooks = keep or federation.run.folder("workbooks")
    try:
        asyncio.run(_story(federation, screen, report, workbooks))
    except (NotAsItShouldBe, Refusal) as wrong:
        report.failed = f"{wrong.code}: {wrong.sentence}" if isinstance(wrong, Refusal) else str(wrong)
        for node in federation.nodes:
            screen.say(*(escape(line) for line in node.complaints()))


async def _story(federation: Federation, screen: Screen, report: Report, workbooks: Path) -> None:
    async with Cast(federation.whereabouts) as cast:
        scene = Scene(cast=cast, report=report, screen=screen, workbooks=workbooks)
        story = Story(scene, federation.plan, on=federation.today)
        await story.play()
        report.facts["memory_mebibytes"] = {str(node.office): node.memory_mebibytes for node in federation.nodes}
        screen.chapter("合计")
        story.show_sums()


def _stay(federation: Federation, screen: Screen) -> None:
    screen.chapter("正在运行，按 Ctrl-C 结束")
    screen.say(tables.desks(federation.whereabouts))
    screen.chapter("网页：在浏览器中打开，用下面的账号登录")
    screen.say(tables.portals(federation.whereabouts))
    screen.say("动态口令每30秒更换，每个只能用一次；在另一个终端运行 xueji portals 看当前的。")
    screen.say(f"在另一个终端：xueji cases list --desk 410105　（或先 export {FEDERATION_VARIABLE}={federation.file}）")
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()


@contextmanager
def _ends_in_order() -> Iterator[None]:
    """Ctrl-C and SIGTERM unwind what was started; nobody is shown a traceback for asking us to stop."""

    def terminated(*_: object) -> None:
        raise SystemExit(EXIT_TERMINATED)

    former = signal.signal(signal.SIGTERM, terminated)
    try:
        yield
    except KeyboardInterrupt:
        raise SystemExit(EXIT_INTERRUPTED) from None
    finally:
        signal.signal(signal.SIGTERM, former)
