"""Signing in with an account elsewhere: who is proved to be somebody with an account gets in, and nobody else, whatever is wrong with the proof."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx
import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr, ValidationError
from starlette.testclient import TestClient

import portal.services
from portal.desk.accounts import AccountError, Accounts, Role
from portal.services import Services
from portal.settings import Settings
from portal.staff import app as staff
from portal.staff import door
from portal.traffic.admission import Admission
from tests.openid_provider import CLIENT, SECRET, OpenIdProvider, openid_provider
from tests.portal.staff.conftest import NOW, PASSWORD

START, BACK = "/desk/sign-in/elsewhere", "/desk/sign-in/elsewhere/back"
Open = Callable[..., TestClient]


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenIdProvider]:
    monkeypatch.setenv("NO_PROXY", "localhost")
    with openid_provider() as made:
        yield made


@pytest.fixture
def switched_on(desk: Services, provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch) -> Services:
    """A desk that believes the provider, with an account for its one subject."""
    settings = Settings(
        desk_oidc_issuer=provider.issuer, desk_oidc_client_id=CLIENT, desk_oidc_client_secret=SecretStr(SECRET)
    )
    made = replace(desk, accounts=Accounts(desk.accounts._database, settings))
    made.accounts.add_known_elsewhere("editor2", Role.EDITOR, provider.subject, "test", NOW)
    monkeypatch.setattr(portal.services, "services", lambda: made)
    monkeypatch.setattr(staff, "settings", lambda: settings)
    return made


@pytest.fixture
def opened(switched_on: Services) -> Open:
    """A browser of its own at the desk."""

    def made(secure: bool = False) -> TestClient:
        base = f"http{'s' * secure}://testserver"
        return TestClient(staff.create_desk(secure), base, follow_redirects=False, client=("127.0.0.1", 50000))

    return made


def led_back(client: TestClient, provider: OpenIdProvider) -> str:
    """The address the provider leads a browser back to that began at the desk."""
    reply = client.get(START)
    assert reply.status_code == 302
    assert reply.headers["location"].startswith(f"{provider.issuer}/authorize?")
    assert reply.headers["cache-control"] == "no-store"
    back = httpx.get(reply.headers["location"]).headers["location"]
    return back.removeprefix("http://testserver").removeprefix("https://testserver:443")


def signed_in(client: TestClient) -> bool:
    return client.get("/desk/contributions").status_code == 200


def test_who_has_an_account_gets_in_with_its_role(
    opened: Open, provider: OpenIdProvider, switched_on: Services
) -> None:
    client = opened()
    assert f'href="{START}"' in client.get("/desk/sign-in").text
    assert provider.asked == []
    reply = client.get(led_back(client, provider))
    assert reply.status_code == 200
    # Of its own accord: on a redirect, still a step of the way from another website, the strict cookie would not travel.
    assert '<meta http-equiv="refresh" content="0;url=/desk">' in reply.text
    session = next(c for c in reply.headers.get_list("set-cookie") if c.startswith("desk="))
    assert {"HttpOnly", "Path=/desk", "SameSite=strict"} <= set(session.split("; "))
    assert signed_in(client)
    assert client.get("/desk/audit").status_code == 403
    assert "editor2 · 编辑" in client.get("/desk/contributions").text
    (line,) = switched_on.accounts.audit(1)
    assert (line.account, line.act, line.about) == ("editor2", "sign_in", "OpenID Connect")


def test_what_was_asked_is_kept_by_this_browser_alone_and_shortly(opened: Open, provider: OpenIdProvider) -> None:
    kept = opened().get(START).headers["set-cookie"]
    assert {"path=/desk/sign-in/elsewhere", "Max-Age=600", "httponly", "samesite=lax"} <= set(kept.split("; "))
    assert "secure" in opened(secure=True).get(START).headers["set-cookie"].split("; ")


def test_it_ends_after_ten_minutes(opened: Open, provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    client = opened()
    back = led_back(client, provider)
    later = time.time() + 601
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    refused = client.get(back)
    assert (refused.status_code, "过了十分钟" in refused.text) == (403, True)


def test_another_browser_or_state_is_nobody(opened: Open, provider: OpenIdProvider) -> None:
    client = opened()
    back = led_back(client, provider)
    stranger = opened()
    stranger.get(START)
    for browser, address in ((stranger, back), (opened(), back), (client, back.replace("state=", "state=x"))):
        reply = browser.get(address)
        assert (reply.status_code, "没能证实您是谁" in reply.text) == (403, True)
        assert not signed_in(browser)
    assert "/token" not in provider.asked


def test_a_code_is_taken_once(opened: Open, provider: OpenIdProvider) -> None:
    client = opened()
    back = led_back(client, provider)
    kept = {c.name: c.value for c in client.cookies.jar}
    assert client.get(back).status_code == 200
    assert client.get(back).status_code == 403
    # Whoever kept the cookie too is told no by the service.
    thief = opened()
    for name, value in kept.items():
        thief.cookies.set(name, value or "", path=START)
    assert thief.get(back).status_code == 403
    assert provider.asked.count("/token") == 2
    assert not signed_in(thief)


@pytest.mark.parametrize(
    ("claims", "left_out"),
    [
        ({"nonce": "another"}, ()),
        ({}, ("nonce",)),
        ({"aud": "another-portal"}, ()),
        ({"aud": ["another-portal", CLIENT], "azp": "another-portal"}, ()),
        ({"aud": "another-portal", "azp": CLIENT}, ()),
        ({}, ("aud",)),
        ({"iss": "https://another.example"}, ()),
        ({}, ("iss",)),
        ({"exp": 1_700_000_000}, ()),
        ({"exp": "soon"}, ()),
        ({}, ("exp",)),
        ({"iat": 32_503_680_000}, ()),
        ({"sub": "another-subject"}, ()),
        ({"sub": ""}, ()),
        ({"sub": None}, ()),
        ({"sub": ["synthetic-subject"]}, ()),
        ({"sub": "synthetic-subject\x00"}, ()),
        ({"sub": "x" * 5000}, ()),
        ({}, ("sub",)),
    ],
    ids=str,
)
def test_a_proof_with_something_wrong_proves_nothing(
    opened: Open, provider: OpenIdProvider, claims: dict[str, object], left_out: tuple[str, ...]
) -> None:
    provider.claims, provider.left_out = claims, set(left_out)
    client = opened()
    assert client.get(led_back(client, provider)).status_code == 403
    assert not signed_in(client)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_proof_anybody_could_have_signed_proves_nothing(
    opened: Open, provider: OpenIdProvider, algorithm: str
) -> None:
    provider.algorithm = algorithm
    client = opened()
    assert client.get(led_back(client, provider)).status_code == 403
    assert not signed_in(client)


def test_a_proof_signed_with_another_key_proves_nothing(opened: Open, provider: OpenIdProvider) -> None:
    provider.signing = RSAKey.generate_key(parameters={"kid": "synthetic"})
    client = opened()
    assert client.get(led_back(client, provider)).status_code == 403
    assert not signed_in(client)


def test_a_new_key_of_the_service_is_fetched(opened: Open, provider: OpenIdProvider) -> None:
    client = opened()
    client.get(led_back(client, provider))
    provider.key = provider.signing = RSAKey.generate_key(parameters={"kid": "synthetic"})
    provider.key.ensure_kid()
    again = opened()
    assert again.get(led_back(again, provider)).status_code == 200


def test_who_is_unknown_reads_what_to_tell_the_administrator(
    opened: Open, provider: OpenIdProvider, switched_on: Services
) -> None:
    provider.subject = "another-<b>-subject"
    client = opened()
    reply = client.get(led_back(client, provider))
    assert reply.status_code == 403
    assert "请把这个编号告诉管理员：another-&lt;b&gt;-subject" in reply.text
    switched_on.accounts.add_known_elsewhere("clerk2", Role.CLERK, provider.subject, "test", NOW)
    assert client.get(led_back(client, provider)).status_code == 200
    assert client.get("/desk/enquiries").status_code == 200


def test_whose_account_was_removed_is_out_and_stays_out(
    opened: Open, provider: OpenIdProvider, switched_on: Services
) -> None:
    client = opened()
    client.get(led_back(client, provider))
    switched_on.accounts.remove("editor2", "test", NOW)
    assert not signed_in(client)
    assert client.get(led_back(client, provider)).status_code == 403
    assert not signed_in(client)


def test_a_session_fixed_before_is_not_the_one_signed_in(opened: Open, provider: OpenIdProvider) -> None:
    client = opened()
    client.cookies.set("desk", "fixed-by-somebody", path="/desk")
    client.get(led_back(client, provider))
    other = opened()
    other.cookies.set("desk", "fixed-by-somebody", path="/desk")
    assert not signed_in(other)


def test_an_account_known_elsewhere_has_no_password_and_one_with_a_password_is_not_known_elsewhere(
    opened: Open, provider: OpenIdProvider, switched_on: Services
) -> None:
    for password in ("", "nobody's", PASSWORD):
        with pytest.raises(AccountError, match="名字或密码不对"):
            switched_on.accounts.sign_in("editor2", password, NOW)
    with pytest.raises(AccountError, match="已经是“editor2”的"):
        switched_on.accounts.add_known_elsewhere("editor3", Role.EDITOR, provider.subject, "test", NOW)
    switched_on.accounts.add("editor2", Role.EDITOR, PASSWORD, "test", NOW)
    client = opened()
    assert client.get(led_back(client, provider)).status_code == 403
    assert switched_on.accounts.sign_in("editor2", PASSWORD, NOW)


def test_the_subject_of_another_service_is_somebody_else(opened: Open, switched_on: Services) -> None:
    other = Accounts(
        switched_on.accounts._database,
        Settings(
            desk_oidc_issuer="https://other.example", desk_oidc_client_id="x", desk_oidc_client_secret=SecretStr("x")
        ),
    )
    with pytest.raises(AccountError, match="没有给它的账号"):
        other.sign_in_known_elsewhere("synthetic-subject", NOW)


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://another.example"},
        {"issuer": None},
        {"id_token_signing_alg_values_supported": ["none", "HS256"]},
        {"authorization_endpoint": None},
    ],
    ids=str,
)
def test_a_service_that_is_not_the_one_of_the_settings_is_not_asked(
    opened: Open, provider: OpenIdProvider, described: dict[str, object]
) -> None:
    provider.described = described
    client = opened()
    reply = client.get(START)
    assert reply.status_code in {403, 503}
    assert "set-cookie" not in reply.headers
    assert "登录" in reply.text
    provider.described = {}
    if "authorization_endpoint" not in described:
        # Put right, it is asked without a new start of the portal.
        assert client.get(START).status_code == 302


def test_a_service_that_is_away_or_says_no_is_told_of(opened: Open, provider: OpenIdProvider) -> None:
    client = opened()
    back = led_back(client, provider)
    provider.refuses = True
    declined = client.get(led_back(client, provider))
    assert (declined.status_code, "没有放行" in declined.text) == (403, True)
    provider.described = {"token_endpoint": "http://localhost:9/token"}
    other = opened()
    provider.refuses = False
    away = other.get(led_back(other, provider))
    assert (away.status_code, "现在连不上" in away.text) == (503, True)
    assert client.get(back).status_code == 403


def test_nobody_may_try_without_end(opened: Open, provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Admission(Settings(unlimited="", sign_in_per_minute=3))
    monkeypatch.setattr(door, "shared", lambda: counted)
    client = opened()
    assert [client.get(START).status_code for _ in range(5)] == [302, 302, 302, 429, 429]
    assert client.get(f"{BACK}?code=x&state=x").status_code == 429


def test_where_it_is_off_nothing_of_it_is_there(desk: Services) -> None:
    client = TestClient(staff.create_desk(secure=False), follow_redirects=False)
    assert START not in client.get("/desk/sign-in").text
    for path in (START, BACK):
        assert client.get(path).headers["location"] == "/desk/sign-in"
    assert Settings().desk_oidc_issuer == ""
    with pytest.raises(AccountError, match="PORTAL_DESK_OIDC_ISSUER"):
        desk.accounts.add_known_elsewhere("editor2", Role.EDITOR, "synthetic-subject", "test", NOW)


@pytest.mark.parametrize(
    "given",
    [
        {"desk_oidc_client_id": "x"},
        {"desk_oidc_client_secret": "a secret"},
        {"desk_oidc_client_id": "x", "desk_oidc_client_secret": "a secret", "desk_oidc_issuer": "http://login.example"},
    ],
    ids=str,
)
def test_half_of_the_settings_or_a_service_anybody_could_stand_before_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(**({"desk_oidc_issuer": "https://login.example"} | given))  # type: ignore[arg-type]
    assert "a secret" not in str(refused.value)


@pytest.mark.parametrize("role", [None, *Role])
def test_either_address_does_the_same_for_every_role_and_for_nobody(
    opened: Open, provider: OpenIdProvider, switched_on: Services, role: Role | None
) -> None:
    client = opened()
    if role is not None:
        given = {"name": f"{role}1", "password": PASSWORD}
        assert client.post("/desk/sign-in", data=given).status_code == 303
    home, known = client.get("/desk").headers["location"], switched_on.accounts.audit(1)
    assert client.get(START).headers["location"].startswith(f"{provider.issuer}/authorize?")
    reply = client.get(BACK)
    assert (reply.status_code, "set-cookie" in reply.headers and "desk=" in reply.headers["set-cookie"]) == (403, False)
    # Nobody became somebody else, and nothing was done.
    assert (client.get("/desk").headers["location"], switched_on.accounts.audit(1)) == (home, known)
