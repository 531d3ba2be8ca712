"""JSON from strangers, looked at before anything reads it: not deeper and of no more values than a request needs, no half characters."""

import re

from portal.texts.errors import Sentence, sentence

DEPTH_MAX = 32
# Each value that is of the wrong kind is told in a sentence of its own, which takes far longer than to read it.
VALUES_MAX = 1000
_ESCAPE = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|.)", re.S)
_OUTSIDE = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{},]', re.S)


def fault(body: bytes) -> Sentence | None:
    """What is wrong with a body; None where nothing of this kind is."""
    depth, values = _size(body)
    if depth > DEPTH_MAX:
        return sentence("request.deep", most=DEPTH_MAX)
    if values > VALUES_MAX:
        return sentence("request.values", most=VALUES_MAX)
    return sentence("request.half_character") if _has_half_character(body) else None


def _size(body: bytes) -> tuple[int, int]:
    """How deep a body is nested and how many values it holds at least; of one beyond a bound it is enough to know that."""
    depth = deepest = values = 0
    for found in _OUTSIDE.finditer(body):
        mark = found[0]
        if mark in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark in b"]}":
            depth -= 1
        values += mark in b"[{,"
        if deepest > DEPTH_MAX or values > VALUES_MAX:
            break
    return deepest, values


def _has_half_character(body: bytes) -> bool:
    """Whether an escape stands for half of a character without its other half right behind it."""
    expected = -1
    for found in _ESCAPE.finditer(body):
        code = int(found[1], 16) if found[1] else 0
        if expected >= 0 and not (found.start() == expected and 0xDC00 <= code <= 0xDFFF):
            return True
        if expected >= 0:
            expected = -1
        elif 0xDC00 <= code <= 0xDFFF:
            return True
        elif 0xD800 <= code <= 0xDBFF:
            expected = found.end()
    return expected >= 0
