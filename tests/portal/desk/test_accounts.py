"""Who signs in is who they say; sessions end; what was done is written down."""

import datetime

import pytest
from sqlalchemy import text as sql

from portal.desk.accounts import LONGEST, AccountError, Accounts, Role
from portal.desk.database import Database
from portal.settings import Settings

NOON = datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.UTC)
PASSWORD = "synthetic pass phrase"


@pytest.fixture
def accounts(cheap_passwords: None, settings: Settings) -> Accounts:
    found = Accounts(Database(settings), settings)
    found.add("editor1", Role.EDITOR, PASSWORD, "test", NOON)
    return found


def after(**time: float) -> datetime.datetime:
    return NOON + datetime.timedelta(**time)


def stored(settings: Settings) -> str:
    with Database(settings).reading() as session:
        tables = ("accounts", "sessions", "acts")
        return str([list(session.execute(sql(f"SELECT * FROM {t}"))) for t in tables])


def test_a_session_belongs_to_who_signed_in_with_the_role_they_have_now(accounts: Accounts) -> None:
    token = accounts.sign_in("editor1", PASSWORD, NOON)
    signed = accounts.signed(token, NOON)
    assert signed
    assert (signed.name, signed.role) == ("editor1", Role.EDITOR)
    assert len({token, accounts.sign_in("editor1", PASSWORD, NOON)}) == 2


def test_neither_password_nor_token_is_stored(accounts: Accounts, settings: Settings) -> None:
    token = accounts.sign_in("editor1", PASSWORD, NOON)
    kept = stored(settings)
    assert "$argon2id$" in kept
    assert PASSWORD not in kept
    assert token not in kept


@pytest.mark.parametrize(("name", "password"), [("editor1", "wrong"), ("nobody", PASSWORD), ("", ""), ("x" * 5000, "")])
def test_which_of_name_and_password_is_wrong_is_not_said(accounts: Accounts, name: str, password: str) -> None:
    with pytest.raises(AccountError, match="名字或密码不对"):
        accounts.sign_in(name, password, NOON)


def test_guessing_is_slowed_down_and_a_right_password_waits_too(accounts: Accounts) -> None:
    for _ in range(6):
        with pytest.raises(AccountError, match="不对"):
            accounts.sign_in("editor1", "wrong", NOON)
    with pytest.raises(AccountError, match="请11秒后再试"):
        accounts.sign_in("editor1", PASSWORD, NOON)
    with pytest.raises(AccountError, match="不对"):
        accounts.sign_in("editor1", "wrong", after(seconds=11))
    with pytest.raises(AccountError, match="请20秒后再试"):
        accounts.sign_in("editor1", PASSWORD, after(seconds=12))
    assert accounts.sign_in("editor1", PASSWORD, after(seconds=32))
    with pytest.raises(AccountError, match="不对"):
        accounts.sign_in("editor1", "wrong", after(seconds=33))


def test_a_session_ends_unused_and_at_the_latest_after_half_a_day(accounts: Accounts) -> None:
    token = accounts.sign_in("editor1", PASSWORD, NOON)
    assert accounts.signed(token, after(minutes=59))
    assert accounts.signed(token, after(minutes=118))
    assert accounts.signed(token, after(minutes=179)) is None
    token = accounts.sign_in("editor1", PASSWORD, NOON)
    for minutes in range(0, 720, 50):
        assert accounts.signed(token, after(minutes=minutes))
    assert accounts.signed(token, NOON + LONGEST + datetime.timedelta(seconds=1)) is None


def test_a_session_ends_with_its_account_and_when_its_role_changes(accounts: Accounts) -> None:
    token = accounts.sign_in("editor1", PASSWORD, NOON)
    accounts.add("editor1", Role.CLERK, PASSWORD, "test", NOON)
    assert accounts.signed(token, NOON) is None
    token = accounts.sign_in("editor1", PASSWORD, NOON)
    accounts.remove("editor1", "test", NOON)
    assert accounts.signed(token, NOON) is None
    with pytest.raises(AccountError):
        accounts.sign_in("editor1", PASSWORD, NOON)


def test_who_signs_out_is_out(accounts: Accounts) -> None:
    token = accounts.sign_in("editor1", PASSWORD, NOON)
    accounts.sign_out(token, NOON)
    assert accounts.signed(token, NOON) is None


@pytest.mark.parametrize("token", [None, "", "x", "x" * 10_000, "\x00", "好"])
def test_what_is_no_token_is_nobody(accounts: Accounts, token: str | None) -> None:
    assert accounts.signed(token, NOON) is None


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("editor2", "short"),
        ("editor2", "editor2editor2"),
        ("editor2", "x" * 201),
        ("", PASSWORD),
        ("<script>", PASSWORD),
    ],
)
def test_a_name_or_password_that_cannot_be_used_is_refused(accounts: Accounts, name: str, password: str) -> None:
    with pytest.raises(AccountError):
        accounts.add(name, Role.EDITOR, password, "test", NOON)
    assert accounts.names() == [("editor1", Role.EDITOR)]


def test_every_act_is_a_line_of_the_audit(accounts: Accounts) -> None:
    token = accounts.sign_in("editor1", PASSWORD, NOON)
    accounts.sign_out(token, after(minutes=1))
    accounts.remove("editor1", "test", after(minutes=2))
    assert [(line.account, line.act, line.about) for line in accounts.audit(10)] == [
        ("test", "account.remove", "editor1"),
        ("editor1", "sign_out", ""),
        ("editor1", "sign_in", ""),
        ("test", "account.add", "editor1 editor"),
    ]
