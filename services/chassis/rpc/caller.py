"""Who is speaking: read from the client's certificate and from nothing else, least of all from the request."""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import grpc

from chassis.rpc.labels import office_label
from kernel.office import Identity, Office, Role, Tier
from kernel.refusals import IdentityNotProven, OutsideJurisdiction, RoleNotAllowed

Context = grpc.aio.ServicerContext[Any, Any]

# gRPC fills it from the one URI SAN of a certificate that the authority signed, and leaves it out otherwise.
_PROPERTY = "peer_spiffe_id"
_IDENTITIES_REMEMBERED = 4096
# Of the call that this task answers: gRPC copies the whole certificate each time that it is asked.
_speaking: ContextVar[Identity | None] = ContextVar("speaking", default=None)


def caller(context: Context) -> Identity:
    """The office, and the person at its desk where one is speaking.

    Raises:
        IdentityNotProven: the certificate names none.
    """
    known = _speaking.get()
    if known is not None:
        return known
    uris = list(context.auth_context().get(_PROPERTY, ()))
    if len(uris) != 1:
        raise IdentityNotProven(why="证书中没有单位身份")
    return _parsed(uris[0])


def proven(context: Context, *, environment: str) -> Identity:
    """The caller, when it belongs to this environment; remembered for the rest of the call.

    Raises:
        IdentityNotProven: it does not, or names no office.
    """
    who = caller(context)
    if who.environment != environment:
        raise IdentityNotProven(why=f"来自另一环境（{who.environment}）")
    _speaking.set(who)
    return who


def require_node(context: Context, *tiers: Tier) -> Office:
    """The office whose own node is calling.

    Args:
        tiers: those that may.

    Raises:
        RoleNotAllowed: a person is calling where nodes speak to nodes.
        OutsideJurisdiction: an office of another tier.
    """
    who = caller(context)
    if who.role is not None:
        raise RoleNotAllowed(role=who.role.label)
    if who.office.tier not in tiers:
        raise OutsideJurisdiction(office=office_label(who.office), what="此项业务")
    return who.office


def require_desk(context: Context, office: Office, *roles: Role) -> Identity:
    """The person at a desk of this office who is calling.

    Args:
        office: the office whose desk this is.
        roles: those that may.

    Raises:
        OutsideJurisdiction: somebody of another office.
        RoleNotAllowed: another role of this one, or no person at all.
    """
    who = caller(context)
    if who.office != office:
        raise OutsideJurisdiction(office=office_label(who.office), what=f"{office_label(office)}的业务")
    if who.role not in roles:
        raise RoleNotAllowed(role=who.role.label if who.role else "系统节点")
    return who


@lru_cache(maxsize=_IDENTITIES_REMEMBERED)
def _parsed(uri: bytes) -> Identity:
    return Identity.parse(uri.decode("ascii", errors="replace"))
