"""The methods an address takes, told to who used another."""

from collections.abc import Sequence

from starlette.routing import BaseRoute, Match
from starlette.types import Scope

_KNOWN = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def allowed(routes: Sequence[BaseRoute], scope: Scope) -> str:
    """What `Allow` says of a request's address: the methods of all its routes together, HEAD wherever GET is.

    The routing itself tells those of the first route only, where an address has one for each method.

    Args:
        routes: of the application.
        scope: the request's.
    """
    taken = {m for m in _KNOWN if any(r.matches({**scope, "method": m})[0] is Match.FULL for r in routes)}
    if "GET" in taken:
        taken.add("HEAD")
    return ", ".join(m for m in _KNOWN if m in taken)
