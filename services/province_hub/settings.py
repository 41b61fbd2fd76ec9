"""What an operator tells a hub."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, DirectoryPath, FilePath, model_validator

from chassis.settings import ListenAddress, NodeSettings, OfficeName
from kernel.office import Office, Tier


def _province(given: str) -> str:
    if Office.parse(given).tier is not Tier.PROVINCE:
        raise ValueError("should be a province such as province/41")
    return given


class HubSettings(NodeSettings):
    """The settings of a hub; ``office`` is a province.

    Attributes:
        schools_file: the province's register of schools; its authorities are those that the schools name.
        policies_dir: the rule packs, the nation's and the province's (``deploy/policies``).
        index_address: host and port of the national index.
        nats_servers: ``tls://host:port``, several by commas. Without a broker the hub serves its province, and letters
            to other provinces wait until one is named.
        directory_file: the nation's signed directory of hubs; sealing_key_file: opens what is sealed to this one. Both
            go with ``nats_servers``.
    """

    office: Annotated[OfficeName, AfterValidator(_province)]
    schools_file: FilePath
    policies_dir: DirectoryPath
    index_address: ListenAddress
    nats_servers: str = ""
    directory_file: FilePath | None = None
    sealing_key_file: FilePath | None = None

    @model_validator(mode="after")
    def _letters_need_all_three(self) -> Self:
        if self.nats_servers and (self.directory_file is None or self.sealing_key_file is None):
            raise ValueError("nats_servers goes with directory_file and sealing_key_file")
        return self

    @property
    def brokers(self) -> tuple[str, ...]:
        return tuple(server.strip() for server in self.nats_servers.split(",") if server.strip())
