"""What every answer tells browsers: where a page may load from, who may frame it, what it may not do."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OWN_PAGES = (
    "default-src 'self'; "
    # Streamlit's document starts inline, its components are blobs of the page's own and Vega compiles its expressions.
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; media-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-src 'none'; frame-ancestors 'self'"
)
# A worker's script brings the policy the worker lives under; a first visit fetches a hundred such files, so it is a short one.
_SCRIPTS = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:"
# Data is for reading: where a browser shows it, it runs and fetches nothing. (No `sandbox`: browsers show no PDF in one.)
_DATA = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; object-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
_DOCS = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), payment=(), usb=(), geolocation=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# The others are for documents.
_FOR_SCRIPTS = {"X-Content-Type-Options": "nosniff"}
_NOT_NOW, _COME_AGAIN_SECONDS = 503, "30"


def policy_for(path: str, content_type: str) -> str:
    """The Content-Security-Policy of an answer that sets none of its own."""
    if path == "/api/v1/docs":
        return _DOCS
    own = content_type.startswith("text/html") and not path.startswith("/api/")
    if path.startswith("/static/"):
        return _SCRIPTS
    return _OWN_PAGES if own or path.startswith(("/component/", "/_stcore/")) else _DATA


class SafeHeaders:
    """Adds them to every answer of an application, and to one that says “not now” when to come again; what an answer sets itself stays.

    Args:
        app: the application.
        hsts_seconds: how long browsers shall come by HTTPS only; 0: not said.
    """

    def __init__(self, app: ASGIApp, hsts_seconds: int = 0) -> None:
        self._app = app
        secure = {"Strict-Transport-Security": f"max-age={hsts_seconds}; includeSubDomains"} if hsts_seconds else {}
        self._always: Mapping[str, str] = _ALWAYS | secure
        self._for_scripts: Mapping[str, str] = _FOR_SCRIPTS | secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                always = self._for_scripts if scope["path"].startswith("/static/") else self._always
                for name, value in always.items():
                    headers.setdefault(name, value)
                if message["status"] == _NOT_NOW:
                    headers.setdefault("Retry-After", _COME_AGAIN_SECONDS)
                headers.setdefault(
                    "Content-Security-Policy", policy_for(scope["path"], headers.get("content-type", ""))
                )
            await send(message)

        await self._app(scope, receive, told)
