"""What a table measures, said in its `dataset.toml`: `[semantic]`, or `[[semantic]]` where it measures several things."""

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

PlaceKind = Literal["city", "district", "place", "site"]
ThingKind = Literal["indicator", "project", "place", "district", "city", "clause", "document", "dataset", "theme"]
_Id = Field(pattern=r"[a-z][a-z0-9_]*")


class Thing(BaseModel):
    """What a row is about besides its place: a column, and what kind of thing its cells name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    kind: ThingKind


class MeasureName(BaseModel):
    """The id, names and aliases of one measure of a table in long form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: str = Field(min_length=1, description="the cell of the measure column this is about")
    id: str = _Id
    name_zh: str = ""
    name_en: str = ""
    aliases_zh: tuple[str, ...] = ()
    aliases_en: tuple[str, ...] = ()
    place_is: str = Field("", description="where, if not in the portal's own city; only where no column says it")


class Semantic(BaseModel):
    """What the columns of a table mean to someone who asks for a number.

    A table in long form names its measures in a column (`measure`), one in wide form has a column a measure and a section each.
    Without `value` the rows themselves are counted. Every other name is a column; what ends in `_is` is the text itself.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field("", pattern=r"([a-z][a-z0-9_]*)?", description="of the one measure, or before those without one")
    name_zh: str = ""
    name_en: str = ""
    aliases_zh: tuple[str, ...] = ()
    aliases_en: tuple[str, ...] = ()
    measure: str | None = Field(None, description="column whose every distinct value is a measure")
    measures: tuple[MeasureName, ...] = Field((), description="ids, names and aliases of those values")
    aliases: str | None = Field(None, description="column of further aliases of the row's measure")
    value: str | None = Field(None, description="column of numbers; without it rows are counted")
    value_text: str | None = Field(None, description="column with the value as published")
    scale: float = Field(1, gt=0, description="what the number is multiplied with, as 100 for shares shown in %")
    unit: str | None = None
    unit_is: str = Field("", description="where no column says it; the value column's own unit otherwise")
    thing: Thing | None = None
    place: str | None = Field(None, description="column naming where; without it rows are of the portal's own city")
    place_kind: PlaceKind = "city"
    total_where_empty: str | None = Field(None, description="column that is empty in rows of the whole")
    scope: str | None = Field(None, description="rows of different scopes are not put together")
    period: str | None = Field(None, description="column with a year, a date or the period in words")
    period_end: str | None = Field(None, description="column with the period's last day, which decides the year")
    period_is: str = Field("", pattern=r"([0-9]{4}(-[0-9]{2}){0,2})?")
    timeless: bool = Field(
        False, description="rows compare whatever their period, which says as of when they are known"
    )
    status: str | None = None
    source: str | None = None
    source_is: str = ""
    doubtful: str | None = Field(None, description="column of true or false; such rows are in no rank or mean")
    doubtful_reason: str | None = None
    comparable: str | None = Field(None, description="column of true or false: has the target's meaning")
    comparable_reason: str | None = None
    reliability: str | None = None
    corrected: str | None = Field(None, description="column of true or false: the portal corrected the figure")
    caveat: str | None = Field(None, description="what must be said wherever the figure is")
    quote: str | None = None
    note: str | None = None
    only: dict[str, tuple[str, ...]] = Field({}, description="column → the values of rows that are results")
    additive: bool = Field(False, description="values of different places may be added up")
    whole: str = Field("", description="id of the measure this one is a part of, for shares")
    preference: int = Field(0, description="where datasets hold the same measure, the lower is asked first")

    @model_validator(mode="after")
    def _says_enough(self) -> Self:
        if not self.measure and not (self.id and self.name_zh and self.name_en):
            raise ValueError("semantic 没有写 measure 列时，要写 id、name_zh 和 name_en")
        if self.measures and not self.measure:
            raise ValueError("semantic 写了 measures，却没有写它们在哪一列（measure）")
        if self.place and any(m.place_is for m in self.measures):
            raise ValueError("semantic 已经写了 place 列，measures 里不能再写 place_is")
        for field in ("value", "id"):
            given = [getattr(m, field) for m in self.measures]
            if doubled := sorted({g for g in given if given.count(g) > 1}):
                raise ValueError(f"semantic 的 measures 里 {field} 重复：{'、'.join(doubled)}")
        return self

    @property
    def counts(self) -> bool:
        """Whether the measure is how many rows there are."""
        return self.value is None

    def named(self, key: str | None) -> MeasureName | None:
        """What is said of the measure with that cell, where anything is."""
        return next((m for m in self.measures if m.value == key), None)

    def measure_id(self, key: str | None) -> str:
        """The id of the measure with that cell, None in wide form: its own, else the cell below the section's."""
        if key is None:
            return self.id
        if name := self.named(key):
            return name.id
        return f"{self.id}.{key}" if self.id else key

    def columns(self) -> Iterator[tuple[str, str]]:
        """Every column named, with the field that names it."""
        for field in _COLUMN_FIELDS:
            if name := getattr(self, field):
                yield field, name
        if self.thing:
            yield "thing", self.thing.column
        for name in self.only:
            yield "only", name


_COLUMN_FIELDS = (
    "measure",
    "aliases",
    "value",
    "value_text",
    "unit",
    "place",
    "total_where_empty",
    "scope",
    "period",
    "period_end",
    "status",
    "source",
    "doubtful",
    "doubtful_reason",
    "comparable",
    "comparable_reason",
    "reliability",
    "corrected",
    "caveat",
    "quote",
    "note",
)
# What a field's column must hold, where that is not any text.
COLUMN_TYPES: dict[str, tuple[tuple[str, ...], str]] = {
    "value": (("integer", "number"), "数"),
    "doubtful": (("boolean",), "true 或 false"),
    "comparable": (("boolean",), "true 或 false"),
    "corrected": (("boolean",), "true 或 false"),
    "period_end": (("date",), "日期"),
    "unit": (("string",), "文字"),
    "measure": (("string",), "文字"),
}
