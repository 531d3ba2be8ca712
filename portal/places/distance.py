"""How far one thing is from another, told the same everywhere: no more exactly than both positions are known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# A position that is only a landmark's says nothing below this many metres.
_BORROWED_STEP_M = 100
_STEP_M = 10


@dataclass(frozen=True)
class Told:
    """A distance as it may be told: `value` in `unit` (`m` or `km`), `rough` where a position is borrowed; `value` is None where
    it is too short for that to be told at all."""

    value: float | None
    unit: str
    rough: bool


def is_borrowed(place: Mapping[str, Any]) -> bool:
    """Whether the position of a place is only that of a landmark nearby; a district or a point has its own."""
    return str(place.get("position_basis") or "").startswith("near:")


def told(metres: float, borrowed: bool) -> Told:
    """A distance to 10 m, to 100 m from a kilometre on or where a position is borrowed.

    Args:
        metres: as measured.
        borrowed: whether either end has no position of its own (`is_borrowed`).
    """
    step = _BORROWED_STEP_M if borrowed else _STEP_M
    rounded = round(metres / step) * step
    if rounded >= 1_000:
        return Told(round(metres / 1_000, 1), "km", borrowed)
    if borrowed and not rounded:
        return Told(None, "m", True)
    return Told(max(step, rounded), "m", borrowed)
