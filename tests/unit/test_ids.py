import time
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.ids import RANDOM_BYTES, AscendingIds, new_uuid7, uuid7

moments_ms = st.integers(0, 2**48 - 1)
ten_bytes = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES)


def test_the_example_of_the_standard_is_met() -> None:
    # RFC 9562 A.6: 2022-02-22 19:22:22 UTC, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F
    randomness = (0xCC3 << 68 | 0x18C4DC0C0C07398F).to_bytes(10, "big")
    assert uuid7(now_ms=0x017F22E279B0, randomness=randomness) == uuid.UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")


@given(moments_ms, ten_bytes)
def test_version_and_variant_are_always_those_of_the_standard(now_ms: int, randomness: bytes) -> None:
    made = uuid7(now_ms=now_ms, randomness=randomness)
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == now_ms


@given(moments_ms, moments_ms, ten_bytes, ten_bytes)
def test_ids_sort_by_the_moment_of_their_making(one: int, other: int, a: bytes, b: bytes) -> None:
    if one < other:
        assert str(uuid7(now_ms=one, randomness=a)) < str(uuid7(now_ms=other, randomness=b))


def test_a_new_id_is_of_now_and_of_nobody_else() -> None:
    before = time.time_ns() // 1_000_000
    made = {new_uuid7() for _ in range(2_000)}
    after = time.time_ns() // 1_000_000
    assert len(made) == 2_000
    assert all(before <= one.int >> 80 <= after for one in made)


@pytest.mark.parametrize(("now_ms", "length"), [(-1, 10), (2**48, 10), (0, 9), (0, 16)])
def test_wrong_ingredients_are_a_bug(now_ms: int, length: int) -> None:
    with pytest.raises(AssertionError):
        uuid7(now_ms=now_ms, randomness=bytes(length))


def test_ids_of_one_process_ascend_within_a_millisecond() -> None:
    ids = AscendingIds()
    made = [ids() for _ in range(5_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {one.version for one in made} == {7}
