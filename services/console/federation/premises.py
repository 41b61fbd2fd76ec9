"""What a federation is given before it can open: a database, an address and a folder of files for every office.

The same for nodes that are processes and for nodes inside one process: who starts them is not known here.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from console.federation.files import OfficeFiles, Surroundings, write_files
from console.federation.plan import Plan
from console.parts import DevelopmentAuthority, Parts, RunDirectory, deploy_directory
from console.parts.ports import LOOPBACK, free_port
from kernel.office import Office

POLICIES = Path("policies")


def furnish(
    plan: Plan,
    *,
    run: RunDirectory,
    authority: DevelopmentAuthority,
    parts: Parts,
    metrics: bool = True,
    clock_shift: timedelta = timedelta(0),
    kill_points: bool = False,
) -> tuple[OfficeFiles, ...]:
    """Create every office's database and write its folder into the run directory, in the order of ``plan.offices``.

    Args:
        parts: started. metrics: whether each office also gets an address for its metrics.
        clock_shift: how far the nodes' clocks stand from the system's.
        kill_points: whether a test may tell each node where to die.
    """
    for office in plan.offices:
        parts.postgres.create_database(_database(office))
    around = Surroundings(
        # Reserved and not left to the system: a node keeps its address from start to start, and others know it.
        addresses={office: f"{LOOPBACK}:{free_port()}" for office in plan.offices},
        metrics={office: f"{LOOPBACK}:{free_port()}" for office in plan.offices if metrics},
        dsn=lambda office: parts.postgres.dsn(_database(office)),
        nats_url=parts.nats.url,
        population_address=parts.population.address,
        policies_dir=deploy_directory() / POLICIES,
        clock_shift_seconds=round(clock_shift.total_seconds()),
        kill_points=kill_points,
    )
    return write_files(
        plan,
        folder_of=lambda office: run.folder(f"{office.tier}-{office.code}"),
        authority=authority,
        around=around,
    )


def _database(office: Office) -> str:
    return f"{office.tier}_{office.code}"
