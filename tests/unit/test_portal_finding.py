"""What somebody looks for goes where it belongs, whatever it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.desk.finding import as_asked
from xueji.desk.v1 import desk_pb2


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        ("", {}),
        ("欧阳若曦", {"name": "欧阳若曦"}),
        ("阿依古丽·买买提", {"name": "阿依古丽·买买提"}),
        ("Smith John", {"name": "Smith John"}),
        ("l44010620190307001x", {"number": "L44010620190307001X"}),
        ("４４０１０６２０１９０３０７００１Ｘ", {"document": "44010620190307001X"}),
        ("440106 20190307 001x", {"document": "44010620190307001X"}),
        ("E12345678", {"document": "E12345678"}),
        ("G440106201903070010", {"document": "G440106201903070010"}),
    ],
)
def test_a_number_a_document_and_a_name_are_told_apart(wanted: str, asked: dict[str, str]) -> None:
    assert as_asked(wanted) == asked


@given(st.text(max_size=300))
def test_whatever_is_typed_is_one_question(wanted: str) -> None:
    asked = as_asked(wanted)
    assert len(asked) == bool(wanted)
    if not any("\ud800" <= character <= "\udfff" for character in wanted):
        desk_pb2.ListStudentsRequest(page_size=1, **asked).SerializeToString()
