"""Streamlit's own scripts and styles and the portal's, sent compressed: they are most of what a first visit fetches."""

import gzip
import hashlib
import os
from functools import lru_cache
from pathlib import Path

import streamlit
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

PATH = "/static"
_FOLDER = Path(streamlit.__file__).parent / "static" / "static"
_OWN_PATH = f"{PATH}/portal"
_OWN_FOLDER = Path(__file__).parent / "static"
# What else lies there, fonts and pictures, is compressed already.
_COMPRESSED = {".js": "text/javascript", ".css": "text/css"}
# A file's address changes with what it holds.
_FOREVER = "public, immutable, max-age=31536000"


class _Frontend(StaticFiles):
    """Streamlit would send these files as they are, or compress them anew for every visitor.

    Each is compressed the first time it is asked for, and kept: those of a first visit are 0.6 MB, all of them 7 MB.
    """

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        asked = Headers(scope=scope)
        media_type = _COMPRESSED.get(Path(full_path).suffix)
        # A range counts the file's own bytes, not those of its compressed form.
        if media_type and "gzip" in asked.get("accept-encoding", "") and "range" not in asked:
            etag = f'"{stat_result.st_mtime_ns:x}-{stat_result.st_size:x}-gzip"'
            headers = {"Content-Encoding": "gzip", "ETag": etag, "Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}
            response = Response(_gzipped(str(full_path)), status_code, headers, media_type)
            return NotModifiedResponse(response.headers) if self.is_not_modified(response.headers, asked) else response
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = _FOREVER
        if media_type:
            response.headers["Vary"] = "Accept-Encoding"
        return response


@lru_cache(maxsize=512)
def _gzipped(path: str) -> bytes:
    return gzip.compress(Path(path).read_bytes(), mtime=0)


def create_frontend() -> Starlette:
    """The application that answers under `PATH`: 404 where there is no such file."""
    own = Mount(_OWN_PATH, _Frontend(directory=_OWN_FOLDER))
    return Starlette(routes=[own, Mount(PATH, _Frontend(directory=_FOLDER, follow_symlink=True))])


@lru_cache(maxsize=16)
def own_address(name: str) -> str:
    """Where a file of `portal/ui/static` is found; the address changes with what it holds.

    Args:
        name: of the file.
    """
    held = hashlib.sha256((_OWN_FOLDER / name).read_bytes()).hexdigest()
    return f"{_OWN_PATH}/{name}?v={held[:12]}"
