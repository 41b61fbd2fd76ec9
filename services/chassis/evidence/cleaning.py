"""A file that is to prove something: judged in a process of its own, and kept as that process gives it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
from dataclasses import dataclass, field

from chassis.confinement import command
from kernel.evidence import EVIDENCE_BYTES_MAX, MediaType, require_acceptable
from kernel.refusals import EvidenceTooLarge, EvidenceUnreadable, EvidenceUnsafe, Refusal

WAIT_SECONDS = 40.0  # the process has 20 seconds of processor; a busy machine may take twice as long
_ANSWER_BYTES_MAX = EVIDENCE_BYTES_MAX + 64 * 1024


@dataclass(frozen=True)
class Cleaned:
    """What is kept of a file."""

    media_type: MediaType
    content: bytes = field(repr=False)


def clean(content: bytes, declared: str) -> Cleaned:
    """What a person brings: pictures drawn anew, without what a camera writes beside them; pages as they are.

    The same file gives the same bytes as long as the library that draws is the same. Blocks; run it in a thread.

    Raises:
        EvidenceTooLarge, EvidenceTypeNotAllowed, EvidenceContentMismatch: before it is opened.
        EvidenceUnreadable: it is damaged. EvidenceUnsafe: it has more to it than a picture or pages.
    """
    return _ask(content, require_acceptable(content, declared), anew=True)


def inspect(content: bytes, declared: str) -> MediaType:
    """What another office has cleaned, by its word: judged again, because that office may be in other hands.

    Raises:
        As ``clean``; also EvidenceUnsafe for a picture that was not drawn anew.
    """
    return _ask(content, require_acceptable(content, declared), anew=False).media_type


def _ask(content: bytes, media_type: MediaType, *, anew: bool) -> Cleaned:
    task = json.dumps({"media_type": media_type.value, "clean": anew})
    with subprocess.Popen(
        command("chassis.evidence.sandbox.program", task),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
    ) as process:
        assert process.stdin is not None, "given by a pipe"
        assert process.stdout is not None, "answers by a pipe"
        watch = threading.Timer(WAIT_SECONDS, process.kill)
        watch.start()
        try:
            with contextlib.suppress(BrokenPipeError):  # it ended before it had read all: the answer says why, or none
                process.stdin.write(content)
                process.stdin.close()
            answer = process.stdout.read(_ANSWER_BYTES_MAX)
        finally:
            watch.cancel()
            process.kill()
    head, line_ended, kept = answer.partition(b"\n")
    if not line_ended:
        # One of its limits, or a crash that the file caused.
        raise EvidenceUnsafe(field="evidence", why="打开所需资源过多")
    said = json.loads(head)
    if "refused" in said:
        raise _refusal_of(said["refused"], said["why"])
    return Cleaned(media_type=MediaType(said["media_type"]), content=kept)


def _refusal_of(code: str, why: str) -> Refusal:
    match code:
        case "EVIDENCE_UNSAFE":
            return EvidenceUnsafe(field="evidence", why=why)
        case "EVIDENCE_TOO_LARGE":
            return EvidenceTooLarge(field="evidence", most=why)
        case _:
            return EvidenceUnreadable(field="evidence", why=why)
