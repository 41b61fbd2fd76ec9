"""The program itself: bind, judge, answer. See the package for what it is told and what it says."""

from __future__ import annotations

import json
import sys

from chassis.confinement import Refused, confine

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 20


def main() -> None:
    """Read the task from the last argument, the file from standard input, and answer on standard output."""
    task = json.loads(sys.argv[-1])
    confine(memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS)
    content = sys.stdin.buffer.read()
    try:
        media_type, kept = _judge(content, task["media_type"], anew=task["clean"])
    except Refused as refused:
        _answer({"refused": refused.code, "why": refused.why}, b"")
    except MemoryError:
        _answer({"refused": "EVIDENCE_UNSAFE", "why": "打开所需内存过多"}, b"")
    except Exception as fault:
        # Libraries fail on a hostile file in every way there is. The caller hears which; the file's words stay here.
        _answer({"refused": "EVIDENCE_UNREADABLE", "why": type(fault).__name__}, b"")
    else:
        _answer({"media_type": media_type}, kept)


def _judge(content: bytes, media_type: str, *, anew: bool) -> tuple[str, bytes]:
    # Imported here, inside the bounds: a library that reads a hostile file is bound like the file.
    if media_type == "application/pdf":
        from chassis.evidence.sandbox.pages import inspect_pages  # noqa: PLC0415

        inspect_pages(content)
        return media_type, content
    from chassis.evidence.sandbox.pictures import draw_anew, inspect_picture  # noqa: PLC0415

    if anew:
        return draw_anew(content, media_type)
    inspect_picture(content, media_type)
    return media_type, content


def _answer(said: dict[str, str], content: bytes) -> None:
    sys.stdout.buffer.write(json.dumps(said, ensure_ascii=False).encode() + b"\n" + content)
    sys.stdout.buffer.flush()
