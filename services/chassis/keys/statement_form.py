"""The form of a signed statement on paper: JWS compact serialization, one algorithm, one header.

    base64url({"alg":"Ed25519","typ":"xueji-<kind>+json","x5c":["<leaf DER, base64>"]}) . base64url(content) . signature

The algorithm is Ed25519 by its own name (RFC 9864), ``x5c`` holds the signer's certificate and nothing above it (RFC
7515 §4.1.6: the reader holds the authority already), and the content is canonical JSON (``kernel.canonical``).
"""

from __future__ import annotations

import base64
from typing import Any

from joserfc.jws import JWSRegistry

from kernel.statement import StatementKind

ALGORITHM = "Ed25519"  # RFC 9864 §2.2; "EdDSA" of RFC 8037 is refused, it names more than one curve

# A sealed statement (base64url adds a third) has to fit a letter, see chassis.mail.LETTER_BYTES_MAX.
STATEMENT_CHARACTERS_MAX = 640 * 1024
HEADER_CHARACTERS_MAX = 4096


class _StatementRegistry(JWSRegistry):
    """joserfc's own bounds are for tokens; a statement carries a certificate and up to 2,000 pupils' digests."""

    max_header_length = HEADER_CHARACTERS_MAX
    max_payload_length = STATEMENT_CHARACTERS_MAX


REGISTRY = _StatementRegistry(algorithms=[ALGORITHM])


def header_for(kind: StatementKind, certificate_der: bytes) -> dict[str, Any]:
    """The one protected header that a statement of this kind by this certificate has, keys in order."""
    return {
        "alg": ALGORITHM,
        "typ": f"xueji-{kind}+json",
        "x5c": [base64.b64encode(certificate_der).decode("ascii")],
    }
