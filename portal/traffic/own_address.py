"""The portal's own address, for links that leave it: sitemap, feeds, catalogues, next pages."""

from collections.abc import Mapping
from typing import Any


def own_address(scope: Mapping[str, Any], public_url: str) -> str:
    """The address without a slash at the end: the one of the settings, else the one this machine was reached at.

    What a request says about it (Host, X-Forwarded-Host) is never believed: it would be published to others.

    Args:
        scope: of an ASGI request.
        public_url: `PORTAL_PUBLIC_URL`.
    """
    if public_url:
        return public_url.rstrip("/")
    scheme = scope.get("scheme", "http")
    host, port = scope.get("server") or ("localhost", None)
    host = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}.get(scheme)
    return f"{scheme}://{host}" + (f":{port}" if port and port != usual else "")
