"""What every answer forbids the browser (CSP Level 3, OWASP ASVS 3.4)."""

from __future__ import annotations

from flask import Response

from kernel.evidence import MediaType

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",  # the component stylesheet draws its ticks and arrows from data
        "font-src 'self'",
        "frame-src 'self'",  # a proof of several pages, beside the data
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

# A proof is somebody's scan: it is drawn and can do nothing. The browser's own viewer of pages is no script of ours,
# and does not open in a sandbox.
FOR_PROOFS = {
    MediaType.JPEG: "default-src 'none'; sandbox",
    MediaType.PNG: "default-src 'none'; sandbox",
    MediaType.PDF: "default-src 'none'; object-src 'self'; frame-ancestors 'self'",
}


def forbid(response: Response, *, is_file: bool) -> Response:
    """Nothing from elsewhere, nothing in the page itself, nobody's frame, no trace in a cache or a referrer."""
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=()"
    if not is_file:  # a page shows children; a shared computer must not remember it
        response.headers["Cache-Control"] = "no-store"
    return response
