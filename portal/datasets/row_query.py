"""Which rows of a dataset: one query language for the API, the downloads and the data page.

A query is a list of (name, value) pairs as a URL carries them:

- `select=id,name`: the columns, in the order wanted; all of them where absent.
- `filter.<column>=value`: rows whose cell equals the value; repeated, any of the values; an empty value means an empty cell.
  A column whose cell is a list (`separator` in the dictionary) matches when one part does.
- `filter.<column>__<operator>=value`: `ne` (none of), `gt`, `ge`, `lt`, `le` (all of), `contains` (text, any of, case ignored).
- `q=words`: rows where every word occurs in some text column, case ignored.
- `order=column,-column`: ascending, or descending with `-`; empty cells last; ties in the order of the primary key.
- `limit=`, `offset=`: one page of the rows.

Column names are checked against the catalogue and values are bound as parameters, so nothing of a query is ever read as SQL.
"""

import datetime
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, cast
from urllib.parse import urlencode

from portal.publication.catalogue import Column, Dataset
from portal.publication.sql_text import quoted
from portal.texts.errors import BilingualError, Sentence, sentence

Operator = Literal["eq", "ne", "gt", "ge", "lt", "le", "contains"]
Scalar = str | int | float | bool | datetime.date

OPERATORS: tuple[Operator, ...] = ("eq", "ne", "gt", "ge", "lt", "le", "contains")
PARAMETERS = ("select", "q", "order", "limit", "offset")
LIMIT_DEFAULT = 100
_PREFIX = "filter."
_COMPARISONS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
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


@dataclass(frozen=True)
class Condition:
    """A filter on one column; `values` have the column's type, None meaning an empty cell."""

    column: Column
    operator: Operator
    values: tuple[Scalar | None, ...]


@dataclass(frozen=True)
class RowQuery:
    """A checked query over one dataset; `order` holds (column, descending), `limit` None means every row."""

    dataset: Dataset
    columns: tuple[Column, ...]
    conditions: tuple[Condition, ...] = ()
    terms: tuple[str, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    limit: int | None = None
    offset: int = 0

    @property
    def is_whole_table(self) -> bool:
        """Whether the query gives back the published table as it is."""
        return self == RowQuery(self.dataset, self.dataset.columns)

    def pairs(self) -> list[tuple[str, str]]:
        """The query in its one canonical spelling, as (name, value) pairs; equal queries have equal pairs."""
        pairs = []
        if self.columns != self.dataset.columns:
            pairs.append(("select", ",".join(c.name for c in self.columns)))
        for c in self.conditions:
            name = _PREFIX + c.column.name + ("" if c.operator == "eq" else f"__{c.operator}")
            pairs += [(name, _text(v)) for v in c.values]
        if self.terms:
            pairs.append(("q", " ".join(self.terms)))
        if self.order:
            pairs.append(("order", ",".join(("-" if descending else "") + name for name, descending in self.order)))
        if self.limit is not None:
            pairs.append(("limit", str(self.limit)))
        if self.offset:
            pairs.append(("offset", str(self.offset)))
        return pairs

    def urlencoded(self) -> str:
        """The canonical spelling as a URL's query string."""
        return urlencode(self.pairs())

    def where(self) -> tuple[str, list[Scalar]]:
        """The WHERE clause (empty where all rows are meant) and its parameters, in order."""
        parts: list[str] = []
        parameters: list[Scalar] = []
        for condition in self.conditions:
            sql, values = _condition_sql(condition)
            parts.append(sql)
            parameters += values
        text = [c for c in self.dataset.columns if c.type == "string"]
        for term in self.terms:
            parts.append("(" + " OR ".join(f"contains(lower({quoted(c.name)}), lower(?))" for c in text) + ")")
            parameters += [term] * len(text)
        return (" WHERE " + " AND ".join(parts) if parts else ""), parameters

    def source(self) -> tuple[str, list[Scalar]]:
        """Everything of the statement from FROM on, and its parameters."""
        where, parameters = self.where()
        table = quoted(self.dataset.table)
        sql = f" FROM {table}{where}"
        if self.order:
            named = {name for name, _ in self.order}
            ties = [(name, False) for name in self.dataset.primary_key if name not in named]
            # The table's own name before the column: a column selected under its own name could be written another way.
            keys = [f"{table}.{quoted(n)} {'DESC' if d else 'ASC'} NULLS LAST" for n, d in (*self.order, *ties)]
            sql += " ORDER BY " + ", ".join(keys)
        if self.limit is not None:
            sql += f" LIMIT {self.limit}"
        if self.offset:
            sql += f" OFFSET {self.offset}"
        return sql, parameters

    def sql(self) -> tuple[str, list[Scalar]]:
        """The SELECT statement and its parameters."""
        source, parameters = self.source()
        return f"SELECT {', '.join(quoted(c.name) for c in self.columns)}{source}", parameters

    def count_sql(self) -> tuple[str, list[Scalar]]:
        """The statement that counts the rows of all pages together, and its parameters."""
        where, parameters = self.where()
        return f"SELECT count(*) FROM {quoted(self.dataset.table)}{where}", parameters

    def page(self, offset: int) -> "RowQuery":
        """The same query from another row on."""
        return replace(self, offset=offset)


def whole_table(dataset: Dataset) -> RowQuery:
    """Every row and column of a dataset."""
    return RowQuery(dataset, dataset.columns)


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
        if name.startswith(_PREFIX):
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
    wanted = name.removeprefix(_PREFIX)
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


def _condition_sql(condition: Condition) -> tuple[str, list[Scalar]]:
    column = quoted(condition.column.name)
    values = [v for v in condition.values if v is not None]
    if condition.operator in _COMPARISONS:
        sign = _COMPARISONS[condition.operator]
        return "(" + " AND ".join(f"{column} {sign} ?" for _ in values) + ")", values
    if condition.operator == "contains":
        return "(" + " OR ".join(f"contains(lower({column}), lower(?))" for _ in values) + ")", values
    separator = condition.column.separator
    one = f"{column} = ?"
    parameters: list[Scalar] = list(values)
    if separator:
        one = f"({column} = ? OR list_contains(string_split({column}, ?), ?))"
        parameters = [p for v in values for p in (v, separator, v)]
    parts = [one] * len(values) + [f"{column} IS NULL"] * (len(values) < len(condition.values))
    any_of = "(" + " OR ".join(parts) + ")"
    # A comparison with an empty cell is neither true nor false; DuckDB sees through a bare one and not through a coalesce.
    return any_of if condition.operator == "eq" else f"NOT coalesce({any_of}, false)", parameters


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).lower() if isinstance(value, bool) else str(value)
