"""Signed statements: the one form in which an office binds itself.

Endorsements, letters between provinces, releases, acceptances, acknowledgements, custody receipts, notices and their
receipts, withdrawals, registers, reviews, adjudications, checkpoints of the index's log are all the same thing:
canonical JSON (``kernel.canonical``) under a JWS (RFC 7515, algorithm Ed25519 of RFC 9864) whose protected header
carries the kind of statement and the signer's certificate. So any of them can be checked years later, by anybody who
holds the authority's root, with nothing else at hand. Signing and verifying live in ``chassis.keys``; the rules get
them as plain functions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from kernel.office import Identity, Office
from kernel.refusals import SignatureInvalid


class StatementKind(StrEnum):
    """Domain separation: a statement of one kind is never accepted for another."""

    ENDORSEMENT = "endorsement"
    LETTER = "letter"
    RELEASE = "release"
    ACCEPTANCE = "acceptance"
    RECEIPT = "receipt"
    DIRECTORY = "directory"
    FIGURES = "figures"
    NOTICE = "notice"
    NOTICE_RECEIPT = "notice_receipt"
    WITHDRAWAL = "withdrawal"
    REGISTER_ENTRY = "register_entry"
    REVIEW_RESULT = "review_result"
    ORGANISATION_CHANGE = "organisation_change"
    CHECKPOINT = "checkpoint"
    WITNESS = "witness"
    ADJUDICATION = "adjudication"
    ADJUDICATION_WORD = "adjudication_word"


@dataclass(frozen=True)
class Verified:
    """A statement whose signature and certificate were found good.

    Attributes:
        signer: the identity that the certificate names.
        content: the statement's canonical JSON object.
    """

    signer: Identity
    content: Mapping[str, Any]


# Closures over keys, made by chassis.keys: (kind, content) -> JWS; (jws, kind) -> Verified, or SignatureInvalid raised.
Sign = Callable[[StatementKind, Mapping[str, Any]], str]
Verify = Callable[[str, StatementKind], Verified]


def statement_digest(jws: str) -> str:
    """SHA-256 of the compact serialization, in hex: what a later statement names to cover this one."""
    return hashlib.sha256(jws.encode("ascii")).hexdigest()


T = TypeVar("T")


def built(build: Callable[[], T]) -> T:
    """What a statement's content makes. Raises SignatureInvalid where it is not whole."""
    try:
        return build()
    except (KeyError, TypeError, ValueError) as malformed:
        raise SignatureInvalid(why="所签内容不完整") from malformed


def require_signer(verified: Verified, office: Office) -> None:
    """Raises SignatureInvalid unless it is that office's statement."""
    if verified.signer.office != office:
        raise SignatureInvalid(why=f"签名单位是{verified.signer.office}，应为{office}")
