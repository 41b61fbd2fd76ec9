"""Who is let in, how often one may guess, how long a login lasts, and where a page may lead."""

from __future__ import annotations

import json
from pathlib import Path

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.security import generate_password_hash

from kernel.office import Office
from portal.guard.accounts import Accounts, account_key, read_accounts
from portal.guard.addresses import local_path
from portal.guard.premises import read_premises
from portal.guard.sessions import IDLE_SECONDS, LIFE_SECONDS, STEP_UP_SECONDS, Sessions
from portal.guard.throttle import KEYS_MAX, TRIES_MAX, WAIT_SECONDS, Throttle

SECRET = pyotp.random_base32()
PASSWORD = "a long enough password"
KEY = account_key("2141000001", "r001")


class Clock:
    """Seconds that a test moves by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def accounts_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("accounts") / "accounts.json"
    entry = {
        "identity": "spiffe://xueji/dev/school/2141000001/desk/registrar/r001",
        "name": "学校学籍管理员",
        "password": generate_password_hash(PASSWORD, method="scrypt:1024:8:1"),
        "otp_secret": SECRET,
        "certificate": "tls.pem",
        "key": "tls-key.pem",
    }
    file.write_text(json.dumps([entry]), "utf-8")
    return file


@pytest.fixture
def accounts(accounts_file: Path) -> Accounts:
    return read_accounts(accounts_file, authority=Path("ca.pem"))


def test_both_secrets_open_an_account(accounts: Accounts) -> None:
    account = accounts.prove(KEY, password=PASSWORD, otp=f" {pyotp.TOTP(SECRET).now()} ")
    assert account is not None
    assert account.who.office == Office.parse("school/2141000001")


@pytest.mark.parametrize("key", [KEY, "2141000001/nobody"])
@pytest.mark.parametrize(("password", "otp"), [("wrong", "now"), (PASSWORD, "000000x"), (PASSWORD, "１２３４５６")])
def test_one_secret_alone_opens_nothing(accounts: Accounts, key: str, password: str, otp: str) -> None:
    assert accounts.prove(key, password=password, otp=pyotp.TOTP(SECRET).now() if otp == "now" else otp) is None


def test_a_one_time_password_is_good_once(accounts: Accounts) -> None:
    """RFC 6238, 5.2: also where another reads it over a shoulder within its thirty seconds."""
    code = pyotp.TOTP(SECRET).now()
    account = accounts.prove(KEY, password=PASSWORD, otp=code)
    assert account is not None
    assert accounts.prove(KEY, password=PASSWORD, otp=code) is None
    assert not accounts.prove_again(account, otp=code)


def test_a_secret_is_not_in_what_a_log_would_show(accounts: Accounts) -> None:
    shown = repr(accounts.get(KEY))
    assert SECRET not in shown
    assert "scrypt" not in shown


def test_after_so_many_failures_one_waits_and_then_may_try_again() -> None:
    clock = Clock()
    throttle = Throttle(monotonic=clock)
    for _ in range(TRIES_MAX):
        assert throttle.waits(KEY) == 0
        throttle.failed(KEY)
    assert throttle.waits(KEY) == WAIT_SECONDS // 60 + 1
    assert throttle.waits("another") == 0
    clock.now += WAIT_SECONDS
    assert throttle.waits(KEY) == 0


def test_who_gets_in_starts_afresh() -> None:
    throttle = Throttle(tries_max=2)
    throttle.failed(KEY)
    throttle.succeeded(KEY)
    throttle.failed(KEY)
    assert throttle.waits(KEY) == 0


def test_a_flood_of_names_takes_no_more_memory_than_is_allowed() -> None:
    throttle = Throttle(tries_max=1)
    for name in range(KEYS_MAX + 1):
        throttle.failed(str(name))
    assert throttle.waits("0") == 0, "the oldest is forgotten"
    assert throttle.waits(str(KEYS_MAX)) > 0


@pytest.mark.parametrize(
    ("steps", "lasts"),
    [
        ([IDLE_SECONDS], True),
        ([IDLE_SECONDS + 1], False),
        ([IDLE_SECONDS] * (LIFE_SECONDS // IDLE_SECONDS), True),
        ([IDLE_SECONDS] * (LIFE_SECONDS // IDLE_SECONDS) + [1], False),
    ],
)
def test_a_session_ends_when_idle_and_in_any_case(accounts: Accounts, steps: list[float], lasts: bool) -> None:
    clock = Clock()
    sessions = Sessions(monotonic=clock)
    account = accounts.get(KEY)
    assert account is not None
    session = sessions.begin(account)
    found = [session]
    for step in steps:
        clock.now += step
        found = [one for one in [sessions.get(session.token)] if one]
    assert bool(found) is lasts


def test_a_session_that_was_ended_is_found_by_nobody(accounts: Accounts) -> None:
    sessions = Sessions()
    account = accounts.get(KEY)
    assert account is not None
    first, second = sessions.begin(account), sessions.begin(account)
    assert first.token != second.token
    sessions.end(first.token)
    assert sessions.get(first.token) is None
    assert sessions.get(second.token) is second


@given(st.text(max_size=40))
def test_a_page_leads_nowhere_but_to_a_page_of_ours(wanted: str) -> None:
    path = local_path(wanted, otherwise="/")
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))


@pytest.mark.parametrize(
    "wanted", ["https://elsewhere.invalid/", "//elsewhere.invalid", "/\\elsewhere.invalid", "javascript:x", "/a\nb", ""]
)
def test_what_would_lead_elsewhere_is_not_followed(wanted: str) -> None:
    assert local_path(wanted, otherwise="/home") == "/home"


def test_offices_are_called_as_the_register_calls_them(tmp_path: Path) -> None:
    file = tmp_path / "offices.json"
    file.write_text(
        json.dumps({"nodes": {"authority/410105": "127.0.0.1:1"}, "names": {"authority/410105": "金水区教育局"}}),
        "utf-8",
    )
    premises = read_premises(file)
    assert premises.name_of("authority/410105") == "金水区教育局"
    assert "天河区" in premises.name_of("authority/440106")
    assert premises.name_of("no office") == "no office"


def test_a_second_factor_given_again_is_good_for_ten_minutes_and_a_login_is_none(accounts: Accounts) -> None:
    clock = Clock()
    sessions = Sessions(monotonic=clock)
    account = accounts.get(KEY)
    assert account is not None
    session = sessions.begin(account)
    assert not sessions.is_stepped_up(session)
    sessions.step_up(session)
    clock.now += STEP_UP_SECONDS
    assert sessions.is_stepped_up(session)
    assert not sessions.is_stepped_up(sessions.begin(account))
    clock.now += 1
    assert not sessions.is_stepped_up(session)
