"""Which column of a file stands for which column of places: by its header, and by what its cells hold."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.places.words import alike, words
from pipelines.tables.errors import CellError, FileError, RowError
from pipelines.tables.numbers import Value, amount, is_missing
from pipelines.tables.positions import degrees
from pipelines.tables.sheets import column_of
from pipelines.tables.units import header_name

_LETTERS = re.compile(r"([A-Z]{1,3})列?")
_NUMERIC = {"area_m2", "capacity"}
# Of the cells that say anything, so many must be numbers for a column to be one of numbers.
_LEAST_NUMBERS = 0.5


@dataclass(frozen=True)
class Chosen:
    """The columns of places found in a file: index by column, the headers that stand for nothing, and what is to be told."""

    columns: dict[str, int] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def choose(
    headers: Sequence[str],
    chosen: Mapping[str, str],
    sample: Callable[[int], Iterable[Value]],
    is_district: Callable[[str], bool] = lambda *_: False,
) -> Chosen:
    """Which of a file's columns stands for which column of places.

    A header is only a guess: a column whose cells are no numbers is no area, though it be called so, and one whose cells name
    districts is the district's. Of two columns of one name neither is taken.

    Args:
        headers: the file's own, in order; doubled ones as often as they are there.
        chosen: header (or a column's letter) by column, as the person importing says; goes before any guess.
        sample: some values of a column, by its index.
        is_district: whether a text names one.
    Raises:
        FileError: a chosen header is not in the file or there twice, a chosen column is none of places'.
    """
    known: dict[str, list[str]] = words()["columns"]
    names_of = [{alike(header_name(h)), alike(h)} for h in headers]
    found = {column: _named(header, column, headers, known) for column, header in chosen.items()}
    told: list[str] = []
    districts: list[int] = []
    for column, names in known.items():
        if column in found:
            continue
        fits = [
            i
            for name in names
            for i, h in enumerate(headers)
            if names_of[i] & {alike(name)} and i not in found.values()
        ]
        fits = [i for i in dict.fromkeys(fits) if i not in districts]
        wrong = [i for i in fits if column in _NUMERIC and not _numbers(sample(i))]
        for index in wrong:
            if _districts(sample(index), is_district):
                districts.append(index)
            else:
                told.append(f"“{headers[index]}”里多数不是数字，没有当作 {column}")
        fits = [i for i in fits if i not in wrong]
        if not fits:
            continue
        if headers.count(headers[fits[0]]) > 1:
            raise FileError(
                f"有 {headers.count(headers[fits[0]])} 列都叫“{headers[fits[0]]}”，不知用哪一列。请改名，或用 --column {column}=列的字母 指定。"
            )
        found[column] = fits[0]
    if "district" not in found and districts:
        found["district"] = districts[0]
        told.append(f"“{headers[districts[0]]}”里写的是区县，当作 district")
    used = set(found.values())
    return Chosen(found, tuple(h for i, h in enumerate(headers) if i not in used and h), tuple(told))


def _named(header: str, column: str, headers: Sequence[str], known: Mapping[str, object]) -> int:
    if column not in known:
        raise FileError(f"没有名为 {column} 的列可以对应。可用的列：{'、'.join(known)}。")
    count = headers.count(header)
    if count == 1:
        return headers.index(header)
    letter = _LETTERS.fullmatch(header.strip())
    if letter is not None and column_of(letter[1]) < len(headers):
        return column_of(letter[1])
    if count > 1:
        raise FileError(f"有 {count} 列都叫“{header}”。请写列的字母，如 --column {column}=B。")
    raise FileError(f"文件里没有“{header}”这一列。现有：{'、'.join(h for h in headers if h)}。")


def _numbers(values: Iterable[Value]) -> bool:
    """Whether a column's cells are numbers, vague ones and ranges included, or say nothing at all."""
    told = [v for v in values if not is_missing(v)]
    return not told or sum(map(_like_number, told)) >= _LEAST_NUMBERS * len(told)


def _like_number(value: Value) -> bool:
    try:
        return amount(value) is not None
    except CellError:
        if not isinstance(value, str):
            return False
    try:
        degrees(value, "经度")
    except RowError as error:
        return "写反" in str(error) or bool(re.match(r"[约近超]?[0-9.]+", str(value).strip()))
    return True


def _districts(values: Iterable[Value], is_district: Callable[[str], bool]) -> bool:
    told = [str(v) for v in values if not is_missing(v)]
    return bool(told) and sum(map(is_district, told)) >= _LEAST_NUMBERS * len(told)
