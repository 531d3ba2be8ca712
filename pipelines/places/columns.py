"""Which column of a file stands for which column of places: by its header, and by what its cells hold."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.places.lexicon import alike, words
from pipelines.tables.errors import CellError, FileError, RowError
from pipelines.tables.numbers import Value, amount, is_missing
from pipelines.tables.positions import degrees
from pipelines.tables.sheets import column_of
from pipelines.tables.systems import systems_in, without_system
from pipelines.tables.units import header_name

_LETTERS = re.compile(r"([A-Z]{1,3})列?")
_NUMERIC = {"area_m2", "capacity"}
_PLACED = {"lon", "lat", "lonlat"}
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
        chosen: header (or a column's letter) by column, as the person importing says; goes before any guess. Empty: no header.
        sample: some values of a column, by its index.
        is_district: whether a text names one.
    Raises:
        FileError: a chosen header is not in the file or there twice, a chosen column is none of places'.
    """
    known: dict[str, list[str]] = words()["columns"]
    found = {column: _named(header, column, headers, known) for column, header in chosen.items() if header}
    guess = _Guess(headers, found, sample, is_district)
    for column, names in known.items():
        if column not in found and column not in chosen:
            guess.take(column, names)
    guess.take_district()
    used = set(found.values())
    return Chosen(found, tuple(h for i, h in enumerate(headers) if i not in used and h), tuple(guess.told))


class _Guess:
    """Finds the column of a file that stands for one of places', and puts it into `found`."""

    def __init__(
        self,
        headers: Sequence[str],
        found: dict[str, int],
        sample: Callable[[int], Iterable[Value]],
        is_district: Callable[[str], bool],
    ) -> None:
        self._headers, self._found, self._sample, self._is_district = headers, found, sample, is_district
        self._names = [{alike(header_name(h)), alike(h)} for h in headers]
        self._placed = [alike(without_system(h)) if systems_in(h) else "" for h in headers]
        self._districts: list[int] = []
        self.told: list[str] = []

    def take(self, column: str, names: Iterable[str]) -> None:
        """Take the first column of one of the names that holds what it should.

        Raises:
            FileError: two have that name.
        """
        for index in self._called(names, column in _PLACED):
            if column not in _NUMERIC or _numbers(self._sample(index)):
                self._once(column, index)
                self._found[column] = index
                return
            self._no_number(column, index)

    def take_district(self) -> None:
        """Where no header says district, take the column whose cells name them."""
        if "district" not in self._found and self._districts:
            self._found["district"] = self._districts[0]
            self.told.append(f"“{self._headers[self._districts[0]]}”里写的是区县，当作 district")

    def _called(self, names: Iterable[str], placed: bool) -> list[int]:
        """The columns of one of the names, the name that comes first before others; those of coordinates may name their system."""
        taken = {*self._found.values(), *self._districts}
        wanted = [alike(n) for n in names]
        called = [i for n in wanted for i, own in enumerate(self._names) if n in own]
        if placed and not called:
            called = [i for n in wanted for i, own in enumerate(self._placed) if n == own]
        return list(dict.fromkeys(i for i in called if i not in taken))

    def _no_number(self, column: str, index: int) -> None:
        if _districts(self._sample(index), self._is_district):
            self._districts.append(index)
        else:
            self.told.append(f"“{self._headers[index]}”里多数不是数字，没有当作 {column}")

    def _once(self, column: str, index: int) -> None:
        header = self._headers[index]
        if (count := self._headers.count(header)) > 1:
            raise FileError(
                f"有 {count} 列都叫“{header}”，不知用哪一列。请改名，或用 --column {column}=列的字母 指定。"
            )


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
