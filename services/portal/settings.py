"""What the operator of a portal says."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, FilePath

from chassis.settings import ProgramSettings
from kernel.office import Tier


class PortalSettings(ProgramSettings):
    """The portal of one tier, or of some offices of it.

    Attributes:
        listen: where HTTP is served, or HTTPS where ``web_certificate`` is set.
        tier: whose pages these are.
        offices_file: the nodes that are asked, and what offices are called (``portal.guard.premises``).
        accounts_file: who may log in (``portal.guard.accounts``).
        authority_certificate: PEM; whom the portal trusts to be a node.
        cookie_key_file: the key by which cookies and forms are signed, 32 bytes in hex.
        paper_key_file: the key of the codes on papers (``portal.papers.codes``), 32 bytes in hex; of a tier that gives
            out papers. It lives as long as the papers are valid, and is the same at every portal of the office.
        public_url: where a browser finds this portal, as papers say it; the address it serves at when not set.
        web_certificate, web_key: PEM; what a browser is shown.
        threads: requests at once.
    """

    tier: Tier
    offices_file: FilePath
    accounts_file: FilePath
    authority_certificate: FilePath
    cookie_key_file: FilePath
    paper_key_file: FilePath | None = None
    public_url: Annotated[str, Field(pattern=r"^https?://[^\s/]+$")] | None = None
    web_certificate: FilePath | None = None
    web_key: FilePath | None = None
    threads: Annotated[int, Field(ge=1, le=64)] = 16
