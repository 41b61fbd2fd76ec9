"""What the operator of the index says."""

from __future__ import annotations

from typing import Literal

from pydantic import FilePath

from chassis.settings import NodeSettings


class IndexSettings(NodeSettings):
    """A node's settings, and the two keys that keep the stored identities unreadable.

    Attributes:
        fingerprint_key_file: one line, 32 bytes or more in hex. What is found by fingerprint is lost with it.
        number_key_file: a line ``<version> <32 bytes in hex>`` for each key; the highest version seals, all open.
    """

    office: Literal["nation/00"] = "nation/00"
    fingerprint_key_file: FilePath
    number_key_file: FilePath
