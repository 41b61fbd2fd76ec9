"""The real parts that a federation on one machine stands on: PostgreSQL, NATS with JetStream, and its certificates.

    with RunDirectory() as run:                                    a directory, and a watchdog over all that is in it
        authority = DevelopmentAuthority.create(run.folder("ca"))
        parts = choose_parts(run, authority, provinces=("41", "44"))
        parts.postgres.start()
        parts.nats.start()

They are the programs that production runs, not imitations: writes reach the disk before they are acknowledged,
passwords and certificates are demanded, and a hub at the broker can do no more than it may in production. Each part can
be killed as a crash would and started again on the same port and data, because failure is what they are here for.

One rule holds for everything here: **nothing outlives the process that began it**. The run directory has a watchdog, a
small process that sees its owner end by whatever cause, ends what the owner had started, and removes the directory. The
orderly exit takes the same way, so there is no second path that only a crash would try.
"""

from console.parts.certificates import DevelopmentAuthority, SealingFiles, SigningFiles, TlsFiles
from console.parts.containers import choose_parts, docker_reachable
from console.parts.deploy import deploy_directory
from console.parts.protocols import NatsPart, Part, PartDidNotStart, Parts, PostgresPart
from console.parts.run_directory import RunDirectory

__all__ = [
    "DevelopmentAuthority",
    "NatsPart",
    "Part",
    "PartDidNotStart",
    "Parts",
    "PostgresPart",
    "RunDirectory",
    "SealingFiles",
    "SigningFiles",
    "TlsFiles",
    "choose_parts",
    "deploy_directory",
    "docker_reachable",
]
