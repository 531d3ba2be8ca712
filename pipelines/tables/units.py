"""Units of measure: one table of spellings with exact factors (`units.toml`), and conversion that loses nothing."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from pipelines.tables.errors import CellError

_TABLE = Path(__file__).with_name("units.toml")
_MULTIPLIERS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_MULTIPLIER = re.compile(r"^([十百千]?[万亿]{1,2}|[十百千])")
# What a converted number is rounded to: more than any table states, fewer than a recurring decimal has.
_DIGITS = 20
BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]*(?:\([^()]*\))?[^()（）\[\]【】]*)[)）\]】]")
_PARTED = re.compile(r"(?:[:：,，、_\-—/]|\s)\s*([^:：,，、_\-—\s]+)$")


class UnknownUnitError(CellError):
    """A unit that is not in the table; a number in it cannot be told from any other."""

    def __init__(self, written: str) -> None:
        self.written = written
        super().__init__(f"单位“{written}”不认识，没有换算；请改写成常用单位，或在 pipelines/tables/units.toml 里登记")


@dataclass(frozen=True)
class Unit:
    """A unit: `factor` base units of its dimension are one of it. `bare` is a mere multiplier (万), a unit still to be named."""

    name: str
    dimension: str
    factor: Fraction
    bare: bool = False

    def fits(self, other: "Unit") -> bool:
        """Whether a number in this unit can be said in the other."""
        return self.dimension == other.dimension


@dataclass(frozen=True)
class HeaderUnit:
    """What a header says besides its name: a unit, a unit that is not known, or a remark."""

    unit: Unit | None = None
    unknown: str = ""
    remark: str = ""


def fold_unit(text: str) -> str:
    """A unit's spelling for comparing: one width, lower case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def unit_of(text: str) -> Unit:
    """The unit a text names.

    Args:
        text: as written, e.g. `万㎡`, `hm²`, `吨/平方公里·月`; a mere multiplier (`万`) is a bare unit.
    Raises:
        UnknownUnitError: it is in no row of the table and joined of none.
    """
    folded = fold_unit(text)
    found = _single(folded) or _joined(folded)
    if found is None:
        raise UnknownUnitError(text.strip())
    return found


def convert(value: Decimal, given: Unit, wanted: Unit) -> Decimal:
    """A number in another unit: exact, or to 20 digits where the decimal recurs.

    Args:
        value: in the unit `given`.
        given: a bare multiplier counts in the wanted unit's own.
        wanted: the unit to say it in.
    Raises:
        CellError: the two measure different things.
    """
    factor = given.factor if given.bare else given.factor / wanted.factor
    if not given.bare and not given.fits(wanted):
        raise CellError(f"单位“{given.name}”和“{wanted.name}”不是一类，不能换算")
    if factor == 1:
        return value
    exact = Fraction(value) * factor
    with localcontext() as context:
        context.prec = _DIGITS
        return Decimal(exact.numerator) / Decimal(exact.denominator)


def header_unit(header: str, remarks: tuple[str, ...] = ()) -> HeaderUnit:
    """The unit a column's header states: in brackets, after a mark, or as its ending.

    Args:
        header: `占地面积（万㎡）`, `长度/公里`, `占地面积亩`.
        remarks: words that make the bracketed text a remark, not a unit (`含`, `截至`).
    """
    bracketed = [b.removeprefix("单位").lstrip(":：").strip() for b in BRACKETS.findall(header)]
    bracketed = [b for b in bracketed if b]
    unsure = ""
    for content in reversed(bracketed):
        try:
            return HeaderUnit(unit_of(content))
        except UnknownUnitError:
            if not unsure and not any(word in fold_unit(content) for word in remarks) and not content.isdigit():
                unsure = content
    if unsure:
        return HeaderUnit(unknown=unsure)
    plain = BRACKETS.sub("", header).strip()
    if (after := _PARTED.search(plain)) and (unit := _quiet(after[1])) is not None:
        return HeaderUnit(unit, remark="；".join(bracketed))
    return HeaderUnit(_ending(fold_unit(plain)), remark="；".join(bracketed))


def header_name(header: str) -> str:
    """A header without the unit it states: `占地面积（万㎡）`, `占地面积/公顷` and `占地面积亩` are all 占地面积."""
    plain = BRACKETS.sub("", header).strip()
    if (after := _PARTED.search(plain)) and _quiet(after[1]) is not None:
        return plain[: after.start()].strip()
    folded = fold_unit(plain)
    unit = _ending(folded)
    if unit is None:
        return plain
    spellings = [s for s in _table() if folded.endswith(s) and _table()[s].dimension == unit.dimension]
    name = folded.removesuffix(max(spellings, key=len))
    return name[:-1] if name[-1:] in _MULTIPLIERS else name


def units_in(text: str) -> list[Unit]:
    """The units a unit line lists (`个、万平方米`); empty where one of them is no unit: the line says something else."""
    parts = [p for p in re.split(r"[、,，;；\s]+", text.strip().strip("()（）")) if p]
    found = [_quiet(p) for p in parts]
    return [u for u in found if u is not None] if all(u is not None for u in found) else []


def _quiet(text: str) -> Unit | None:
    try:
        return unit_of(text)
    except UnknownUnitError:
        return None


@lru_cache(maxsize=1)
def _table() -> dict[str, Unit]:
    rows = tomllib.loads(_TABLE.read_text("utf-8"))["unit"]
    return {
        fold_unit(spelling): Unit(r["name"], r["dimension"], Fraction(r["factor"]))
        for r in rows
        for spelling in r["spellings"]
    }


def _single(folded: str) -> Unit | None:
    """A unit of the table, with or without a multiplier before it."""
    if folded in _table():
        return _table()[folded]
    if (start := _MULTIPLIER.match(folded)) is None:
        return None
    factor = Fraction(1)
    for char in start[1]:
        factor *= _MULTIPLIERS[char]
    rest = folded[start.end() :]
    if not rest:
        return Unit(start[1], "", factor, bare=True)
    base = _table().get(rest)
    return base and Unit(start[1] + base.name, base.dimension, factor * base.factor)


def _joined(folded: str) -> Unit | None:
    """Two or more units joined by “/” and “·”: everything after the stroke divides."""
    over, *under = re.split(r"/|每", folded)
    if not under or not over:
        return None
    top = _single(over)
    parts = [_single(p) for text in under for p in text.split("·")]
    if top is None or top.bare:
        return None
    name, dimension, factor = top.name, top.dimension, top.factor
    for place, part in enumerate(parts):
        if part is None or part.bare:
            return None
        name += f"{'·' if place else '/'}{part.name}"
        dimension += f"/{part.dimension}"
        factor /= part.factor
    return Unit(name, dimension, factor)


def _ending(folded: str) -> Unit | None:
    """A unit of area or share a header ends with; other endings (位, 处) are parts of its name."""
    for spelling in sorted(_table(), key=len, reverse=True):
        unit = _table()[spelling]
        # A letter may end a word of its own: only whole Chinese spellings and signs stand without a mark before them.
        if (
            unit.dimension in {"area", "share"}
            and not spelling.isascii()
            and folded.endswith(spelling)
            and folded != spelling
        ):
            before = folded.removesuffix(spelling)
            return _single(before[-1] + spelling) or unit if before[-1] in _MULTIPLIERS else unit
    if folded.endswith("%") and folded != "%":
        return _table()["%"]
    return None
