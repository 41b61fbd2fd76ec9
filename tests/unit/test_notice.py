"""Notices and receipts: what one must say, who can have signed it, and that it is read again as it was written."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.canonical import canonical_bytes
from kernel.ids import new_uuid7
from kernel.measures import MECHANISMS
from kernel.notice import (
    CONTENT_LABELS,
    KINDS,
    Notice,
    NoticeKind,
    NoticeReceipt,
    ReceiptStage,
    content_of,
    id_of_occasion,
)
from kernel.notice.papers import ANSWER_CHARACTERS_MAX, CONTENT_BYTES_MAX, LIST_MAX
from kernel.office import Identity, Office, Role, Tier
from kernel.refusals import (
    IdentityNotProven,
    MessageTooLarge,
    NoticeAstray,
    RequestMalformed,
    SignatureInvalid,
)
from kernel.statement import StatementKind, Verified, statement_digest

SCHOOL = Office(Tier.SCHOOL, "2141000001")
COUNTY = Office(Tier.AUTHORITY, "410105")


def a_notice(**fields: Any) -> Notice:
    given_fields: dict[str, Any] = {
        "notice_id": str(new_uuid7()),
        "kind": NoticeKind.DROPOUT_REPORT,
        "from_office": SCHOOL,
        "to_office": COUNTY,
        "at_ms": 1_790_000_000_000,
        "content": {
            "students": [{"name": "王小明", "grade": "八年级", "date": "20260915"}],
            "forward_to": "花园路街道",
        },
        "due_on": date(2026, 9, 30),
        "wants_receipt": True,
    }
    return Notice(**(given_fields | fields))


def a_receipt(**fields: Any) -> NoticeReceipt:
    given_fields: dict[str, Any] = {
        "notice_id": str(new_uuid7()),
        "notice_digest": "00" * 32,
        "stage": ReceiptStage.CONFIRMED,
        "from_office": COUNTY,
        "to_office": SCHOOL,
        "at_ms": 1_790_000_000_000,
        "person": "c001",
        "answer": "已转送街道办事处",
    }
    return NoticeReceipt(**(given_fields | fields))


def signed(content: Mapping[str, Any], signer: Identity) -> tuple[str, Any]:
    """A statement and a verifier that knows it: what a statement says is what canonical JSON keeps of it."""
    kept = json.loads(canonical_bytes(dict(content)))

    def verify(jws: str, kind: StatementKind) -> Verified:
        return Verified(signer, kept)

    return "jws", verify


def node(office: Office) -> Identity:
    return Identity("dev", office)


def test_a_notice_is_read_as_it_was_written() -> None:
    notice = a_notice()
    jws, verify = signed(notice.to_content(), node(SCHOOL))
    assert Notice.read(jws, verify=verify) == notice


def test_a_receipt_is_read_as_it_was_given() -> None:
    receipt = a_receipt()
    jws, verify = signed(receipt.to_content(), node(COUNTY))
    assert NoticeReceipt.read(jws, verify=verify) == receipt


def test_a_returned_notice_says_why() -> None:
    why = NoticeAstray(here="province/41", office="authority/410199")
    returned = a_receipt(stage=ReceiptStage.UNDELIVERABLE, person="", answer="", refused=why)
    jws, verify = signed(returned.to_content(), node(COUNTY))
    read = NoticeReceipt.read(jws, verify=verify)
    assert read.refused is not None
    assert read.refused.sentence == why.sentence


@pytest.mark.parametrize("signer", [node(COUNTY), Identity("dev", SCHOOL, Role.PRINCIPAL, "h001")])
def test_a_notice_binds_the_node_that_signed_it_and_nobody_else(signer: Identity) -> None:
    jws, verify = signed(a_notice().to_content(), signer)
    with pytest.raises(SignatureInvalid):
        Notice.read(jws, verify=verify)


def test_a_receipt_in_anothers_name_is_none() -> None:
    jws, verify = signed(a_receipt().to_content(), node(SCHOOL))
    with pytest.raises(SignatureInvalid):
        NoticeReceipt.read(jws, verify=verify)


def test_notices_and_receipts_are_statements_of_their_own_kinds() -> None:
    asked = []

    def verify(jws: str, kind: StatementKind) -> Verified:
        asked.append(kind)
        raise SignatureInvalid(why="x")

    for read in (Notice.read, NoticeReceipt.read):
        with pytest.raises(SignatureInvalid):
            read("jws", verify=verify)
    assert asked == [StatementKind.NOTICE, StatementKind.NOTICE_RECEIPT]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("kind", "of_a_newer_program"),
        ("kind", None),
        ("to", 7),
        ("to", "authority/41"),
        ("due_on", "2026-02-30"),
        ("subject", ["x"]),
        ("content", "text"),
        ("content", {"text": 1.5}),
        ("notice_id", "01900000-0000-4000-8000-000000000000"),
        ("notice_id", 5),
    ],
)
def test_what_is_signed_and_is_no_notice_is_refused_by_name(key: str, value: object) -> None:
    content = a_notice().to_content() | {key: value}

    def verify(jws: str, kind: StatementKind) -> Verified:
        return Verified(node(SCHOOL), content)

    with pytest.raises((SignatureInvalid, RequestMalformed, IdentityNotProven)):
        Notice.read("jws", verify=verify)


@pytest.mark.parametrize("missing", ["notice_id", "kind", "from", "to", "at", "content", "subject", "wants_receipt"])
def test_a_notice_that_lacks_something_is_refused(missing: str) -> None:
    content = {key: value for key, value in a_notice().to_content().items() if key != missing}

    def verify(jws: str, kind: StatementKind) -> Verified:
        return Verified(node(SCHOOL), content)

    with pytest.raises(SignatureInvalid):
        Notice.read("jws", verify=verify)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(CONTENT_LABELS)), inner),
        max_leaves=6,
    )
)
def test_any_value_is_kept_whole_or_refused(value: Any) -> None:
    try:
        notice = a_notice(content={"students": value})
    except RequestMalformed:
        return
    assert json.loads(canonical_bytes(notice.to_content()))["content"]["students"] == value


@pytest.mark.parametrize(
    "content",
    [
        {"forward_to": "花园路街道"},  # says nothing of any pupil
        {"students": [], "colour": "red"},
        {"students": [{"colour": "red"}]},
        {"students": [{"name": ["王"]}]},
        {"students": ["王小明"] * (LIST_MAX + 1)},
        {"students": None},
    ],
)
def test_content_without_words_a_registrar_can_read_is_refused(content: Any) -> None:
    with pytest.raises(RequestMalformed) as refused:
        a_notice(content=content)
    assert refused.value.field == "content"


def test_what_is_too_much_for_one_notice_is_refused_by_its_bound() -> None:
    a_notice(content={"students": "甲" * (CONTENT_BYTES_MAX // 3 - 100)})
    with pytest.raises(MessageTooLarge):
        a_notice(content={"students": "甲" * (CONTENT_BYTES_MAX // 3)})
    with pytest.raises(MessageTooLarge):
        a_receipt(answer="甲" * (ANSWER_CHARACTERS_MAX + 1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"stage": ReceiptStage.UNDELIVERABLE, "person": "", "answer": ""},
        {"refused": NoticeAstray(here="x", office="y")},
        {"person": ""},
        {"stage": ReceiptStage.DELIVERED},
    ],
)
def test_a_receipt_says_what_its_stage_says(wrong: dict[str, Any]) -> None:
    with pytest.raises(RequestMalformed):
        a_receipt(**wrong)


def test_a_receipt_is_for_one_notice_by_its_receiver() -> None:
    receipt = a_receipt(notice_digest=statement_digest("notice"))
    receipt.require_for("notice", sender=SCHOOL, receiver=COUNTY)
    for other in (
        replace(receipt, notice_digest=statement_digest("other")),
        replace(receipt, to_office=COUNTY),
        replace(receipt, from_office=Office(Tier.AUTHORITY, "410122")),
    ):
        with pytest.raises(SignatureInvalid):
            other.require_for("notice", sender=SCHOOL, receiver=COUNTY)


def test_any_office_on_the_way_may_send_a_notice_back() -> None:
    hub = Office(Tier.PROVINCE, "41")
    returned = a_receipt(
        notice_digest=statement_digest("notice"),
        stage=ReceiptStage.UNDELIVERABLE,
        from_office=hub,
        person="",
        answer="",
        refused=NoticeAstray(here="province/41", office="authority/410199"),
    )
    returned.require_for("notice", sender=SCHOOL, receiver=COUNTY)


@given(
    st.text(max_size=20),
    st.sampled_from(NoticeKind),
    st.integers(min_value=0, max_value=20_000).map(lambda days: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days)),
)
def test_one_occasion_has_one_id(occasion: str, kind: NoticeKind, anchor: datetime) -> None:
    one = id_of_occasion(kind, sender=COUNTY, to=SCHOOL, occasion=occasion, anchor=anchor)
    assert uuid.UUID(one).version == 7
    assert one == id_of_occasion(kind, sender=COUNTY, to=SCHOOL, occasion=occasion, anchor=anchor)
    others = {
        id_of_occasion(kind, sender=SCHOOL, to=COUNTY, occasion=occasion, anchor=anchor),
        id_of_occasion(kind, sender=COUNTY, to=SCHOOL, occasion=occasion + "2", anchor=anchor),
        id_of_occasion(kind, sender=COUNTY, to=SCHOOL, occasion=occasion, anchor=anchor + timedelta(days=1)),
    }
    assert one not in others
    assert len(others) == 3


def test_content_leaves_out_what_is_not_there() -> None:
    assert content_of(text="催办", due_on=None, days_late=3) == {"text": "催办", "days_late": 3}


def test_every_kind_has_a_title_and_asks_for_words_that_have_labels() -> None:
    assert len({row.title for row in KINDS.values()}) == len(KINDS)
    for kind, row in KINDS.items():
        assert kind.label == row.title
        assert set(row.requires) <= set(CONTENT_LABELS)
        assert row.requires


def test_the_measures_are_told_which_clauses_notices_serve() -> None:
    (told,) = (mechanism for mechanism in MECHANISMS if mechanism.module == "kernel.notice")
    assert set(told.clauses) == {clause for row in KINDS.values() for clause in row.clauses}
