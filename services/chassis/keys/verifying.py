"""Verifying statements: today, or years later, with the authority's certificate and nothing else at hand."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from joserfc.errors import JoseError
from joserfc.jws import deserialize_compact
from joserfc.util import urlsafe_b64decode

from chassis.keys.certificates import SigningCertificate, examine
from chassis.keys.files import ReadAgain
from chassis.keys.statement_form import ALGORITHM, HEADER_CHARACTERS_MAX, REGISTRY, STATEMENT_CHARACTERS_MAX
from kernel.canonical import canonical_bytes
from kernel.refusals import SignatureInvalid
from kernel.statement import StatementKind, Verified

_CERTIFICATES_REMEMBERED = 4096  # more than the offices that one node hears from in a day


class Verifier:
    """Holds the authority that issues the signing certificates of this environment.

    Args:
        authority_certificate: PEM file; while the authority is being replaced it holds both, one after the other.
    """

    def __init__(self, authority_certificate: Path) -> None:
        # The memory belongs to the authorities it was judged by, so a replaced file begins with an empty one.
        self._examine = ReadAgain(authority_certificate, read=lambda: _remembering(authority_certificate))

    def verify(self, jws: str, kind: StatementKind) -> Verified:
        """The statement's signer and content, when everything about it is good.

        The order is the protection: bounds, header, certificate and signature are checked before a byte of the content
        is parsed; the certificate's validity is judged at the time that the signed content itself names, because a
        statement is evidence for years and its leaf lives for days.

        Raises:
            SignatureInvalid: anything at all is not as it must be.
        """
        if len(jws) > STATEMENT_CHARACTERS_MAX or not jws.isascii():
            raise SignatureInvalid(why="签名文书超过规定大小")
        certificate = self._examine()(_certificate_in_header(jws, kind))
        try:
            payload = deserialize_compact(jws, certificate.key, registry=REGISTRY).payload
        except (JoseError, ValueError) as forged:
            raise SignatureInvalid(why="与签名人的密钥不符") from forged
        content = _content(payload)
        at = content.get("at")
        if type(at) is not int or not certificate.not_before_ms <= at <= certificate.not_after_ms:
            raise SignatureInvalid(why="签名时证书不在有效期内")
        return Verified(signer=certificate.identity, content=content)


def _remembering(authority_certificate: Path) -> Any:
    authorities = x509.load_pem_x509_certificates(authority_certificate.read_bytes())

    @lru_cache(maxsize=_CERTIFICATES_REMEMBERED)
    def examined(x5c_entry: str) -> SigningCertificate:
        return examine(x5c_entry, authorities)

    return examined


def _certificate_in_header(jws: str, kind: StatementKind) -> str:
    """The header must be, byte for byte, the one that ``statement_form.header_for`` writes."""
    encoded = jws.partition(".")[0]
    if len(encoded) > HEADER_CHARACTERS_MAX:
        raise SignatureInvalid(why="签名文书抬头超过规定大小")
    try:
        raw = urlsafe_b64decode(encoded.encode("ascii"))
        header = json.loads(raw)
        entry = header["x5c"][0]
        expected = {"alg": ALGORITHM, "typ": f"xueji-{kind}+json", "x5c": [entry]}
        # Compared as bytes: a second key of the same name, or another order, would be read differently elsewhere.
        as_expected = isinstance(entry, str) and raw == json.dumps(expected, separators=(",", ":")).encode("ascii")
    except (ValueError, TypeError, LookupError, RecursionError) as malformed:
        raise SignatureInvalid(why="签名文书抬头无法读取") from malformed
    if not as_expected:
        raise SignatureInvalid(why="签名文书的种类或算法不符")
    return str(entry)


def _content(payload: bytes) -> dict[str, Any]:
    try:
        content = json.loads(payload)
        is_canonical = isinstance(content, dict) and canonical_bytes(content) == payload
    except (ValueError, TypeError, AssertionError, RecursionError) as malformed:
        raise SignatureInvalid(why="签名文书的内容无法读取") from malformed
    if not is_canonical:
        raise SignatureInvalid(why="签名文书的内容不是规范格式")
    return dict(content)
