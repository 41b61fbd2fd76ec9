import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.canonical import DEPTH_MAX, INTEGER_MAX, canonical_bytes, digest

scalars = st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | st.text()
keys = st.text(st.characters(max_codepoint=127), max_size=8)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=20
)


def test_keys_are_sorted_blanks_dropped_and_chinese_kept() -> None:
    written = canonical_bytes({"b": [1, True, None], "a": "张三·阿依"})
    assert written == '{"a":"张三·阿依","b":[1,true,null]}'.encode()


def test_strings_are_escaped_as_rfc_8785_does() -> None:
    assert canonical_bytes('€$\x0f\nA\'B"\\\\"/\x7f') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f"'.encode()
    assert canonical_bytes("\b\t\n\f\r\x00\x1f") == b'"\\b\\t\\n\\f\\r\\u0000\\u001f"'


def test_two_writings_of_one_letter_stay_two() -> None:
    assert canonical_bytes("e\u0301") != canonical_bytes("\u00e9")


@given(values)
def test_what_was_written_is_read_back(value: Any) -> None:
    assert json.loads(canonical_bytes(value)) == value


@given(st.dictionaries(keys, scalars), st.randoms(use_true_random=False))
def test_the_order_of_filling_does_not_matter(value: dict[str, Any], shuffler: Any) -> None:
    items = list(value.items())
    shuffler.shuffle(items)
    assert canonical_bytes(dict(items)) == canonical_bytes(value)


@given(values, values)
def test_different_values_have_different_bytes(one: Any, other: Any) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (canonical_bytes(one) == canonical_bytes(other)) is same


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        b"bytes",
        (1, 2),
        {1: "a"},
        {None: "a"},
        {"名": "a"},
        [{"a": {1}}],
        INTEGER_MAX + 1,
        [-INTEGER_MAX - 1],
        "\ud800",
        object(),
    ],
)
def test_whatever_has_no_one_writing_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_bytes(value)


def test_a_value_nested_in_itself_is_refused() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(TypeError):
        canonical_bytes(value)


def test_the_deepest_allowed_nesting_is_written() -> None:
    value: list[Any] = []
    for _ in range(DEPTH_MAX):
        value = [value]
    assert canonical_bytes(value) == b"[" * (DEPTH_MAX + 1) + b"]" * (DEPTH_MAX + 1)
    with pytest.raises(TypeError):
        canonical_bytes([value])


def test_a_digest_covers_the_kind_and_the_value() -> None:
    assert digest("case", {"a": 1}) == hashlib.sha256(b'xueji/v1/case\0{"a":1}').digest()
    assert digest("case", {"a": 1}) != digest("letter", {"a": 1})


@pytest.mark.parametrize("kind", ["", "ca\0se", "学籍"])
def test_a_kind_that_could_blur_the_border_is_a_bug(kind: str) -> None:
    with pytest.raises(AssertionError):
        digest(kind, 1)
