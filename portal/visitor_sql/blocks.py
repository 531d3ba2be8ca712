"""Parts of large tables for the process that runs visitors' SQL: it reaches no storage, and asks its starter for bytes of published files.

The starter gives bytes of those files and of nothing else, whatever it is asked, over one socket that is open before the process is
confined. A request is `_ASKED`: number of the file, first byte, how many; the answer `_TOLD`, a count of bytes or `_AWAY`, then so many bytes.
"""

import datetime
import io
import os
import socket
import struct
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fsspec.spec import AbstractFileSystem

from portal.publication.json_object import JsonObject

SCHEME = "published"
_ASKED, _TOLD = struct.Struct("<IQQ"), struct.Struct("<q")
_AWAY = -1
# More than any part of a file that DuckDB reads at once.
_MOST = 256 * 1024**2
_NEVER_CHANGED = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


def address(path: str) -> str:
    """What the process calls a file of the version."""
    return f"{SCHEME}://{path}"


class Blocks(AbstractFileSystem):
    """The published files as DuckDB reads files, in the confined process.

    Args:
        channel: the descriptor of the socket.
        sizes: bytes of each file by its path, in the starter's order.
    """

    protocol = SCHEME
    cachable = False

    def __init__(self, channel: int, sizes: Mapping[str, int]) -> None:
        super().__init__()
        self._channel = channel
        self._files = {path: (number, size) for number, (path, size) in enumerate(sizes.items())}
        self._lock = threading.Lock()
        self.away = False
        """Whether the starter could not give what it was asked for since this was last set."""

    def part(self, path: str, start: int, length: int) -> bytes:
        """Some bytes of a file.

        Raises:
            OSError: the starter does not get at them.
        """
        number, size = self._files[path]
        length = max(0, min(length, size - start))
        with self._lock:
            os.write(self._channel, _ASKED.pack(number, start, length))
            (count,) = _TOLD.unpack(self._received(_TOLD.size))
            if count == _AWAY:
                self.away = True
                raise OSError("away")
            return self._received(count)

    def _received(self, count: int) -> bytes:
        held = bytearray()
        while len(held) < count:
            piece = os.read(self._channel, count - len(held))
            if not piece:
                raise OSError("closed")
            held += piece
        return bytes(held)

    def _open(self, path: str, *_: Any, **__: Any) -> "_File":
        return _File(self, self._plain(path), self._files[self._plain(path)][1])

    def _plain(self, path: str) -> str:
        return path.removeprefix(f"{SCHEME}://")

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Name and size of a file."""
        return {"name": path, "size": self._files[self._plain(path)][1], "type": "file"}

    def exists(self, path: str, **_: Any) -> bool:
        """Whether it is one of the published files."""
        return self._plain(path) in self._files

    def glob(self, path: str, **_: Any) -> list[str]:
        """The file of that name: names are never patterns."""
        return [path] if self.exists(path) else []

    def modified(self, _: str) -> datetime.datetime:
        """When a file changed: a published one does not."""
        return _NEVER_CHANGED


class _File(io.RawIOBase):
    def __init__(self, blocks: Blocks, path: str, size: int) -> None:
        self._blocks, self._path, self.size, self._at = blocks, path, size, 0

    def read(self, count: int = -1) -> bytes:
        """So many bytes from here on."""
        found = self._blocks.part(self._path, self._at, self.size if count < 0 else count)
        self._at += len(found)
        return found

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte."""
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        return self._at

    def tell(self) -> int:
        """Where reading goes on."""
        return self._at

    def seekable(self) -> bool:
        """Always."""
        return True

    def readable(self) -> bool:
        """Always."""
        return True


class Giver:
    """The starter's side: a thread that answers until the process is gone.

    Args:
        files: path and bytes of each file, in the order the process numbers them.
        part: gives bytes of a file by path, first byte and count; raises what it likes where it cannot.
    """

    def __init__(self, files: Sequence[tuple[str, int]], part: Callable[[str, int, int], bytes]) -> None:
        self._files, self._part = files, part
        self._own, self.theirs = socket.socketpair()
        self.given = (self.theirs.fileno(),)
        """The descriptors the process has to be started with."""
        threading.Thread(target=self._give, name="give-blocks", daemon=True).start()

    def told(self, sources: Mapping[str, str]) -> JsonObject:
        """What the process is told of it; the process is started by now, and has its end of the socket.

        Args:
            sources: what stands after FROM to read each large table, its files called by their `address`.
        """
        self.theirs.close()
        return {"channel": self.given[0], "sizes": dict(self._files), "sources": dict(sources)}

    def close(self) -> None:
        """Answer no more."""
        for end in (self._own, self.theirs):
            end.close()

    def _give(self) -> None:
        try:
            with self._own.makefile("rb") as asking:
                while len(asked := asking.read(_ASKED.size)) == _ASKED.size:
                    content = self._content(*_ASKED.unpack(asked))
                    self._own.sendall(_TOLD.pack(_AWAY) if content is None else _TOLD.pack(len(content)) + content)
        except OSError:
            # The process has ended, or was ended.
            return

    def _content(self, number: int, start: int, length: int) -> bytes | None:
        """Bytes of a published file, and None for whatever else is asked."""
        if number >= len(self._files):
            return None
        path, size = self._files[number]
        if start > size or length > min(_MOST, size - start):
            return None
        try:
            return self._part(path, start, length)
        except Exception:
            return None
