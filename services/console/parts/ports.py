"""TCP ports on loopback that stay ours while a part is down."""

from __future__ import annotations

import secrets
import socket

LOOPBACK = "127.0.0.1"

# Below the range that systems hand to outgoing connections (32768 on Linux, 49152 elsewhere): a port from that range
# could be taken by any client of ours between the kill of a part and its next start.
_LOWEST_PORT = 20_000
_HIGHEST_PORT = 32_000
_ATTEMPTS_MAX = 200

_handed_out: set[int] = set()


def free_port() -> int:
    """A port on which nobody listens, never the same one twice from one process.

    Raises:
        OSError: no free port was found.
    """
    for _ in range(_ATTEMPTS_MAX):
        port = _LOWEST_PORT + secrets.randbelow(_HIGHEST_PORT - _LOWEST_PORT)
        if port not in _handed_out and _can_be_bound(port):
            _handed_out.add(port)
            return port
    raise OSError(f"no free port between {_LOWEST_PORT} and {_HIGHEST_PORT}")


def _can_be_bound(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as candidate:
        try:
            candidate.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
