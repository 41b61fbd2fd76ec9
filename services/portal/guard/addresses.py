"""Where a page may send a person: to another page of ours, whatever the request says."""

from __future__ import annotations

from urllib.parse import urlsplit


def local_path(wanted: str, *, otherwise: str) -> str:
    """``wanted`` where it is a path of this portal, else ``otherwise``: a link must not lead a person elsewhere."""
    parts = urlsplit(wanted)
    leads_elsewhere = parts.scheme or parts.netloc or not wanted.startswith("/") or wanted[1:2] in {"/", "\\"}
    return otherwise if leads_elsewhere or any(ord(character) < 32 for character in wanted) else wanted
