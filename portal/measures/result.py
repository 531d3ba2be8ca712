"""What comes back from a measure: rows with their sources, numbers derived from them, and what to be careful about."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from portal.measures.notes import Note
from portal.publication.json_object import JsonObject

DerivedName = Literal["rank", "mean", "difference", "difference_percent", "share", "count", "sum", "highest", "lowest"]


class Source(BaseModel):
    """Where a figure is from: a row of `sources`, or the dataset itself where the table names none (`is_dataset`)."""

    model_config = ConfigDict(frozen=True)

    id: str
    publisher: str | None
    title: str | None
    url: str | None
    published: str | None
    reliability: str | None
    is_dataset: bool = False


class MeasureRow(BaseModel):
    """One figure as it stands in its table, or one count of rows.

    `value` is in `unit`; `period` as published, `year` of its last day. `comparable` is None where the table does not judge that.
    `caveat` must be said wherever the figure is. `thing` is set where the row is one of what is counted. `rank` is None for doubtful rows.
    """

    model_config = ConfigDict(frozen=True)

    place: str | None
    place_en: str | None
    period: str | None
    year: int | None
    value: int | float
    value_text: str | None
    unit: str
    doubtful: bool
    doubtful_reason: str | None
    scope: str | None
    status: str | None
    comparable: bool | None
    comparable_reason: str | None
    reliability: str | None
    corrected: bool
    caveat: str | None
    caveat_en: str | None
    quote: str | None
    note: str | None
    thing: str | None
    thing_name: str | None
    thing_name_en: str | None
    source: Source | None
    rank: int | None = None


class Derived(BaseModel):
    """A number computed from the rows, with the sum written out so that anyone can redo it.

    `of` is what it is a part of: how many were ranked, averaged or looked at.
    """

    model_config = ConfigDict(frozen=True)

    name: DerivedName
    value: int | float
    unit: str
    place: str | None = None
    period: str | None = None
    of: int | None = None
    formula: str


class Missing(BaseModel):
    """What was asked for and is not held: a place nobody has rows of, or a year of a place."""

    model_config = ConfigDict(frozen=True)

    place: str | None
    year: int | None
    reason: Literal["unknown_place", "no_row", "doubtful"]


class MeasureResult(BaseModel):
    """The answer to a query: of one measure of one dataset.

    `rows` are those the numbers are of, `aside` those of another scope, meaning or unit. `sql` runs as it is shown on the published
    tables and gives `rows`.
    """

    model_config = ConfigDict(frozen=True)

    measure: str
    dataset: str
    name: dict[str, str]
    unit: str
    unit_en: str
    operation: str
    across: str
    rows: tuple[MeasureRow, ...]
    derived: tuple[Derived, ...]
    aside: tuple[MeasureRow, ...]
    missing: tuple[Missing, ...]
    sources: tuple[Source, ...]
    notes: tuple[Note, ...]
    sql: str
    rows_url: str = Field(description="the table's rows at the API")
    version: str

    def number(self, name: DerivedName, place: str | None = None) -> Derived | None:
        """The derived number of that name, of a place where given."""
        return next((d for d in self.derived if d.name == name and place in (None, d.place)), None)

    def described(self) -> JsonObject:
        """The result as the API answers it."""
        return self.model_dump()
