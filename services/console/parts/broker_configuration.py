"""The broker's configuration, filled from the templates in ``deploy/nats/``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from console.parts.deploy import deploy_directory
from kernel.office import Identity, Office, Tier


class _ConfigurationTemplate(Template):
    delimiter = "@"  # the dollar sign belongs to NATS: $JS.API


@dataclass(frozen=True)
class BrokerFiles:
    """Paths as the broker sees them: on this machine, or inside its container."""

    store_directory: str
    certificate: str
    key: str
    authority: str


def broker_configuration(*, listen: str, files: BrokerFiles, provinces: Sequence[str], environment: str) -> str:
    """The text of the server's configuration file.

    Args:
        listen: address and port, ``127.0.0.1:4222``.
        provinces: the two-digit codes of all hubs; each gets its own account, user, and imports from all others.
        environment: the second part of the hubs' identities.

    Raises:
        IdentityNotProven: a province is no two-digit code.
    """
    assert len(set(provinces)) == len(provinces), "a province is named twice"
    return _fill(
        "server.conf.in",
        server_name="xueji-letters",
        listen=listen,
        store_directory=files.store_directory,
        certificate=files.certificate,
        key=files.key,
        authority=files.authority,
        accounts="".join(_account(province, provinces=provinces, environment=environment) for province in provinces),
    )


def _account(province: str, *, provinces: Sequence[str], environment: str) -> str:
    others = [other for other in provinces if other != province]
    return _fill(
        "hub.conf.in",
        province=province,
        identity=Identity(environment, Office(Tier.PROVINCE, province)).uri,
        imports="".join(_fill("import.conf.in", receiver=other, sender=province) for other in others),
    )


def _fill(template: str, **values: str) -> str:
    path: Path = deploy_directory() / "nats" / template
    return _ConfigurationTemplate(path.read_text(encoding="utf-8")).substitute(values)
