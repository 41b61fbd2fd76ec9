"""Keys: signing, sealing and fingerprints. The only place of the services that touches cryptography.

    Signer, Verifier            statements (kernel.statement) as JWS with the signer's certificate beside them
    seal, Unsealer              letters as JWE for one hub, so that the broker holds nothing readable
    ContentKey                  archives as AES-256-GCM chunks under one key each
    IdentityKeys, Fingerprinter what the national index keeps instead of documents and numbers
    Tokens                      what it compares people by
    Directory                   who is reachable where, signed by the nation

An office has separate keys for TLS, for signing and for opening what is sealed to it; none serves for another. Every
key file is read again when it was replaced, because leaves live
for days and a service for months.
"""

from chassis.keys.archive_content import ContentKey
from chassis.keys.directory import Directory, Province
from chassis.keys.fingerprints import Fingerprinter
from chassis.keys.sealing import Unsealer, seal
from chassis.keys.signing import Signer
from chassis.keys.storage import IdentityKeys, StorageKey, is_sealable
from chassis.keys.tokens import Tokens
from chassis.keys.verifying import Verifier

__all__ = [
    "ContentKey",
    "Directory",
    "Fingerprinter",
    "IdentityKeys",
    "Province",
    "Signer",
    "StorageKey",
    "Tokens",
    "Unsealer",
    "Verifier",
    "is_sealable",
    "seal",
]
