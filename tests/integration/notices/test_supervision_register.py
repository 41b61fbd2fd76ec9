"""The sealed register in its database: written once for what is found twice, and not to be rewritten unseen."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from chassis.supervision import find, verify_register
from kernel.clock import SystemClock, milliseconds
from kernel.ids import new_uuid7
from kernel.office import Office, Tier
from kernel.refusals import OutsideJurisdiction
from kernel.supervision import Finding, Ground, Source

SCHOOL, PREFECTURES = Office(Tier.SCHOOL, "2141000001"), Office(Tier.SCHOOL, "3441000004")


def a_finding(subject: Office = SCHOOL) -> Finding:
    return Finding(
        finding_id=str(new_uuid7()),
        subject=subject,
        ground=Ground.RECORD_LATE,
        source=Source.DECISION,
        sentence="应于2026-06-01前建立学籍，逾期90天",
        found_at_ms=milliseconds(SystemClock().now()),
    )


def found(county: Any, finding: Finding) -> bool:
    now = SystemClock().now()
    return bool(county.database.transact(lambda tx: find(tx, finding, post=county.post, now=now)))


def verified(county: Any, *, after: int = 0, size: int = 500) -> Any:
    return county.database.transact(lambda tx: verify_register(tx, after=after, size=size, digest="", post=county.post))


def execute(county: Any, *statements: str) -> None:
    def run(tx: Any) -> None:
        for statement in statements:
            tx.connection.exec_driver_sql(statement)

    county.database.transact(run)


async def test_what_is_found_twice_is_written_once(province: Any) -> None:
    county, finding = province["authority/410105"], a_finding()
    before = verified(county).last
    assert found(county, finding)
    assert not found(county, finding)
    assert verified(county).last == before + 1


async def test_a_school_of_another_authority_is_none_of_its_business(province: Any) -> None:
    county = province["authority/410105"]
    before = verified(county).last
    with pytest.raises(OutsideJurisdiction):
        found(county, a_finding(PREFECTURES))
    assert verified(county).last == before


@pytest.mark.parametrize(
    "rewriting",
    [
        "DELETE FROM supervision_register",
        "UPDATE supervision_register SET jws = ''",
        "TRUNCATE supervision_register",
    ],
)
async def test_the_database_refuses_to_rewrite_the_register(province: Any, rewriting: str) -> None:
    county = province["authority/410105"]
    found(county, a_finding())
    with pytest.raises(DBAPIError, match="append-only"):
        execute(county, rewriting)
    assert verified(county).broken is None


async def test_a_long_register_is_checked_stretch_by_stretch(province: Any) -> None:
    county = province["authority/410105"]
    for _ in range(3):
        found(county, a_finding())
    last, stretch = verified(county).last, verified(county, size=2)
    while stretch.more:
        stretch = verified(county, after=stretch.last, size=2)
    assert (stretch.last, stretch.broken) == (last, None)


async def test_an_entry_that_was_taken_out_behind_the_programs_back_is_missed(province: Any) -> None:
    """Whoever has the database's own password can switch its guard off; the chain still says what is missing."""
    prefecture = province["authority/410100"]
    for _ in range(3):
        found(prefecture, a_finding(PREFECTURES))
    assert verified(prefecture).broken is None
    execute(
        prefecture,
        "ALTER TABLE supervision_register DISABLE TRIGGER register_is_append_only",
        "DELETE FROM supervision_register WHERE sequence = 2",
        "ALTER TABLE supervision_register ENABLE TRIGGER register_is_append_only",
    )
    said = verified(prefecture)
    assert (said.last, said.broken.detail["sequence"]) == (1, "2")
    assert verified(prefecture, after=2).broken is not None
