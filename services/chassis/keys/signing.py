"""Signing statements in the name of this office."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from joserfc import jws
from joserfc.jwk import OKPKey

from chassis.keys.certificates import identity_of
from chassis.keys.files import ReadAgain
from chassis.keys.statement_form import ALGORITHM, REGISTRY, STATEMENT_CHARACTERS_MAX, header_for
from kernel.canonical import canonical_bytes
from kernel.office import Identity
from kernel.refusals import MessageTooLarge, SignatureInvalid
from kernel.statement import StatementKind


@dataclass(frozen=True)
class _Pair:
    identity: Identity
    certificate_der: bytes
    key: OKPKey = field(repr=False)


class Signer:
    """The signing key of an office, with the certificate that says whose it is.

    Args:
        certificate: PEM file, an Ed25519 leaf with the office's URI SAN.
        key: PEM file of its private key (PKCS #8).

    Raises:
        OSError, ValueError: a file cannot be read.
        SignatureInvalid: the two do not belong together.
    """

    def __init__(self, certificate: Path, key: Path) -> None:
        self._pair = ReadAgain(certificate, key, read=lambda: _read_pair(certificate, key))

    @property
    def identity(self) -> Identity:
        return self._pair().identity

    def sign(self, kind: StatementKind, content: Mapping[str, Any]) -> str:
        """A statement of this kind in JWS compact serialization.

        Args:
            kind: bound into the header, so that a statement is never accepted for one of another kind.
            content: a canonical JSON object with ``at``, milliseconds since 1970-01-01 UTC.

        Raises:
            MessageTooLarge: it is longer than ``STATEMENT_CHARACTERS_MAX``.
        """
        assert type(content.get("at")) is int, "a statement says when it was made"
        pair = self._pair()
        statement = jws.serialize_compact(
            header_for(kind, pair.certificate_der), canonical_bytes(dict(content)), pair.key, registry=REGISTRY
        )
        if len(statement) > STATEMENT_CHARACTERS_MAX:
            raise MessageTooLarge(most=f"{STATEMENT_CHARACTERS_MAX // 1024} KB")
        return statement


def _read_pair(certificate: Path, key: Path) -> _Pair:
    leaf = x509.load_pem_x509_certificate(certificate.read_bytes())
    private = load_pem_private_key(key.read_bytes(), password=None)
    if not isinstance(private, Ed25519PrivateKey) or private.public_key() != leaf.public_key():
        raise SignatureInvalid(why=f"签名密钥与证书不符（{ALGORITHM}）")
    return _Pair(
        identity=identity_of(leaf),
        certificate_der=leaf.public_bytes(Encoding.DER),
        key=OKPKey.import_key(key.read_bytes()),
    )
