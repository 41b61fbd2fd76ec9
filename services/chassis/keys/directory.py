"""The directory (名录): which province's hub is reachable where, and with which key one seals to it.

A file that every node holds, in the form of a statement signed by the nation. So no peer's address comes from a request
and no hub can speak of another's; who serves the file needs no trust.

    {"at": 1790000000000,
     "provinces": {"41": {"archive_address": "hub.41.example:7443", "sealing_key": {"kty": "OKP", "crv": "X25519", …}}}}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.keys.files import ReadAgain
from chassis.keys.verifying import Verifier
from kernel.office import NATION
from kernel.refusals import ProvinceNotInDirectory, SignatureInvalid
from kernel.statement import StatementKind


@dataclass(frozen=True)
class Province:
    """How to reach a province's hub.

    Attributes:
        archive_address: host and port of its gRPC service.
        sealing_key: the public JWK (X25519, with ``kid``) that letters to it are sealed to.
    """

    archive_address: str
    sealing_key: Mapping[str, Any]


@dataclass(frozen=True)
class _Edition:
    at: int
    provinces: Mapping[str, Province]


class Directory:
    """The directory in force: read again when its file was replaced by a newer edition.

    Args:
        path: the JWS file.
        verifier: judges its signature.

    Raises:
        OSError: the file cannot be read.
        SignatureInvalid: it is not a directory signed by the nation.
    """

    def __init__(self, path: Path, *, verifier: Verifier) -> None:
        self._path = path
        self._verifier = verifier
        self._newest_at = 0
        self._edition = ReadAgain(path, read=self._read)

    def province(self, code: str) -> Province:
        """Raises ProvinceNotInDirectory when the directory lists no hub of this province."""
        try:
            return self._edition().provinces[code]
        except KeyError:
            raise ProvinceNotInDirectory(province=code[:2]) from None

    def provinces(self) -> tuple[str, ...]:
        """The codes of all provinces listed, ascending."""
        return tuple(sorted(self._edition().provinces))

    def _read(self) -> _Edition:
        statement = self._verifier.verify(self._path.read_text("ascii").strip(), StatementKind.DIRECTORY)
        if statement.signer.office != NATION or not statement.signer.is_node:
            raise SignatureInvalid(why="名录不是全国签发的")
        at = statement.content["at"]
        if at < self._newest_at:
            # An old edition still bears a good signature; putting it back would revive a key that was withdrawn.
            raise SignatureInvalid(why="名录比现行的旧")
        try:
            provinces = {
                code: Province(archive_address=str(entry["archive_address"]), sealing_key=dict(entry["sealing_key"]))
                for code, entry in statement.content["provinces"].items()
            }
        except (LookupError, TypeError, ValueError, AttributeError) as malformed:
            raise SignatureInvalid(why="名录的内容不完整") from malformed
        self._newest_at = at
        return _Edition(at=at, provinces=provinces)
