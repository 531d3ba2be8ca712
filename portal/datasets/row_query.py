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
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlencode

from portal.publication.catalogue import Column, Dataset
from portal.publication.sql_text import quoted

Operator = Literal["eq", "ne", "gt", "ge", "lt", "le", "contains"]
Scalar = str | int | float | bool | datetime.date

PREFIX = "filter."
# No column's name can be this.
COUNT = "#"
_HOLDS = {
    "string": "contains(lower({0}), lower(?))",
    "date": "contains(CAST({0} AS VARCHAR), ?)",
    "integer": "{0} = TRY_CAST(? AS DOUBLE)",
    "number": "{0} = TRY_CAST(? AS DOUBLE)",
}
_COMPARISONS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}


@dataclass(frozen=True)
class Condition:
    """A filter on one column; `values` have the column's type, None meaning an empty cell."""

    column: Column
    operator: Operator
    values: tuple[Scalar | None, ...]


@dataclass(frozen=True)
class Sought:
    """A word some of the columns hold: a text or a date has it within itself, a number is equal to it."""

    word: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class RowQuery:
    """A checked query over one dataset; `order` holds (column, descending), `limit` None means every row.

    `sought` and `distinct` (each row that differs once) are asked for by CKAN's clients and have no spelling in an address of ours.
    """

    dataset: Dataset
    columns: tuple[Column, ...]
    conditions: tuple[Condition, ...] = ()
    terms: tuple[str, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    limit: int | None = None
    offset: int = 0
    sought: tuple[Sought, ...] = ()
    distinct: bool = False

    @property
    def is_whole_table(self) -> bool:
        """Whether the query gives back the published table as it is."""
        return self == RowQuery(self.dataset, self.dataset.columns)

    @property
    def is_narrowed(self) -> bool:
        """Whether it may leave rows of the table out on all pages together."""
        return bool(self.conditions or self.terms or self.sought or self.distinct)

    def pairs(self) -> list[tuple[str, str]]:
        """The query in its one canonical spelling, as (name, value) pairs; equal queries have equal pairs."""
        pairs = []
        if self.columns != self.dataset.columns:
            pairs.append(("select", ",".join(c.name for c in self.columns)))
        for c in self.conditions:
            name = PREFIX + c.column.name + ("" if c.operator == "eq" else f"__{c.operator}")
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
        for one in self.sought:
            held = [h for c in one.columns if (h := _HOLDS.get(c.type))]
            names = [quoted(c.name) for c in one.columns if c.type in _HOLDS]
            parts.append("(" + (" OR ".join(h.format(n) for h, n in zip(held, names, strict=True)) or "false") + ")")
            parameters += [one.word] * len(held)
        return (" WHERE " + " AND ".join(parts) if parts else ""), parameters

    def source(self) -> tuple[str, list[Scalar]]:
        """Everything of the statement from FROM on, and its parameters."""
        where, parameters = self.where()
        return f" FROM {quoted(self.dataset.table)}{where}{self._paged()}", parameters

    def _paged(self) -> str:
        """In which order, and which of the rows."""
        sql = f" ORDER BY {self._sorted()}" if self.order or self.distinct else ""
        if self.limit is not None:
            sql += f" LIMIT {self.limit}"
        if self.offset:
            sql += f" OFFSET {self.offset}"
        return sql

    def _sorted(self) -> str:
        """What rows are sorted by, ties in the order of the primary key; rows that differ once only by what they show."""
        named = {name for name, _ in self.order}
        keys = [*self.order, *((name, False) for name in self.dataset.primary_key if name not in named)]
        if self.distinct:
            shown = {c.name for c in self.columns}
            keys = [key for key in keys if key[0] in shown]
        # The table's own name before the column: a column selected under its own name could be written another way.
        table = quoted(self.dataset.table)
        return ", ".join(f"{table}.{quoted(n)} {'DESC' if d else 'ASC'} NULLS LAST" for n, d in keys) or "ALL"

    def sql(self) -> tuple[str, list[Scalar]]:
        """The SELECT statement and its parameters."""
        source, parameters = self.source()
        return f"SELECT {self._selected()}{source}", parameters

    def counted_sql(self) -> tuple[str, list[Scalar]]:
        """The SELECT statement whose rows carry, as `COUNT`, the rows of all pages together; and its parameters.

        What is filtered and sorted has to be found whole for its first page: counted on the way, the table is read once instead of twice.
        """
        where, parameters = self.where()
        table = quoted(self.dataset.table)
        found = f"WITH found AS MATERIALIZED (FROM {table}{where})"
        counted = f"(SELECT count(*) FROM found) AS {quoted(COUNT)}"
        return f"{found} SELECT {self._selected()}, {counted} FROM found AS {table}{self._paged()}", parameters

    def count_sql(self) -> tuple[str, list[Scalar]]:
        """The statement that counts the rows of all pages together, and its parameters."""
        where, parameters = self.where()
        table = quoted(self.dataset.table)
        if self.distinct:
            return f"SELECT count(*) FROM (SELECT {self._selected()} FROM {table}{where})", parameters
        return f"SELECT count(*) FROM {table}{where}", parameters

    def _selected(self) -> str:
        return ("DISTINCT " if self.distinct else "") + ", ".join(quoted(c.name) for c in self.columns)

    def page(self, offset: int) -> "RowQuery":
        """The same query from another row on."""
        return replace(self, offset=offset)


def whole_table(dataset: Dataset) -> RowQuery:
    """Every row and column of a dataset."""
    return RowQuery(dataset, dataset.columns)


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
