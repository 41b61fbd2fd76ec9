"""The reviews that an office takes part in, and how far each has come here."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum
from types import ModuleType
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Row,
    Table,
    Text,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql import Transaction
from kernel.office import Office
from kernel.refusals import RequestMalformed, ReviewNotFound
from kernel.review import Campaign

_STATES = "state IN ('open', 'drawn', 'sealed')"


class ReviewState(StrEnum):
    OPEN = "open"
    DRAWN = "drawn"
    SEALED = "sealed"

    @property
    def label(self) -> str:
        return {ReviewState.OPEN: "正在复核", ReviewState.DRAWN: "已抽签", ReviewState.SEALED: "已封存"}[self]


def review_table(metadata: MetaData) -> Table:
    """Declare ``reviews`` on a tier's metadata; its migration calls ``create_reviews``."""
    reviews = Table(
        "reviews",
        metadata,
        Column("review_id", UUID(as_uuid=False), primary_key=True),
        Column("term", Text, nullable=False),
        Column("opened_by", Text, nullable=False),
        Column("opened_at_ms", BigInteger, nullable=False),
        Column("due_on", Date, nullable=False),
        Column("sample_percent", Integer, nullable=False),
        Column("state", Text, nullable=False),
        Column("seed", Text, nullable=False),
        # Of the sealed result: at the authority that sealed it its signed form as well.
        Column("digest", Text, nullable=False),
        Column("sealed_at_ms", BigInteger, nullable=False),
        Column("jws", Text, nullable=False),
        CheckConstraint(_STATES, name="reviews_state"),
    )
    Index("reviews_opened", reviews.c.opened_at_ms, reviews.c.review_id)
    return reviews


def create_reviews(op: ModuleType) -> None:
    """``reviews`` as its first release created it. Frozen: what changes later is a further migration."""
    op.create_table(
        "reviews",
        Column("review_id", UUID, nullable=False),
        Column("term", Text, nullable=False),
        Column("opened_by", Text, nullable=False),
        Column("opened_at_ms", BigInteger, nullable=False),
        Column("due_on", Date, nullable=False),
        Column("sample_percent", Integer, nullable=False),
        Column("state", Text, nullable=False),
        Column("seed", Text, nullable=False),
        Column("digest", Text, nullable=False),
        Column("sealed_at_ms", BigInteger, nullable=False),
        Column("jws", Text, nullable=False),
        CheckConstraint("state IN ('open', 'drawn', 'sealed')", name="reviews_state"),
        PrimaryKeyConstraint("review_id", name="reviews_pkey"),
    )
    op.create_index("reviews_opened", "reviews", ["opened_at_ms", "review_id"])


@dataclass(frozen=True)
class KnownReview:
    """A review as it stands at this office. ``jws``: the sealed result, where this office sealed it."""

    campaign: Campaign
    state: ReviewState = ReviewState.OPEN
    seed: str = ""
    digest: str = ""
    sealed_at_ms: int = 0
    jws: str = ""


class ReviewBook:
    """The table inside one transaction."""

    def __init__(self, tx: Transaction, table: Table) -> None:
        self._connection = tx.connection
        self._reviews = table

    def add(self, campaign: Campaign) -> bool:
        """Begin a review here; False when it is known."""
        added = self._connection.execute(
            upsert(self._reviews)
            .values(
                review_id=campaign.review_id,
                term=campaign.term,
                opened_by=str(campaign.opened_by),
                opened_at_ms=campaign.opened_at_ms,
                due_on=campaign.due_on,
                sample_percent=campaign.sample_percent,
                state=ReviewState.OPEN.value,
                seed="",
                digest="",
                sealed_at_ms=0,
                jws="",
            )
            .on_conflict_do_nothing()
            .returning(self._reviews.c.review_id)
        ).one_or_none()
        return added is not None

    def find(self, review_id: str, *, lock: bool = False) -> KnownReview | None:
        """The review, or None. ``lock`` holds the row to the end of the transaction."""
        query = select(self._reviews).where(self._reviews.c.review_id == review_id)
        row = self._connection.execute(query.with_for_update() if lock else query).one_or_none()
        return _known(row) if row is not None else None

    def get(self, review_id: str, *, lock: bool = False) -> KnownReview:
        """As ``find``. Raises ReviewNotFound."""
        known = self.find(review_id, lock=lock)
        if known is None:
            raise ReviewNotFound(field="review_id")
        return known

    def put(self, known: KnownReview) -> None:
        """How far a review has come."""
        self._connection.execute(
            update(self._reviews)
            .where(self._reviews.c.review_id == known.campaign.review_id)
            .values(
                state=known.state.value,
                seed=known.seed,
                digest=known.digest,
                sealed_at_ms=known.sealed_at_ms,
                jws=known.jws,
            )
        )

    def open_of(self, term: str) -> bool:
        """Whether a review of that term is not sealed yet."""
        t = self._reviews.c
        found = select(t.review_id).where(t.term == term, t.state != ReviewState.SEALED.value).limit(1)
        return self._connection.scalar(found) is not None

    def page(self, *, size: int, token: str = "") -> tuple[list[KnownReview], str]:
        """Reviews, the newest first, and the token of the next page.

        Raises:
            RequestMalformed: the page token is none of ours.
        """
        t = self._reviews.c
        query = select(self._reviews).order_by(t.opened_at_ms.desc(), t.review_id.desc()).limit(size + 1)
        if token:
            query = query.where(tuple_(t.opened_at_ms, t.review_id) < _place(token))
        found = [_known(row) for row in self._connection.execute(query)]
        last = found[size - 1].campaign if len(found) > size else None
        return found[:size], f"{last.opened_at_ms}~{last.review_id}" if last else ""


def _place(token: str) -> tuple[int, str]:
    at, _, review_id = token.partition("~")
    try:
        return int(at), str(uuid.UUID(review_id))
    except ValueError as malformed:
        raise RequestMalformed(field="page_token", why="页码无效") from malformed


def _known(row: Row[Any]) -> KnownReview:
    campaign = Campaign(
        review_id=row.review_id,
        term=row.term,
        opened_by=Office.parse(row.opened_by),
        opened_at_ms=row.opened_at_ms,
        due_on=row.due_on,
        sample_percent=row.sample_percent,
    )
    return KnownReview(campaign, ReviewState(row.state), row.seed, row.digest, row.sealed_at_ms, row.jws)
