"""Hand a migrant worker's child's archive to the county of its household, in writing and for a receipt (Article 22)."""

from __future__ import annotations

from datetime import date, datetime

from chassis.notices import send_notice
from county_node.store.transaction import CountyTransaction
from county_node.usecases.bench import Bench
from kernel.clock import moment_of
from kernel.handover import ArchiveToHandOver
from kernel.notice import NoticeKind, content_of, id_of_occasion
from kernel.office import Office, Tier


def hand_over_archive(tx: CountyTransaction, told: ArchiveToHandOver, /, *, now: datetime, bench: Bench) -> None:
    """Write the letter that the hub has prepared; told again it is the same letter."""
    county = Office(Tier.AUTHORITY, told.county)
    text = "下列义务教育阶段随迁子女辍学，学籍档案随函转交，请签收并组织劝返；学籍在就读学校保留。"
    send_notice(
        tx,
        notice_id=id_of_occasion(
            NoticeKind.ARCHIVE_HANDOVER,
            sender=bench.here,
            to=county,
            occasion=told.handover_id,
            anchor=moment_of(told.at_ms),
        ),
        kind=NoticeKind.ARCHIVE_HANDOVER,
        to=county,
        content=content_of(
            text=text if told.archive else f"{text}档案篇幅过大，请向发文单位调取。",
            term=told.term,
            students=[dict(told.student)],
            archive_digest=told.archive_digest,
            archive=told.archive or None,
        ),
        due_on=date.fromisoformat(told.due_on),
        post=bench.notices,
        now=now,
    )
