"""第二十五条: what a child needs withheld is withheld, for a reason that somebody can prove."""

from __future__ import annotations

import pytest

from kernel.evidence import EvidenceKind
from kernel.refusals import EvidenceRequired
from scenarios.stage import Stage

PRIMARY = "金水区示范小学"


@pytest.mark.clause("25.1")
async def test_the_address_of_a_child_in_danger_is_withheld_on_proof_and_told_again_when_the_danger_is_over(
    stage: Stage,
) -> None:
    """受家庭暴力威胁的孩子，凭法院的人身安全保护令申请住址保密，教育局核准；危险过去，同样凭证明解除。"""
    child = await stage.enrolled_pupil("祝安澜", school=PRIMARY)
    with pytest.raises(EvidenceRequired):
        await stage.does("information_protection", child, protection="住址保密", reason="家长口头要求")
    order = (EvidenceKind.COURT_ORDER,)
    await stage.does("information_protection", child, proofs=order, protection="住址保密", reason="人身安全保护令")
    assert (await stage.told(child)).standing["protected"] == "address"
    await stage.does("information_protection", child, proofs=order, protection="解除保护", reason="保护令期满")
    assert "protected" not in (await stage.told(child)).standing
    assert [entry.procedure_title for entry in await stage.history(child)][1:] == ["学生信息保护"] * 2
