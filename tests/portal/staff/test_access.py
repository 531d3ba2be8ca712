"""Every address and act of the desk by every role and by nobody; fixed sessions, forged forms, guessed passwords, scripts in fields."""

import datetime

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from portal.asgi import Portal
from portal.desk.accounts import Role
from portal.desk.changes import State
from portal.desk.offers import Kind, Offer
from portal.publication.store import Store
from portal.services import Services
from portal.settings import Settings
from portal.staff import app as staff
from portal.staff import door
from portal.traffic.admission import Admission
from tests.portal.staff.conftest import NOW, PASSWORD, SCRIPT, Enter, word

# Address, method, form, and the roles that may; everybody else gets 403, nobody's session the sign-in.
ROUTES = [
    ("/desk", "GET", set(Role)),
    ("/desk/contributions", "GET", {Role.EDITOR, Role.PUBLISHER}),
    ("/desk/contributions?from=50", "GET", {Role.EDITOR, Role.PUBLISHER}),
    ("/desk/contributions/1", "GET", {Role.EDITOR, Role.PUBLISHER}),
    ("/desk/contributions/1", "POST", {Role.EDITOR, Role.PUBLISHER}),
    ("/desk/changes", "GET", {Role.EDITOR, Role.PUBLISHER}),
    ("/desk/changes?ended=1&from=50", "GET", {Role.EDITOR, Role.PUBLISHER}),
    ("/desk/changes/new?dataset=sources&q=x", "GET", {Role.EDITOR}),
    ("/desk/changes/row?dataset=sources", "GET", {Role.EDITOR}),
    ("/desk/changes/row?dataset=sources", "POST", {Role.EDITOR}),
    ("/desk/changes/new?dataset=vocabulary&review=x", "GET", {Role.EDITOR}),
    ("/desk/changes/row?dataset=vocabulary", "GET", {Role.EDITOR}),
    ("/desk/changes/1", "GET", {Role.EDITOR, Role.PUBLISHER}),
    ("/desk/changes/1", "POST", {Role.EDITOR, Role.PUBLISHER}),
    ("/desk/review", "GET", {Role.EDITOR}),
    ("/desk/review?decided=1", "GET", {Role.EDITOR}),
    ("/desk/review", "POST", {Role.EDITOR}),
    ("/desk/enquiries", "GET", {Role.CLERK}),
    ("/desk/enquiries?q=x&from=50", "GET", {Role.CLERK}),
    ("/desk/enquiries", "POST", {Role.CLERK}),
    ("/desk/enquiries.xlsx", "GET", {Role.CLERK}),
    ("/desk/enquiries/1", "GET", {Role.CLERK}),
    ("/desk/enquiries/1", "POST", {Role.CLERK}),
    ("/desk/enquiries/1.docx", "GET", {Role.CLERK}),
    ("/desk/asked?first=2026-01-01&unanswered=1", "GET", {Role.CLERK, Role.EDITOR}),
    ("/desk/asked.xlsx", "GET", {Role.CLERK, Role.EDITOR}),
    ("/desk/audit", "GET", {Role.ADMINISTRATOR}),
    ("/desk/sign-out", "POST", set(Role)),
]


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize(("path", "method", "allowed"), ROUTES)
def test_every_route_is_for_its_roles_and_for_nobody_else(
    enter: Enter, desk: Services, path: str, method: str, allowed: set[Role], role: Role | None
) -> None:
    client = enter(role)
    data = {"decision": "accept", "reason": "查到了", "csrf": word(client) if role else "0" * 64}
    reply = client.request(method, path, data=data if method == "POST" else None)
    if role is None:
        assert (reply.status_code, reply.headers["location"], reply.text) == (303, "/desk/sign-in", "")
    elif role in allowed:
        # A publisher decides nothing, nobody a change by that word, and a form without a question takes none down.
        decided = role is Role.PUBLISHER and "contributions" in path
        refused = method == "POST" and (
            decided or "enquiries" in path or path == "/desk/review" or path == "/desk/changes/1"
        )
        # There is no enquiry yet.
        missing = "enquiries/1" in path and not refused
        wanted = {404} if missing else {400, 404} if refused else {200, 303}
        assert reply.status_code in wanted
    else:
        assert reply.status_code == 403
        assert "不归您的角色" in reply.text
        assert SCRIPT not in reply.text
        assert "onerror" not in reply.text
    acted = method == "POST" and "contributions" in path and role is Role.EDITOR
    assert desk.contributions.log(1).total == (1 if acted else 0)
    saved = method == "POST" and "row" in path and role is Role.EDITOR
    assert desk.changes.of_states(list(State), 9)[0] == (2 if saved else 1)


@pytest.mark.parametrize("path", ["/desk/", "/desk/nowhere", "/desk/contributions/x", "/desk/%00"])
def test_without_a_session_no_address_is_told_from_another(enter: Enter, path: str) -> None:
    for method in ("GET", "POST"):
        reply = enter().request(method, path)
        assert (reply.status_code, reply.headers.get("location")) == (303, "/desk/sign-in")


def test_nothing_of_the_desk_may_be_kept_framed_or_run(enter: Enter) -> None:
    client = enter(Role.EDITOR)
    for path in ("/desk/sign-in", "/desk/contributions", "/desk/contributions/1", "/desk/nowhere"):
        headers = client.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-robots-tag"] == "noindex"


def test_the_sessions_cookie_is_for_this_servers_desk_alone(enter: Enter, desk: Services) -> None:
    reply = enter().post("/desk/sign-in", data={"name": "editor1", "password": PASSWORD})
    assert {"HttpOnly", "Path=/desk", "SameSite=strict"} <= set(reply.headers["set-cookie"].split("; "))
    secure = TestClient(staff.create_desk(secure=True), follow_redirects=False)
    assert (
        "Secure" in secure.post("/desk/sign-in", data={"name": "editor1", "password": PASSWORD}).headers["set-cookie"]
    )


def test_a_session_fixed_before_is_not_the_one_signed_in(enter: Enter) -> None:
    client = enter()
    client.cookies.set("desk", "fixed-by-somebody", path="/desk")
    client.post("/desk/sign-in", data={"name": "editor1", "password": PASSWORD})
    other = enter()
    other.cookies.set("desk", "fixed-by-somebody", path="/desk")
    assert other.get("/desk/contributions").status_code == 303


@pytest.mark.parametrize("forged", ["", "0" * 64, "好"])
def test_a_form_from_elsewhere_does_nothing(enter: Enter, desk: Services, forged: str) -> None:
    client = enter(Role.EDITOR)
    others = word(enter(Role.EDITOR))
    for csrf in (forged, others):
        reply = client.post("/desk/contributions/1", data={"decision": "accept", "reason": "查到了", "csrf": csrf})
        assert reply.status_code == 403
        assert "表单过期" in reply.text
    assert desk.contributions.log(1).total == 0


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_nobody_is_signed_in_from_another_websites_page(enter: Enter, site: str) -> None:
    """Else a page elsewhere could sign a clerk in as somebody else, or have its visitors guess passwords."""
    given = {"name": "editor1", "password": PASSWORD}
    reply = enter().post("/desk/sign-in", data=given, headers={"Sec-Fetch-Site": site})
    assert (reply.status_code, "set-cookie" in reply.headers) == (403, False)
    assert "不是从这里发出的" in reply.text
    own = enter().post("/desk/sign-in", data=given, headers={"Sec-Fetch-Site": "same-origin"})
    assert own.status_code == 303


def test_a_form_of_another_websites_page_does_nothing_even_with_the_right_word(enter: Enter, desk: Services) -> None:
    client = enter(Role.EDITOR)
    form = {"decision": "accept", "reason": "查到了", "csrf": word(client)}
    reply = client.post("/desk/contributions/1", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert reply.status_code == 403
    assert desk.contributions.log(1).total == 0


@pytest.mark.parametrize("number", ["2147483648", "9" * 9, "9" * 19, "9" * 400, "9" * 5000], ids=len)
@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/desk/contributions/{}", Role.EDITOR),
        ("/desk/changes/{}", Role.PUBLISHER),
        ("/desk/enquiries/{}", Role.CLERK),
        ("/desk/enquiries/{}.docx", Role.CLERK),
    ],
)
def test_a_number_no_database_has_is_not_found(enter: Enter, path: str, role: Role, number: str) -> None:
    assert enter().get(path.format(number)).headers["location"] == "/desk/sign-in"
    client = enter(role)
    assert client.get(path.format(number)).status_code == 404
    if not path.endswith(".docx"):
        form = {"csrf": word(client), "decision": "accept", "reason": "x", "act": "give_up"}
        assert client.post(path.format(number), data=form).status_code == 404


def test_a_method_an_address_does_not_take_is_told_those_it_takes(enter: Enter) -> None:
    reply = enter().put("/desk/sign-in")
    assert (reply.status_code, reply.headers["allow"]) == (405, "GET, HEAD, POST")


def test_who_was_removed_or_has_another_role_is_out_at_once(enter: Enter, desk: Services) -> None:
    editor, publisher = enter(Role.EDITOR), enter(Role.PUBLISHER)
    desk.accounts.add("editor1", Role.CLERK, PASSWORD, "test", NOW)
    desk.accounts.remove("publisher1", "test", NOW)
    for client in (editor, publisher):
        assert client.get("/desk/contributions").headers["location"] == "/desk/sign-in"


def test_who_signed_out_is_out(enter: Enter) -> None:
    client = enter(Role.EDITOR)
    token = client.cookies["desk"]
    client.post("/desk/sign-out", data={"csrf": word(client)})
    client.cookies.set("desk", token, path="/desk")
    assert client.get("/desk/contributions").status_code == 303


def test_a_password_is_not_guessed(enter: Enter, desk: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Admission(Settings(unlimited="", sign_in_per_minute=4))
    monkeypatch.setattr(door, "shared", lambda: counted)
    client = enter()
    guesses = [client.post("/desk/sign-in", data={"name": "editor1", "password": f"guess {n}"}) for n in range(6)]
    assert [g.status_code for g in guesses] == [403, 403, 403, 403, 429, 429]
    assert "guess" not in "".join(g.text for g in guesses)


def test_an_editor_decides_with_a_reason_and_the_log_and_the_audit_say_so(enter: Enter, desk: Services) -> None:
    client = enter(Role.EDITOR)
    page = client.get("/desk/contributions/1").text
    csrf = word(client)
    missing = client.post("/desk/contributions/1", data={"decision": "refuse", "reason": " ", "csrf": csrf})
    assert (missing.status_code, "请写出理由" in missing.text) == (400, True)
    odd = client.post("/desk/contributions/1", data={"decision": "nothing", "reason": "x", "csrf": csrf})
    assert odd.status_code == 400
    large = client.post("/desk/contributions/1", data={"reason": "x" * 70_000, "csrf": csrf})
    assert large.status_code == 413
    assert (
        client.post("/desk/contributions/1", data={"decision": "refuse", "reason": SCRIPT, "csrf": csrf}).headers[
            "location"
        ]
        == "/desk/contributions"
    )
    assert "没有等着处理的" in client.get("/desk/contributions").text
    again = client.post("/desk/contributions/1", data={"decision": "accept", "reason": "x", "csrf": csrf})
    assert (again.status_code, "已经处理过" in again.text) == (400, True)
    assert "alert(2)" in page
    audit = enter(Role.ADMINISTRATOR).get("/desk/audit").text
    assert "contribution.refuse" in audit
    assert "editor1" in audit


def test_a_publisher_says_what_has_become_part_of_a_newer_version_and_nobody_says_so_of_their_own(
    enter: Enter, desk: Services, city: Store
) -> None:
    before, after = (city.manifest.created + datetime.timedelta(hours=h) for h in (-1, 1))
    publisher = enter(Role.PUBLISHER)
    form = {"decision": "publish", "csrf": word(publisher)}
    assert "只有采用了" in publisher.post("/desk/contributions/1", data=form).text
    desk.contributions.decide(1, True, "查到了", "editor1", after)
    assert city.version in publisher.get("/desk/contributions/1").text
    assert "先改数据文件" in publisher.post("/desk/contributions/1", data=form).text
    for number, by in ((2, "publisher1"), (3, "editor1")):
        desk.contributions.receive(Offer(kind=Kind.PLACE, text="合成停车场"), city, before)
        desk.contributions.decide(number, True, "查到了", by, before)
    assert "采用它的人不能自己" in publisher.post("/desk/contributions/2", data=form).text
    assert "等着发布的：3 条" in publisher.get("/desk/contributions").text
    assert publisher.post("/desk/contributions/3", data=form).status_code == 303
    assert [(e.state, e.version) for e in desk.contributions.log(9).entries if e.version] == [
        ("published", city.version)
    ]
    assert publisher.post("/desk/contributions/3", data=form).status_code == 400
    assert "contribution.publish" in enter(Role.ADMINISTRATOR).get("/desk/audit").text


def test_scripts_in_every_field_are_shown_as_words(enter: Enter, desk: Services) -> None:
    editor = enter(Role.EDITOR)
    pages = [editor.get("/desk/contributions").text, editor.get("/desk/contributions/1").text]
    editor.post("/desk/contributions/1", data={"decision": "refuse", "reason": SCRIPT, "csrf": word(editor)})
    pages += [editor.get("/desk/contributions/1").text, enter(Role.ADMINISTRATOR).get("/desk/audit").text]
    pages.append(editor.post("/desk/sign-in", data={"name": '"><script>', "password": SCRIPT}).text)
    for page in pages:
        assert "<script" not in page
        assert "<img" not in page
    assert "&lt;script&gt;" in pages[1]


def test_the_language_asked_for_stays_until_another_is(enter: Enter) -> None:
    client = enter()
    assert 'href="?lang=en"' in client.get("/desk/sign-in").text
    english = client.get("/desk/sign-in?lang=en")
    kept = english.headers["set-cookie"].split("; ")
    assert {"desk-language=en", "HttpOnly", "Path=/desk", "SameSite=strict"} <= set(kept)
    given = {"name": "editor1", "password": "wrong"}
    assert "Name or password is wrong" in client.post("/desk/sign-in", data=given).text
    client.post("/desk/sign-in", data=given | {"password": PASSWORD})
    page = client.get("/desk/contributions").text
    assert ("Waiting for a decision" in page, 'href="?lang=zh"' in page) == (True, True)
    assert "等着处理的" in client.get("/desk/contributions?lang=zh").text
    assert "等着处理的" in client.get("/desk/contributions").text
    assert "set-cookie" not in client.get("/desk/contributions?lang=xx").headers
    client.cookies.set("desk-language", "<script>", path="/desk")
    assert "<script>" not in client.get("/desk/contributions").text


def test_how_to_reach_an_author_is_seen_until_the_decision(enter: Enter, desk: Services) -> None:
    editor = enter(Role.EDITOR)
    assert "联系方式" in editor.get("/desk/contributions/1").text
    editor.post("/desk/contributions/1", data={"decision": "accept", "reason": "查到了", "csrf": word(editor)})
    assert "联系方式" not in editor.get("/desk/contributions/1").text


def test_where_it_is_off_there_is_no_such_page() -> None:
    def named(name: str) -> ASGIApp:
        return PlainTextResponse(name)

    off = Portal(named("api"), frozenset(), named("mcp"), named("scripts"), named("pages"))
    on = Portal(named("api"), frozenset(), named("mcp"), named("scripts"), named("pages"), named("desk"))
    for path in ("/desk", "/desk/", "/desk/sign-in"):
        assert TestClient(off).get(path).text == "pages"
        assert TestClient(on).get(path).text == "desk"
    assert TestClient(on).get("/desks").text == "pages"
    assert Settings().desk is False


def test_no_public_page_or_list_names_it(city_services: Services) -> None:
    from portal.api.app import create_api
    from portal.ui.html_document import PATHS

    client = TestClient(create_api(lambda: city_services))
    for path in ("/sitemap.xml", "/robots.txt", "/api/v1/openapi.json"):
        assert "/desk" not in client.get(path).text
    assert not [p for p in PATHS if "desk" in p]
