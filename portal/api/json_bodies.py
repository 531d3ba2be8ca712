"""JSON from strangers, looked at before anything reads it: not deeper than a request needs to be, and no half of a character."""

import re

DEPTH_MAX = 32
_ESCAPE = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|.)", re.S)
_OUTSIDE = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.S)
_DEPTH = (f"请求的内容最多嵌套 {DEPTH_MAX} 层。", f"A body is nested at most {DEPTH_MAX} deep.")
_HALF = (
    "请求的内容里有半个字符（单独的 \\ud800–\\udfff）。请发送完整的 UTF-8 文字。",
    "The body holds half of a character (a lone \\ud800–\\udfff). Send whole characters in UTF-8.",
)


def fault(body: bytes) -> tuple[str, str] | None:
    """What is wrong with a body, in Chinese and English; None where nothing of this kind is."""
    if _too_deep(body):
        return _DEPTH
    return _HALF if _has_half_character(body) else None


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
