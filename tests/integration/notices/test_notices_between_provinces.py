"""Notices between two provinces: over two hubs and a broker that may lose everything."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from chassis.notices import send_notice
from chassis.packs import load_packs
from kernel.clock import milliseconds
from kernel.ids import new_uuid7
from kernel.notice import Notice, NoticeKind
from kernel.office import Office
from kernel.refusals import OutsideJurisdiction, SchoolUnknown, SignatureInvalid
from kernel.statement import StatementKind
from province_hub.domain.transfer.letters import Letter, LetterKind
from province_hub.store.transaction import HubTransaction
from province_hub.usecases.transfer import Handshake, receive_letter, take_letters

COUNTY, HUB = "authority/410105", "province/41"
FAR_COUNTY, FAR_HUB = "authority/440106", "province/44"


def hand_over(node: Any, to: str) -> str:
    """第二十二条: a dropped-out migrant child's archive goes to the county of household registration."""
    notice_id = str(new_uuid7())
    node.database.transact(
        partial(
            send_notice,
            notice_id=notice_id,
            kind=NoticeKind.ARCHIVE_HANDOVER,
            to=Office.parse(to),
            content={"term": "2026学年第一学期", "students": [{"name": "李四", "archive_digest": "ab" * 32}]},
            post=node.post,
            now=datetime.now(UTC),
        )
    )
    return notice_id


async def test_an_archive_is_handed_to_a_county_of_another_province_against_its_receipt(two_provinces: Any) -> None:
    county, far_county = two_provinces[COUNTY], two_provinces[FAR_COUNTY]
    notice_id = hand_over(county, FAR_COUNTY)
    await county.reaches(notice_id, "delivered")
    shown = await far_county.show(notice_id)
    assert (shown.summary.from_office, shown.summary.wants_receipt) == (COUNTY, True)
    await far_county.confirm(notice_id, "档案已接收")
    await county.reaches(notice_id, "confirmed")
    answers = [(receipt.office, receipt.answer) for receipt in (await county.show(notice_id)).receipts]
    assert answers == [(FAR_COUNTY, ""), (FAR_COUNTY, "档案已接收")]
    before = {name: node.counts() for name, node in two_provinces.nodes.items()}
    await far_county.confirm(notice_id, "档案已接收")
    assert {name: node.counts() for name, node in two_provinces.nodes.items()} == before


async def test_what_is_written_while_the_other_hub_and_the_broker_are_down_arrives(
    two_provinces: Any, broker: Any
) -> None:
    county, hub, far_hub = two_provinces[COUNTY], two_provinces[HUB], two_provinces[FAR_HUB]
    await far_hub.stop()
    notice_id = hand_over(county, FAR_COUNTY)
    await hub.reaches(notice_id, "sent")
    broker.stop()
    broker.wipe_storage()
    broker.start()
    await far_hub.start()
    await county.reaches(notice_id, "delivered")


async def test_an_unknown_school_of_another_province_comes_back_from_its_hub(two_provinces: Any) -> None:
    county = two_provinces[COUNTY]
    notice_id = hand_over(county, "school/2144999999")
    await county.reaches(notice_id, "undeliverable")
    (returned,) = (await county.show(notice_id)).receipts
    assert (returned.office, returned.refusal.code) == (FAR_HUB, SchoolUnknown(school="").code)


async def test_a_letter_replayed_or_forged_by_a_hub_changes_nothing(two_provinces: Any) -> None:
    county, hub, far_hub = two_provinces[COUNTY], two_provinces[HUB], two_provinces[FAR_HUB]
    notice_id = hand_over(county, FAR_COUNTY)
    await county.reaches(notice_id, "delivered")
    before = {name: node.counts() for name, node in two_provinces.nodes.items()}

    (known,) = far_hub.database.transact(_letters_about, notice_id)  # as a broker may bring it again
    letter = Letter.read(known, verify=far_hub.post.verify, receiver="44")
    assert far_hub.database.transact(receive_letter, letter, known, now=datetime.now(UTC)) is False
    far_county = two_provinces[FAR_COUNTY]
    of_their_own = far_county.sign(a_handover(FAR_COUNTY, COUNTY))
    for sequence, (jws, quarantined) in enumerate(
        (
            (county.jws(notice_id), []),  # the same notice in a new letter
            (of_their_own, [OutsideJurisdiction(office="", what="").code]),
            (county.jws(notice_id) + "A", [SignatureInvalid(why="").code]),
            ("", [SignatureInvalid(why="").code]),
        ),
        start=1000,
    ):
        taken = far_hub.database.transact(partial(_by_letter, jws=jws, sequence=sequence, hub=hub, far_hub=far_hub))
        assert taken == quarantined
    after = {name: node.counts() for name, node in two_provinces.nodes.items()}
    after[FAR_HUB]["letters_in"] = before[FAR_HUB]["letters_in"]
    assert after == before


def _letters_about(tx: HubTransaction, notice_id: str) -> list[str]:
    query = "SELECT jws FROM letters_in WHERE transfer_id = %s"
    return list(tx.connection.exec_driver_sql(query, (notice_id,)).scalars())


def _by_letter(tx: HubTransaction, *, jws: str, sequence: int, hub: Any, far_hub: Any) -> list[str]:
    """Codes of what the far hub does not take, when the near one writes it such a letter."""
    now, about = datetime.now(UTC), str(new_uuid7())
    letter = Letter(
        kind=LetterKind.NOTICE,
        sender=hub.office.code,
        receiver=far_hub.office.code,
        incarnation=1,
        sequence=sequence,
        transfer_id=about,
        at_ms=milliseconds(now),
        body={"jws": jws} if jws else {},
    )
    receive_letter(tx, letter, hub.post.sign(StatementKind.LETTER, letter.content()), now=now)
    post, packs = far_hub.post, load_packs(far_hub.settings.policies_dir)
    handshake = Handshake(far_hub.office.code, post.sign, post.verify, post.register, lambda: "", packs)
    return take_letters(tx, about, now=now, handshake=handshake)


def a_handover(sender: str, to: str) -> Notice:
    content = {"term": "2026学年第一学期", "students": ["李四"]}
    return Notice(
        str(new_uuid7()),
        NoticeKind.ARCHIVE_HANDOVER,
        Office.parse(sender),
        Office.parse(to),
        milliseconds(datetime.now(UTC)),
        content,
    )
