"""The rules that a message carries beside its fields (protovalidate), told in one refusal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import protovalidate
from google.protobuf.message import Message

from kernel.refusals import RequestMalformed

_VIOLATIONS_TOLD_MAX = 10
_PATH_CHARACTERS_MAX = 200
_KEY_FORM = re.compile(r"[a-z][a-z0-9_]{0,49}")

# By the last part of the rule's id, as protovalidate names them.
_SENTENCES = {
    "required": "不能为空",
    "uuid": "应为业务编号",
    "uuid_empty": "应为业务编号",
    "pattern": "格式不符",
    "len": "长度应为 {bound}",
    "min_len": "至少 {bound} 个字",
    "max_len": "最多 {bound} 个字",
    "min_items": "至少 {bound} 项",
    "max_items": "最多 {bound} 项",
    "max_pairs": "最多 {bound} 项",
    "gt": "应大于 {bound}",
    "gte": "不小于 {bound}",
    "lt": "应小于 {bound}",
    "lte": "不大于 {bound}",
    "gte_lte": "超出范围",
    "defined_only": "取值不在规定范围内",
    "in": "取值不在规定范围内",
    "not_in": "取值不在规定范围内",
}


def require_valid(message: Message) -> None:
    """Check a message against its own declaration: about a microsecond for a small one, 40 ms for 2,000 pupils.

    Raises:
        RequestMalformed: ``field`` is the path of the first violation, and ``why`` tells the first ten.
    """
    violations = protovalidate.collect_violations(message)
    if not violations:
        _refuse_unprintable_zero(message)
        return
    told = [f"{_path(one.proto.field)} {_sentence(one)}" for one in violations[:_VIOLATIONS_TOLD_MAX]]
    more = len(violations) - len(told)
    raise RequestMalformed(
        field=_path(violations[0].proto.field)[:_PATH_CHARACTERS_MAX],
        why="；".join(told) + (f"；另有 {more} 处" if more > 0 else ""),
    )


def _refuse_unprintable_zero(message: Message) -> None:
    """No text holds U+0000: nobody writes it, and PostgreSQL has no place for it."""
    if b"\0" not in message.SerializeToString():  # the common case, at the speed of memory
        return
    field = _field_with_zero(message)
    if field:
        raise RequestMalformed(field=field, why="含有不能使用的字符")


def _field_with_zero(message: Message) -> str:
    """The name of the first field whose text holds U+0000; empty where none does."""
    for field, value in message.ListFields():
        if isinstance(value, Mapping):
            parts: list[Any] = [*value.keys(), *value.values()]
        else:
            parts = [value] if isinstance(value, str | bytes | Message) or not isinstance(value, Iterable) else [*value]
        for part in parts:
            if isinstance(part, Message):
                found = _field_with_zero(part)
                if found:
                    return found
            elif isinstance(part, str) and "\0" in part:
                return str(field.name)
    return ""


def _sentence(violation: Any) -> str:
    rule = violation.proto.rule_id.rpartition(".")[2]
    return _SENTENCES.get(rule, "不合规定").format(bound=violation.rule_value)


def _path(field_path: Any) -> str:
    """``case.items[0].values[name]``. It ends in logs, so a key of another form than ours is not repeated.

    Empty for a rule of the whole message, such as columns of equal length.
    """
    if field_path is None:
        return ""
    return ".".join(element.field_name + _subscript(element.subscript) for element in field_path.elements)


def _subscript(subscript: Any) -> str:
    if subscript is None:
        return ""
    if subscript.field == "index":
        return f"[{subscript.value}]"
    key = str(subscript.value)
    return f"[{key if _KEY_FORM.fullmatch(key) else '?'}]"
