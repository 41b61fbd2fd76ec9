"""The handshake between two provinces, as two pure tables and the letters that pass between them.

``gaining`` and ``losing`` are the two sides' state machines: ``step(transfer, event) -> Move``. They decide; the use
cases in ``usecases/transfer`` do what the effects say, in the same transaction. Rules are named R1 to R20 where they
are kept (docs/transfer.md lists them):

    gaining hub                      index                       losing hub
    OPENING ── Open ───────────────▶ locks, epoch e
    OPEN    ── REQUEST ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~▶ ASKED, AT_AUTHORITY
            ◀~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ RELEASE ─ RELEASED, frozen
    FETCHING ◀═══════════════ archive by its hash, over gRPC ═══
    ESCROWED ── Commit ────────────▶ custodian, epoch e+1
    ACTIVE  ◀── receipt ──────────── ─── receipt ──────────────▶ DONE, a backup
"""
