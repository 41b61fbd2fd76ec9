"""Two records that may be one child: both provinces are asked, and what they say, or the nation, decides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from chassis.keys import Signer, Verifier
from chassis.rpc import open_channel
from index_node import index_settings
from kernel.adjudication import Adjudication, SaidWord, Word
from kernel.check_character import check_character
from kernel.clock import SystemClock, milliseconds
from kernel.ids import new_uuid7
from kernel.office import NATION, Identity, Office, Role, Tier
from kernel.refusals import (
    AdjudicationClosed,
    AdjudicationOpen,
    AlreadyRegistered,
    KnownDifferent,
    NothingToMerge,
    OutsideJurisdiction,
    RecordMerged,
    RequestMalformed,
    RoleNotAllowed,
)
from kernel.statement import StatementKind
from kernel.transparency.audit import Audit
from kernel.transparency.entries import EntryKind, LogEntry, split
from national_index.app import App
from waiting import eventually
from xueji.adjudication.v1 import adjudication_pb2, adjudication_pb2_grpc
from xueji.exchange.v1 import exchange_pb2, exchange_pb2_grpc
from xueji.index.v1 import index_pb2, index_pb2_grpc
from xueji.log.v1 import log_pb2, log_pb2_grpc
from xueji.suspicion.v1 import suspicion_pb2, suspicion_pb2_grpc

if TYPE_CHECKING:
    from xueji.adjudication.v1.adjudication_pb2_grpc import AdjudicationServiceAsyncStub as Adjudications
    from xueji.index.v1.index_pb2_grpc import NationalIndexServiceAsyncStub as Index

HENAN, GUANGDONG, JILIN = (Office(Tier.PROVINCE, code) for code in ("41", "44", "22"))
PLACE_OF = {HENAN: ("2141000001", "410105"), GUANGDONG: ("2144000001", "440106"), JILIN: ("2122000001", "220102")}
OFFICER = Identity("dev", NATION, Role.OFFICER, "n001").uri
BORN = 20150309
SIXTY_DAYS = timedelta(days=60)


def an_id(sequence: int) -> str:
    first17 = f"410199{BORN}{sequence:03d}"
    return first17 + check_character(first17)


class Nation:
    """The index as hubs and the nation's officers ask it."""

    def __init__(self, app: App, files: Callable[..., Any]) -> None:
        self.app = app
        self._files = files
        self._channels: dict[str | Office, grpc.aio.Channel] = {}

    def channel(self, who: str | Office) -> grpc.aio.Channel:
        if who not in self._channels:
            self._channels[who] = open_channel(self.app.address, office=NATION, tls=self._files(who).tls)
        return self._channels[who]

    async def close(self) -> None:
        for one in self._channels.values():
            await one.close()

    def index(self, who: str | Office) -> Index:
        return index_pb2_grpc.NationalIndexServiceStub(self.channel(who))

    def cases(self, who: str | Office = OFFICER) -> Adjudications:
        return adjudication_pb2_grpc.AdjudicationServiceStub(self.channel(who))

    async def registered(self, hub: Office, document: str) -> str:
        answer = await self._issue(hub, document)
        assert answer.numbers[0], answer.refusal_codes[0]
        return answer.numbers[0]

    async def refused(self, hub: Office, document: str) -> str:
        return (await self._issue(hub, document)).refusal_codes[0]

    async def _issue(self, hub: Office, document: str) -> index_pb2.IssueResponse:
        school, division = PLACE_OF[hub]
        return await self.index(hub).Issue(
            index_pb2.IssueRequest(
                item_ids=[str(new_uuid7())],
                document_kinds=["1"],
                document_numbers=[document],
                birth_dates=[BORN],
                schools=[school],
                divisions=[division],
            )
        )

    async def corrected(
        self, hub: Office, student_key: str, before: str, after: str
    ) -> index_pb2.RecordDocumentResponse:
        return await self.index(hub).RecordDocument(
            index_pb2.RecordDocumentRequest(
                item_id=str(new_uuid7()),
                student_key=student_key,
                before=index_pb2.Document(kind="1", number=before),
                after=index_pb2.Document(kind="1", number=after),
                valid_from="2026-09-01",
            )
        )

    async def opened(
        self, first: str, second: str, *, by: str | Office = OFFICER, adjudication_id: str = ""
    ) -> adjudication_pb2.Adjudication:
        answer = await self.cases(by).Open(
            adjudication_pb2.OpenRequest(
                adjudication_id=adjudication_id or str(new_uuid7()),
                first_number=first,
                second_number=second,
                why="家长反映",
                asked_by="p001",
            )
        )
        return answer.adjudication

    async def say(
        self, hub: Office, case: adjudication_pb2.Adjudication, word: Word, *, of: Office | None = None
    ) -> adjudication_pb2.Adjudication:
        party = next(one for one in (case.first, case.second) if one.province == (of or hub).code)
        said = SaidWord(
            case.adjudication_id,
            party.student_key,
            word,
            ("household_register",),
            hub.code,
            "p001",
            milliseconds(SystemClock().now()),
        )
        signing = self._files(hub).signing
        jws = Signer(signing.certificate, signing.key).sign(StatementKind.ADJUDICATION_WORD, said.content())
        return (await self.cases(hub).Say(adjudication_pb2.SayRequest(word=jws))).adjudication

    async def decide(
        self, case: adjudication_pb2.Adjudication, decision: adjudication_pb2.Decision.ValueType
    ) -> adjudication_pb2.Adjudication:
        request = adjudication_pb2.DecideRequest(
            adjudication_id=case.adjudication_id, decision=decision, why="核查单认定"
        )
        return (await self.cases().Decide(request)).adjudication

    async def split(self, case: adjudication_pb2.Adjudication) -> adjudication_pb2.Adjudication:
        request = adjudication_pb2.SplitRequest(adjudication_id=case.adjudication_id, why="认定有误")
        return (await self.cases().Split(request)).adjudication

    async def found(self, number: str) -> index_pb2.Found:
        answer = await self.index(HENAN).LookUp(index_pb2.LookUpRequest(handles=[index_pb2.Handle(number=number)]))
        return answer.found[0]

    async def told(self, hub: Office) -> list[Adjudication]:
        """What the hub finds in its feed, verified."""
        feed = exchange_pb2_grpc.FeedServiceStub(self.channel(hub))
        page = await feed.Read(exchange_pb2.ReadRequest(after=0, limit=100))
        verify = Verifier(self._files(hub).tls.authority).verify
        return [Adjudication.read(entry.adjudication.jws, verify=verify) for entry in page.entries]

    async def log(self, *, at_least: int) -> list[LogEntry]:
        """The whole log as somebody outside reads it, once it has so many entries."""
        stub = log_pb2_grpc.LogServiceStub(self.channel(HENAN))

        async def entries() -> list[LogEntry] | None:
            page = await stub.ReadEntries(log_pb2.ReadEntriesRequest(start=0, limit=1000))
            read = [LogEntry.from_bytes(one) for one in split(page.entries)]
            return read if len(read) >= at_least else None

        return await eventually(entries)


def audited(entries: list[LogEntry]) -> Audit:
    audit = Audit()
    for entry in entries:
        audit.read(entry)
    return audit


@pytest.fixture
async def nation(database_dsn: str, node_files: Callable[..., Any], tmp_path: Path) -> AsyncIterator[Nation]:
    app = App(index_settings(database_dsn, tmp_path, node_files(NATION)))
    await app.start()
    one = Nation(app, node_files)
    yield one
    await one.close()
    await app.stop()


@pytest.fixture
async def pair(nation: Nation) -> tuple[str, str]:
    """Numbers of two records: one in Henan, one in Guangdong."""
    return await nation.registered(HENAN, an_id(2)), await nation.registered(GUANGDONG, an_id(4))


async def test_two_provinces_that_agree_merge_and_both_numbers_lead_to_what_stands(
    nation: Nation, pair: tuple[str, str]
) -> None:
    case = await nation.opened(*pair)
    assert case.state == "asked"
    assert {party.number for party in (case.first, case.second)} == set(pair)
    waiting = await nation.say(HENAN, case, Word.OURS_STANDS)
    assert waiting.state == "asked", "one side alone merges nobody"
    assert (await nation.found(pair[1])).custodian == "44"
    merged = await nation.say(GUANGDONG, case, Word.OTHER_STANDS)
    assert merged.state == "merged"
    stands = await nation.found(pair[0])
    assert await nation.found(pair[1]) == stands
    assert stands.custodian == "41"
    assert [one.state.value for one in await nation.told(GUANGDONG)] == ["asked", "asked", "merged"]
    assert await nation.told(HENAN) == await nation.told(GUANGDONG)
    entries = await nation.log(at_least=3)
    assert [entry.kind for entry in entries] == [EntryKind.ISSUED, EntryKind.ISSUED, EntryKind.MERGED]
    assert audited(entries).findings == []


async def test_a_split_gives_each_child_back_what_was_its_own_and_they_are_known_apart_for_good(
    nation: Nation, pair: tuple[str, str]
) -> None:
    before = [await nation.found(number) for number in pair]
    case = await nation.opened(*pair)
    for hub, word in ((HENAN, Word.OTHER_STANDS), (GUANGDONG, Word.OURS_STANDS)):
        await nation.say(hub, case, word)
    assert await nation.found(pair[0]) == before[1]
    assert (await nation.split(case)).state == "split"
    assert await nation.split(case) == await nation.split(case), "said again, it changes nothing"
    assert [await nation.found(number) for number in pair] == before
    with pytest.raises(KnownDifferent):
        await nation.opened(*pair)
    entries = await nation.log(at_least=4)
    assert [entry.kind for entry in entries[2:]] == [EntryKind.MERGED, EntryKind.SPLIT]
    assert audited(entries).findings == []


async def test_double_proof_goes_to_the_nation(nation: Nation, pair: tuple[str, str]) -> None:
    case = await nation.opened(*pair)
    await nation.say(HENAN, case, Word.PROVED)
    assert (await nation.say(GUANGDONG, case, Word.PROVED)).state == "nation"
    decided = await nation.decide(case, adjudication_pb2.DECISION_DIFFERENT)
    assert (decided.state, decided.settled_by, decided.why) == ("different", "n001", "核查单认定")
    with pytest.raises(AdjudicationClosed):
        await nation.decide(case, adjudication_pb2.DECISION_FIRST_STANDS)
    with pytest.raises(AdjudicationClosed):
        await nation.say(HENAN, case, Word.DELETED)
    got = await nation.cases(HENAN).Get(adjudication_pb2.GetRequest(adjudication_id=case.adjudication_id))
    assert len(got.words) == 2, "what was said is kept as it was signed"


async def test_a_document_that_was_written_by_mistake_is_given_up_and_its_owner_can_be_registered(
    nation: Nation, pair: tuple[str, str]
) -> None:
    case = await nation.opened(*pair)
    mine = await nation.found(pair[0])
    await nation.corrected(HENAN, mine.student_key, an_id(2), an_id(6))
    assert await nation.refused(JILIN, an_id(2)) == AlreadyRegistered().code, "as long as nothing is decided"
    await nation.say(HENAN, case, Word.CORRECTED)
    assert (await nation.say(GUANGDONG, case, Word.PROVED)).state == "different"
    owner = await nation.registered(JILIN, an_id(2))
    assert (await nation.found(owner)).custodian == "22"
    assert await nation.refused(JILIN, an_id(6)) == AlreadyRegistered().code, "the corrected one stays"
    assert await nation.refused(JILIN, an_id(4)) == AlreadyRegistered().code
    entries = await nation.log(at_least=5)
    assert EntryKind.RELEASED in {entry.kind for entry in entries}
    assert audited(entries).findings == []


async def test_what_was_struck_gives_its_document_up_and_keeps_its_number_for_ever(
    nation: Nation, pair: tuple[str, str]
) -> None:
    case = await nation.opened(*pair)
    await nation.say(GUANGDONG, case, Word.DELETED)
    struck = await nation.say(HENAN, case, Word.PROVED)
    assert (struck.state, struck.stands) == ("struck", (await nation.found(pair[0])).student_key)
    assert (await nation.found(pair[1])).number == pair[1]
    assert await nation.registered(JILIN, an_id(4)) != pair[1]


async def test_custody_stays_where_it_is_while_provinces_are_asked(nation: Nation, pair: tuple[str, str]) -> None:
    case = await nation.opened(*pair)
    request = index_pb2.OpenRequest(transfer_id=str(new_uuid7()), number=pair[0], school=PLACE_OF[JILIN][0])
    denied = (await nation.index(JILIN).Open(request)).transfer
    assert denied.refusal.code == "PROBLEM_RECORD_OPEN"
    await nation.decide(case, adjudication_pb2.DECISION_WITHDRAWN)
    request.transfer_id = str(new_uuid7())
    assert not (await nation.index(JILIN).Open(request)).transfer.HasField("refusal")


async def test_a_transfer_by_the_number_of_whom_was_merged_asks_for_what_stands(
    nation: Nation, pair: tuple[str, str]
) -> None:
    case = await nation.opened(*pair)
    await nation.say(HENAN, case, Word.OURS_STANDS)
    await nation.say(GUANGDONG, case, Word.OTHER_STANDS)
    request = index_pb2.OpenRequest(transfer_id=str(new_uuid7()), number=pair[1], school=PLACE_OF[JILIN][0])
    assert (await nation.index(JILIN).Open(request)).transfer.custodian == "41"


async def test_three_records_of_one_child_lead_to_the_one_that_stands(nation: Nation, pair: tuple[str, str]) -> None:
    third = await nation.registered(JILIN, an_id(8))
    for first, second, hubs in ((pair[1], third, (JILIN, GUANGDONG)), (pair[0], pair[1], (GUANGDONG, HENAN))):
        case = await nation.opened(first, second)
        await nation.say(hubs[0], case, Word.OTHER_STANDS)
        await nation.say(hubs[1], case, Word.OURS_STANDS)
    assert await nation.found(third) == await nation.found(pair[1]) == await nation.found(pair[0])
    with pytest.raises(RecordMerged):
        await nation.opened(pair[0], third)
    assert audited(await nation.log(at_least=5)).findings == []


async def test_a_document_of_whom_was_merged_becomes_the_one_that_stands(nation: Nation, pair: tuple[str, str]) -> None:
    case = await nation.opened(*pair)
    await nation.say(HENAN, case, Word.OURS_STANDS)
    await nation.say(GUANGDONG, case, Word.OTHER_STANDS)
    mine = await nation.found(pair[0])
    answer = await nation.corrected(HENAN, mine.student_key, an_id(2), an_id(4))
    assert not answer.HasField("refusal")
    assert audited(await nation.log(at_least=4)).findings == []


async def test_the_same_question_is_one_and_a_pair_is_asked_about_once_at_a_time(
    nation: Nation, pair: tuple[str, str]
) -> None:
    adjudication_id = str(new_uuid7())
    answers = await asyncio.gather(
        *(nation.opened(*pair, by=HENAN, adjudication_id=adjudication_id) for _ in range(4)), return_exceptions=True
    )
    asked = [one for one in answers if not isinstance(one, BaseException)]
    assert asked, answers
    assert all(one == asked[0] for one in asked)
    assert await nation.opened(*reversed(pair), adjudication_id=adjudication_id) == asked[0]
    with pytest.raises(AdjudicationOpen):
        await nation.opened(*pair)
    with pytest.raises(NothingToMerge):
        await nation.opened(pair[0], pair[0])


async def test_answers_of_one_moment_come_to_one_end(nation: Nation, pair: tuple[str, str]) -> None:
    case = await nation.opened(*pair)
    await asyncio.gather(
        *(nation.say(HENAN, case, Word.OURS_STANDS) for _ in range(4)),
        *(nation.say(GUANGDONG, case, Word.OTHER_STANDS) for _ in range(4)),
    )
    kinds = [entry.kind for entry in await nation.log(at_least=3)]
    assert kinds.count(EntryKind.MERGED) == 1


async def test_what_nobody_answers_in_time_goes_to_the_nation(
    database_dsn: str, node_files: Callable[..., Any], tmp_path: Path
) -> None:
    settings = index_settings(database_dsn, tmp_path, node_files(NATION))
    app = App(settings)
    await app.start()
    before = Nation(app, node_files)
    case = await before.opened(await before.registered(HENAN, an_id(2)), await before.registered(GUANGDONG, an_id(4)))
    await before.close()
    await app.stop()
    later = App(settings.model_copy(update={"clock_shift_seconds": int(SIXTY_DAYS.total_seconds())}))
    await later.start()
    after = Nation(later, node_files)

    async def with_the_nation() -> adjudication_pb2.Adjudication | None:
        got = await after.cases().Get(adjudication_pb2.GetRequest(adjudication_id=case.adjudication_id))
        return got.adjudication if got.adjudication.state == "nation" else None

    assert (await eventually(with_the_nation)).due_on == case.due_on
    await after.close()
    await later.stop()


async def test_pages_have_every_case_once_the_oldest_first(nation: Nation) -> None:
    numbers = [await nation.registered(HENAN, an_id(sequence)) for sequence in (2, 4, 6, 8)]
    cases = [await nation.opened(numbers[0], other) for other in numbers[1:]]
    await nation.decide(cases[1], adjudication_pb2.DECISION_WITHDRAWN)
    listed: list[str] = []
    token = ""
    while True:
        page = await nation.cases().List(adjudication_pb2.ListRequest(page_size=1, page_token=token))
        listed += [one.adjudication_id for one in page.adjudications]
        token = page.next_page_token
        if not token:
            break
    assert listed == [cases[0].adjudication_id, cases[2].adjudication_id]
    everything = await nation.cases().List(adjudication_pb2.ListRequest(page_size=9, with_settled=True))
    assert [one.adjudication_id for one in everything.adjudications] == [one.adjudication_id for one in cases]
    with pytest.raises(RequestMalformed):
        await nation.cases().List(adjudication_pb2.ListRequest(page_size=1, page_token="no token"))


async def test_only_whom_it_concerns_asks_answers_and_looks(nation: Nation, pair: tuple[str, str]) -> None:
    with pytest.raises(OutsideJurisdiction):
        await nation.opened(*pair, by=JILIN)
    case = await nation.opened(*pair)
    with pytest.raises(OutsideJurisdiction):
        await nation.say(JILIN, case, Word.DELETED, of=HENAN)
    with pytest.raises(OutsideJurisdiction):
        await nation.say(GUANGDONG, case, Word.DELETED, of=HENAN)
    with pytest.raises(OutsideJurisdiction):
        await nation.cases(JILIN).Get(adjudication_pb2.GetRequest(adjudication_id=case.adjudication_id))
    with pytest.raises((OutsideJurisdiction, RoleNotAllowed)):
        await nation.cases(HENAN).List(adjudication_pb2.ListRequest(page_size=1))
    with pytest.raises((OutsideJurisdiction, RoleNotAllowed)):
        await nation.cases(HENAN).Split(
            adjudication_pb2.SplitRequest(adjudication_id=case.adjudication_id, why="认定有误")
        )


async def test_a_pair_that_is_asked_about_is_no_open_suspicion(nation: Nation, pair: tuple[str, str]) -> None:
    case = await nation.opened(*pair)
    stub = suspicion_pb2_grpc.SuspicionServiceStub(nation.channel(OFFICER))
    request = suspicion_pb2.ListRequest(page_size=9)
    assert not (await stub.List(request)).suspicions
    await nation.decide(case, adjudication_pb2.DECISION_WITHDRAWN)
    (pair_again,) = (await stub.List(request)).suspicions
    assert list(pair_again.reasons) == ["家长反映"]
