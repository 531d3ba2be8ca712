"""Of Streamlit's doors only those the pages use are open, to the portal's own pages, for the messages those send."""

import asyncio
import tomllib
from pathlib import Path
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

import portal
from portal.traffic import doors
from portal.traffic.connections import GONE
from portal.traffic.doors import Doors, is_own_origin, kind_of
from tests import coroutines


def message(**parts: Any) -> bytes:
    return BackMsg(**parts).SerializeToString()


def rerun(**parts: Any) -> bytes:
    asked = BackMsg()
    asked.rerun_script.query_string = parts.get("query", "")
    for number in range(parts.get("widgets", 0)):
        asked.rerun_script.widget_states.widgets.add(id=str(number))
    asked.rerun_script.SetInParent()
    return asked.SerializeToString()


def deferred() -> bytes:
    asked = BackMsg()
    asked.backend_operation_request.deferred_file.SetInParent()
    return asked.SerializeToString()


def skills() -> bytes:
    asked = BackMsg()
    asked.backend_operation_request.install_skills.SetInParent()
    return asked.SerializeToString()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (rerun(), True),
        (rerun(widgets=400, query="q=x"), True),
        (message(stop_script=True), True),
        (message(app_heartbeat=True), True),
        (deferred(), True),
        (message(clear_cache=True), False),
        (message(set_run_on_save=True), False),
        (message(load_git_info=True), False),
        (message(debug_shutdown_runtime=True), False),
        (skills(), False),
        (rerun(widgets=401), False),
        (rerun(query="q=" + "x" * 8192), False),
        (b"\xff\xff\xff", False),
        (b"", False),
        (None, False),
        (rerun() + b"\0" * (128 * 1024), False),
    ],
)
def test_only_the_messages_pages_send_pass(data: bytes | None, expected: bool) -> None:
    assert (kind_of(data) is not None) is expected


@pytest.mark.parametrize(
    ("told", "passes"),
    [
        ("{}", True),
        ('{"a": [1, "x"]}', True),
        ("", True),
        ('{"a":[1,', False),
        ("NaN!", False),
        ("[" * 60_000, False),
        ("9" * 5_000, False),
    ],
    ids=lambda v: str(v)[:12],
)
def test_what_a_part_of_a_page_tells_is_json_or_does_not_pass(told: str, passes: bool) -> None:
    """Streamlit would fail reading it, before any page could say so, at every run of the session."""
    asked = BackMsg()
    asked.rerun_script.widget_states.widgets.add(id="a").json_value = told
    assert (kind_of(asked.SerializeToString()) == "rerun_script") is passes


def test_what_streamlit_tells_of_a_failed_script_goes_to_the_log_which_is_bounded() -> None:
    """Else it is drawn on standard error: some 6 KB each time, as often as somebody likes."""
    settings = Path(portal.__file__).parent / "pages/.streamlit/config.toml"
    assert tomllib.loads(settings.read_text("utf-8"))["logger"] == {"level": "warning", "enableRich": False}


@pytest.mark.parametrize(
    ("origin", "host", "server", "public", "own"),
    [
        ("https://portal.test", "portal.test", "127.0.0.1", "https://portal.test", True),
        ("https://portal.test", "internal:8501", "10.0.0.7", "https://portal.test/", True),
        ("http://portal.test", "portal.test", "10.0.0.7", "https://portal.test", False),
        ("https://evil.test", "evil.test", "10.0.0.7", "https://portal.test", False),
        ("http://localhost:8501", "localhost:8501", "127.0.0.1", "https://portal.test", True),
        ("http://localhost:8501", "portal.test", "10.0.0.7", "https://portal.test", False),
        ("http://10.0.0.7:8501", "10.0.0.7:8501", "10.0.0.7", "", True),
        ("http://evil.test", "10.0.0.7:8501", "10.0.0.7", "", False),
        ("null", "10.0.0.7:8501", "10.0.0.7", "", False),
        ("file://", "", "10.0.0.7", "", False),
        ("", "", "10.0.0.7", "", False),
    ],
)
def test_a_socket_is_for_the_portals_own_pages(origin: str, host: str, server: str, public: str, own: bool) -> None:
    assert is_own_origin(origin, host, server, public) is own


class Inside:
    """An application that remembers what came to it and keeps sockets open until they are closed."""

    def __init__(self) -> None:
        self.scopes: list[Any] = []
        self.received: list[Any] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scopes.append(scope)
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            while (got := await receive())["type"] != "websocket.disconnect":
                self.received.append(got)
        else:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"inside"})


async def full(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 503, "headers": []})
    await send({"type": "http.response.body", "body": b"full"})


def made(inside: Inside, per_client: int = 2) -> Doors:
    return Doors(inside, "", lambda scope: scope["client"][0], "X-Portal-Client", per_client, lambda scope: full)


def http(door: Doors, path: str, method: str = "GET", **headers: str) -> int:
    sent: list[Any] = []

    async def send(part: Any) -> None:
        sent.append(part)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    named = [(n.replace("_", "-").encode(), v.encode()) for n, v in headers.items()]
    scope = {"type": "http", "path": path, "method": method, "headers": named, "client": ("203.0.113.5", 1)}
    coroutines.run(door(scope, receive, send))
    return int(sent[0]["status"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/_stcore/health", 200),
        ("GET", "/_stcore/host-config", 200),
        ("GET", "/media/abc.docx", 200),
        ("GET", "/_stcore/metrics", 404),
        ("GET", "/_stcore/script-health-check", 404),
        ("PUT", "/_stcore/upload_file/session/file", 404),
        ("POST", "/_stcore/agent/run", 404),
        ("PUT", "/media/abc.docx", 405),
        ("POST", "/", 405),
        ("DELETE", "/data", 405),
    ],
)
def test_only_the_files_pages_fetch_are_there_and_nothing_can_be_put(method: str, path: str, status: int) -> None:
    assert http(made(Inside()), path, method) == status


def test_streamlit_never_sees_an_origin_it_would_look_up_nor_a_client_a_visitor_made_up() -> None:
    inside = Inside()
    http(made(inside), "/_stcore/health", origin="http://evil.test", x_portal_client="-127.0.0.1")
    assert [n for n, _ in inside.scopes[0]["headers"]] == []


class Socket:
    """A socket's two ends."""

    def __init__(
        self,
        door: Doors,
        client: str,
        origin: str | None = "http://portal.test",
        path: str = "/_stcore/stream",
        gone: Any = lambda: False,
    ) -> None:
        self.told: list[Any] = []
        self.incoming: asyncio.Queue[Any] = asyncio.Queue()
        headers = [(b"host", b"portal.test"), (b"x-portal-client", b"made up")]
        headers += [(b"origin", origin.encode())] if origin else []
        scope = {
            "type": "websocket",
            "path": path,
            "headers": headers,
            "client": (client, 1),
            "server": ("10.0.0.7", 80),
            "extensions": {"websocket.http.response": {}, GONE: gone},
        }
        self.task = asyncio.create_task(door(scope, self.incoming.get, self.tell))

    async def tell(self, part: Any) -> None:
        self.told.append(part)

    async def opened(self) -> "Socket":
        while not self.told:
            await asyncio.sleep(0)
        return self

    async def close(self) -> None:
        self.incoming.put_nowait({"type": "websocket.disconnect"})
        await self.task


def test_a_foreign_page_gets_no_socket_and_nothing_is_looked_up() -> None:
    async def act() -> list[str]:
        inside = Inside()
        door = made(inside)
        foreign = await Socket(door, "203.0.113.5", "http://evil.test").opened()
        other = await Socket(door, "203.0.113.5", path="/_stcore/other").opened()
        own = await Socket(door, "203.0.113.5").opened()
        assert dict(inside.scopes[0]["headers"]) == {b"host": b"portal.test", b"x-portal-client": b"203.0.113.5"}
        await own.close()
        return [s.told[0]["type"] for s in (foreign, other, own)]

    assert coroutines.run(act()) == ["websocket.close", "websocket.close", "websocket.accept"]


def test_a_client_has_only_so_many_pages_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "pages_max", lambda: 3)

    async def act() -> None:
        door = made(Inside())
        mine = [await Socket(door, "203.0.113.5").opened() for _ in range(3)]
        assert [s.told[0].get("status") for s in mine] == [None, None, 429]
        others = [await Socket(door, f"203.0.113.{n}").opened() for n in (6, 7)]
        assert [s.told[0].get("status") for s in others] == [None, 503]
        assert dict(others[1].told[0]["headers"])[b"retry-after"] == b"30"
        assert await asyncio.to_thread(http, door, "/", accept="text/html") == 503
        assert await asyncio.to_thread(http, door, "/_stcore/health") == 200
        for socket in (*mine[:2], others[0]):
            await socket.close()
        assert door.open == 0
        again = await Socket(door, "203.0.113.5").opened()
        assert again.told[0]["type"] == "websocket.accept"
        await again.close()

    coroutines.run(act())


def test_a_message_no_page_sends_ends_the_socket() -> None:
    async def act() -> tuple[list[Any], list[str]]:
        inside = Inside()
        socket = await Socket(made(inside), "203.0.113.5").opened()
        for data in (rerun(), message(clear_cache=True), rerun()):
            socket.incoming.put_nowait({"type": "websocket.receive", "bytes": data})
        await socket.task
        return inside.received, [part["type"] for part in socket.told]

    received, told = coroutines.run(act())
    assert [r["bytes"] for r in received] == [rerun()]
    assert told == ["websocket.accept", "websocket.close"]


def opening(version: str = "1.67.0", installation: str = "f00d") -> ForwardMsg:
    """The first message of Streamlit, as it tells of a machine."""
    told = ForwardMsg()
    told.metadata.active_script_hash = "abc"
    session = told.new_session
    session.main_script_path, session.name, session.page_script_hash = "/srv/hidden/app.py", "app", "abc"
    session.config.toolbar_mode = session.config.VIEWER
    machine = session.initialize.environment_info
    machine.streamlit_version, machine.python_version, machine.server_os, machine.has_display = (
        version,
        "3.11.7",
        "linux",
        True,
    )
    person = session.initialize.user_info
    person.installation_id = person.installation_id_v3 = person.installation_id_v4 = installation
    session.initialize.session_id = "the page's own"
    return told


def heard(*messages: bytes) -> list[bytes]:
    """What a page hears of messages to it."""

    class Telling(Inside):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "websocket.accept"})
            for data in messages:
                await send({"type": "websocket.send", "bytes": data})

    async def act() -> list[bytes]:
        socket = await Socket(made(Telling()), "203.0.113.5").opened()
        await socket.task
        return [part["bytes"] for part in socket.told if part["type"] == "websocket.send"]

    return coroutines.run(act())


def test_a_page_is_told_nothing_of_the_machine_and_everything_it_needs() -> None:
    other = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY).SerializeToString()
    first, second = heard(opening().SerializeToString(), other)
    assert second == other
    assert not [w for w in (b"/srv", b"hidden", b"1.67", b"3.11", b"linux", b"f00d") if w in first]
    told, sent = ForwardMsg.FromString(first), opening()
    for message in (told, sent):
        message.new_session.initialize.ClearField("environment_info")
        message.new_session.initialize.ClearField("user_info")
        message.new_session.ClearField("main_script_path")
    assert told == sent


def test_a_page_that_stays_open_over_an_update_sees_that_there_was_one() -> None:
    told = heard(*(opening(version).SerializeToString() for version in ("1.67.0", "1.67.0", "1.68.0")))
    words = [ForwardMsg.FromString(m).new_session.initialize.environment_info.streamlit_version for m in told]
    assert words[0] == words[1] != words[2]
    (elsewhere,) = heard(opening(installation="beef").SerializeToString())
    assert ForwardMsg.FromString(elsewhere).new_session.initialize.environment_info.streamlit_version != words[0]


def test_every_field_that_tells_of_the_machine_is_known() -> None:
    """A newer Streamlit may tell more."""
    session = ForwardMsg().new_session
    assert [f.name for f in session.initialize.environment_info.DESCRIPTOR.fields] == [
        *("streamlit_version", "python_version", "server_os", "has_display")
    ]
    assert {f.name for f in session.initialize.DESCRIPTOR.fields} == {
        *("user_info", "environment_info", "session_status", "session_id", "is_hello"),
        *("recommend_skills_install", "skills_nudge_suppressed_reason"),
    }
    assert {f.name for f in session.DESCRIPTOR.fields} == {
        *("initialize", "name", "main_script_path", "config", "custom_theme", "app_pages"),
        *("page_script_hash", "main_script_hash"),
    }


class Scripted(Inside):
    """An application that runs a script for each message that asks for one; a test lets them end."""

    def __init__(self) -> None:
        super().__init__()
        self.running: list[Any] = []
        self.most = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            self.running.append(send)
            self.most = max(self.most, len(self.running))

    async def end_one(self) -> None:
        data = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY).SerializeToString()
        await self.running.pop(0)({"type": "websocket.send", "bytes": data})


async def until(done: Any) -> None:
    for _ in range(10_000):
        if done():
            return
        await asyncio.sleep(0)
    raise AssertionError("it did not come to this")


def test_forty_pages_of_one_visitor_run_three_scripts_and_another_visitors_is_the_next() -> None:
    async def act() -> None:
        inside = Scripted()
        door = made(inside, per_client=40)
        pages = [await Socket(door, "203.0.113.5").opened() for _ in range(40)]
        for page in pages:
            page.incoming.put_nowait({"type": "websocket.receive", "bytes": rerun()})
        await until(lambda: len(inside.running) == 3)
        other = await Socket(door, "203.0.113.6").opened()
        other.incoming.put_nowait({"type": "websocket.receive", "bytes": rerun()})
        await until(other.incoming.empty)
        running = list(inside.running)
        await inside.end_one()
        await inside.end_one()
        await until(lambda: len(inside.running) == 3)
        assert [send for send in inside.running if send not in running][1].__self__.turn._client == "203.0.113.6"
        for _ in range(39):
            await inside.end_one()
            await asyncio.sleep(0)
        await until(lambda: not inside.running)
        assert inside.most == 3
        for page in (*pages, other):
            await page.close()

    coroutines.run(act())


def test_all_pages_of_a_client_share_one_rate_and_are_read_more_slowly_beyond_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doors, "CLIENT_MESSAGES_PER_MINUTE", 3)

    async def act() -> int:
        inside = Inside()
        door = made(inside)
        pages = [await Socket(door, "203.0.113.5").opened() for _ in range(2)]
        for page in pages:
            for _ in range(5):
                page.incoming.put_nowait({"type": "websocket.receive", "bytes": message(app_heartbeat=True)})
        for _ in range(1000):
            await asyncio.sleep(0)
        passed = len(inside.received)
        for page in pages:
            page.task.cancel()
        await asyncio.gather(*(p.task for p in pages), return_exceptions=True)
        return passed

    assert coroutines.run(act()) == 3


def test_what_a_page_sent_that_has_gone_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "CLIENT_MESSAGES_PER_MINUTE", 1)
    monkeypatch.setattr(doors, "_LOOK_SECONDS", 0)

    async def act() -> list[Any]:
        inside, gone = Inside(), asyncio.Event()
        socket = await Socket(made(inside), "203.0.113.5", gone=gone.is_set).opened()
        for _ in range(5):
            socket.incoming.put_nowait({"type": "websocket.receive", "bytes": message(app_heartbeat=True)})
        await until(lambda: socket.incoming.qsize() == 3)
        gone.set()
        async with asyncio.timeout(20):
            await socket.task
        return inside.received

    assert len(coroutines.run(act())) == 1


def test_who_hangs_up_at_an_odd_moment_leaves_a_line_in_the_log_and_no_place_taken(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def breaks(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        await receive()
        raise RuntimeError("synthetic")

    async def act() -> int:
        door = made(breaks)  # type: ignore[arg-type]
        socket = await Socket(door, "203.0.113.5").opened()
        await socket.close()
        return door.open

    assert coroutines.run(act()) == 0
    assert [(r.getMessage(), r.exc_info) for r in caplog.records] == [("a page's socket ended: RuntimeError", None)]


def test_where_no_descriptors_are_left_pages_are_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "descriptors_left", lambda: 100)

    async def act() -> Any:
        door = made(Inside())
        return (await Socket(door, "203.0.113.5").opened()).told[0]["status"]

    assert coroutines.run(act()) == 503
    assert http(made(Inside()), "/", accept="text/html") == 503
    assert http(made(Inside()), "/_stcore/health") == 200
