"""What an operator tells a school's node."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, DirectoryPath, FilePath

from chassis.settings import ListenAddress, NodeSettings, OfficeName
from kernel.office import Office, Tier


def _school(given: str) -> str:
    if Office.parse(given).tier is not Tier.SCHOOL:
        raise ValueError("should be a school such as school/2141000001")
    return given


class SchoolSettings(NodeSettings):
    """The settings of a school; ``office`` is its 学校标识码.

    Attributes:
        schools_file: the register; this school must be in it, and those of the same authority may be.
        policies_dir: the rule packs, the nation's and the province's (``deploy/policies``).
        upstream_office, upstream_address: the school's authority.
    """

    office: Annotated[OfficeName, AfterValidator(_school)]
    schools_file: FilePath
    policies_dir: DirectoryPath
    upstream_office: OfficeName
    upstream_address: ListenAddress
