"""Signatures, seals and fingerprints: what is accepted, and all that is not."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwk import OKPKey

from chassis.keys import (
    ContentKey,
    Directory,
    Fingerprinter,
    IdentityKeys,
    Signer,
    StorageKey,
    Unsealer,
    Verifier,
    is_sealable,
    seal,
)
from chassis.keys.statement_form import STATEMENT_CHARACTERS_MAX
from console.parts.certificates import DevelopmentAuthority, SigningFiles
from kernel.canonical import canonical_bytes
from kernel.office import Identity
from kernel.refusals import (
    ArchiveCorrupt,
    KeyNotHere,
    MessageTooLarge,
    ProvinceNotInDirectory,
    SealUnreadable,
    SignatureInvalid,
)
from kernel.statement import StatementKind

HENAN = "spiffe://xueji/dev/province/41"
GUANGDONG = "spiffe://xueji/dev/province/44"
NATION = "spiffe://xueji/dev/nation/00"


def now_ms() -> int:
    return int(time.time() * 1000)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> DevelopmentAuthority:
    return DevelopmentAuthority.create(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def files(authority: DevelopmentAuthority, tmp_path_factory: pytest.TempPathFactory) -> SigningFiles:
    return authority.issue_signing(HENAN, tmp_path_factory.mktemp("henan"))


@pytest.fixture(scope="module")
def signer(files: SigningFiles) -> Signer:
    return Signer(files.certificate, files.key)


@pytest.fixture(scope="module")
def verifier(authority: DevelopmentAuthority) -> Verifier:
    return Verifier(authority.certificate_file)


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def forged(files: SigningFiles, like: str, *, header: bytes | None = None, payload: bytes | None = None) -> str:
    """A statement with a true signature of the key in ``files`` over another header or payload."""
    head, body, _ = like.split(".")
    head, body = b64(header) if header else head, b64(payload) if payload else body
    key: Any = load_pem_private_key(files.key.read_bytes(), None)
    return f"{head}.{body}.{b64(key.sign(f'{head}.{body}'.encode()))}"


def test_a_statement_is_verified_with_its_signer_and_content(signer: Signer, verifier: Verifier) -> None:
    content = {"at": now_ms(), "student_key": "k", "note": "转学"}
    verified = verifier.verify(signer.sign(StatementKind.RELEASE, content), StatementKind.RELEASE)
    assert verified.signer == Identity.parse(HENAN) == signer.identity
    assert verified.content == content


def test_its_header_is_the_one_of_the_standard(signer: Signer) -> None:
    head, body, _ = signer.sign(StatementKind.LETTER, {"b": 1, "at": 5}).split(".")
    header = json.loads(unb64(head))
    assert header.keys() == {"alg", "typ", "x5c"}
    assert header["alg"] == "Ed25519"
    assert header["typ"] == "xueji-letter+json"
    assert unb64(body) == b'{"at":5,"b":1}'


@pytest.mark.parametrize("other", [kind for kind in StatementKind if kind is not StatementKind.RELEASE])
def test_a_statement_of_one_kind_is_never_taken_for_another(
    other: StatementKind, signer: Signer, verifier: Verifier
) -> None:
    statement = signer.sign(StatementKind.RELEASE, {"at": now_ms()})
    with pytest.raises(SignatureInvalid):
        verifier.verify(statement, other)


@given(position=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_no_altered_character_is_accepted(position: float, bit: int, signer: Signer, verifier: Verifier) -> None:
    statement = signer.sign(StatementKind.LETTER, {"at": now_ms(), "transfer_id": "t"})
    at = int(position * len(statement))
    altered = statement[:at] + chr(ord(statement[at]) ^ (1 << bit)) + statement[at + 1 :]
    with pytest.raises(SignatureInvalid):
        verifier.verify(altered, StatementKind.LETTER)


@given(text=st.text(max_size=300))
def test_what_is_no_statement_is_refused_by_name(text: str, verifier: Verifier) -> None:
    with pytest.raises(SignatureInvalid):
        verifier.verify(text, StatementKind.LETTER)


def header_of(statement: str) -> dict[str, Any]:
    header: dict[str, Any] = json.loads(unb64(statement.partition(".")[0]))
    return header


def compact(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "change",
    [
        {"alg": "EdDSA"},
        {"alg": "none"},
        {"alg": "HS256"},
        {"typ": "JWT"},
        {"crit": ["exp"]},
        {"kid": "x"},
        {"jwk": {}},
        {"x5c": []},
        {"x5c": "text"},
        {"x5c": [1]},
        {"x5c": ["AAAA"]},
    ],
)
def test_another_header_is_refused_although_the_signature_is_true(
    change: dict[str, Any], signer: Signer, files: SigningFiles, verifier: Verifier
) -> None:
    statement = signer.sign(StatementKind.LETTER, {"at": now_ms()})
    with pytest.raises(SignatureInvalid):
        verifier.verify(forged(files, statement, header=compact(header_of(statement) | change)), StatementKind.LETTER)


def test_two_certificates_or_a_doubled_key_in_the_header_are_refused(
    signer: Signer, files: SigningFiles, verifier: Verifier
) -> None:
    statement = signer.sign(StatementKind.LETTER, {"at": now_ms()})
    header = header_of(statement)
    twice = compact(header | {"x5c": header["x5c"] * 2})
    doubled = compact(header).replace(b'{"alg"', b'{"alg":"none","alg"')
    for altered in (twice, doubled, compact(header) + b" "):
        with pytest.raises(SignatureInvalid):
            verifier.verify(forged(files, statement, header=altered), StatementKind.LETTER)


@pytest.mark.parametrize(
    "payload",
    [
        b'{"at": %d}',
        b'{"b":1,"at":%d}',
        b'{"at":1,"at":%d}',
        b"[%d]",
        b'{"at":%d.0}',
        b'{"at":"%d"}',
        b'{"at":%d,"x":1.5}',
        b"%d",
        b'{"at":%d',
        b'{"at":%d,"x":"\\ud800"}',
        b'{"at":%d,"x":' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"no":%d}',
        b'{"at":true,"n":%d}',
    ],
)
def test_content_that_is_not_canonical_or_has_no_time_is_refused(
    payload: bytes, signer: Signer, files: SigningFiles, verifier: Verifier
) -> None:
    statement = signer.sign(StatementKind.LETTER, {"at": now_ms()})
    with pytest.raises(SignatureInvalid):
        verifier.verify(forged(files, statement, payload=payload % now_ms()), StatementKind.LETTER)


def test_the_certificate_must_be_in_force_when_the_statement_was_made_not_when_it_is_read(
    signer: Signer, verifier: Verifier
) -> None:
    before = int((datetime.now(UTC) - timedelta(days=1)).timestamp() * 1000)
    after = int((datetime.now(UTC) + timedelta(days=8)).timestamp() * 1000)
    for at in (before, after):
        with pytest.raises(SignatureInvalid):
            verifier.verify(signer.sign(StatementKind.LETTER, {"at": at}), StatementKind.LETTER)
    late = int((datetime.now(UTC) + timedelta(days=6)).timestamp() * 1000)
    assert verifier.verify(signer.sign(StatementKind.LETTER, {"at": late}), StatementKind.LETTER).content["at"] == late


def test_a_certificate_of_a_foreign_authority_is_refused(
    tmp_path: Path, authority: DevelopmentAuthority, verifier: Verifier
) -> None:
    foreign = DevelopmentAuthority.create(tmp_path / "foreign-ca")
    theirs = foreign.issue_signing(HENAN, tmp_path / "henan")
    statement = Signer(theirs.certificate, theirs.key).sign(StatementKind.LETTER, {"at": now_ms()})
    with pytest.raises(SignatureInvalid):
        verifier.verify(statement, StatementKind.LETTER)
    both = tmp_path / "both.pem"
    both.write_bytes(authority.certificate_file.read_bytes() + foreign.certificate_file.read_bytes())
    assert Verifier(both).verify(statement, StatementKind.LETTER).signer == Identity.parse(HENAN)


def test_a_tls_certificate_signs_nothing(tmp_path: Path, authority: DevelopmentAuthority) -> None:
    tls = authority.issue_tls(HENAN, tmp_path)
    with pytest.raises(SignatureInvalid):
        Signer(tls.cert, tls.key)


def test_a_certificate_and_another_key_do_not_make_a_signer(
    tmp_path: Path, authority: DevelopmentAuthority, files: SigningFiles
) -> None:
    other = authority.issue_signing(GUANGDONG, tmp_path)
    with pytest.raises(SignatureInvalid):
        Signer(files.certificate, other.key)


def test_a_replaced_key_is_taken_up_and_a_half_replaced_one_is_not(
    tmp_path: Path, authority: DevelopmentAuthority, verifier: Verifier
) -> None:
    mine = authority.issue_signing(HENAN, tmp_path / "mine")
    signer = Signer(mine.certificate, mine.key)
    renewed = authority.issue_signing(HENAN, tmp_path / "renewed")
    mine.certificate.write_bytes(renewed.certificate.read_bytes())
    first = signer.sign(StatementKind.LETTER, {"at": now_ms()})
    renewed.key.replace(mine.key)
    second = signer.sign(StatementKind.LETTER, {"at": now_ms()})
    assert header_of(first)["x5c"] != header_of(second)["x5c"]
    for statement in (first, second):
        verifier.verify(statement, StatementKind.LETTER)


def test_a_statement_over_the_bound_is_neither_made_nor_read(signer: Signer, verifier: Verifier) -> None:
    with pytest.raises(MessageTooLarge):
        signer.sign(StatementKind.LETTER, {"at": now_ms(), "text": "长" * STATEMENT_CHARACTERS_MAX})
    nearly = signer.sign(StatementKind.LETTER, {"at": now_ms(), "text": "x" * 480_000})
    assert verifier.verify(nearly, StatementKind.LETTER).content["text"] == "x" * 480_000
    with pytest.raises(SignatureInvalid):
        verifier.verify(nearly + "A" * STATEMENT_CHARACTERS_MAX, StatementKind.LETTER)


# --- Seals ---


@pytest.fixture(scope="module")
def sealing(authority: DevelopmentAuthority, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return authority.issue_sealing(GUANGDONG, tmp_path_factory.mktemp("guangdong"))


def test_what_is_sealed_to_a_hub_it_opens_and_nobody_else(
    sealing: Any, authority: DevelopmentAuthority, tmp_path: Path
) -> None:
    unsealer = Unsealer(sealing.private)
    sealed = seal("学籍档案", unsealer.public)
    assert "学籍" not in sealed
    assert unsealer.open(sealed) == "学籍档案"
    assert unsealer.public == sealing.public
    other = Unsealer(authority.issue_sealing(HENAN, tmp_path).private)
    with pytest.raises(SealUnreadable):
        other.open(sealed)


def test_the_longest_statement_can_be_sealed_and_fits_a_letter(sealing: Any) -> None:
    text = "x" * STATEMENT_CHARACTERS_MAX
    sealed = seal(text, sealing.public)
    assert len(sealed) < 900_000
    assert Unsealer(sealing.private).open(sealed) == text
    with pytest.raises(MessageTooLarge):
        seal(text + "x", sealing.public)


def test_while_a_key_is_replaced_both_open(sealing: Any, authority: DevelopmentAuthority, tmp_path: Path) -> None:
    new = authority.issue_sealing(GUANGDONG, tmp_path / "new")
    both = tmp_path / "both.jwk"
    both.write_text(json.dumps({"keys": [json.loads(file.read_text()) for file in (new.private, sealing.private)]}))
    unsealer = Unsealer(both)
    assert unsealer.public["kid"] == new.public["kid"]
    assert unsealer.open(seal("a", new.public)) == "a"
    assert unsealer.open(seal("b", sealing.public)) == "b"


@given(position=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_no_altered_seal_opens(position: float, bit: int, sealing: Any) -> None:
    sealed = seal("学籍", sealing.public)
    at = int(position * len(sealed))
    altered = sealed[:at] + chr(ord(sealed[at]) ^ (1 << bit)) + sealed[at + 1 :]
    with pytest.raises(SealUnreadable):
        Unsealer(sealing.private).open(altered)


@pytest.mark.parametrize(
    ("algorithm", "encryption", "extra"),
    [
        ("ECDH-ES", "A256GCM", {}),
        ("ECDH-ES+A128KW", "A256GCM", {}),
        ("ECDH-ES+A256KW", "A128CBC-HS256", {}),
        ("ECDH-ES+A256KW", "A256GCM", {"zip": "DEF"}),
    ],
)
def test_another_suite_is_refused(algorithm: str, encryption: str, extra: dict[str, str], sealing: Any) -> None:
    key = OKPKey.import_key(sealing.public)
    header = {"alg": algorithm, "enc": encryption, "kid": sealing.public["kid"], **extra}
    sealed = jwe.encrypt_compact(header, b"x", key, algorithms=[algorithm, encryption, "DEF"])
    with pytest.raises(SealUnreadable):
        Unsealer(sealing.private).open(sealed)


@pytest.mark.parametrize("public", [{}, {"kty": "OKP"}, {"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "k"}])
def test_a_public_key_that_cannot_be_used_is_named(public: dict[str, str]) -> None:
    with pytest.raises(SealUnreadable):
        seal("x", public)


# --- Archives ---


def test_chunks_open_at_their_place_alone() -> None:
    key = ContentKey.new()
    chunks = [key.encrypt(index, bytes([index]) * 1000) for index in range(3)]
    again = ContentKey.from_text(key.to_text())
    assert [again.decrypt(index, chunk) for index, chunk in enumerate(chunks)] == [bytes([i]) * 1000 for i in range(3)]
    with pytest.raises(ArchiveCorrupt):
        again.decrypt(1, chunks[0])
    with pytest.raises(ArchiveCorrupt):
        ContentKey.new().decrypt(0, chunks[0])
    with pytest.raises(ArchiveCorrupt):
        ContentKey.from_text("AAAA")
    assert key.to_text() not in repr(key)
    assert repr(key.secret) not in repr(key)


# --- What the index keeps ---


def test_a_fingerprint_depends_on_key_kind_and_text() -> None:
    mine = Fingerprinter(b"k" * 32)
    assert mine.of("document", "1:x") == Fingerprinter(b"k" * 32).of("document", "1:x")
    others = {mine.of("number", "1:x"), mine.of("document", "1:y"), Fingerprinter(b"l" * 32).of("document", "1:x")}
    assert mine.of("document", "1:x") not in others
    assert len(others) == 3
    with pytest.raises(ValueError, match="32 bytes"):
        Fingerprinter(b"short")


NUMBERS = st.from_regex(r"[GLJ][0-9]{17}[0-9X]", fullmatch=True)


def sealed_under(key: StorageKey, *numbers: str) -> list[UUID]:
    return [UUID(bytes=sealed) for sealed in key.seal(numbers)]


@given(number=NUMBERS, other=NUMBERS)
def test_a_number_has_one_seal_under_a_key_and_opens_from_it(number: str, other: str) -> None:
    key = StorageKey(b"a" * 32)
    assert is_sealable(number)
    one, another = sealed_under(key, number, other)
    assert [key.open(one), key.open(another)] == [number, other]
    assert (one == another) == (number == other)
    assert sealed_under(key, number) == [one]


def test_a_sealed_number_opens_under_its_own_key_and_under_no_other() -> None:
    old, new = StorageKey(b"a" * 32), StorageKey(b"b" * 32)
    (sealed,) = sealed_under(old, "G11010519491231002X")
    (renewed,) = sealed_under(new, "G11010519491231002X")
    assert renewed != sealed
    assert [new.open(sealed), old.open(renewed), old.open(UUID(int=sealed.int ^ 1))] == [None, None, None]
    both = IdentityKeys(b"k" * 32, {1: b"a" * 32, 2: b"b" * 32})
    assert both.open(sealed) == both.open(renewed) == "G11010519491231002X"
    with pytest.raises(KeyNotHere):
        IdentityKeys(b"k" * 32, {1: b"a" * 32}).open(renewed)


@given(fingerprints=st.lists(st.binary(min_size=16, max_size=16)))
def test_fingerprints_are_unwrapped_by_the_key_that_wrapped_them_and_by_no_other(fingerprints: list[bytes]) -> None:
    old, new = StorageKey(b"a" * 32), StorageKey(b"b" * 32)
    wrapped = old.wrap(fingerprints)
    assert old.unwrap(wrapped) == fingerprints
    assert not set(new.unwrap(wrapped)) & set(fingerprints)


def test_fingerprints_and_numbers_have_keys_of_their_own() -> None:
    key = StorageKey(b"a" * 32)
    (unwrapped,) = key.unwrap(key.seal(["G11010519491231002X"]))
    assert unwrapped.hex() != "0000000000000111010519491231002a"
    assert key.wrap([bytes.fromhex("0000000000000111010519491231002a")]) != key.seal(["G11010519491231002X"])


def test_a_key_is_recognised_by_a_value_that_is_not_the_key() -> None:
    one, same, other = StorageKey(b"a" * 32), StorageKey(b"a" * 32), StorageKey(b"b" * 32)
    assert one.check == same.check != other.check
    keys = IdentityKeys(b"k" * 32, {1: b"a" * 32})
    assert keys.fingerprint_check not in {one.check, IdentityKeys(b"l" * 32, {1: b"a" * 32}).fingerprint_check}


@pytest.mark.parametrize(
    "storage_keys",
    [{}, {0: b"a" * 32}, {1 << 15: b"a" * 32}, {1: b"a" * 31}, {1: b"a" * 32, 2: b"a" * 32}],
    ids=["none", "of no version", "beyond the versions", "short", "one key twice"],
)
def test_what_cannot_be_keys_of_an_index_is_refused(storage_keys: dict[int, bytes]) -> None:
    with pytest.raises(ValueError, match="storage key"):
        IdentityKeys(b"k" * 32, storage_keys)


@pytest.mark.parametrize("text", ["", "G", "X11010519491231002X", "G1101051949123100２X", "G11010519491231002x"])
def test_what_has_not_the_form_of_a_number_is_not_sealed(text: str) -> None:
    assert not is_sealable(text)


# --- The directory ---


def a_directory(path: Path, signer: Signer, *, at: int, address: str) -> None:
    content = {"at": at, "provinces": {"41": {"archive_address": address, "sealing_key": {"kid": "k"}}}}
    path.write_text(signer.sign(StatementKind.DIRECTORY, content))


def test_the_directory_is_the_nations_and_read_again_when_a_newer_edition_is_there(
    tmp_path: Path, authority: DevelopmentAuthority, verifier: Verifier, signer: Signer
) -> None:
    nation = authority.issue_signing(NATION, tmp_path / "nation")
    nations = Signer(nation.certificate, nation.key)
    path, at = tmp_path / "directory.jws", now_ms()
    a_directory(path, nations, at=at, address="127.0.0.1:1")
    directory = Directory(path, verifier=verifier)
    assert directory.province("41").archive_address == "127.0.0.1:1"
    assert directory.provinces() == ("41",)
    with pytest.raises(ProvinceNotInDirectory):
        directory.province("44")

    a_directory(path, nations, at=at + 1, address="127.0.0.1:22")
    assert directory.province("41").archive_address == "127.0.0.1:22"

    for not_taken_up in (
        lambda: a_directory(path, nations, at=at, address="127.0.0.1:old"),
        lambda: a_directory(path, signer, at=at + 2, address="127.0.0.1:hubs"),
        lambda: path.write_text("torn"),
        path.unlink,
    ):
        not_taken_up()
        assert directory.province("41").archive_address == "127.0.0.1:22"

    a_directory(path, signer, at=at + 3, address="127.0.0.1:hub")
    with pytest.raises(SignatureInvalid):
        Directory(path, verifier=verifier)


def test_the_canonical_form_is_what_is_signed(signer: Signer) -> None:
    content = {"z": "值", "at": 1, "a": [1, None, True]}
    assert unb64(signer.sign(StatementKind.LETTER, content).split(".")[1]) == canonical_bytes(content)
