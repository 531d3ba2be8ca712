"""Where a table's header is, and which rows of a sheet are no rows of data: titles, units, notes, totals."""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipelines.tables.dates import part_of_year, year_of
from pipelines.tables.errors import CellError, FileError
from pipelines.tables.lexicon import clean, fold, table_words
from pipelines.tables.numbers import Value, amount, is_missing, text_of
from pipelines.tables.sheets import Merged, RawRow
from pipelines.tables.units import Unit, unit_of, units_in

HEADER_WITHIN = 20
# A header has at most so many more rows.
_HEADER_MORE = 3
_SECTION = re.compile(r"([一二三四五六七八九十]+、|[(（][一二三四五六七八九十]+[)）])\S")
_LABEL_MAX = 20
# A row of units may come between.
_NUMBERS_WITHIN = 2
_TOTAL_SIGNS = set("计总汇均比值数")
_TOTAL_WORDS = re.compile(r"total|sum|mean|median|average|[Ａ-Ｚａ-ｚ]", re.IGNORECASE)
_PAGE = re.compile(
    r"(?:第[0-9一二三四五六七八九十]+页)?[,，/、]?(?:共[0-9一二三四五六七八九十]+页)?|[0-9]+/[0-9]+页?|page[0-9]+(?:of[0-9]+)?"
)
# 以上合计 12 处 says how many rows there are.
_COUNTED = re.compile(r"^(?:以上|本页|本表|全表)|[:：]?[0-9,]+(?:个|处|座|所|家|条|项|户|人)?$")
_COLUMN_MARKS = "甲乙丙丁戊己庚辛壬癸"


@dataclass(frozen=True)
class Aside:
    """A row that is no row of data: `kind` is title, unit, header, note, total, section or blank."""

    where: str
    kind: str
    text: str


@dataclass(frozen=True)
class HeaderRows:
    """The header: its first and last row (from 1) and the name of each column, in order; a column without one is empty."""

    first: int
    last: int
    names: tuple[str, ...]

    @cached_property
    def folded(self) -> list[str]:
        """The names for comparing, those that are empty left out."""
        return [fold(n) for n in self.names if n]


def find_header(rows: Sequence[RawRow], merged: Iterable[Merged], chosen: int | None = None) -> HeaderRows:
    """The header among the first rows of a sheet.

    It is the first row that names most of the columns and holds no figure (a year is none), with rows below it. A second row
    that only divides columns of the first (a merged “泊位数” over “地上” and “地下”) is joined to it.

    Args:
        rows: the first rows, blank ones too.
        merged: the sheet's merged cells.
        chosen: the header's row, where the person says it.
    Raises:
        FileError: there is none.
    """
    by_number = dict(rows)
    if chosen is not None:
        if chosen not in by_number or not any(map(_told, by_number[chosen])):
            raise FileError(f"第 {chosen} 行是空的，不是表头；请核对 --header-row。")
        return _joined(chosen, by_number, merged)
    width = max((sum(map(_told, cells)) for _, cells in rows), default=0)
    least = max(2 if width > 1 else 1, round(width * 0.6))
    found = next((number for number, cells in rows[:HEADER_WITHIN] if _heads(cells, least)), None)
    if found is not None:
        return _joined(found, by_number, merged)
    shown = " | ".join(clean(c) for c in (rows[0][1] if rows else []) if _told(c))
    raise FileError(
        f"前 {HEADER_WITHIN} 行里看不出哪一行是表头（第一行：{shown[:80] or '空'}）。请用 --header-row 行号 指定；没有表头的文件请先加一行列名。"
    )


def _heads(cells: Sequence[Value], least: int) -> bool:
    """Whether a row can be the header: it names at least so many columns, most of them differently, and holds no figure."""
    told = [c for c in cells if _told(c)]
    return len(told) >= least and all(map(_may_head, told)) and not _is_note(told[0]) and _distinct(told)


def kind_of_row(cells: Sequence[Value], header: HeaderRows, number: int = 0) -> str | None:
    """What a row below the header is, where it is no row of data; None where it is one.

    Args:
        cells: the row's, in the columns of the header.
        header: the table's.
        number: the row's; only one right below the header numbers the columns.
    """
    told = [c for c in cells if _told(c)]
    if not told:
        return "blank"
    if _is_note(told[0]) or (len(told) == 1 and _is_mark(told[0])):
        return "note"
    if any(_is_total(c) for c in told[:3] if isinstance(c, str)):
        return "total"
    if _heads_again(cells, told, header, number <= header.last + _NUMBERS_WITHIN):
        return "header"
    if len(told) == 1 and len(header.names) > 2 and _SECTION.match(clean(told[0])):
        return "section"
    return None


def _heads_again(cells: Sequence[Value], told: Sequence[Value], header: HeaderRows, near: bool) -> bool:
    """Whether a row says the header again, as on a new page, or, near it, only numbers the columns."""
    named = header.folded
    first = _text(told[0])[: 2 * _LABEL_MAX]
    if first not in {"甲", "1"} and fold(first) != named[0][: 2 * _LABEL_MAX]:
        return False
    if [n for n in (fold(_text(c)) for c in cells) if n] == named:
        return True
    return near and _numbers_columns(told, len(named))


def unit_row(cells: Sequence[Value]) -> dict[int, Unit]:
    """The units of a row right below the header that holds nothing but units, by column; empty where it is another row."""
    found: dict[int, Unit] = {}
    for column, cell in enumerate(cells):
        if not _told(cell):
            continue
        if not isinstance(cell, str):
            return {}
        try:
            found[column] = unit_of(cell.strip("()（） "))
        except CellError:
            return {}
    return found


def noted(text: str) -> tuple[str, str]:
    """A note's word and what it says: `单位：个、万平方米` → (单位, 个、万平方米); ('', text) where it is no such note."""
    folded = re.split(r"[:：]", text.strip().strip("()（）"), maxsplit=1)
    if len(folded) == 2 and fold(folded[0]) in table_words().notes:
        return fold(folded[0]), folded[1].strip().strip("()（）")
    for word in table_words().dated:
        if text.strip("()（） ").startswith(word):
            return word, text.strip("()（） ").removeprefix(word).lstrip(":： ")
    return "", text


def units_noted(texts: Iterable[str]) -> tuple[Unit, ...]:
    """The units that unit lines name (`单位：个、万平方米`); `单位：某局` names none."""
    found: list[Unit] = []
    for text in texts:
        word, rest = noted(text)
        if word in {"单位", "计量单位"}:
            found += units_in(rest)
    return tuple(dict.fromkeys(found))


def _told(cell: Value) -> bool:
    return not (cell is None or (isinstance(cell, str) and not cell.strip()))


def _text(cell: Value) -> str:
    try:
        return text_of(cell)
    except CellError:
        return clean(cell)


def _may_head(cell: Value) -> bool:
    """Whether a cell can be a column's name: a text that is no figure, or a year."""
    if isinstance(cell, bool):
        return False
    text = _text(cell)
    if year_of(text) is not None or part_of_year(text):
        return True
    if not isinstance(cell, str):
        return False
    try:
        found = amount(cell)
    except CellError:
        return not re.fullmatch(r"[0-9.,\-;~ ]+", text)
    # 十 or 百分之三 could be a figure; 万人 and a dash could not.
    return found is None and not is_missing(cell)


def _distinct(told: Sequence[Value]) -> bool:
    """Whether most names differ: a merged title copied into every cell names no column."""
    return len({_text(c) for c in told}) > len(told) / 2


def _joined(number: int, rows: dict[int, list[Value]], merged: Iterable[Merged]) -> HeaderRows:
    """The header at a row, with those below it that its merged cells reach over, or the one that only divides its columns."""
    merged = tuple(merged)
    last = _last_of_header(number, rows, merged)
    names = [_text(c) for c in rows[number]]
    for below in range(number + 1, last + 1):
        # Rows of merged cells count from 0: that of the row above is below - 2.
        spanned = {c for m in merged if m.top == below - 2 for c in range(m.left + 1, m.right + 1)}
        names = _under(names, rows.get(below, []), spanned)
    return HeaderRows(number, last, tuple(names))


def _last_of_header(number: int, rows: dict[int, list[Value]], merged: Iterable[Merged]) -> int:
    """The header's last row."""
    own = [m for m in merged if m.top == number - 1]
    reach = max((m.bottom + 1 for m in own), default=number)
    if number < reach <= number + _HEADER_MORE and all(
        _may_head(c) for below in range(number + 1, reach + 1) for c in rows.get(below, []) if _told(c)
    ):
        return reach
    spanned = any(m.bottom == m.top and m.right > m.left for m in own)
    return number + _divides(rows[number], rows.get(number + 1, []), spanned)


def _under(upper: list[str], lower_cells: Sequence[Value], spanned: Container[int]) -> list[str]:
    """The names of columns with those of the row below: a name above several below stands before each of theirs.

    Args:
        upper: names so far.
        lower_cells: the row below.
        spanned: columns the name to their left reaches over, as merged cells say.
    """
    width = max(len(upper), len(lower_cells))
    lower = [_text(c) for c in lower_cells] + [""] * (width - len(lower_cells))
    names, group = [], ""
    for column, (above, below) in enumerate(zip([*upper, *[""] * (width - len(upper))], lower, strict=True)):
        group = above or (group if below or column in spanned else "")
        names.append(" ".join(p for p in (group if below else above, below) if p))
    return names


def _divides(upper: Sequence[Value], lower: Sequence[Value], spanned: bool) -> bool:
    """Whether a row divides the columns of the one above: it names columns that are blank there, and leaves others to it."""
    told = [i for i, c in enumerate(lower) if _told(c)]
    if not told or not all(_may_head(lower[i]) for i in told):
        return False
    above = [i < len(upper) and _told(upper[i]) for i in range(len(lower))]
    fills = any(not above[i] for i in told)
    leaves = any(above[i] and i not in told for i in range(len(lower)))
    # Each stands under a name, or to the right of one within its span.
    under = all(above[i] or (i > 0 and (above[i - 1] or i - 1 in told)) for i in told)
    return fills and under and (leaves or spanned)


def _is_note(cell: Value) -> bool:
    # A million rows are asked: most have neither a colon nor one of the few words that need none.
    if not isinstance(cell, str) or not (":" in cell or "：" in cell or any(w in cell for w in table_words().dated)):
        return False
    word, _ = noted(cell)
    return bool(word)


def _is_mark(cell: Value) -> bool:
    """Whether a cell marks a page or the end of the table: 第1页 共3页, 以下空白, （完）."""
    if not isinstance(cell, str) or len(cell) > _LABEL_MAX:
        return False
    text = fold(cell).strip("()（）[]【】*—-=。.")
    return text in table_words().marks or bool(_PAGE.fullmatch(text))


def _is_total(cell: str) -> bool:
    """Whether a label adds up or sums up other rows: 合计, 合 计, 合成区小计, 合计（个）, 平均."""
    if len(cell) > 2 * _LABEL_MAX or not (_TOTAL_SIGNS & set(cell) or _TOTAL_WORDS.search(cell)):
        return False
    text = re.sub(r"[(（\[【].*?[)）\]】]|[:：]$", "", fold(cell))
    text = _COUNTED.sub("", text)
    words = table_words().totals
    if text in words or text in table_words().summaries:
        return True
    return len(text) <= _LABEL_MAX and any(text.endswith(w) for w in words if not w.isascii())


def _numbers_columns(told: Sequence[Value], columns: int) -> bool:
    """Whether a row only numbers the columns, as statistical tables do: 甲 | 乙 | 1 | 2."""
    marks = [fold(_text(c)) for c in told]
    if len(marks) < max(3, columns - 1):
        return False
    letters = 0
    while letters < len(marks) and letters < len(_COLUMN_MARKS) and marks[letters] == _COLUMN_MARKS[letters]:
        letters += 1
    return marks[letters:] == [str(n) for n in range(1, len(marks) - letters + 1)]
