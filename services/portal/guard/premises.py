"""The offices of this portal: where their nodes are, and what people call offices."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.rpc import office_label
from kernel.office import Office
from kernel.refusals import IdentityNotProven


@dataclass(frozen=True)
class Premises:
    """What ``offices.json`` says.

    Attributes:
        addresses: host and port of the node of each office whose people log in here.
        names: what people call offices, these and others that their pages name.
    """

    addresses: Mapping[Office, str]
    names: Mapping[Office, str]

    def name(self, office: Office) -> str:
        """What people call an office; by its place where it has no name here."""
        return self.names.get(office) or office_label(office)

    def name_of(self, text: str) -> str:
        """The same for ``authority/410105`` as a node writes it; what is no office is shown as it is."""
        try:
            return self.name(Office.parse(text)) if text else ""
        except IdentityNotProven:
            return text


def read_premises(file: Path) -> Premises:
    """Read ``{"nodes": {"school/2141000001": "127.0.0.1:8443"}, "names": {"school/2141000001": "…"}}``.

    Raises:
        OSError, ValueError: the file cannot be read. IdentityNotProven: an entry names no office.
    """
    content: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return Premises(
        addresses={Office.parse(office): address for office, address in content["nodes"].items()},
        names={Office.parse(office): name for office, name in content["names"].items()},
    )
