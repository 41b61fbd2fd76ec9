"""Logs for the person at night: one JSON object a line on stderr, and nothing of any child in it.

    log = get_logger()
    log.info("letter_refused", transfer_id=transfer_id, reason_code=reason)

Three fences keep personal data out, because no single one would: field names are a declared list, and what is not on it
is dropped and its name told; whatever looks like an identity, student or telephone number is struck out of every value;
and an exception is told by its type, its codes and the lines it passed, without its message.
"""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator, MutableMapping
from datetime import date, timedelta
from enum import Enum
from pathlib import Path, PurePath
from typing import Any, TextIO
from uuid import UUID

import structlog
from structlog.typing import FilteringBoundLogger, Processor

from chassis.telemetry import current_span_ids
from kernel.office import Office
from kernel.refusals import Refusal

# What may be told, by name. Add a field here when it can never hold what a registrar typed.
FIELDS = frozenset(
    {
        *("event", "level", "timestamp", "logger"),
        *("service", "office", "environment", "peer", "method", "audience", "listen", "version"),
        *("case_id", "transfer_id", "letter_id", "archive_id", "notice_id", "student_key"),
        *("trace_id", "span_id", "error_id"),
        *("code", "kind", "field", "reason_code", "outcome", "state", "step", "procedure", "connection_error"),
        *("lane", "attempts", "sequence", "position", "epoch", "revision", "loop", "signal"),
        *("count", "seconds", "bytes", "limit"),
    }
)
STRING_LENGTH_MAX = 500
LIST_LENGTH_MAX = 20
STACK_FRAMES_MAX = 20
CAUSES_MAX = 4
STRUCK_OUT = "[…]"

# Fifteen digits or more, also in groups and with the X of an identity number, and the letter of a student number before
# them; and mobile numbers. Milliseconds (13), school codes (10) and the groups of a UUID (12) are shorter.
_PERSONAL_NUMBER = re.compile(r"[GLJglj]?\d(?: ?\d){13,} ?[\dXx]|(?<!\d)1[3-9]\d{9}(?!\d)")
_INTEGER_MAX = 10**14
# Messages of these hold names of revisions alone. Others' are told by their constant template, without its arguments.
_LOGGERS_TOLD_WHOLE = ("alembic",)
_STACK_PATH_PARTS = 3


def get_logger() -> FilteringBoundLogger:
    """A logger that may be made before ``configure`` is called: it looks at the configuration when used."""
    logger: FilteringBoundLogger = structlog.get_logger()
    return logger


@contextlib.contextmanager
def bind_case(case_id: object) -> Iterator[None]:
    """Every line within, also in the threads of the database, says which case it is about."""
    with structlog.contextvars.bound_contextvars(case_id=str(case_id)):
        yield


@contextlib.contextmanager
def bind_notice(notice_id: object) -> Iterator[None]:
    """As ``bind_case``, for a notice."""
    with structlog.contextvars.bound_contextvars(notice_id=str(notice_id)):
        yield


def configure(*, service: str, office: str, level: str = "info") -> None:
    """Send everything to stderr in one form: our lines, those of libraries, and what nobody caught.

    Args:
        level: ``debug``, ``info``, ``warning`` or ``error``.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    stream = sys.stderr
    last: list[Processor] = [_Origin(service=service, office=office), keep_personal_data_out, _line]
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, *last],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    _route_libraries(stream, last, number)
    sys.excepthook = _nobody_caught
    threading.excepthook = _nobody_caught_in_thread


class _Origin:
    """Adds when and where: the time, the service and office, and the trace that the line belongs to."""

    def __init__(self, *, service: str, office: str) -> None:
        self._origin = {"service": service, "office": office}
        self._stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)

    def __call__(self, logger: Any, method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        trace_id, span_id = current_span_ids()
        if trace_id:
            fields["trace_id"], fields["span_id"] = trace_id, span_id
        fields.update(self._origin)
        return self._stamp(logger, method, dict(fields))


def keep_personal_data_out(_logger: Any, _method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The fences, as a processor. What it lets through is safe to write and to send."""
    raised = _exception_of(fields.pop("exc_info", None))
    told: dict[str, Any] = {name: _clean(value) for name, value in fields.items() if name in FIELDS}
    dropped = sorted(scrub(str(name)) for name in fields if name not in FIELDS)
    if raised is not None:
        told["exception"] = _describe(raised)
    if dropped:
        told["dropped"] = dropped
    return told


def scrub(said: str) -> str:
    """The text without anything like an identity number, a student number or a mobile number."""
    return _PERSONAL_NUMBER.sub(STRUCK_OUT, said)[:STRING_LENGTH_MAX]  # cut last: half a number fits no pattern


def _clean(value: object) -> object:
    match value:
        case None | bool() | float():
            return value
        case int():
            return value if abs(value) < _INTEGER_MAX else STRUCK_OUT
        case str() | UUID() | PurePath() | Office() | date() | timedelta():
            return scrub(str(value))
        case Enum():
            return value.name
        case list() | tuple() | set() | frozenset():
            return [_clean(each) for each in list(value)[:LIST_LENGTH_MAX]]
        case _:
            return f"<{type(value).__name__}>"  # its own words might be about somebody


def _exception_of(exc_info: object) -> BaseException | None:
    match exc_info:
        case BaseException():
            return exc_info
        case (_, BaseException() as raised, _):
            return raised
        case True:
            return sys.exception()
        case _:
            return None


def _describe(raised: BaseException, *, causes_left: int = CAUSES_MAX) -> dict[str, Any]:
    """Type, codes, lines passed, and what it came from. Never its message: that may quote a row of the register."""
    told: dict[str, Any] = {"type": f"{type(raised).__module__}.{type(raised).__qualname__}"}
    if code := _code_of(raised):
        told["code"] = code
    if isinstance(raised, Refusal) and raised.field:
        told["field"] = scrub(raised.field)
    told["stack"] = [
        f"{'/'.join(Path(frame.filename).parts[-_STACK_PATH_PARTS:])}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(raised.__traceback__)[-STACK_FRAMES_MAX:]
    ]
    if causes_left:
        cause = raised.__cause__ or (None if raised.__suppress_context__ else raised.__context__)
        if cause is not None:
            told["cause"] = _describe(cause, causes_left=causes_left - 1)
        if isinstance(raised, BaseExceptionGroup):
            told["group"] = [
                _describe(each, causes_left=causes_left - 1) for each in raised.exceptions[:LIST_LENGTH_MAX]
            ]
    return told


def _code_of(raised: BaseException) -> str:
    """What tells one such error from another without quoting it: a refusal's code, SQLSTATE and constraint, errno."""
    if isinstance(raised, Refusal):
        return raised.code
    if isinstance(raised, OSError) and raised.errno is not None:
        return errno.errorcode.get(raised.errno, str(raised.errno))
    state = getattr(raised, "sqlstate", None)
    if isinstance(state, str):
        constraint = getattr(getattr(raised, "diag", None), "constraint_name", None)
        return f"{state} {constraint}" if constraint else state
    return ""


def _line(_logger: Any, _method: str, fields: MutableMapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False)


class _LibraryLines(logging.Formatter):
    """What libraries say through ``logging``, in our form.

    They put what they handle into their messages. So the first line of the message's template is told and its arguments
    are not; asyncio, for one, writes whole objects behind its first line.
    """

    def __init__(self, last: list[Processor]) -> None:
        super().__init__()
        self._last = last

    def format(self, record: logging.LogRecord) -> str:
        whole = record.name.partition(".")[0] in _LOGGERS_TOLD_WHOLE
        # A template, or any object at all: an exception would be its message.
        template = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
        said = record.getMessage() if whole else template
        fields: Any = {
            "event": said.partition("\n")[0],
            "level": record.levelname.lower(),
            "logger": record.name,
            "exc_info": record.exc_info,
        }
        for processor in self._last:
            fields = processor(None, record.levelname.lower(), fields)
        return str(fields)


def _route_libraries(stream: TextIO, last: list[Processor], level: int) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_LibraryLines(last))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.raiseExceptions = False  # a line that cannot be formatted would be printed as it is


def _nobody_caught(kind: type[BaseException], raised: BaseException, trace: Any) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    get_logger().error("nobody_caught", exc_info=(kind, raised, trace))


def _nobody_caught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _nobody_caught(args.exc_type, args.exc_value, args.exc_traceback)
