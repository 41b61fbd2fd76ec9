"""A log line says what happened to whom by id, and nothing of any child, whoever writes it."""

from __future__ import annotations

import ast
import asyncio
import io
import json
import logging
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy.exc import IntegrityError

from chassis.logs import FIELDS, STRING_LENGTH_MAX, bind_case, configure, get_logger, scrub
from kernel.office import Office, Tier
from kernel.refusals import NumberAlreadyHeld

SERVICES = Path(__file__).resolve().parents[2] / "services"
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
ID_NUMBER = "110101199003071233"
Lines = Callable[[], list[dict[str, Any]]]

log = get_logger()  # made before anything is configured, as every module does


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """Configures the logs; called, it returns what was written since."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(logging, "raiseExceptions", True)
    configure(service="county_node", office="authority/410105", level="info")

    def written() -> list[dict[str, Any]]:
        told = [json.loads(line) for line in stderr.getvalue().splitlines()]
        stderr.seek(0)
        stderr.truncate()
        return told

    yield written
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_a_line_says_when_where_and_what(lines: Lines) -> None:
    log.info("letter_refused", transfer_id="t-1", reason_code="2001")
    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "letter_refused",
        "level": "info",
        "service": "county_node",
        "office": "authority/410105",
        "transfer_id": "t-1",
        "reason_code": "2001",
    }


def test_what_is_below_the_level_is_not_written(lines: Lines) -> None:
    log.debug("detail")
    logging.getLogger("nats.aio").debug("detail")
    assert lines() == []


def test_lines_within_a_case_say_which(lines: Lines) -> None:
    with bind_case("01932c5e-0000-7000-8000-000000000000"):
        log.info("within")
    log.info("after")
    within, after = lines()
    assert within["case_id"] == "01932c5e-0000-7000-8000-000000000000"
    assert "case_id" not in after


def test_a_field_that_nobody_declared_is_dropped_and_its_name_told(lines: Lines) -> None:
    log.info("filed", case_id="c", student_name="张三", guardian={"name": "李四"})
    (line,) = lines()
    assert line["dropped"] == ["guardian", "student_name"]
    assert "张三" not in str(line)
    assert "李四" not in str(line)


@pytest.mark.parametrize(
    "number",
    [
        ID_NUMBER,
        "11010119900307123X",
        "11010119900307123x",
        "110101900307123",  # the old form of 15
        "G" + ID_NUMBER,
        "L410105201909010017",
        "J410105201909010017",
        "110101 19900307 1233",
        "１１０１０１１９９００３０７１２３３",  # full width, as an input method types it
        ID_NUMBER + ID_NUMBER,
        "13800138000",
    ],
)
def test_numbers_of_persons_are_struck_out_of_every_value(lines: Lines, number: str) -> None:
    log.info(f"seen {number}", field=f"号码{number}。", peer=[number, f"x{number}x"])
    (line,) = lines()
    told = json.dumps(line, ensure_ascii=False)
    assert number not in told
    assert number[-6:] not in told
    assert line["field"] == "号码[…]。"


def test_a_number_as_an_integer_is_struck_out_too(lines: Lines) -> None:
    log.info("seen", count=int(ID_NUMBER))
    assert lines()[0]["count"] == "[…]"


@pytest.mark.parametrize(
    "said",
    [
        "01932c5e-1111-7222-8333-123456789012",
        "2026-09-01T08:00:00.123456Z",
        "school/2141000001",
        "1788249600000",
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "v1.4.0 at 127.0.0.1:8443",
    ],
)
def test_ids_moments_and_addresses_stay_readable(said: str) -> None:
    assert scrub(said) == said


def test_things_are_told_by_their_names_and_unknown_things_by_their_type(lines: Lines) -> None:
    class Student:
        def __repr__(self) -> str:
            return "张三"

    case_id = uuid.uuid4()
    log.info("seen", case_id=case_id, peer=Office(Tier.PROVINCE, "41"), kind=Student(), seconds=0.5, count=None)
    (line,) = lines()
    assert (line["case_id"], line["peer"], line["kind"]) == (str(case_id), "province/41", "<Student>")
    assert (line["seconds"], line["count"]) == (0.5, None)


def test_an_exception_is_told_by_type_codes_and_lines_without_its_words(lines: Lines) -> None:
    def look_up() -> None:
        try:
            raise KeyError("张三")
        except KeyError as missing:
            raise NumberAlreadyHeld(field="number", holder="张三") from missing

    try:
        look_up()
    except NumberAlreadyHeld:
        log.exception("failed")
    (line,) = lines()
    told = line["exception"]
    assert (told["type"], told["code"], told["field"]) == (
        "kernel.refusals.NumberAlreadyHeld",
        "NUMBER_ALREADY_HELD",
        "number",
    )
    assert told["stack"][-1].startswith("tests/unit/test_logs.py:")
    assert told["stack"][-1].endswith(" look_up")
    assert told["cause"]["type"] == "builtins.KeyError"
    assert "张三" not in str(line)


def test_an_error_of_the_database_tells_its_state_and_constraint(lines: Lines) -> None:
    class Diagnosis:
        constraint_name = "identities_fingerprint"

    class Violation(Exception):
        sqlstate = "23505"
        diag = Diagnosis()

    violation = Violation(f"Key (number)=({ID_NUMBER}) already exists.")
    try:
        raise IntegrityError("INSERT", {"name": "张三"}, violation) from violation
    except IntegrityError as raised:
        log.error("failed", exc_info=raised)
    (line,) = lines()
    assert line["exception"]["cause"]["code"] == "23505 identities_fingerprint"
    assert ID_NUMBER not in str(line)
    assert "张三" not in str(line)


def test_an_error_of_the_system_tells_its_number_and_each_of_a_group_is_told(lines: Lines) -> None:
    log.error("failed", exc_info=ExceptionGroup("两个", [ConnectionRefusedError(111, "张三"), ValueError("张三")]))
    (line,) = lines()
    assert [each.get("code") for each in line["exception"]["group"]] == ["ECONNREFUSED", None]
    assert "张三" not in str(line)


def test_libraries_are_told_by_their_constant_words(lines: Lines) -> None:
    logging.getLogger("grpc._server").warning("cannot handle %s", "张三")
    logging.getLogger("alembic.runtime.migration").info("Running %s", "upgrade -> 0001")
    grpc, alembic = lines()
    assert (grpc["event"], grpc["logger"], grpc["level"]) == ("cannot handle %s", "grpc._server", "warning")
    assert grpc["office"] == "authority/410105"
    assert alembic["event"] == "Running upgrade -> 0001"


def test_a_library_that_logs_an_exception_as_its_message_is_not_quoted(lines: Lines) -> None:
    logging.getLogger("nats").error(ValueError("张三"))
    assert lines()[0]["event"] == "ValueError"


def test_a_number_across_the_cut_of_a_long_value_is_struck_out_whole(lines: Lines) -> None:
    log.info("seen", field="x" * (STRING_LENGTH_MAX - 10) + ID_NUMBER)
    assert lines()[0]["field"].endswith("x[…]")


def test_every_field_that_the_services_tell_is_declared() -> None:
    told: dict[str, str] = {}
    for file in SERVICES.rglob("*.py"):
        if "log." not in file.read_text(encoding="utf-8"):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="log"), attr=level), keywords=fields) if (
                    level in LEVELS
                ):
                    told |= {field.arg: str(file.relative_to(SERVICES)) for field in fields if field.arg}
    assert "code" in told
    assert {name: where for name, where in told.items() if name not in FIELDS | {"exc_info"}} == {}


def test_what_asyncio_says_of_a_lost_task_names_nobody(lines: Lines) -> None:
    async def lose() -> None:
        asyncio.get_running_loop().call_exception_handler(
            {"message": "Task exception was never retrieved", "exception": ValueError("张三"), "task": {"of": "张三"}}
        )

    asyncio.run(lose())
    (line,) = lines()
    assert line["event"] == "Task exception was never retrieved"
    assert line["exception"]["type"] == "builtins.ValueError"
    assert "张三" not in str(line)


def test_what_nobody_caught_is_told_in_the_same_form(lines: Lines) -> None:
    def crash() -> None:
        raise ValueError("张三")

    thread = threading.Thread(target=crash)
    thread.start()
    thread.join()
    sys.excepthook(ValueError, ValueError("张三"), None)
    told = lines()
    assert [line["event"] for line in told] == ["nobody_caught", "nobody_caught"]
    assert "张三" not in str(told)


def test_a_line_that_cannot_be_formatted_is_not_printed_as_it_is(lines: Lines) -> None:
    logging.getLogger("alembic").info("%d", "张三")
    assert lines() == []
