"""The rows of one measure in one shape, whatever its table looks like: place, period, year, value, unit, doubtful and more."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.measures.statement import Scalar, Statement
from portal.publication.catalogue import Dataset
from portal.publication.semantic import Semantic
from portal.publication.sql_text import quoted

# Columns of the shape that stand in a row where the table has them.
TOLD = (
    "value_text",
    "scope",
    "status",
    "doubtful_reason",
    "comparable",
    "comparable_reason",
    "source",
    "reliability",
    "corrected",
    "caveat",
    "quote",
    "note",
)
_LABELS = ("name_zh", "name", "title_zh", "title")


@dataclass(frozen=True)
class Shape:
    """Where a measure's rows are: a section of a dataset, and the cell of its measure column (None in wide form).

    Args:
        dataset: whose section it is.
        section: one of its `semantic`.
        key: the measure's cell.
        city: the portal's own city, for rows that name no place.
        datasets: all of the version, by table.
    """

    dataset: Dataset
    section: Semantic
    key: str | None
    city: str
    datasets: Mapping[str, Dataset]

    def facts(self, things: bool = False, every: bool = False) -> Statement:
        """The SELECT that gives the rows in the common shape.

        Args:
            things: of what is counted, one row a thing and not the number.
            every: the rows of all measures of the section, each with its `key`.
        """
        counted = self.section.counts and not things
        columns, values = self._columns(counted)
        if every and self.section.measure:
            columns.insert(0, f"{_cell(self.section.measure)} AS key")
        where, conditions = self._where(every)
        sql = f"SELECT {', '.join(columns)}\n  FROM {quoted(self.dataset.table)} AS t{self._joins()}{where}"
        return Statement(sql + ("\n  GROUP BY ALL" if counted else ""), (*values, *conditions))

    def _where(self, every: bool) -> tuple[str, list[Scalar]]:
        """Which rows of the table are the measure's, or the section's, as a clause and its parameters."""
        section = self.section
        parts: list[str] = []
        parameters: list[Scalar] = []
        if section.measure and not every:
            parts.append(f"{_cell(section.measure)} = ?")
            parameters.append(self.key)
        if section.value:
            parts.append(f"{_cell(section.value)} IS NOT NULL")
        for name, values in section.only.items():
            parts.append(f"CAST({_cell(name)} AS VARCHAR) IN ({', '.join('?' * len(values))})")
            parameters += values
        if section.total_where_empty and section.counts:
            parts.append(f"{_cell(section.total_where_empty)} IS NOT NULL")
        return ("\n  WHERE " + " AND ".join(parts) if parts else ""), parameters

    @property
    def where_it_is(self) -> str:
        """The place of every row, where no column says it."""
        name = self.section.named(self.key)
        return name.place_is if name and name.place_is else self.city

    @property
    def own_unit(self) -> str:
        """The unit of every row, where no column says it."""
        section = self.section
        return section.unit_is or (self.dataset.column(section.value).unit if section.value else "")

    def _columns(self, counted: bool) -> tuple[list[str], list[Scalar]]:
        """The columns of the shape and the parameters they hold, in order."""
        section = self.section
        values: list[Scalar] = [] if section.place else [self.where_it_is]
        columns = [f"{self._label(section.place) if section.place else '?'} AS place"]
        columns += self._period(values)
        columns.append("count(*) AS value" if counted else f"{self._value()} AS value")
        if section.unit:
            columns.append(f"{_cell(section.unit)} AS unit")
        else:
            columns.append("? AS unit")
            values.append(self.own_unit)
        doubtful = f"coalesce({_cell(section.doubtful)}, false)" if section.doubtful and not counted else "false"
        columns.append(f"{doubtful} AS doubtful")
        if counted:
            columns += [f"list(DISTINCT {_cell(section.source)}) AS sources"] if section.source else []
        else:
            columns += self._told(values)
        return columns, values

    def _told(self, values: list[Scalar]) -> list[str]:
        """What a row says besides, where the table has it."""
        section = self.section
        columns = [f"{_cell(name)} AS {told}" for told in TOLD if (name := getattr(section, told))]
        if section.source_is and not section.source:
            columns.append("? AS source")
            values.append(section.source_is)
        # Where each measure has a thing of its own, that is said once, with the measure.
        if section.thing and (section.counts or not section.measure):
            named = self._label(section.thing.column)
            columns += [f"{_cell(section.thing.column)} AS thing", f"{named} AS thing_name"]
            columns += self._english(section.thing.column)
        if section.total_where_empty:
            columns.append(f"{_cell(section.total_where_empty)} IS NULL AS total")
        return columns

    def _period(self, values: list[Scalar]) -> list[str]:
        """The columns `period` (as published) and `year` (of its last day), where the table or the description says them."""
        section = self.section
        if section.counts:
            return []
        if section.period_is:
            values += [section.period_is, int(section.period_is[:4])]
            return ["? AS period", "? AS year"]
        if not section.period:
            return []
        text = f"CAST({_cell(section.period)} AS VARCHAR)"
        year = f"TRY_CAST(regexp_extract({text}, '[0-9]{{4}}') AS INTEGER)"
        if section.period_end:
            end = _cell(section.period_end)
            return [f"{text} AS period", f"coalesce(CAST(year({end}) AS INTEGER), {year}) AS year", f"{end} AS until"]
        return [f"{text} AS period", f"{year} AS year"]

    def _value(self) -> str:
        section = self.section
        if section.value is None:
            return "1"
        cell = _cell(section.value)
        return cell if section.scale == 1 else f"round({cell} * {section.scale!r}, 9)"

    def _label(self, column: str) -> str:
        """A column's cell, or the name of what it refers to where it holds an id."""
        reference = self._reference(column)
        return f"coalesce({_joined(column, reference[2])}, {_cell(column)})" if reference else _cell(column)

    def _english(self, column: str) -> list[str]:
        """The English name of what a column refers to, where its table has one."""
        reference = self._reference(column)
        if reference and "name_en" in {c.name for c in self.datasets[reference[0]].columns}:
            return [f"{_joined(column, 'name_en')} AS thing_name_en"]
        return []

    def _joins(self) -> str:
        section = self.section
        thing = section.thing.column if section.thing and (section.counts or not section.measure) else None
        named = dict.fromkeys(c for c in (section.place, thing) if c)
        joins = ""
        for column in named:
            if reference := self._reference(column):
                table, key, _ = reference
                joins += (
                    f"\n  LEFT JOIN {quoted(table)} AS {quoted(column)} ON {_joined(column, key)} = {_cell(column)}"
                )
        return joins

    def _reference(self, column: str) -> tuple[str, str, str] | None:
        """Table, key column and name column of what a column refers to; None where it says the name itself."""
        target = self.dataset.column(column).references
        if target is None:
            return None
        table, key = target.split(".")
        label = label_column(self.datasets[table]) if table in self.datasets else None
        # A key that is not unique would give a row twice.
        whole = label and label != key and self.datasets[table].column(key).unique
        return (table, key, label) if label and whole else None


def label_column(dataset: Dataset) -> str | None:
    """The column with the Chinese name of a dataset's rows, where it has one."""
    names = {c.name for c in dataset.columns}
    return next((n for n in _LABELS if n in names), None)


def _cell(column: str) -> str:
    return f"t.{quoted(column)}"


def _joined(column: str, other: str) -> str:
    return f"{quoted(column)}.{quoted(other)}"
