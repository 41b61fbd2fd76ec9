"""The certificates that statements are signed with: whose they are, and since when."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc.jwk import OKPKey

from kernel.clock import milliseconds
from kernel.office import Identity
from kernel.refusals import IdentityNotProven, SignatureInvalid

# Everything by which cryptography says that a certificate is none; these share no base class.
_UNREADABLE = (
    binascii.Error,
    ValueError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.ExtensionNotFound,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


@dataclass(frozen=True)
class SigningCertificate:
    """A certificate found good but for the time: that is judged by each statement's own.

    Attributes:
        identity: whom its URI SAN names.
        key: the Ed25519 public key.
        not_before_ms, not_after_ms: validity, milliseconds since 1970-01-01 UTC, both inclusive.
    """

    identity: Identity
    key: OKPKey
    not_before_ms: int
    not_after_ms: int


def identity_of(certificate: x509.Certificate) -> Identity:
    """The identity in the one URI SAN of a certificate.

    Raises:
        IdentityNotProven: it has none, more than one, or one that names no office.
    """
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError) as absent:
        raise IdentityNotProven(why="证书中没有单位身份") from absent
    uris = names.get_values_for_type(x509.UniformResourceIdentifier)
    if len(uris) != 1:
        raise IdentityNotProven(why="证书应当只写明一个单位身份")
    return Identity.parse(uris[0])


def examine(x5c_entry: str, authorities: list[x509.Certificate]) -> SigningCertificate:
    """Judge a certificate from a statement's header.

    It must be issued by one of the authorities, be no authority itself, serve for digital signatures (RFC 5280
    §4.2.1.3), hold an Ed25519 key, and name one identity.

    Raises:
        SignatureInvalid: one of these does not hold.
    """
    try:
        encoded = base64.b64decode(x5c_entry, validate=True)
        leaf = x509.load_der_x509_certificate(encoded)
        issuer = _issuer(leaf, authorities)
        # A signature that ends in zero bits can be written as if they were not there, and would still be read as good.
        if not encoded.endswith(b"\x00" + leaf.signature):
            raise SignatureInvalid(why="证书的编码不规范")
        if not leaf.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature:
            raise SignatureInvalid(why="证书不能用于签名")
        if _is_authority(leaf):
            raise SignatureInvalid(why="签发机构的证书不能用于签名")
        key = leaf.public_key()
        identity = identity_of(leaf)
    except _UNREADABLE as unreadable:
        raise SignatureInvalid(why="证书无法读取") from unreadable
    except IdentityNotProven as nobody:
        raise SignatureInvalid(why=nobody.detail["why"]) from nobody
    if not isinstance(key, Ed25519PublicKey):
        raise SignatureInvalid(why="证书不能用于签名")
    return SigningCertificate(
        identity=identity,
        key=OKPKey.import_key(
            {"kty": "OKP", "crv": "Ed25519", "x": base64.urlsafe_b64encode(key.public_bytes_raw()).decode().rstrip("=")}
        ),
        not_before_ms=milliseconds(max(leaf.not_valid_before_utc, issuer.not_valid_before_utc)),
        not_after_ms=milliseconds(min(leaf.not_valid_after_utc, issuer.not_valid_after_utc)),
    )


def _issuer(leaf: x509.Certificate, authorities: list[x509.Certificate]) -> x509.Certificate:
    for authority in authorities:
        try:
            leaf.verify_directly_issued_by(authority)
        except (InvalidSignature, TypeError, *_UNREADABLE):
            continue
        return authority
    raise SignatureInvalid(why="证书不是由本体系签发机构签发")


def _is_authority(leaf: x509.Certificate) -> bool:
    try:
        return leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
