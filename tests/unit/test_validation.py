"""What no message may hold, whatever its field declares."""

from __future__ import annotations

import pytest

from chassis.rpc.validation import require_valid
from kernel.refusals import RequestMalformed
from xueji.common.v1 import case_pb2
from xueji.desk.v1 import desk_pb2, roster_pb2

ID = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (desk_pb2.ListStudentsRequest(name="张\0三", page_size=1), "name"),
        (roster_pb2.EnterDraftRequest(item_id=ID, values={"name": "张三\0"}), "values"),
        (
            desk_pb2.FileCaseRequest(
                case_id=ID, procedure="suspension", items=[case_pb2.Item(item_id=ID, values={"reason": "\0"})]
            ),
            "values",
        ),
    ],
)
def test_no_text_holds_a_zero(message: object, field: str) -> None:
    """PostgreSQL has no place for it, and would say so as a fault."""
    with pytest.raises(RequestMalformed) as refused:
        require_valid(message)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_bytes_may_hold_any() -> None:
    digest = case_pb2.Evidence(digest=bytes(32), media_type="image/png", kind="other")
    require_valid(
        desk_pb2.FileCaseRequest(
            case_id=ID,
            procedure="suspension",
            items=[case_pb2.Item(item_id=ID, values={"reason": "因病"})],
            evidence=[digest],
        )
    )
