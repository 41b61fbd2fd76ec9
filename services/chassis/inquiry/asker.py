"""For whom a call asks: a person for their own office, a node for itself or for an office below it."""

from __future__ import annotations

from collections.abc import Callable

from chassis.rpc import caller, office_label, require_desk
from chassis.rpc.caller import Context
from kernel.office import Office, Role, Tier
from kernel.refusals import OutsideJurisdiction
from kernel.school import School

_WHAT = "代其他单位询问"


def asker_of(
    context: Context, asked_for: str, *, here: Office, roles: tuple[Role, ...], school: Callable[[str], School | None]
) -> Office:
    """The office that is to be told.

    Args:
        asked_for: what the request says, ``school/2141000001`` or empty; believed of an office below the calling node.
        here: whose node is asked. roles: of its own people, those that may ask. school: the register of schools.

    Raises:
        OutsideJurisdiction: the caller, or the office that it names, does not lie below.
        RoleNotAllowed: another role of this office. IdentityNotProven: the request names no office.
    """
    who = caller(context)
    if not who.is_node:
        require_desk(context, here, *roles)
        if asked_for and asked_for != str(here):
            raise OutsideJurisdiction(office=office_label(here), what=_WHAT)
        return here
    named = Office.parse(asked_for) if asked_for else who.office
    if not _below(who.office, here, school) or (named != who.office and not _below(named, who.office, school)):
        raise OutsideJurisdiction(office=office_label(who.office), what=_WHAT)
    return named


def _below(lower: Office, upper: Office, school: Callable[[str], School | None]) -> bool:
    """Whether an office is one tier below another, and in its charge."""
    match lower.tier, upper.tier:
        case Tier.SCHOOL, Tier.AUTHORITY:
            known = school(lower.code)
            return known is not None and known.authority == upper.code
        case Tier.AUTHORITY, Tier.PROVINCE:
            return lower.province == upper.code
        case _:
            return False
