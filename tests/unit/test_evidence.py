"""Evidence: what is taken, and how a file is recognised."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.evidence import (
    EVIDENCE_BYTES_MAX,
    EvidenceKind,
    MediaType,
    content_digest,
    require_acceptable,
    sniffed,
)
from kernel.refusals import (
    EvidenceContentMismatch,
    EvidenceKindUnknown,
    EvidenceTooLarge,
    EvidenceTypeNotAllowed,
)

JPEG = b"\xff\xd8\xff\xe0 a picture"
PNG = b"\x89PNG\r\n\x1a\n a picture"
PDF = b"%PDF-1.7 a page"
OF = {MediaType.JPEG: JPEG, MediaType.PNG: PNG, MediaType.PDF: PDF}


@pytest.mark.parametrize("kind", EvidenceKind)
def test_a_kind_has_a_chinese_label_of_its_own_and_a_clause(kind: EvidenceKind) -> None:
    assert re.fullmatch(r"[\u4e00-\u9fff]+", kind.label)
    assert [other for other in EvidenceKind if other.label == kind.label] == [kind]
    assert kind.clauses
    assert all(re.fullmatch(r"\d{1,2}\.\d(\.\d)?", clause) for clause in kind.clauses)


def test_a_kind_is_known_by_its_name_and_by_its_label_and_by_nothing_else() -> None:
    for kind in EvidenceKind:
        assert EvidenceKind.parse(kind.value) is EvidenceKind.parse(kind.label) is kind
    with pytest.raises(EvidenceKindUnknown):
        EvidenceKind.parse("公证书")


@pytest.mark.parametrize("media_type", MediaType)
def test_a_file_is_what_its_first_bytes_say(media_type: MediaType) -> None:
    assert sniffed(OF[media_type]) is media_type
    assert require_acceptable(OF[media_type], media_type.value) is media_type


@pytest.mark.parametrize("declared", MediaType)
@pytest.mark.parametrize("content", [JPEG, PNG, PDF, b"MZ\x90", b"", b"<html>", b"\n" + PDF, b"GIF89a"])
def test_a_file_that_is_not_what_it_is_called_is_refused(declared: MediaType, content: bytes) -> None:
    if content == OF[declared]:
        return
    with pytest.raises(EvidenceContentMismatch) as refused:
        require_acceptable(content, declared.value)
    assert declared.label in refused.value.sentence


@pytest.mark.parametrize("declared", ["image/svg+xml", "text/html", "IMAGE/JPEG", "", "application/zip"])
def test_other_forms_are_not_taken(declared: str) -> None:
    with pytest.raises(EvidenceTypeNotAllowed):
        require_acceptable(JPEG, declared)


def test_the_size_is_bounded_at_the_byte() -> None:
    full = JPEG.ljust(EVIDENCE_BYTES_MAX, b"\0")
    assert require_acceptable(full, "image/jpeg") is MediaType.JPEG
    with pytest.raises(EvidenceTooLarge):
        require_acceptable(full + b"\0", "image/jpeg")


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_content_is_named_by_every_byte_of_it(one: bytes, other: bytes) -> None:
    assert (content_digest(one) == content_digest(other)) == (one == other)
    assert re.fullmatch(r"[0-9a-f]{64}", content_digest(one))
