"""An empty gRPC server behind the same mutual TLS: what a call costs before anybody does anything."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import grpc

from chassis.rpc.tls import TlsFiles, server_credentials

METHOD = "/xueji.benchmarks.Echo/Echo"


async def serve() -> None:
    tls = TlsFiles(
        certificate=Path(os.environ["XUEJI_TLS_CERTIFICATE"]),
        key=Path(os.environ["XUEJI_TLS_KEY"]),
        authority=Path(os.environ["XUEJI_AUTHORITY_CERTIFICATE"]),
    )

    async def echo(request: bytes, _context: object) -> bytes:
        return request

    server = grpc.aio.server()
    service, method = METHOD[1:].split("/")
    handler = grpc.method_handlers_generic_handler(service, {method: grpc.unary_unary_rpc_method_handler(echo)})
    server.add_generic_rpc_handlers((handler,))
    port = server.add_secure_port("127.0.0.1:0", server_credentials(tls))
    await server.start()
    Path(os.environ["XUEJI_ADDRESS_FILE"]).write_text(f"127.0.0.1:{port}")  # noqa: ASYNC240 - nobody waits yet
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    await stopped.wait()
    await server.stop(grace=None)


if __name__ == "__main__":
    asyncio.run(serve())
