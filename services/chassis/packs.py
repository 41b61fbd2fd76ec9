"""Rule packs as a node finds them: every file of a directory, the nation's and the provinces'."""

from __future__ import annotations

from pathlib import Path

from kernel.packs import Packs, RulePackText
from kernel.refusals import Refusal


def load_packs(directory: Path) -> Packs:
    """All texts of ``directory/*.toml``; a node that has other provinces' too judges only by its own.

    Raises:
        RulePackMalformed: a file cannot be read, the texts do not go together, or none is the nation's.
        RulePackBreaksNation: a province's text changes what it may not.
        OSError: a file cannot be opened.
    """
    try:
        return Packs(_read(file) for file in sorted(directory.glob("*.toml")))
    except Refusal as no:
        no.add_note(no.sentence)  # a node that does not start tells its operator why; nothing here is of a child
        raise


def _read(file: Path) -> RulePackText:
    try:
        return RulePackText.from_toml(file.read_text(encoding="utf-8"))
    except Refusal as no:
        no.add_note(str(file))
        raise
