"""`portal serve`: the pages, the API and the chat on one port."""

import contextlib
import errno
import logging
import os
import socket
import sys
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from portal.commands import common
from portal.publication.manifest import PublicationError

if TYPE_CHECKING:
    from portal.publication.publications import Publications

_FIRST_HANDED_OVER = 3


def serve(
    host: Annotated[str | None, typer.Option(help="监听地址")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口")] = None,
) -> None:
    """启动网站、接口和问答。"""
    import uvicorn

    from portal.services import services
    from portal.telemetry import journal
    from portal.traffic.connections import IDLE_SECONDS, PageProtocol, TimedProtocol, raise_descriptor_limit
    from portal.traffic.doors import FRAME_BYTES_MAX
    from portal.traffic.log_limits import Sparing, spare_the_log

    host, port = host or common.settings().host, port or common.settings().port
    with common.telling():
        _open_published(services().publications)
    # After what is published: where both are missing, a free port would not help.
    listening = _handed_over() or _listen(host, port)
    as_json = _begin_log()
    raise_descriptor_limit()
    sparing = Sparing()

    async def spare() -> None:
        # Again and again: Streamlit makes a handler for each of its parts when that is first used.
        spare_the_log(sparing)
        if as_json:
            journal.take_over()

    config = uvicorn.Config(
        "portal.asgi:app",
        http=TimedProtocol,
        ws=PageProtocol,
        # Whom a proxy speaks for is decided by the portal's own settings.
        proxy_headers=False,
        server_header=False,
        ws_max_size=FRAME_BYTES_MAX,
        ws_max_queue=8,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=5,
        callback_notify=spare,
        timeout_notify=10,
        # Streamlit gives uvicorn's loggers handlers of its own; with a configuration each would have two.
        log_config=None,
        log_level="warning",
        access_log=False,
    )
    host, port = listening.getsockname()[:2]
    common.notes.print(f"http://{'localhost' if host == '127.0.0.1' else host}:{port}  按 Ctrl+C 停止", highlight=False)
    server = uvicorn.Server(config)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    if {t.name for t in threading.enumerate()} & {"warm-up", "load-encoder"}:
        # The model's libraries are still coming in: Python would abort winding up around that.
        os._exit(0 if server.started else 1)
    if not server.started:
        raise typer.Exit(1)


def _begin_log() -> bool:
    """Begin the log on standard error; whether it is of JSON lines. At a terminal a person reads it, who needs no line a request."""
    from portal.telemetry import journal

    as_json = common.settings().log == "json" or (common.settings().log == "auto" and not sys.stderr.isatty())
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("portal").setLevel(logging.INFO)
    logging.getLogger(journal.EVENTS).setLevel(logging.INFO if as_json else logging.WARNING)
    if as_json:
        journal.take_over()
    return as_json


def _open_published(publications: "Publications") -> None:
    """Open what will be served. Object storage that gives nothing yet is waited for: /readyz tells what is wrong with it.

    Raises:
        PublicationError: nothing is published here.
    """
    try:
        publications.current()
    except PublicationError as error:
        if not publications.is_elsewhere:
            raise
        common.notes.print(str(error), markup=False, highlight=False)


def _handed_over() -> socket.socket | None:
    """The socket systemd opened for the portal and keeps while that is restarted, so that who comes meanwhile waits; None where it did not.

    What says so (sd_listen_fds(3)) is taken out of the environment: no process the portal starts is meant.
    """
    meant, count = os.environ.pop("LISTEN_PID", ""), os.environ.pop("LISTEN_FDS", "")
    os.environ.pop("LISTEN_FDNAMES", None)
    if meant != str(os.getpid()) or count != "1":
        return None
    os.set_inheritable(_FIRST_HANDED_OVER, False)
    return socket.socket(fileno=_FIRST_HANDED_OVER)


def _listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address; ends the command with a sentence where that cannot be."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            common.fail(f"{host}:{port} 已被占用。请停掉占用它的程序，或用 --port 换一个端口。")
        common.fail(f"无法在 {host}:{port} 上监听（{error.strerror}）。请用 --host 和 --port 换一个地址。")
    return listening
