"""What calamine does not tell of an .xlsx: cells with an error, formulas never computed, numbers shown as percentages.

It gives an empty cell for the first two and 0.39 for the third; a table read so would say something else than it shows. And it
makes room for every cell of a sheet up to the last, which two cells far apart make more than any machine has: how far a
sheet reaches is known before.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from xml.etree import ElementTree

from pipelines.tables.sheets import Merged, Position, column_of

_BLOCK = 1 << 20
_PERCENT_BUILT_IN = {9, 10}
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.S)
_ATTRIBUTE = re.compile(rb'\b(r|s|t)="([^"]*)"')
_REFERENCE = re.compile(rb"([A-Z]+)([0-9]+)")
_ROW_END = re.compile(rb"</(?:\w+:)?row>")
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
# More of them than anyone mends one by one.
_FLAWS_MAX = 10_000
_ROWS_MAX = 1 << 20
_ROW_NUMBER = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="([0-9]{1,9})"')
_CELL_START = re.compile(rb"<(?:\w+:)?c[\s/>]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]{1,3}[0-9]{1,7}):([A-Z]{1,3}[0-9]{1,7})"')
# 16,384 cells, each with the longest text there may be in one row of many.
_ROW_MAX = 64 * 1024 * 1024
_ROW_END_LONGEST = 256
_COLUMN_NAME = re.compile(rb'\br="([A-Z]{1,4})[0-9]+"')


class Marks:
    """Cells that have something in common, a byte a row for each column: a million of them take a megabyte."""

    def __init__(self) -> None:
        self._columns: dict[int, bytearray] = {}

    def add(self, position: Position) -> None:
        """Mark a cell; row and column from 0."""
        row, column = position
        rows = self._columns.setdefault(column, bytearray())
        if row >= len(rows):
            rows.extend(bytes(row + 1 - len(rows)))
        rows[row] = 1

    def __contains__(self, position: object) -> bool:
        row, column = cast(Position, position)
        rows = self._columns.get(column, b"")
        return row < len(rows) and bool(rows[row])


@dataclass(frozen=True)
class Parts:
    """The cells of a sheet that need more than their value, by position (row and column from 0); how far it reaches and how many
    cells it takes in memory; its merged cells; where in the archive it is."""

    flaws: dict[Position, str] = field(default_factory=dict)
    percents: Marks = field(default_factory=Marks)
    height: int = 0
    width: int = 0
    cells: int = 0
    merged: tuple[Merged, ...] = ()
    path: str = ""


def read_parts(file: Path) -> dict[str, Parts]:
    """What each sheet of an .xlsx holds besides values, by the sheet's name.

    Raises:
        zipfile.BadZipFile, KeyError, ElementTree.ParseError as ValueError: the archive is damaged.
    """
    with zipfile.ZipFile(file) as archive:
        try:
            styles = _percent_styles(archive)
            return {name: _scan(archive, path, styles) for name, path in _paths(archive).items()}
        except (KeyError, ElementTree.ParseError) as error:
            raise ValueError(str(error)) from None


def _paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of each sheet, by the sheet's name."""
    targets: dict[str, str] = {}
    for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels")):
        target = relation.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        targets[relation.get("Id", "")] = path
    found = {}
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if element.tag.endswith("}sheet") or element.tag == "sheet":
            identity = next((v for k, v in element.attrib.items() if k.endswith("}id")), "")
            if targets.get(identity) in archive.namelist():
                found[element.get("name", "")] = targets[identity]
    return found


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[bytes]:
    """The numbers of the cell styles that show a number as a percentage."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    root = ElementTree.fromstring(archive.read("xl/styles.xml"))
    space = root.tag.partition("}")[0] + "}" if root.tag.startswith("{") else ""
    percents = set(_PERCENT_BUILT_IN)
    for made in root.iter(f"{space}numFmt"):
        if "%" in _LITERAL.sub("", made.get("formatCode", "")):
            percents.add(int(made.get("numFmtId", "0")))
    formats = root.find(f"{space}cellXfs")
    styles = [] if formats is None else list(formats)
    return frozenset(b"%d" % i for i, s in enumerate(styles) if int(s.get("numFmtId", "0")) in percents)


def _scan(archive: zipfile.ZipFile, path: str, percent_styles: frozenset[bytes]) -> Parts:
    flaws: dict[Position, str] = {}
    percents = Marks()
    height = width = written = 0
    merged: list[Merged] = []
    for rows in pieces_of(archive, path):
        written += len(_CELL_START.findall(rows))
        merged += _merged(rows)
        # Both are in order in every sound file; what is not is caught by the last of each.
        height = max(height, *(int(n) for n in _ROW_NUMBER.findall(rows)), 0)
        width = max(width, *(column_of(c.decode()) + 1 for c in set(_COLUMN_NAME.findall(rows))), 0)
        if not percent_styles and b't="e"' not in rows and b"<f" not in rows and b":f" not in rows:
            continue
        for position, kind, style, content in _cells(rows):
            if (flaw := _flaw(kind, content)) and len(flaws) < _FLAWS_MAX:
                flaws[position] = flaw
            if style in percent_styles and kind == b"n" and content and position[0] < _ROWS_MAX:
                percents.add(position)
    # Cells need not say where they are: then each comes after the one before.
    return Parts(flaws, percents, height, width, max(height * width, written), tuple(merged), path)


def _merged(rows: bytes) -> Iterator[Merged]:
    for top_left, bottom_right in _MERGED.findall(rows) if b"mergeCell" in rows else ():
        ends = [_REFERENCE.fullmatch(end) for end in (top_left, bottom_right)]
        (left, top), (right, bottom) = ((column_of(m[1].decode()), int(m[2]) - 1) for m in ends if m)
        yield Merged(top, left, bottom, right)


def _cells(rows: bytes) -> Iterator[tuple[Position, bytes, bytes, bytes]]:
    """Position, type, style and content of the cells that say where they are."""
    for cell in _CELL.finditer(rows):
        attributes = dict(_ATTRIBUTE.findall(cell[1]))
        match = _REFERENCE.fullmatch(attributes.get(b"r", b""))
        if match is not None:
            position = (int(match[2]) - 1, column_of(match[1].decode()))
            yield position, attributes.get(b"t", b"n"), attributes.get(b"s", b""), cell[2] or b""


def pieces_of(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    """The sheet's XML in pieces that each end with a row, but the last.

    Raises:
        ValueError: a row is longer than any is.
    """
    rest = bytearray()
    with archive.open(path) as part:
        while block := part.read(_BLOCK):
            # What was read before holds no end: only one that the block completes may begin in it.
            begun = max(len(rest) - _ROW_END_LONGEST, 0)
            rest += block
            ends = [m.end() for m in _ROW_END.finditer(rest, begun)]
            if ends:
                yield bytes(rest[: ends[-1]])
                del rest[: ends[-1]]
            if len(rest) > _ROW_MAX:
                raise ValueError("a row without an end")
    yield bytes(rest)


def _flaw(kind: bytes, content: bytes) -> str | None:
    value = re.search(rb"<(?:\w+:)?v>([^<]*)</", content)
    if kind == b"e":
        return f"错误值 {value[1].decode('utf-8', 'replace') if value else '#?'}"
    if re.search(rb"<(?:\w+:)?f\b", content) and (value is None or (not value[1] and kind != b"str")):
        return "公式没有算出的值"
    return None
