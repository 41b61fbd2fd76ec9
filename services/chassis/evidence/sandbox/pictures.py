"""Pictures: scans, and photographs of papers."""

from __future__ import annotations

import io
import math
import warnings

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from chassis.confinement import Refused

PIXELS_READ_MAX = 32_000_000  # more than any telephone of a school office takes; 96 MB when opened
PIXELS_KEPT_MAX = 4_000_000  # a page of A4 at about 200 dots per inch: small print can be read
BYTES_MAX = 2 * 1024 * 1024
_QUALITIES = (88, 75, 60)  # the first that fits
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}
# What a picture may say of itself; anything else is a place to hide something in, or to give a place away.
_PLAIN_INFO = frozenset({"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"})
_LAST_BYTES = {"image/jpeg": b"\xff\xd9", "image/png": b"\x00\x00\x00\x00IEND\xaeB`\x82"}

Image.MAX_IMAGE_PIXELS = PIXELS_READ_MAX
warnings.simplefilter("error", Image.DecompressionBombWarning)


def draw_anew(content: bytes, media_type: str) -> tuple[str, bytes]:
    """The picture upright, at most ``PIXELS_KEPT_MAX``, with nothing beside it; as JPEG where it would be too large.

    Raises:
        Refused: it cannot be opened, or would unfold beyond ``PIXELS_READ_MAX``.
    """
    picture = _flat(ImageOps.exif_transpose(_open(content, media_type)))
    pixels = picture.width * picture.height
    if pixels > PIXELS_KEPT_MAX:
        scale = math.sqrt(PIXELS_KEPT_MAX / pixels)
        size = (max(1, int(picture.width * scale)), max(1, int(picture.height * scale)))
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    if media_type == "image/png":
        drawn = _written(picture, "PNG", optimize=True)
        if len(drawn) <= BYTES_MAX:
            return media_type, drawn
    for quality in _QUALITIES:
        drawn = _written(picture, "JPEG", quality=quality)
        if len(drawn) <= BYTES_MAX:
            return "image/jpeg", drawn
    raise Refused("EVIDENCE_TOO_LARGE", f"{BYTES_MAX // 2**20} MB")


def inspect_picture(content: bytes, media_type: str) -> None:
    """What another office drew anew is a picture and nothing else.

    Raises:
        Refused: it cannot be opened, is too large, or has something beside or behind the picture.
    """
    picture = _open(content, media_type)
    if picture.width * picture.height > PIXELS_KEPT_MAX:
        raise Refused("EVIDENCE_UNSAFE", "图片像素过多")
    if len(picture.getexif()) or not _PLAIN_INFO.issuperset(picture.info):
        raise Refused("EVIDENCE_UNSAFE", "图片中带有拍摄信息")
    if not content.endswith(_LAST_BYTES[media_type]):
        raise Refused("EVIDENCE_UNSAFE", "图片之后还有内容")


def _open(content: bytes, media_type: str) -> ImageFile.ImageFile:
    try:
        picture = Image.open(io.BytesIO(content), formats=[_FORMATS[media_type]])
        picture.load()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as bomb:
        raise Refused("EVIDENCE_UNSAFE", "图片像素过多") from bomb
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as damaged:
        raise Refused("EVIDENCE_UNREADABLE", type(damaged).__name__) from damaged
    return picture


def _flat(picture: Image.Image) -> Image.Image:
    """In grey or in colour, on white where it was transparent: two pictures in one frame are a way to deceive."""
    if picture.mode in {"L", "RGB"}:
        return picture
    if picture.mode in {"1", "I", "I;16", "F"}:
        return picture.convert("L")
    if picture.has_transparency_data:
        above = picture.convert("RGBA")
        page = Image.new("RGBA", above.size, "white")
        return Image.alpha_composite(page, above).convert("RGB")
    return picture.convert("RGB")


def _written(picture: Image.Image, form: str, **options: int | bool) -> bytes:
    # A copy without info: what is not handed over cannot be written.
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    content = io.BytesIO()
    bare.save(content, form, **options)
    return content.getvalue()
