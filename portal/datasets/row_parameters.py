"""Row queries from the parameters of an address: what may stand there, and what is told where it cannot."""

import datetime
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import cast

from portal.datasets.row_query import PREFIX, Condition, Operator, RowQuery, Scalar
from portal.publication.catalogue import Column, Dataset
from portal.texts.errors import BilingualError, Sentence, sentence

OPERATORS: tuple[Operator, ...] = ("eq", "ne", "gt", "ge", "lt", "le", "contains")


PARAMETERS = ("select", "q", "order", "limit", "offset")


LIMIT_DEFAULT = 100


_TYPE_OPERATORS: dict[str, tuple[Operator, ...]] = {
    "string": OPERATORS,
    "integer": OPERATORS[:-1],
    "number": OPERATORS[:-1],
    "date": OPERATORS[:-1],
    "boolean": ("eq", "ne"),
    "geojson": ("eq", "ne"),
}


_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")


_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


_INT64 = 2**63 - 1


_SHOWN = 80


# What a person or a program sensibly asks for; each word is looked for in every text cell.
WORDS_MAX = 10


WORD_LENGTH_MAX = 100


VALUES_MAX = 100


VALUE_LENGTH_MAX = 1000


class BadParameterError(BilingualError, ValueError):
    """A parameter of a query that cannot be used.

    Args:
        parameter: its name as given.
        value: its value as given.
        why: what is wrong and what would be right, without the parameter's name and value.
        allowed: the names or values that could stand there, where they can be listed.
    """

    def __init__(self, parameter: str, value: str, why: Sentence, allowed: Iterable[str] = ()) -> None:
        shown = value if len(value) <= _SHOWN else value[:_SHOWN] + "…"
        self.parameter, self.value, self.allowed = parameter, shown, tuple(allowed)
        if self.allowed:
            why = why.then(sentence("parameter.allowed", allowed=self.allowed))
        super().__init__(sentence("parameter.told", parameter=parameter, value=shown, why=why))


def parse(
    dataset: Dataset, pairs: Iterable[tuple[str, str]], limit_max: int, limit_default: int | None = LIMIT_DEFAULT
) -> RowQuery:
    """Check a query against a dataset's dictionary.

    Args:
        dataset: the catalogue entry.
        pairs: the parameters as the URL gives them, in order, repeated ones included.
        limit_max: most rows a page may have; not applied to a query without limit where `limit_default` is None.
        limit_default: rows of a page when none is asked for; None for all rows.
    Raises:
        BadParameterError: a parameter is unknown or its value is not allowed.
    """
    single: dict[str, str] = {}
    given = 0
    filters: dict[tuple[str, Operator], tuple[Column, list[Scalar | None]]] = {}
    for name, value in pairs:
        if name.startswith(PREFIX):
            column, operator = _filtered_column(dataset, name, value)
            parsed = _value(column, operator, name, value)
            filters.setdefault((column.name, operator), (column, []))[1].append(parsed)
            given += 1
            if given > VALUES_MAX:
                raise BadParameterError(name, value, sentence("parameter.filters", most=VALUES_MAX))
        elif name in PARAMETERS:
            if name in single:
                raise BadParameterError(name, value, sentence("parameter.once"))
            single[name] = value
        else:
            allowed = (*PARAMETERS, "filter.<column>", "filter.<column>__<operator>")
            raise BadParameterError(name, value, sentence("parameter.unknown"), allowed)
    limit = _count(single, "limit", limit_default, limit_max)
    return RowQuery(
        dataset,
        _selected(dataset, single.get("select")),
        tuple(Condition(column, operator, tuple(v)) for (_, operator), (column, v) in filters.items()),
        words(single.get("q", "")),
        _ordered(dataset, single.get("order")),
        limit,
        cast(int, _count(single, "offset", 0, _INT64)),
    )


def operators(column: Column) -> tuple[Operator, ...]:
    """The operators a filter on a column may have."""
    return _TYPE_OPERATORS[column.type]


def words(text: str) -> tuple[str, ...]:
    """The words of a search, each once.

    Raises:
        BadParameterError: they are too many, or one is too long.
    """
    found = tuple(dict.fromkeys(text.split()))
    if len(found) > WORDS_MAX:
        raise BadParameterError("q", text, sentence("parameter.words", most=WORDS_MAX))
    if any(len(word) > WORD_LENGTH_MAX for word in found):
        raise BadParameterError("q", text, sentence("parameter.word", most=WORD_LENGTH_MAX))
    return found


def _filtered_column(dataset: Dataset, name: str, value: str) -> tuple[Column, Operator]:
    wanted = name.removeprefix(PREFIX)
    columns = {c.name: c for c in dataset.columns}
    operator: str = "eq"
    if wanted not in columns and "__" in wanted:
        wanted, operator = wanted.rsplit("__", 1)
    if wanted not in columns:
        raise _no_column(dataset, name, value, wanted)
    column = columns[wanted]
    allowed = _TYPE_OPERATORS[column.type]
    if operator not in allowed:
        why = sentence("parameter.operator", column=wanted, type=column.type, operator=operator)
        raise BadParameterError(name, value, why, allowed)
    return column, operator


def _no_column(dataset: Dataset, parameter: str, value: str, column: str) -> BadParameterError:
    why = sentence("parameter.column", dataset=dataset.id, column=column[:_SHOWN])
    return BadParameterError(parameter, value, why, (c.name for c in dataset.columns))


def _value(column: Column, operator: Operator, parameter: str, value: str) -> Scalar | None:
    if value == "" and operator in {"eq", "ne"}:
        return None
    if len(value) > VALUE_LENGTH_MAX:
        raise BadParameterError(parameter, value, sentence("parameter.value", most=VALUE_LENGTH_MAX))
    read = _READERS.get(column.type)
    if read is None:
        return value
    found = read(value)
    if found is None:
        raise BadParameterError(parameter, value, sentence(f"column.{column.type}", column=column.name))
    return found


def _integer(value: str) -> int | None:
    number = int(value) if _INTEGER.fullmatch(value) else None
    return number if number is not None and abs(number) <= _INT64 else None


def _number(value: str) -> float | None:
    number = float(value) if _NUMBER.fullmatch(value) else math.nan
    return number if math.isfinite(number) else None


def _date(value: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(value) if _DATE.fullmatch(value) else None
    except ValueError:
        return None


_READERS: dict[str, Callable[[str], Scalar | None]] = {
    "integer": _integer,
    "number": _number,
    "boolean": {"true": True, "false": False}.get,
    "date": _date,
}


def _selected(dataset: Dataset, value: str | None) -> tuple[Column, ...]:
    if value is None:
        return dataset.columns
    columns = {c.name: c for c in dataset.columns}
    names = [n.strip() for n in value.split(",")]
    for name in names:
        if name not in columns:
            raise _no_column(dataset, "select", value, name)
    return tuple(columns[n] for n in dict.fromkeys(names))


def _ordered(dataset: Dataset, value: str | None) -> tuple[tuple[str, bool], ...]:
    if not value:
        return ()
    known = {c.name for c in dataset.columns}
    keys: dict[str, bool] = {}
    for part in (p.strip() for p in value.split(",")):
        name = part.removeprefix("-")
        if name not in known:
            raise _no_column(dataset, "order", value, name)
        keys.setdefault(name, part.startswith("-"))
    return tuple(keys.items())


def _count(single: Mapping[str, str], name: str, default: int | None, most: int) -> int | None:
    if name not in single:
        return default
    value = single[name]
    if not _INTEGER.fullmatch(value) or not 0 <= int(value) <= most:
        raise BadParameterError(name, value, sentence("parameter.whole", least=0, most=most))
    return int(value)
