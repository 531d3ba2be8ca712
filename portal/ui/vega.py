"""Vega in a process of its own (`portal.ui.vega_worker`), which gives way to everything else.

Drawing holds Python's one lock for as long as it lasts: in the portal's own process nothing would be answered meanwhile.
"""

import base64
import threading
from functools import lru_cache

from portal.child_process import ChildProcess, LostError
from portal.publication.json_object import JsonObject
from portal.texts.errors import BilingualError, sentence

DRAW_SECONDS = 10.0
_PROGRAM = "portal.ui.vega_worker"


class DrawingError(BilingualError):
    """A picture could not be drawn in time; drawn again, it may be."""

    def __init__(self) -> None:
        super().__init__(sentence("busy.drawing"))


class Vega:
    """Draws one picture at a time, in a process that is started for the first one and again whenever one was lost."""

    def __init__(self) -> None:
        self._process: ChildProcess | None = None
        self._lock = threading.Lock()

    @property
    def pid(self) -> int:
        """The number of the process; 0 before the first picture."""
        return self._process.pid if self._process else 0

    def svg(self, chart: JsonObject) -> str:
        """A Vega-Lite chart as SVG.

        Raises:
            DrawingError: not in time.
            RuntimeError: the chart is none.
        """
        return str(self._ask({"chart": chart})["svg"])

    def png(self, picture: str, scale: float) -> bytes:
        """An SVG as PNG, so many times as large.

        Raises:
            DrawingError: not in time.
            RuntimeError: it is no SVG.
        """
        return base64.b64decode(self._ask({"picture": picture, "scale": scale})["png"])

    def close(self) -> None:
        """End the process; the next picture starts another."""
        process, self._process = self._process, None
        if process is not None:
            process.end()

    def _ask(self, asked: JsonObject) -> JsonObject:
        with self._lock:
            if self._process is None:
                self._process = ChildProcess(_PROGRAM)
            try:
                answer = self._process.ask(asked, DRAW_SECONDS)
            except LostError:
                self.close()
                raise DrawingError from None
            except BaseException:
                # Half an answer would be taken for the next one's.
                self.close()
                raise
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer


@lru_cache(maxsize=1)
def shared() -> Vega:
    """The process's one: charts, embeds and reports are drawn by it."""
    return Vega()
