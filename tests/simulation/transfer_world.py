"""A world of three hubs, the index and a hostile network, driven by the project's own transfer tables.

Messages live in a set that only grows: each may be delivered any number of times, in any order, or never. That is loss,
delay, duplication and reordering, and the loss of the broker's whole storage, in one stroke. The tables under test are
``province_hub.domain.transfer``; only the index and the use cases' few lines around the tables are modelled here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from kernel.custody import CloseReason, Custody, Outcome, Receipt, Release
from kernel.invariants import HubView, IndexView, Picture
from province_hub.domain.transfer import gaining as g
from province_hub.domain.transfer import losing as l_
from province_hub.domain.transfer.gaining import Gaining, GainingState
from province_hub.domain.transfer.losing import Losing, LosingState

HUBS = ("A", "B", "C")
STUDENT = "student"


@dataclass(frozen=True)
class Hub:
    custody: Custody = Custody.NONE
    epoch: int = 0
    version: int = -1
    frozen_by: str = ""
    escrows: frozenset[tuple[str, int]] = frozenset()  # (transfer, version of the archive)


@dataclass(frozen=True)
class World:
    """Everything, hashable: one state of the exploration."""

    custodian: str = "A"
    epoch: int = 1
    lock: str = ""
    slots: tuple[tuple[str, str, int], ...] = ()  # (transfer, open|committed|aborted, epoch)
    hubs: tuple[Hub, ...] = (Hub(Custody.HELD, 1, 0), Hub(), Hub())
    gaining: tuple[Gaining, ...] = ()
    losing: tuple[tuple[str, Losing], ...] = ()  # (hub, row)
    messages: frozenset[tuple[object, ...]] = frozenset()
    version: int = 0
    writes_left: int = 1
    blocked: bool = False  # something passing stands against the record's moving: an open case, a problem record
    obstacles_left: int = 0


@dataclass(frozen=True)
class Plan:
    """Which transfers may begin: ``(transfer, gaining hub)``. ``mutant`` breaks one rule on purpose.

    ``obstacles``: how often something passing may come to stand against the record's moving.
    """

    transfers: tuple[tuple[str, str], ...]
    writes: int = 1
    mutant: str = ""
    obstacles: int = 0
    moves: dict[str, int] = field(default_factory=dict, compare=False)

    def begin(self) -> World:
        return World(writes_left=self.writes, obstacles_left=self.obstacles)

    def gaining_hub(self, transfer: str) -> str:
        return dict(self.transfers)[transfer]


def picture(world: World) -> Picture:
    return Picture(
        index=IndexView(
            custodian=world.custodian,
            epoch=world.epoch,
            open_transfers=frozenset(t for t, state, _ in world.slots if state == "open"),
            outcomes=tuple((t, Outcome(state), e) for t, state, e in world.slots if state != "open"),
        ),
        hubs=tuple(
            HubView(
                province=name,
                custody=hub.custody,
                epoch=hub.epoch,
                version=hub.version,
                frozen_by=hub.frozen_by,
                escrows=frozenset(t for t, _ in hub.escrows),
                ended=_ended(world, name),
            )
            for name, hub in zip(HUBS, world.hubs, strict=True)
        ),
        version=world.version,
    )


def _ended(world: World, name: str) -> tuple[tuple[str, Outcome], ...]:
    losing = {LosingState.DONE: Outcome.COMMITTED, LosingState.ABORTED: Outcome.ABORTED}
    return tuple(
        (row.transfer_id, losing[row.state]) for hub, row in world.losing if hub == name and row.state in losing
    )


def settled(world: World) -> bool:
    """Nobody waits for anybody: the custodian writes, nothing is frozen, every transfer that began has ended."""
    return (
        not world.lock
        and all(row.state in g.FINAL for row in world.gaining)
        and world.hubs[HUBS.index(world.custodian)].custody is Custody.HELD
        and not any(hub.custody is Custody.FROZEN for hub in world.hubs)
    )


def moves(world: World, plan: Plan) -> Iterator[tuple[str, bool, World]]:
    """Every next world: ``(what happened, whether somebody chose it, the world)``."""
    yield from _people(world, plan)
    for message in world.messages:
        kind, transfer = str(message[0]), str(message[1])
        handle = {"open": _open, "commit": _commit, "close": _close}.get(kind)
        if handle is not None:
            after = handle(world, transfer, message, plan)
            if after is not None:
                yield f"index {kind} {transfer}", False, after
        else:
            for after in _deliver(world, message, plan):
                yield f"{kind} {transfer}", False, after


def _people(world: World, plan: Plan) -> Iterator[tuple[str, bool, World]]:
    for index, hub in enumerate(world.hubs):
        may_write = hub.custody is Custody.HELD or (plan.mutant == "no freeze" and hub.custody is Custody.FROZEN)
        if may_write and world.writes_left:
            written = replace(hub, version=world.version + 1)
            yield (
                f"{HUBS[index]} writes",
                True,
                replace(_with_hub(world, index, written), version=world.version + 1, writes_left=world.writes_left - 1),
            )
    if world.obstacles_left and not world.blocked:
        yield "an obstacle comes", True, replace(world, blocked=True, obstacles_left=world.obstacles_left - 1)
    if world.blocked:
        yield "the obstacle goes", False, replace(world, blocked=False)
    for transfer, hub_name in plan.transfers:
        row = _gaining(world, transfer)
        index = HUBS.index(hub_name)
        if row is None and world.hubs[index].custody in (Custody.NONE, Custody.GONE):
            began = replace(world, gaining=(*world.gaining, Gaining(transfer)))
            yield f"begin {transfer}", True, _say(began, ("open", transfer))
        if row is not None and row.state not in g.FINAL:
            yield f"withdraw {transfer}", True, _gain(world, transfer, g.WithdrawAsked(), plan)
    for hub_name, lrow in world.losing:
        hub = world.hubs[HUBS.index(hub_name)]
        tid = lrow.transfer_id
        if lrow.state is LosingState.WAITING and plan.mutant != "never looked at again":
            yield f"looked at again {tid}", False, _consider(world, hub_name, tid, plan)
        if lrow.state is LosingState.ASKED:
            yield f"school endorses {tid}", False, _lose(world, hub_name, tid, l_.SchoolEndorsed(), plan)
        if lrow.state is LosingState.AT_AUTHORITY:
            custody = Custody.HELD if plan.mutant == "release while frozen" else hub.custody
            event = l_.AuthorityEndorsed(custody, hub.epoch)
            yield f"authority endorses {tid}", False, _lose(world, hub_name, tid, event, plan)
        if lrow.state in (LosingState.WAITING, LosingState.ASKED, LosingState.AT_AUTHORITY):
            refusal = l_.Refused(CloseReason.OPEN_CASE)
            yield f"refuse {tid}", True, _lose(world, hub_name, tid, refusal, plan)
        if plan.mutant == "unfreeze on time-out" and hub.custody is Custody.FROZEN and hub.frozen_by == tid:
            thawed = replace(hub, custody=Custody.HELD, frozen_by="")
            yield f"time-out {tid}", True, _with_hub(world, HUBS.index(hub_name), thawed)


# --- The index ---


def _slot(world: World, transfer: str) -> str:
    return next((state for t, state, _ in world.slots if t == transfer), "absent")


def _end(world: World, transfer: str, state: str, epoch: int) -> World:
    others = tuple(slot for slot in world.slots if slot[0] != transfer)
    return replace(world, slots=tuple(sorted((*others, (transfer, state, epoch)))))


def _open(world: World, transfer: str, message: tuple[object, ...], plan: Plan) -> World | None:
    if _slot(world, transfer) != "absent":
        return None
    hub = plan.gaining_hub(transfer)
    if (not world.lock or plan.mutant == "no lock") and world.custodian != hub:
        opened = _end(replace(world, lock=transfer), transfer, "open", world.epoch)
        return _say(opened, ("opened", transfer, world.custodian, world.epoch))
    denied = _end(world, transfer, "aborted", world.epoch)
    return _say(denied, ("receipt", transfer, _receipt(transfer, Outcome.ABORTED, world, hub, world.epoch)))


def _commit(world: World, transfer: str, message: tuple[object, ...], plan: Plan) -> World | None:
    _, _, epoch, _, digest = message
    state = _slot(world, transfer)
    allowed = state == "open" and world.lock == transfer and world.epoch == epoch
    if plan.mutant == "late commit":
        allowed = state in ("open", "aborted") and world.epoch == epoch
    if not allowed:
        return None
    hub = plan.gaining_hub(transfer)
    receipt = _receipt(transfer, Outcome.COMMITTED, world, hub, world.epoch + 1, digest=str(digest))
    moved = replace(world, custodian=hub, epoch=world.epoch + 1, lock="")
    return _say(_end(moved, transfer, "committed", world.epoch + 1), ("receipt", transfer, receipt))


def _close(world: World, transfer: str, message: tuple[object, ...], plan: Plan) -> World | None:
    state = _slot(world, transfer)
    if state not in ("open", "absent"):
        return None
    hub = plan.gaining_hub(transfer)
    receipt = _receipt(transfer, Outcome.ABORTED, world, hub, world.epoch)
    unlocked = replace(world, lock="" if world.lock == transfer else world.lock)
    return _say(_end(unlocked, transfer, "aborted", world.epoch), ("receipt", transfer, receipt))


def _receipt(transfer: str, outcome: Outcome, world: World, hub: str, epoch: int, *, digest: str = "") -> Receipt:
    return Receipt(
        transfer_id=transfer,
        student_key=STUDENT,
        outcome=outcome,
        custodian=hub if outcome is Outcome.COMMITTED else world.custodian,
        previous=world.custodian,
        gaining=hub,
        epoch=epoch,
        archive_digest=digest,
        reason="" if outcome is Outcome.COMMITTED else CloseReason.WITHDRAWN.value,
        incarnation=1,
        release="",
        acceptance="",
        at_ms=0,
    )


# --- The hubs ---


def _deliver(world: World, message: tuple[object, ...], plan: Plan) -> Iterator[World]:
    match message:
        case ("opened", str(transfer), str(losing), int(epoch)):
            yield _gain(world, transfer, g.Opened(STUDENT, losing, epoch), plan)
        case ("request", str(transfer), str(losing), int(epoch)):
            index = HUBS.index(losing)
            hub = world.hubs[index]
            if _losing(world, losing, transfer) is None and hub.custody is Custody.HELD and hub.epoch == epoch:
                row = Losing(transfer, STUDENT, plan.gaining_hub(transfer), epoch)
                yield _consider(replace(world, losing=(*world.losing, (losing, row))), losing, transfer, plan)
        case ("release", str(transfer), Release() as release):
            event = g.Released(release, "release", "key")
            yield _gain(world, transfer, event, plan)
            if plan.mutant == "activate before the index":
                index = HUBS.index(plan.gaining_hub(transfer))
                early = Hub(Custody.HELD, release.epoch + 1, int(release.archive_digest), "", world.hubs[index].escrows)
                yield _with_hub(world, index, early)
        case ("archive", str(transfer), str(digest)):
            index = HUBS.index(plan.gaining_hub(transfer))
            grow = _gaining(world, transfer)
            if grow is not None and grow.state is GainingState.FETCHING and grow.archive_digest == digest:
                version = int(digest) - (1 if plan.mutant == "archive not checked" else 0)
                hub = world.hubs[index]
                kept = replace(hub, escrows=hub.escrows | {(transfer, version)})
                yield _gain(_with_hub(world, index, kept), transfer, g.ArchiveVerified(digest), plan)
        case ("receipt", str(transfer), Receipt() as receipt):
            if _gaining(world, transfer) is not None:
                yield _gain(world, transfer, g.OutcomeTold(receipt), plan)
            for hub_name, lrow in world.losing:
                if lrow.transfer_id == transfer:
                    yield _lose(world, hub_name, transfer, l_.OutcomeTold(receipt), plan)
                elif plan.mutant == "unfreeze by another's abort" and receipt.outcome is Outcome.ABORTED:
                    index = HUBS.index(hub_name)
                    hub = world.hubs[index]
                    if hub.custody is Custody.FROZEN:
                        yield _with_hub(world, index, replace(hub, custody=Custody.HELD, frozen_by=""))
        case _:
            raise AssertionError(message)


def _consider(world: World, name: str, transfer: str, plan: Plan) -> World:
    """What the use case of that name does: the request goes on, waits, or is of the past."""
    row = _losing(world, name, transfer)
    assert row is not None
    hub = world.hubs[HUBS.index(name)]
    if hub.custody is not Custody.HELD or hub.epoch != row.epoch:
        return _lose(world, name, transfer, l_.Refused(CloseReason.OPEN_CASE), plan)
    return world if world.blocked else _lose(world, name, transfer, l_.Cleared(), plan)


def _gain(world: World, transfer: str, event: g.Event, plan: Plan) -> World:
    row = _gaining(world, transfer)
    assert row is not None
    move = g.step(row, event)
    rows = tuple(move.transfer if each.transfer_id == transfer else each for each in world.gaining)
    world = replace(world, gaining=rows)
    name = plan.gaining_hub(transfer)
    index = HUBS.index(name)
    after = move.transfer
    for effect in move.effects:
        hub = world.hubs[index]
        match effect:
            case g.SendRequest():
                world = _say(world, ("request", transfer, after.losing, after.epoch))
            case g.Fetch():
                world = _say(world, ("archive", transfer, after.archive_digest))
            case g.AcceptAndCommit():
                world = _say(world, ("commit", transfer, after.epoch, after.losing, after.archive_digest))
            case g.AskClose():
                world = _say(world, ("close", transfer))
            case g.Activate(epoch):
                version = next(v for t, v in hub.escrows if t == transfer)
                if epoch > hub.epoch:  # R9
                    kept = frozenset(e for e in hub.escrows if e[0] != transfer)
                    world = _with_hub(world, index, Hub(Custody.HELD, epoch, version, "", kept))
            case g.DropEscrow():
                kept = frozenset(e for e in hub.escrows if e[0] != transfer)
                world = _with_hub(world, index, replace(hub, escrows=kept))
            case g.EndUnmoved():
                pass
    return world


def _lose(world: World, name: str, transfer: str, event: l_.Event, plan: Plan) -> World:
    row = _losing(world, name, transfer)
    assert row is not None
    move = l_.step(row, event)
    index = HUBS.index(name)
    rows = tuple((n, move.transfer if (n, r.transfer_id) == (name, transfer) else r) for n, r in world.losing)
    world = replace(world, losing=rows)
    for effect in move.effects:
        hub = world.hubs[index]
        match effect:
            case l_.AskClose():
                if plan.mutant != "refusal not told to the index":
                    world = _say(world, ("close", transfer))
            case l_.FreezeAndRelease():
                world = _with_hub(world, index, replace(hub, custody=Custody.FROZEN, frozen_by=transfer))
                release = Release(transfer, STUDENT, row.epoch, str(hub.version), name, row.gaining, "", 0)
                world = _say(world, ("release", transfer, release))
            case l_.Unfreeze():
                if hub.frozen_by == transfer:  # R5
                    world = _with_hub(world, index, replace(hub, custody=Custody.HELD, frozen_by=""))
            case l_.Leave(epoch):
                if epoch > hub.epoch:
                    world = _with_hub(world, index, Hub(Custody.GONE, epoch, hub.version, "", hub.escrows))
            case l_.AskBelow() | l_.EndUnmoved():
                pass
    return world


def _gaining(world: World, transfer: str) -> Gaining | None:
    return next((row for row in world.gaining if row.transfer_id == transfer), None)


def _losing(world: World, name: str, transfer: str) -> Losing | None:
    return next((row for hub, row in world.losing if (hub, row.transfer_id) == (name, transfer)), None)


def _with_hub(world: World, index: int, hub: Hub) -> World:
    return replace(world, hubs=(*world.hubs[:index], hub, *world.hubs[index + 1 :]))


def _say(world: World, message: tuple[object, ...]) -> World:
    return replace(world, messages=world.messages | {message})
