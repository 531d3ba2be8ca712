"""The lines of a PDF's page as they stand on it: cells of a table apart, footnotes by themselves.

A PDF holds characters and where they stand. Spaces between words and columns are found by the gaps between them, footnotes by
their small type and the small number in the text they belong to.
"""

import ctypes
import re
import statistics
from dataclasses import dataclass
from typing import Any

CELL = "\t"
# In heights of the characters beside it: a gap below the first is the setting's, one above the second parts columns.
_SPACE, _COLUMN = 0.6, 1.2
# A footnote's type is this much of the page's, its number in the text this much.
_NOTE, _RAISED = 0.88, 0.8
_MARK = re.compile(r"[\[［〔(（]?\s*(\d{1,3}|[①-⑳*※])\s*[\]］〕)）]?")


@dataclass(frozen=True)
class _Char:
    """A character, the ends and the height of its box in points; `made` where pdfium put it in for a gap."""

    char: str
    left: float
    right: float
    height: float
    made: bool


@dataclass(frozen=True)
class PageLines:
    """The lines of a page, cells parted by `CELL`; its footnotes, each with its mark."""

    lines: list[str]
    notes: list[str]


def page_lines(page: Any) -> PageLines:
    """The lines of a page that are not blank, without its footnotes and their marks."""
    lines = [line for line in _lines(page) if _words(line)]
    if not lines:
        return PageLines([], [])
    usual = _height([c for line in lines for c in line])
    start = _notes_start(lines, usual)
    body, foot = lines[:start], lines[start:]
    marks = {m.group(1) for m in map(_MARK.match, map(_text, foot)) if m}
    if not marks & set().union(*(_raised_marks(line, usual) for line in body)):
        return PageLines([_text(line) for line in lines], [])
    small = [line for line in foot if _small(line, usual)]
    kept = [_text(_without(line, usual, marks)) for line in body]
    return PageLines(kept + [_text(line) for line in foot if line not in small], _notes(list(map(_text, small))))


def _words(line: list[_Char]) -> list[_Char]:
    return [c for c in line if not c.char.isspace()]


def _notes(lines: list[str]) -> list[str]:
    """Footnotes of their lines: a mark begins one."""
    notes: list[str] = []
    for line in lines:
        text = line.replace(CELL, " ")
        if _MARK.match(text) or not notes:
            notes.append(text)
        else:
            notes[-1] += text
    return notes


def _height(chars: list[_Char]) -> float:
    return statistics.median(c.height for c in _words(chars))


def _small(line: list[_Char], usual: float) -> bool:
    return _height(line) < _NOTE * usual


def _raised_marks(line: list[_Char], usual: float) -> set[str]:
    return {"".join(run) for run in _raised(line, usual).values()}


def _lines(page: Any) -> list[list[_Char]]:
    from pypdfium2 import raw

    text = page.get_textpage()
    lines: list[list[_Char]] = [[]]
    box = raw.FS_RECTF()
    for at in range(text.count_chars()):
        char = _char(raw.FPDFText_GetUnicode(text, at))
        if char in "\r\n":
            lines.append([])
        elif char:
            raw.FPDFText_GetLooseCharBox(text, at, ctypes.byref(box))
            made = raw.FPDFText_IsGenerated(text, at) == 1
            lines[-1].append(_Char(char, box.left, box.right, abs(box.top - box.bottom), made))
    return lines


def _char(code: int) -> str:
    """A character by its code; none for what stands for no character."""
    char = chr(code)
    return char if char in "\r\n" or ((char.isprintable() or char.isspace()) and not 0xD800 <= code <= 0xDFFF) else ""


def _text(line: list[_Char]) -> str:
    """A line's words: a gap that pdfium wrote as a space is none beside Chinese, a space or the end of a cell by its width."""
    parts: list[str] = []
    before: _Char | None = None
    gap = False
    for char in line:
        if char.made:
            gap = before is not None
            continue
        if gap and before is not None:
            parts.append(_gap(before, char))
        parts.append(char.char)
        before, gap = char, False
    return "".join(parts).strip()


def _gap(before: _Char, after: _Char) -> str:
    wide = (after.left - before.right) / (max(before.height, after.height) or 1)
    if wide >= _COLUMN:
        return CELL
    latin = before.char.isascii() and after.char.isascii()
    return " " if latin or wide >= _SPACE else ""


def _notes_start(lines: list[list[_Char]], usual: float) -> int:
    """Where the small type at the foot of a page begins; a page number below it is not counted."""
    start = len(lines)
    for at in range(len(lines) - 1, -1, -1):
        small = _small(lines[at], usual)
        if not small and not (at == len(lines) - 1 and re.fullmatch(r"[\W\d]{1,9}", _text(lines[at]))):
            break
        if small:
            start = at
    return start


def _raised(line: list[_Char], usual: float) -> dict[int, list[str]]:
    """The runs of small marks within a line of the usual size, by where they begin."""
    found: dict[int, list[str]] = {}
    start = None
    for at, char in enumerate(line):
        if char.height < _RAISED * usual and re.match(r"[\d①-⑳*※]", char.char):
            start = at if start is None else start
            found.setdefault(start, []).append(char.char)
        else:
            start = None
    return found


def _without(line: list[_Char], usual: float, marks: set[str]) -> list[_Char]:
    """A line without the small marks of the footnotes and the gaps beside them."""
    gone: set[int] = set()
    for start, run in _raised(line, usual).items():
        if "".join(run) in marks:
            gone |= set(range(start, start + len(run)))
    return [c for at, c in enumerate(line) if at not in gone and not (c.made and (at - 1 in gone or at + 1 in gone))]
