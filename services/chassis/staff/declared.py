"""People whom the deployment's own file names (``staff_file``): the first ones of an office, and those of a province.

    [[staff]]
    role = "officer"
    person = "p001"
    name = "…"
    course = "…"            # what they were trained in
    certificate = "…"       # its number
    issued_by = "…"         # who gave it
    trained_on = 2013-08-20
    since = 2013-09-01      # on duty from
    # valid_until, until, phone: where there are any

What a file said once stays said: whoever leaves gets an ``until``.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from kernel.canonical import digest
from kernel.clock import SHANGHAI, milliseconds
from kernel.ids import RANDOM_BYTES, uuid7
from kernel.office import Office, Role
from kernel.staff import DEPLOYMENT, ROLES_OF, StaffAct, StaffEntry

_REQUIRED = frozenset({"role", "person", "name", "course", "certificate", "issued_by", "trained_on", "since"})
_OPTIONAL = frozenset({"valid_until", "until", "phone"})


def load_staff(file: Path | None, office: Office) -> tuple[StaffEntry, ...]:
    """The entries that a JSON list, or a TOML file with ``[[staff]]``, makes for an office; none without a file.

    One file may serve offices of several tiers: who has a role that this office's tier has not is another's.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is malformed, or lacks a key.
        RequestMalformed: somebody's training is not described.
    """
    if file is None:
        return ()
    text = file.read_text(encoding="utf-8")
    people = tomllib.loads(text)["staff"] if file.suffix == ".toml" else json.loads(text)
    entries: list[StaffEntry] = []
    for one in people:
        if not one.keys() >= _REQUIRED or not one.keys() <= _REQUIRED | _OPTIONAL:
            raise ValueError(f"{file.name}: a person has {', '.join(sorted(one))}; needed are {sorted(_REQUIRED)}")
        if Role(one["role"]) in ROLES_OF[office.tier]:
            entries.extend(_entries(one, office))
    return tuple(entries)


def _entries(one: Mapping[str, Any], office: Office) -> list[StaffEntry]:
    since = _day(one["since"])
    until, valid_until = (_day(one[key]) if one.get(key) else None for key in ("until", "valid_until"))

    def said(act: StaffAct, day: date, *, at: date, **more: Any) -> StaffEntry:
        at_ms = milliseconds(datetime.combine(at, time(), SHANGHAI).astimezone(UTC))
        told = [str(office), str(one["role"]), one["person"], act.value, day.isoformat(), str(sorted(more.items()))]
        entry_id = str(uuid7(now_ms=at_ms, randomness=digest("staff-declared", told)[:RANDOM_BYTES]))
        role = Role(one["role"])
        return StaffEntry(entry_id, act, office, role, one["person"], day, DEPLOYMENT, at_ms, **more)

    training = {key: one[key] for key in ("course", "certificate", "issued_by")}
    entries = [
        said(StaffAct.PROPOSED, since, at=since, name=one["name"], phone=one.get("phone", "")),
        said(StaffAct.TRAINED, _day(one["trained_on"]), at=since, until=valid_until, **training),
        said(StaffAct.APPOINTED, since, at=since),
    ]
    return [*entries, said(StaffAct.LEFT, until, at=until)] if until else entries


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
