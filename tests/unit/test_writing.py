from hypothesis import given
from hypothesis import strategies as st

from kernel.writing import code_as_typed, mask_number


def test_input_methods_and_copies_leave_no_trace() -> None:
    assert code_as_typed("\ufeff４１\u3000０１ ０５\u200b\t") == "410105"


@given(st.text())
def test_reading_a_code_twice_reads_the_same(text: str) -> None:
    once = code_as_typed(text)
    assert code_as_typed(once) == once


@given(st.text(max_size=40))
def test_a_mask_keeps_the_length_and_hides_at_least_half(text: str) -> None:
    masked = mask_number(text)
    assert len(masked) == len(text)
    kept = sum(a == b != "*" for a, b in zip(text, masked, strict=True))
    assert kept * 2 <= len(text)
