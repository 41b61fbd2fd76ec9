"""What an operator tells an authority's node."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, DirectoryPath, FilePath

from chassis.settings import ListenAddress, NodeSettings, OfficeName
from kernel.office import Office, Tier


def _authority(given: str) -> str:
    if Office.parse(given).tier is not Tier.AUTHORITY:
        raise ValueError("should be an authority such as authority/410105")
    return given


def _province(given: str) -> str:
    if Office.parse(given).tier is not Tier.PROVINCE:
        raise ValueError("should be a province such as province/41")
    return given


class CountySettings(NodeSettings):
    """The settings of an authority; ``office`` is its division.

    Attributes:
        schools_file: the register of schools; those of this authority are the ones that name it.
        policies_dir: the rule packs, the nation's and the province's (``deploy/policies``).
        upstream_office, upstream_address: the province's hub.
        superior_office: the prefecture's authority above a county's, where it has a node of its own: it is told what is
            overdue (Articles 3, 26). Without one the province is.
    """

    office: Annotated[OfficeName, AfterValidator(_authority)]
    schools_file: FilePath
    policies_dir: DirectoryPath
    upstream_office: Annotated[OfficeName, AfterValidator(_province)]
    upstream_address: ListenAddress
    superior_office: Annotated[OfficeName, AfterValidator(_authority)] | None = None
