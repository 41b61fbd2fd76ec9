"""What people call a procedure is what the law of its day calls it (Art. 2, 17.2)."""

from __future__ import annotations

import pytest

from chassis.packs import load_packs
from console.parts import deploy_directory
from kernel.regulation import PROCEDURES
from kernel.titles import Titles


@pytest.mark.parametrize(
    ("pack", "called"),
    [
        ("2013.1", "工读学校就读（学籍保留原校）"),
        ("2025.1", "专门学校就读（学籍保留原校）"),
        ("2025.1+44.1", "专门学校就读（学籍保留原校）"),
        ("of another program", "工读（专门）学校就读（学籍保留原校）"),
    ],
)
def test_a_reform_school_has_the_name_of_its_law(pack: str, called: str) -> None:
    titles = Titles(load_packs(deploy_directory() / "policies"))
    assert titles.of(PROCEDURES["reform_school_placement"], pack) == called
    assert titles.of(PROCEDURES["suspension"], pack) == PROCEDURES["suspension"].title
