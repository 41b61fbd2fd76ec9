"""The ``xueji`` command: a federation on one machine, and an office's desk in a terminal.

The console holds no data and decides nothing. It starts the real parts of a federation (``console.parts``: PostgreSQL,
NATS, a certificate authority), starts the services on them, and asks their desks over gRPC as a person would.
"""
