"""Rows of an answer to SQL as JSON can hold them."""

import datetime
import decimal
import json
import math
from typing import Any

from portal.publication.json_object import JsonObject

# Beyond it a reader that keeps numbers in 64 binary digits, as JavaScript does, takes another number for the one that is written.
_EXACT_MAX = 2**53
_NOT_FINITE = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}


def unlike(names: list[str]) -> list[str]:
    """Names made unlike each other: rows are objects, and SQL may name two columns alike."""
    found: list[str] = []
    taken = set(names)
    for name in names:
        other, count = name, 1
        while other in found or (count > 1 and other in taken):
            count += 1
            other = f"{name}_{count}"
        found.append(other)
    return found


def size(row: JsonObject) -> int:
    """The bytes a row takes in the answer, its columns' names among them."""
    return len(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace"))


def plain(value: Any) -> Any:
    """A value as JSON has it: dates in ISO form; what JSON has no word for, or readers of JSON no exact number for, as text."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if abs(value) <= _EXACT_MAX else str(value)
        case float():
            return value if math.isfinite(value) else _NOT_FINITE[str(value)]
        case decimal.Decimal():
            return float(value) if decimal.Decimal(repr(float(value))) == value else str(value)
        case datetime.date() | datetime.time():
            return value.isoformat()
        case dict():
            return {str(k): plain(v) for k, v in value.items()}
        case list() | tuple():
            return [plain(v) for v in value]
        case bytes():
            return value.hex()
    return str(value)
