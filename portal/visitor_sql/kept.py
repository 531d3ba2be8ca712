"""Answers of the SQL page kept for downloading: packed, and all visitors' together within one bound; an open page holds what it shows."""

import gzip
import hashlib
import threading
from collections import OrderedDict

BYTES_MAX = 64 * 1024**2


class Kept:
    """Files by their digest, those not asked for the longest dropped first. Safe to use from several threads.

    Args:
        bytes_max: room for all of them, packed.
    """

    def __init__(self, bytes_max: int = BYTES_MAX) -> None:
        self._bytes_max = bytes_max
        self._lock = threading.Lock()
        self._files: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def put(self, content: bytes) -> str:
        """Keep a file; its key."""
        key = hashlib.sha256(content).hexdigest()
        packed = gzip.compress(content, 1)
        with self._lock:
            self._bytes += len(packed) - len(self._files.pop(key, b""))
            self._files[key] = packed
            while self._bytes > self._bytes_max:
                _, dropped = self._files.popitem(last=False)
                self._bytes -= len(dropped)
        return key

    def get(self, key: str) -> bytes | None:
        """A file, or None where it was dropped."""
        with self._lock:
            packed = self._files.get(key)
            if packed is not None:
                self._files.move_to_end(key)
        return None if packed is None else gzip.decompress(packed)


kept = Kept()
"""The process's."""
