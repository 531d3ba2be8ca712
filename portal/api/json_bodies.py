"""JSON from strangers, looked at before anything reads it: not deeper than a request needs to be, and no half of a character."""

import re

from portal.texts.errors import Sentence, sentence

DEPTH_MAX = 32
_ESCAPE = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|.)", re.S)
_OUTSIDE = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.S)


def fault(body: bytes) -> Sentence | None:
    """What is wrong with a body; None where nothing of this kind is."""
    if _too_deep(body):
        return sentence("request.deep", most=DEPTH_MAX)
    return sentence("request.half_character") if _has_half_character(body) else None


def _too_deep(body: bytes) -> bool:
    depth = 0
    for found in _OUTSIDE.finditer(body):
        mark = found[0]
        if mark in b"[{":
            depth += 1
        elif mark in b"]}":
            depth -= 1
        if depth > DEPTH_MAX:
            return True
    return False


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
