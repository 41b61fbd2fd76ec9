"""Proofs from outside: what is kept of them, and what is turned away. Each is opened in the real sandbox process."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from chassis.evidence.cleaning import clean, inspect
from kernel.evidence import EVIDENCE_BYTES_MAX, MediaType
from kernel.refusals import (
    EvidenceContentMismatch,
    EvidenceTooLarge,
    EvidenceTypeNotAllowed,
    EvidenceUnreadable,
    EvidenceUnsafe,
)

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825


def a_picture(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    return Image.radial_gradient("L").resize((width, height)).convert(mode)


def written(picture: Image.Image, form: str, **options: object) -> bytes:
    content = io.BytesIO()
    picture.save(content, form, **options)
    return content.getvalue()


def a_photograph(width: int = 60, height: int = 40) -> bytes:
    """As a telephone takes it: lying on its side, with maker and place."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[MAKER] = "Telephone of Zhang San"
    exif.get_ifd(GPS)[1] = "N"
    return written(a_picture(width, height), "JPEG", exif=exif.tobytes(), comment=b"ID 410105201103070012")


def a_pdf(*, pages: int = 1, change: object = None, password: str = "") -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    if callable(change):
        change(writer)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_a_photograph_is_kept_upright_and_says_nothing_of_where_it_was_taken() -> None:
    kept = clean(a_photograph(60, 40), "image/jpeg")
    assert kept.media_type is MediaType.JPEG
    assert opened(kept.content).size == (40, 60)
    assert len(opened(kept.content).getexif()) == 0
    assert b"Exif" not in kept.content
    assert b"Zhang San" not in kept.content
    assert b"410105201103070012" not in kept.content


def test_what_is_hidden_behind_a_picture_stays_outside() -> None:
    for form, media_type in (("JPEG", "image/jpeg"), ("PNG", "image/png")):
        kept = clean(written(a_picture(), form) + b"PK\x03\x04 an archive", media_type)
        assert b"an archive" not in kept.content
        inspect(kept.content, kept.media_type.value)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_picture_comes_out_as_one_that_passes_inspection(mode: str) -> None:
    form, media_type = ("JPEG", "image/jpeg") if mode == "CMYK" else ("PNG", "image/png")
    picture = a_picture(mode="L").convert("I;16") if mode == "I;16" else a_picture(mode="RGB").convert(mode)
    kept = clean(written(picture, form), media_type)
    assert opened(kept.content).mode in {"L", "RGB"}
    inspect(kept.content, kept.media_type.value)


def test_what_was_transparent_is_white_and_not_what_lay_hidden_below() -> None:
    hidden = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    kept = clean(written(hidden, "PNG"), "image/png")
    assert opened(kept.content).convert("RGB").getpixel((10, 10)) == (255, 255, 255)


def test_a_large_photograph_is_made_smaller_and_not_turned_away() -> None:
    kept = clean(written(a_picture(4000, 3000), "JPEG", quality=50), "image/jpeg")
    width, height = opened(kept.content).size
    assert 3_900_000 < width * height <= 4_000_000
    assert abs(width / height - 4 / 3) < 0.01


def test_a_png_that_would_grow_beyond_the_bound_is_kept_as_a_jpeg() -> None:
    # Random bytes cannot be packed: in a palette of 256 colours a byte a pixel, drawn anew three.
    size = (1400, 1400)
    noise = Image.frombytes("P", size, hashlib.shake_256(b"pixels").digest(size[0] * size[1]))
    noise.putpalette(hashlib.shake_256(b"colours").digest(768))
    content = written(noise, "PNG")
    assert len(content) <= EVIDENCE_BYTES_MAX < len(written(noise.convert("RGB"), "PNG"))
    kept = clean(content, "image/png")
    assert kept.media_type is MediaType.JPEG
    assert len(kept.content) <= EVIDENCE_BYTES_MAX
    inspect(kept.content, "image/jpeg")


def test_the_same_file_is_kept_as_the_same_bytes() -> None:
    assert clean(a_photograph(), "image/jpeg") == clean(a_photograph(), "image/jpeg")


def test_a_picture_that_unfolds_without_end_is_turned_away() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(10**7)))
        + chunk(b"IEND", b"")
    )
    assert len(bomb) < 20_000
    with pytest.raises(EvidenceUnsafe):
        clean(bomb, "image/png")


@pytest.mark.parametrize("kept_bytes", [20, 200, 600])
def test_a_torn_picture_is_told(kept_bytes: int) -> None:
    content = written(a_picture(400, 400), "JPEG")
    with pytest.raises(EvidenceUnreadable):
        clean(content[:kept_bytes], "image/jpeg")


def test_another_office_cannot_send_what_was_never_drawn_anew() -> None:
    for content in (
        a_photograph(),
        written(a_picture(), "JPEG", comment=b"a word"),
        written(a_picture(), "JPEG") + b"behind it",
        written(a_picture(2100, 2000), "JPEG"),
    ):
        with pytest.raises(EvidenceUnsafe):
            inspect(content, "image/jpeg")


def test_pages_are_kept_as_they_are() -> None:
    pages = a_pdf(pages=3)
    kept = clean(pages, "application/pdf")
    assert kept.content == pages
    inspect(pages, "application/pdf")


def _acts(kind: str, key: str = "/F") -> object:
    def change(writer: PdfWriter) -> None:
        action = DictionaryObject({NameObject("/S"): NameObject(kind), NameObject(key): TextStringObject("x")})
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)

    return change


@pytest.mark.parametrize(
    "change",
    [
        _acts("/JavaScript", "/JS"),
        lambda writer: writer.add_attachment("list.xlsx", b"a list of pupils"),
        _acts("/Launch"),
        _acts("/SubmitForm"),
        _acts("/GoToR"),
    ],
    ids=["script", "file in the file", "launch", "submit", "other file"],
)
def test_pages_that_act_or_carry_another_file_are_turned_away(change: object) -> None:
    with pytest.raises(EvidenceUnsafe):
        clean(a_pdf(change=change), "application/pdf")


def test_pages_behind_a_password_or_without_end_are_turned_away() -> None:
    with pytest.raises(EvidenceUnsafe):
        clean(a_pdf(password="1"), "application/pdf")
    with pytest.raises(EvidenceUnreadable):
        clean(a_pdf(pages=51), "application/pdf")
    with pytest.raises(EvidenceUnreadable):
        clean(b"%PDF-1.7\nnothing follows", "application/pdf")


def test_what_can_be_said_without_opening_is_said_without_opening() -> None:
    with pytest.raises(EvidenceTooLarge):
        clean(b"\xff\xd8\xff".ljust(EVIDENCE_BYTES_MAX + 1), "image/jpeg")
    with pytest.raises(EvidenceContentMismatch):
        clean(a_pdf(), "image/png")
    with pytest.raises(EvidenceTypeNotAllowed):
        clean(b"<svg/>", "image/svg+xml")
