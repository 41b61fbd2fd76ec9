"""What the operator of the index says."""

from __future__ import annotations

from typing import Literal

from pydantic import FilePath

from chassis.settings import ListenAddress, NodeSettings


class IndexSettings(NodeSettings):
    """A node's settings, and the two keys that keep the stored identities unreadable.

    Attributes:
        fingerprint_key_file: one line, 32 bytes or more in hex. It stays; what is found by fingerprint is lost with it.
        number_key_file: a line ``<version> <32 bytes in hex>`` for each storage key, from version 1. A further one is
            used once ``python -m national_index rekey`` begins to replace the former by it (``docs/operations.md``).
        population_address: of the population register (国家人口基础信息库); nobody gets a formal number without it.
        population_host: the DNS name in its certificate. population_authority: PEM of who certified it; ours where none
            is named.
    """

    office: Literal["nation/00"] = "nation/00"
    fingerprint_key_file: FilePath
    number_key_file: FilePath
    population_address: ListenAddress | None = None
    population_host: str = "population.xueji.internal"
    population_authority: FilePath | None = None
