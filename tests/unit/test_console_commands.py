"""The ``xueji`` command line, where nobody has to answer: help, wrong use, what is masked, which desk."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chassis.rpc import TlsFiles
from console import notices, plain
from console.commands import app
from console.federation.running import (
    FEDERATION_FILE,
    FEDERATION_VARIABLE,
    NoFederationRuns,
    Reach,
    Whereabouts,
    find_whereabouts,
)
from kernel.office import Identity
from xueji.common.v1 import refusal_pb2
from xueji.desk.v1 import desk_pb2
from xueji.notice.v1 import notice_pb2

NUMBER = "L410105202001019001"
DOCUMENT = "410105202001019001"
IMPORTED_BY_HELP = "import sys; sys.argv = ['xueji', '--help']; from console.__main__ import main"


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A place where no federation runs, named as the one to use."""
    named = tmp_path / FEDERATION_FILE
    monkeypatch.setenv(FEDERATION_VARIABLE, str(named))
    return named


def some_whereabouts() -> Whereabouts:
    tls = TlsFiles(Path("tls.pem"), Path("tls-key.pem"), Path("ca.pem"))
    uris = (
        "spiffe://xueji/dev/province/41/desk/officer/p001",
        "spiffe://xueji/dev/school/2141000001/desk/registrar/r001",
        "spiffe://xueji/dev/school/2141000001/desk/principal/h001",
    )
    return Whereabouts(
        file=Path(FEDERATION_FILE),
        desks=tuple(Reach(name="x", address="127.0.0.1:1", who=Identity.parse(uri), tls=tls) for uri in uris),
    )


def test_help_does_not_wait_for_grpc() -> None:
    program = f"""
{IMPORTED_BY_HELP}
try:
    main()
except SystemExit:
    pass
print("LOADED", [name for name in ("grpc", "cryptography", "openpyxl", "psycopg") if name in sys.modules])
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "花名册" in said
    assert said.rstrip().endswith("LOADED []")


@pytest.mark.parametrize(
    "command",
    [
        ["demo"],
        ["up"],
        *(["roster", verb] for verb in ("template", "check", "import", "drafts", "submit")),
        *(["cases", verb] for verb in ("list", "show", "approve", "return", "reject")),
        *(["file", verb] for verb in ("transfer", "admission", "suspension", "key-data-correction", "graduation")),
        *(["notices", verb] for verb in ("list", "show", "print", "confirm", "write")),
        ["students", "list"],
        ["index", "lookup"],
        *(["rules", verb] for verb in ("list", "show", "diff")),
    ],
)
def test_every_command_offers_json(command: list[str]) -> None:
    said = CliRunner().invoke(app, [*command, "--help"])
    assert said.exit_code == 0
    assert "--json" in said.output


def test_without_a_federation_a_question_fails_in_one_json_object(nowhere: Path) -> None:
    said = CliRunner().invoke(app, ["cases", "list", "--desk", "41", "--json"])
    assert said.exit_code == 1
    assert set(json.loads(said.stdout)) == {"failed"}


def test_a_malformed_number_is_refused_by_name_before_anybody_is_asked(nowhere: Path) -> None:
    said = CliRunner().invoke(app, ["index", "lookup", "G123", "--desk", "00", "--json"])
    assert said.exit_code == 2
    assert json.loads(said.stdout)["refused"]["code"] == "STUDENT_NUMBER_MALFORMED"


def test_a_refusal_is_told_as_code_and_sentence(nowhere: Path) -> None:
    said = CliRunner().invoke(app, ["index", "lookup", "G123", "--desk", "00"])
    assert said.exit_code == 2
    assert said.stdout == ""
    assert said.stderr.startswith("STUDENT_NUMBER_MALFORMED: 学籍号不合格式")


def test_a_desk_is_found_by_code_and_role() -> None:
    found = some_whereabouts().desk("2141000001/principal")
    assert found.who.person == "h001"
    assert some_whereabouts().desk("41").who.person == "p001"


def test_a_desk_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(LookupError, match="2141000001/registrar"):
        some_whereabouts().desk("2141000001/officer")


def test_a_file_of_another_user_is_not_believed(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere.write_text("{}", "utf-8")
    monkeypatch.setattr("os.geteuid", lambda: nowhere.stat().st_uid + 1)
    with pytest.raises(NoFederationRuns):
        find_whereabouts()


def test_a_link_is_not_believed(nowhere: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.json").write_text("{}", "utf-8")
    nowhere.symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(NoFederationRuns):
        find_whereabouts()


def test_numbers_are_masked_unless_asked_for_in_full() -> None:
    view = desk_pb2.GetCaseResponse(
        items=[
            desk_pb2.ItemView(
                values={"name": "张三", "document_number": DOCUMENT, "guardian1_document_number": DOCUMENT},
                number=NUMBER,
            )
        ]
    )
    masked = json.dumps(plain.case_view(view, full=False), ensure_ascii=False)
    assert DOCUMENT not in masked
    assert NUMBER not in masked
    assert "20200101" not in masked
    assert "张三" in masked
    assert NUMBER in json.dumps(plain.case_view(view, full=True), ensure_ascii=False)


def test_a_notice_shows_its_clauses_in_words_and_masks_numbers() -> None:
    cells = [
        notice_pb2.Cell(key="name", label="姓名", value="张三"),
        notice_pb2.Cell(key="number", label="学籍号", value=NUMBER),
    ]
    view = notice_pb2.GetNoticeResponse(
        summary=notice_pb2.NoticeSummary(from_office="school/2141000001", to_office="authority/410105"),
        lines=[
            notice_pb2.Line(key="students", label="学生", records=[notice_pb2.Record(cells=cells)]),
            notice_pb2.Line(key="number", label="学籍号", values=[NUMBER]),
        ],
        clauses=["22.1", "99.9"],  # a newer node may name a clause that this program does not know
    )
    masked = notices.notice_view(view, full=False)
    assert masked["citations"] == ["第二十二条第一款"]
    assert NUMBER not in json.dumps(masked)
    assert masked["lines"][0]["records"][0]["姓名"] == "张三"
    assert notices.notice_view(view, full=True)["lines"][0]["records"][0]["学籍号"] == NUMBER


def test_a_notice_is_printed_for_an_office_without_a_node() -> None:
    """The township's government is sent a paper (Art. 22): addressed to it, with the pupil and the clause."""
    records = [notice_pb2.Record(cells=[notice_pb2.Cell(key="name", label="姓名", value="张三")])]
    view = notice_pb2.GetNoticeResponse(
        summary=notice_pb2.NoticeSummary(
            notice_id="n1",
            kind_title="义务教育阶段学生辍学情况报告",
            from_office="province/41",
            to_office="authority/410105",
            at_ms=1_790_000_000_123,
        ),
        lines=[
            notice_pb2.Line(key="text", label="正文", values=["请组织劝返。"]),
            notice_pb2.Line(key="forward_to", label="请转送", values=["示范乡人民政府"]),
            notice_pb2.Line(key="students", label="学生", records=records),
        ],
        clauses=["22.1"],
    )
    printed = notices.as_text(notices.notice_view(view, full=False)).splitlines()
    assert printed[0] == "义务教育阶段学生辍学情况报告"
    assert printed[3] == "示范乡人民政府："
    assert [printed[4].strip(), printed[6].strip()] == ["请组织劝返。", "1. 姓名：张三"]
    assert "依据：《办法》第二十二条第一款" in printed
    assert printed[-1] == "2026年9月21日"
    del view.lines[1]
    assert "金水区" in notices.as_text(notices.notice_view(view, full=False)).splitlines()[3]


def test_a_refusal_names_the_item_as_the_form_does() -> None:
    told = plain.refusal(refusal_pb2.Refusal(code="VALUE_MISSING", field="birth_date", detail={"label": "出生日期"}))
    assert told["label"] == "出生日期"
    assert told["code"] == "VALUE_MISSING"
    assert "出生日期" in told["sentence"]


def test_moments_are_beijing_time() -> None:
    assert plain.moment(1_790_000_000_123) == "2026-09-21 22:13:20.123"
    assert plain.moment(0) == ""
