"""TLS files, and the credentials made of them: mutual, and renewed without a restart."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import grpc

from chassis.keys.files import ReadAgain


@dataclass(frozen=True)
class TlsFiles:
    """PEM files for either end: the office's certificate, its key, and the authority that all offices trust."""

    certificate: Path
    key: Path
    authority: Path

    @property
    def paths(self) -> tuple[Path, Path, Path]:
        return self.certificate, self.key, self.authority


def client_context(tls: TlsFiles) -> ssl.SSLContext:
    """For clients that are not gRPC.

    Raises:
        OSError: a file cannot be read, or certificate and key do not belong together (``ssl.SSLError``).
    """
    context = ssl.create_default_context(cafile=str(tls.authority))
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(tls.certificate, tls.key)
    return context


def channel_credentials(tls: TlsFiles) -> grpc.ChannelCredentials:
    """What a client shows and trusts, as the files are now. Raises OSError as ``client_context`` does."""
    client_context(tls)  # gRPC takes any pair and fails at each handshake; this one says so where it is read
    certificate, key, authority = (path.read_bytes() for path in tls.paths)
    return grpc.ssl_channel_credentials(authority, key, certificate)


def server_credentials(tls: TlsFiles) -> grpc.ServerCredentials:
    """What a server shows, demanding a certificate of every client; replaced files hold from the next handshake on.

    Raises:
        OSError: as ``client_context`` does.
    """
    in_force = ReadAgain(*tls.paths, read=lambda: _server_configuration(tls))
    # The stub forgets that None is an answer.
    fetch = cast(Callable[[], grpc.ServerCertificateConfiguration], _only_news(in_force))
    return grpc.dynamic_ssl_server_credentials(in_force(), fetch, require_client_authentication=True)


def _server_configuration(tls: TlsFiles) -> grpc.ServerCertificateConfiguration:
    client_context(tls)
    certificate, key, authority = (path.read_bytes() for path in tls.paths)
    return grpc.ssl_server_certificate_configuration([(key, certificate)], authority)


def _only_news(
    in_force: Callable[[], grpc.ServerCertificateConfiguration],
) -> Callable[[], grpc.ServerCertificateConfiguration | None]:
    """gRPC asks at every handshake and wants None for "as before"."""
    told = in_force()

    def news() -> grpc.ServerCertificateConfiguration | None:
        nonlocal told
        now = in_force()
        if now is told:
            return None
        told = now
        return now

    return news
