"""The archive: what it binds, and which proofs it takes along."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.archive import ARCHIVE_BYTES_MAX, EVIDENCE_IN_ARCHIVE_MAX, Archive, evidence_to_carry
from kernel.canonical import canonical_bytes
from kernel.evidence import EVIDENCE_BYTES_MAX, content_digest
from kernel.history import HistoryEvent, change_between
from kernel.refusals import ArchiveCorrupt
from kernel.status import StudentStatus
from kernel.student import Student

SCAN, OTHER = b"\x89PNG\r\n\x1a\n the household register", b"%PDF-1.7 an application"
PUPIL = Student("0190c0de-0000-7000-8000-000000000001", "L1", StudentStatus.ENROLLED, "2141000001", {"name": "张三"})


def entry(version: int, *contents: bytes, changes: Any = None) -> HistoryEvent:
    return HistoryEvent(
        version=version,
        at_ms=version,
        effective_on=date(2026, 9, 1),
        case_id=f"0190c0de-0000-7000-8000-00000000000{version}",
        procedure="enrolment",
        step="in_authority",
        office="authority/410105",
        evidence=tuple(content_digest(content) for content in contents),
        changes=change_between(None, PUPIL) if version == 1 else changes or {},
    )


def test_proofs_travel_in_the_archive_and_come_out_as_they_went_in() -> None:
    contents = {content_digest(content): content for content in (SCAN, OTHER)}
    archive = Archive(replace(PUPIL, version=2), (entry(1, SCAN), entry(2, OTHER)), contents)
    opened = Archive.from_bytes(archive.to_bytes(), digest=archive.digest)
    assert opened == archive
    assert opened.evidence == contents
    assert set(archive.manifest()["parts"]) == {"record", "history", *(f"evidence/{digest}" for digest in contents)}


def test_an_archive_without_proofs_is_what_it_was_before_there_were_any() -> None:
    archive = Archive(PUPIL, (entry(1),))
    assert set(archive.manifest()["parts"]) == {"record", "history"}
    assert Archive.from_bytes(archive.to_bytes(), digest=archive.digest).evidence == {}


@pytest.mark.parametrize(
    "contents",
    [{content_digest(OTHER): OTHER}, {content_digest(SCAN): OTHER}, {content_digest(b"MZ"): b"MZ"}],
    ids=["not named", "another content", "no picture and no pages"],
)
def test_no_archive_holds_what_its_history_does_not_say(contents: dict[str, bytes]) -> None:
    with pytest.raises(ArchiveCorrupt):
        Archive(PUPIL, (entry(1, SCAN, b"MZ"),), contents)


def test_a_proof_exchanged_on_the_way_is_found() -> None:
    archive = Archive(PUPIL, (entry(1, SCAN),), {content_digest(SCAN): SCAN})
    bundle = json.loads(archive.to_bytes())
    part = f"evidence/{content_digest(SCAN)}"
    bundle["parts"][part] = base64.b64encode(SCAN + b"!").decode()
    with pytest.raises(ArchiveCorrupt):
        Archive.from_bytes(canonical_bytes(bundle), digest=archive.digest)
    # Also by one who makes the manifest agree: the digest in the release is of the manifest.
    altered = bundle["parts"][part].encode()
    bundle["manifest"]["parts"][part] = {"sha256": hashlib.sha256(altered).hexdigest(), "bytes": len(altered)}
    digest = hashlib.sha256(canonical_bytes(bundle["manifest"])).hexdigest()
    with pytest.raises(ArchiveCorrupt):
        Archive.from_bytes(canonical_bytes(bundle), digest=digest)


histories = st.lists(st.lists(st.binary(min_size=1, max_size=1), max_size=4), min_size=1, max_size=8)


@given(histories, st.dictionaries(st.binary(min_size=1, max_size=1), st.integers(1, EVIDENCE_BYTES_MAX * 8)))
def test_the_newest_proofs_go_along_as_many_as_there_is_room_for(
    named: list[list[bytes]], sizes_by_content: dict[bytes, int]
) -> None:
    history = [entry(version, *contents) for version, contents in enumerate(named, start=1)]
    sizes = {content_digest(content): size for content, size in sizes_by_content.items()}
    carried = evidence_to_carry(history, sizes)
    assert len(set(carried)) == len(carried)
    assert sum(sizes[digest] for digest in carried) <= EVIDENCE_IN_ARCHIVE_MAX
    newest_first = list(dict.fromkeys(digest for event in reversed(history) for digest in event.evidence))
    there = [digest for digest in newest_first if digest in sizes]
    room = EVIDENCE_IN_ARCHIVE_MAX
    for digest in there:
        fits = sizes[digest] <= room
        assert fits == (digest in carried)
        room -= sizes[digest] if fits else 0


def test_an_archive_full_of_proofs_is_within_its_bound() -> None:
    """Base64 makes four bytes of three; names and manifest come to little beside them."""
    proofs = [b"\xff\xd8\xff" + bytes([shade]) * (EVIDENCE_BYTES_MAX - 3) for shade in range(20)]
    history = (entry(1, *proofs),)
    sizes = {content_digest(content): len(content) for content in proofs}
    carried = evidence_to_carry(history, sizes)
    assert len(carried) == 20
    archive = Archive(PUPIL, history, {content_digest(content): content for content in proofs})
    assert len(archive.to_bytes()) < ARCHIVE_BYTES_MAX * 7 / 8
