"""The index's log: any tree proves what is in it and how it grew, and an audit names whatever breaks the law."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.transparency import merkle
from kernel.transparency.audit import Audit, Violation
from kernel.transparency.entries import ENTRY_BYTES, EntryKind, LogEntry, split

SIZES = st.integers(1, 300)


def hashes(size: int) -> list[bytes]:
    return [merkle.leaf_hash(index.to_bytes(4)) for index in range(size)]


def test_the_roots_of_rfc_6962s_own_example() -> None:
    """The leaves of its reference implementation's test, and the roots that it gives for the first five sizes."""
    leaves = [b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31"]
    roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    ]
    told = [merkle.leaf_hash(leaf) for leaf in leaves]
    assert [merkle.root_of(told[:size]).hex() for size in range(6)] == roots


@given(st.integers(0, 300))
def test_a_log_that_is_read_leaf_by_leaf_has_the_same_root(size: int) -> None:
    growth = merkle.Growth()
    for one in hashes(size):
        growth.add(one)
    assert (growth.size, growth.root) == (size, merkle.root_of(hashes(size)))


@given(st.integers(0, 8))
def test_a_complete_node_has_the_root_of_its_leaves(level: int) -> None:
    told = hashes(1 << level)
    assert merkle.complete_root(told) == merkle.root_of(told)


@given(SIZES, st.data())
def test_every_entry_is_proven_and_nothing_else_is(size: int, data: st.DataObject) -> None:
    told = hashes(size)
    index = data.draw(st.integers(0, size - 1))
    path = [merkle.root_of(told[begin:end]) for begin, end in merkle.inclusion_ranges(index, size)]
    root = merkle.root(size, lambda begin, end: merkle.root_of(told[begin:end]))
    assert root == merkle.root_of(told)
    assert merkle.includes(told[index], index, size, path, root)
    assert not merkle.includes(merkle.leaf_hash(b"another"), index, size, path, root)
    assert not merkle.includes(told[index], size, size, path, root)
    if path:
        assert not merkle.includes(told[index], index, size, path[:-1], root)


@given(SIZES, st.data())
def test_a_log_is_the_beginning_of_what_it_grew_to_and_of_nothing_else(size: int, data: st.DataObject) -> None:
    told = hashes(size)
    earlier = data.draw(st.integers(1, size))
    path = [merkle.root_of(told[begin:end]) for begin, end in merkle.consistency_ranges(earlier, size)]
    was, now = merkle.root_of(told[:earlier]), merkle.root_of(told)
    assert merkle.consistent(earlier, size, path, was=was, now=now)
    changed = data.draw(st.integers(0, earlier - 1))
    rewritten = [*told[:changed], merkle.leaf_hash(b"another"), *told[changed + 1 :]]
    told_again = [merkle.root_of(rewritten[begin:end]) for begin, end in merkle.consistency_ranges(earlier, size)]
    assert not merkle.consistent(earlier, size, told_again, was=was, now=merkle.root_of(rewritten))


STUDENT, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
ISSUED = LogEntry(EntryKind.ISSUED, STUDENT, uuid.UUID(int=11), "41", 1, 1_789_351_200_000, uuid.UUID(int=21))
OTHERS = replace(ISSUED, student_key=OTHER, subject=uuid.UUID(int=12), number=uuid.UUID(int=22))
MOVED = LogEntry(EntryKind.MOVED, STUDENT, uuid.UUID(int=31), "44", 2, 1_789_351_300_000)
DOCUMENT = LogEntry(EntryKind.DOCUMENT, STUDENT, uuid.UUID(int=13), "41", 1, 1_789_351_300_000)


@pytest.mark.parametrize("entry", [ISSUED, MOVED, DOCUMENT])
def test_an_entry_is_read_as_it_was_written(entry: LogEntry) -> None:
    assert len(entry.to_bytes()) == ENTRY_BYTES
    assert [LogEntry.from_bytes(one) for one in split(entry.to_bytes() * 2)] == [entry, entry]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "64 bytes"),
        (b"\x02" + ISSUED.to_bytes()[1:], "version 2"),
        (b"\x01?" + ISSUED.to_bytes()[2:], "EntryKind"),
    ],
)
def test_what_is_no_entry_is_not_taken_for_one(content: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        LogEntry.from_bytes(content)


@pytest.mark.parametrize(
    ("log", "broken"),
    [
        ((ISSUED, OTHERS, DOCUMENT, MOVED), None),
        ((ISSUED, replace(OTHERS, subject=ISSUED.subject)), Violation.IDENTITY_TWICE),
        ((ISSUED, OTHERS, replace(DOCUMENT, student_key=OTHER), DOCUMENT), Violation.IDENTITY_TWICE),
        ((ISSUED, replace(OTHERS, number=ISSUED.number)), Violation.NUMBER_TWICE),
        ((ISSUED, replace(ISSUED, subject=uuid.UUID(int=14), number=uuid.UUID(int=24))), Violation.SECOND_NUMBER),
        ((OTHERS, DOCUMENT), Violation.UNKNOWN_STUDENT),
        ((OTHERS, MOVED), Violation.UNKNOWN_STUDENT),
        ((ISSUED, replace(MOVED, epoch=3)), Violation.EPOCH_SKIPPED),
        ((ISSUED, MOVED, replace(MOVED, epoch=3)), Violation.MOVED_TWICE),
    ],
)
def test_an_audit_names_what_is_wrong_and_where(log: tuple[LogEntry, ...], broken: Violation | None) -> None:
    audit = Audit()
    for entry in log:
        audit.read(entry)
    assert audit.size == len(log)
    assert [one.violation for one in audit.findings] == ([broken] if broken else [])
    assert all(one.index == len(log) - 1 for one in audit.findings)
