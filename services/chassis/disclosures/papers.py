"""A disclosure as the notices say it that carry it up and its decision down."""

from __future__ import annotations

from kernel.disclosure import ITEM_LABELS, Disclosure, DisclosureState
from kernel.notice import Notice, Value
from kernel.refusals import RequestMalformed

_PLAIN = ("disclosure_id", "school", "recipient", "purpose", "basis", "until")
_PERSONS = ("asked_by", "confirmed_by")


def request_content(one: Disclosure) -> dict[str, Value]:
    """申请书, as the school confirms it."""
    content: dict[str, Value] = {key: getattr(one, key) for key in (*_PLAIN, *_PERSONS)}
    return {**content, "items": _items(one), **({"grade": one.grade} if one.grade else {})}


def read_request(notice: Notice) -> Disclosure:
    """Raises RequestMalformed where it is no request."""
    told = {key: _text(notice, key) for key in (*_PLAIN, *_PERSONS)}
    return Disclosure(**told, items=_keys(notice), grade=_text(notice, "grade", ""), state=DisclosureState.CONFIRMED)


def decision_content(one: Disclosure) -> dict[str, Value]:
    """批复: what was permitted, or why it was not."""
    content: dict[str, Value] = {
        "disclosure_id": one.disclosure_id,
        "recipient": one.recipient,
        "purpose": one.purpose,
        "until": one.until,
        "items": _items(one),
        "decision": one.state.label,
        "written_by": one.decided_by,
    }
    return {**content, **({"reason": one.reason} if one.reason else {})}


def read_decision(notice: Notice) -> tuple[str, DisclosureState, tuple[str, ...], str, str]:
    """The id, what was decided, the items, by whom, and why. Raises RequestMalformed where it is no decision."""
    said = _text(notice, "decision")
    state = next((one for one in DisclosureState if one.label == said), None)
    if state not in (DisclosureState.PERMITTED, DisclosureState.REFUSED, DisclosureState.REVOKED):
        raise RequestMalformed(field="decision", why="不是批复")
    by, why = _text(notice, "written_by"), _text(notice, "reason", "")
    return _text(notice, "disclosure_id"), state, _keys(notice), by, why


def _items(one: Disclosure) -> list[dict[str, str | int]]:
    return [{"item": key, "title": ITEM_LABELS[key]} for key in one.items]


def _keys(notice: Notice) -> tuple[str, ...]:
    told = notice.content.get("items")
    keys = [str(one.get("item")) for one in told if not isinstance(one, str)] if isinstance(told, list | tuple) else []
    if not keys or any(key not in ITEM_LABELS for key in keys):
        raise RequestMalformed(field="items", why="没有这样的项目")
    return tuple(keys)


def _text(notice: Notice, key: str, otherwise: str | None = None) -> str:
    told = notice.content.get(key, otherwise)
    if not isinstance(told, str):
        raise RequestMalformed(field=key, why="缺少这一项")
    return told
