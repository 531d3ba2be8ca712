"""A program of the portal's own in a process beside it: asked and answering in lines of JSON, ended where it does not answer in time."""

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.publication.json_object import JsonObject

_CHUNK = 1024 * 1024
_START = "import runpy, sys; sys.path.insert(0, sys.argv[1]); runpy.run_module(sys.argv[2], run_name='__main__')"


class LostError(Exception):
    """A process that gave no answer: `kind` is `time`, or `memory` where it ended."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class ChildProcess:
    """One process; it ends when its standard input does, so that none outlives the portal. For one thread at a time.

    Args:
        module: of this package; run as a program.
        kept: descriptors of this process that it has too.
    """

    def __init__(self, module: str, kept: "Sequence[int]" = ()) -> None:
        self._process = subprocess.Popen(
            # -I: neither the environment nor the working folder has a say in what is imported; it is this very code.
            [sys.executable, "-I", "-c", _START, str(Path(__file__).resolve().parents[1]), module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            pass_fds=tuple(kept),
        )

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def ask(self, message: "JsonObject", seconds: float) -> "JsonObject":
        """The process's answer to a message.

        Args:
            message: what it is asked.
            seconds: how long it may take.
        Raises:
            LostError: none came in time, or the process ended; it is of no further use.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        deadline = time.monotonic() + seconds
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise LostError("memory") from None
        output = self._process.stdout.fileno()
        # `select.select` knows no descriptor from 1,024 on, and each open page holds four.
        poll = select.poll()
        poll.register(output, select.POLLIN)
        received = bytearray()
        while not received.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                raise LostError("time")
            chunk = os.read(output, _CHUNK)
            if not chunk:
                raise LostError("memory")
            received += chunk
        return dict(json.loads(received))

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process.wait()
