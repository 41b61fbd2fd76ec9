"""Merkle trees over an append-only log: hashing, inclusion and consistency (RFC 6962 §2.1; RFC 9162 §2.1.3, §2.1.4).

The tree of n leaves is split at the largest power of two below n. A *complete* node is the root of 2^level leaves whose
number will never change; whoever stores those can prove anything about a log of any size by reading a handful.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()

Range = Callable[[int, int], bytes]
"""The hash of the leaves from one index up to another, exclusive: ``2^level`` of them, beginning at a multiple."""


def leaf_hash(leaf: bytes) -> bytes:
    """Hash of an entry. The prefix keeps a leaf from ever being read as a node."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def complete_ranges(begin: int, end: int) -> list[tuple[int, int]]:
    """The fewest complete nodes that together cover the leaves of a subtree ``[begin, end)``, from left to right.

    ``begin`` is a multiple of every power of two that the subtree is higher than, as for every node of the tree.
    """
    ranges: list[tuple[int, int]] = []
    while begin < end:
        width = 1 << (end - begin).bit_length() - 1
        ranges.append((begin, begin + width))
        begin += width
    return ranges


def range_root(begin: int, end: int, hash_of: Range) -> bytes:
    """Hash of the node over the leaves ``[begin, end)``, made of complete ones."""
    return _joined([hash_of(*one) for one in complete_ranges(begin, end)])


def root(size: int, hash_of: Range) -> bytes:
    """The root of a log of that many leaves."""
    return range_root(0, size, hash_of)


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over the hashes of all leaves."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    split = _split(len(hashes))
    return node_hash(root_of(hashes[:split]), root_of(hashes[split:]))


def complete_root(hashes: Sequence[bytes]) -> bytes:
    """As ``root_of`` over 2^level leaves, level by level: half the cost."""
    assert len(hashes).bit_count() == 1, "a complete node has a power of two of leaves"
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


class Growth:
    """The root of a log while it is read, of any length, with a handful of hashes in memory."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []  # complete nodes, from left to right

    def add(self, leaf: bytes) -> None:
        """The next leaf's hash."""
        self._peaks.append(leaf)
        full = self.size
        while full & 1:
            right, left = self._peaks.pop(), self._peaks.pop()
            self._peaks.append(node_hash(left, right))
            full >>= 1
        self.size += 1

    @property
    def root(self) -> bytes:
        return _joined(self._peaks)


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The nodes beside the way from a leaf to the root, from below, each by the leaves that it covers."""
    assert 0 <= index < size, "a leaf of the log"
    path: list[tuple[int, int]] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin = middle
    return path[::-1]


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], claimed: bytes) -> bool:
    """Whether the path shows that the leaf with this hash is at ``index`` of the log with the root ``claimed``."""
    if not 0 <= index < size:
        return False
    ranges = inclusion_ranges(index, size)
    if len(ranges) != len(path):
        return False
    known = leaf
    for (begin, _), beside in zip(ranges, path, strict=True):
        known = node_hash(beside, known) if begin <= index else node_hash(known, beside)
    return known == claimed


def consistency_ranges(earlier: int, later: int) -> list[tuple[int, int]]:
    """The nodes that prove the log of ``earlier`` leaves to be the beginning of the later one (PROOF of RFC 6962)."""
    assert 0 < earlier <= later, "a log only grows"
    path: list[tuple[int, int]] = []
    begin, end, left, known = 0, later, earlier, True
    while left < end - begin:
        middle = begin + _split(end - begin)
        if left <= middle - begin:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            left -= middle - begin
            begin, known = middle, False
    if not known:
        path.append((begin, end))
    return path[::-1]


def consistent(earlier: int, later: int, path: Sequence[bytes], *, was: bytes, now: bytes) -> bool:
    """Whether the path shows that the log with the root ``was`` is the beginning of the one with the root ``now``."""
    if earlier in (later, 0):
        return not path and (earlier == 0 or was == now)
    if not 0 < earlier < later or not path:
        return False
    first, last = earlier - 1, later - 1
    nodes = [was, *path] if earlier & first == 0 else list(path)  # of a power of two the earlier root is itself a node
    while first & 1:
        first, last = first >> 1, last >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if not last:
            return False
        if first & 1 or first == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            new = node_hash(new, node)
        first, last = first >> 1, last >> 1
    return (old, new, last) == (was, now, 0)


def _joined(peaks: Sequence[bytes]) -> bytes:
    """The hash over complete nodes that follow on each other, from left to right."""
    if not peaks:
        return EMPTY_ROOT
    *left, last = peaks
    for one in reversed(left):
        last = node_hash(one, last)
    return last


def _split(count: int) -> int:
    """The largest power of two below ``count``."""
    return 1 << (count - 1).bit_length() - 1
