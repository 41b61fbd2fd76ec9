"""Rule packs as a node finds them: every file of a directory, the nation's and the provinces'."""

from __future__ import annotations

from pathlib import Path

from kernel.packs import Packs, RulePackText


def load_packs(directory: Path) -> Packs:
    """All texts of ``directory/*.toml``; a node that has other provinces' too judges only by its own.

    Raises:
        RulePackMalformed: a file cannot be read, the texts do not go together, or none is the nation's.
        RulePackBreaksNation: a province's text changes what it may not.
        OSError: a file cannot be opened.
    """
    return Packs(RulePackText.from_toml(file.read_text(encoding="utf-8")) for file in sorted(directory.glob("*.toml")))
