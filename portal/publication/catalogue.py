"""Dataset descriptions: the one source of what pages, API, downloads and checks say about a table."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from portal.publication.semantic import COLUMN_TYPES, Semantic
from portal.publication.statuses import Openness

Filled = Annotated[str, Field(min_length=1)]
ColumnType = Literal["string", "integer", "number", "boolean", "date", "geojson"]


class Column(BaseModel):
    """One column of a data dictionary; the rules below `required` are checked before anything is published."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"[a-z][a-z0-9_]*")
    type: ColumnType
    title_zh: str
    title_en: str
    description_zh: str = ""
    description_en: str = ""
    unit: str = ""
    example: str = ""
    required: bool = False
    unique: bool = False
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    fallback: Literal["plan"] | None = Field(
        None, description="what an empty cell, or a file without the column, means: the site's plan"
    )
    references: str | None = Field(
        None,
        pattern=r"[a-z_]+\.[a-z_]+",
        description="table.column the value must exist in; a clause in the document the row names, else in the site's plan",
    )
    separator: str | None = Field(None, description="the cell is a list; rules apply to each part")
    verbatim_in: str | None = Field(None, description="column naming the clause the value must be an exact span of")

    @model_validator(mode="after")
    def _pattern_compiles(self) -> Self:
        if self.pattern is not None:
            try:
                re.compile(self.pattern)
            except re.error as error:
                raise ValueError(f"{self.name} 列的 pattern 不是有效的正则表达式（{error}）") from None
        return self


class Change(BaseModel):
    """A change of a dataset and why it was made; the reason is Chinese, its English form may be missing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    date: datetime.date
    reason: str = Field(min_length=1)
    reason_en: str = ""


def _sections(given: object) -> object:
    """One `[semantic]` is a list of one."""
    return [given] if isinstance(given, dict) else given


class Dataset(BaseModel):
    """A catalogue entry (`dataset.toml`), in the terms of Chinese data portals and DCAT."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"[a-z][a-z0-9-]*")
    title_zh: Filled
    title_en: Filled
    summary_zh: Filled
    summary_en: str = ""
    keywords: tuple[str, ...] = ()
    provider: Filled
    theme: Filled
    openness: Literal[Openness.OPEN, Openness.CONDITIONAL, Openness.CLOSED]
    update_frequency: Filled
    first_published: datetime.date
    updated: datetime.date
    license: Filled
    license_url: str = Field("", pattern=r"^(https?://[^\s<>\"{}|\\^`]+)?$", description="its address, as an IRI")
    contact: str = ""
    caveats_zh: str = ""
    caveats_en: str = ""
    derived: bool = Field(False, description="made by the pipelines, not from a data file")
    changelog: tuple[Change, ...] = Field((), description="what changed and why, in the order it happened")
    primary_key: tuple[str, ...] = ("id",)
    partition: str = Field(
        "",
        pattern=r"^([a-z][a-z0-9_]*|year\([a-z][a-z0-9_]*\))?$",
        description="a large table is published in a file for each value of this column, or for each year of it: `year(day)`",
        exclude_if=lambda given: not given,
    )
    columns: tuple[Column, ...] = Field(min_length=1)
    semantic: Annotated[tuple[Semantic, ...], BeforeValidator(_sections)] = Field((), description="what it measures")

    @model_validator(mode="after")
    def _columns_are_named_once_and_exist(self) -> Self:
        names = [c.name for c in self.columns]
        if doubled := sorted({n for n in names if names.count(n) > 1}):
            raise ValueError(f"列名重复：{'、'.join(doubled)}")
        named = [*self.primary_key, *(c.verbatim_in for c in self.columns if c.verbatim_in)]
        if unknown := [n for n in named if n not in names]:
            raise ValueError(f"primary_key 或 verbatim_in 写了不存在的列：{'、'.join(unknown)}")
        return self

    @model_validator(mode="after")
    def _dates_are_in_order(self) -> Self:
        if self.updated < self.first_published:
            raise ValueError(f"updated（{self.updated}）早于 first_published（{self.first_published}）")
        dates = [c.date for c in self.changelog]
        if dates != sorted(dates) or any(d < self.first_published for d in dates):
            raise ValueError("changelog 应从早到晚排列，最早不早于 first_published")
        return self

    @model_validator(mode="after")
    def _partition_is_a_column(self) -> Self:
        if self.partition and (problem := _partition_problem(self.partition, self.columns)):
            raise ValueError(f"partition {problem}")
        return self

    @model_validator(mode="after")
    def _semantic_names_its_columns(self) -> Self:
        if problems := [p for section in self.semantic for p in _semantic_problems(section, self.columns)]:
            raise ValueError("；".join(problems))
        return self

    @property
    def table(self) -> str:
        """The name of the published table."""
        return self.id.replace("-", "_")

    @property
    def has_geometry(self) -> bool:
        """Whether rows can be drawn: a geometry column, or lon and lat."""
        names = {c.name for c in self.columns}
        return any(c.type == "geojson" for c in self.columns) or {"lon", "lat"} <= names

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            KeyError: the dataset has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def _partition_problem(partition: str, columns: tuple[Column, ...]) -> str | None:
    """Why a table cannot be published in partitions the way it says; None where it can."""
    held = {c.name: c.type for c in columns}
    of_year = partition.startswith("year(")
    name = partition.removeprefix("year(").removesuffix(")")
    if name not in held:
        return f"写了不存在的列 {name}（现有 {'、'.join(held)}）"
    if of_year and held[name] != "date":
        return f"的 year() 要一列日期，{name} 列不是（{held[name]}）；写着年份的列直接写列名"
    if of_year and "year" in held:
        return "写了 year()，表里又有 year 列：文件夹的名称分不清。请直接写列名"
    if held[name] in {"number", "geojson"}:
        return f"要一列文字、整数、日期或是非，{name} 列不是（{held[name]}）"
    return None


def _semantic_problems(section: Semantic, columns: tuple[Column, ...]) -> Iterable[str]:
    """What a section says of columns that are not there, hold something else, or leave a number without a unit."""
    held = {c.name: c for c in columns}
    for field, name in section.columns():
        if name not in held:
            yield f"semantic 的 {field} 写了不存在的列 {name}（现有 {'、'.join(held)}）"
        elif field in COLUMN_TYPES and held[name].type not in COLUMN_TYPES[field][0]:
            yield f"semantic 的 {field} 要一列{COLUMN_TYPES[field][1]}，{name} 列不是（{held[name].type}）"
    for name, values in section.only.items():
        allowed = held[name].allowed if name in held else ()
        if wrong := [v for v in values if allowed and v not in allowed]:
            yield f"semantic 的 only 里 {name} 列没有这些值：{'、'.join(wrong)}（现有 {'、'.join(allowed)}）"
    own_unit = held[section.value].unit if section.value and section.value in held else ""
    if not (section.unit or section.unit_is or own_unit):
        yield f"semantic 没有写 {section.value or section.id or '计数'} 的单位：写 unit（列）或 unit_is（文字），或在列里写 unit"


@dataclass(frozen=True)
class Update:
    """What was done on a day for one reason, and to which datasets, in the catalogue's order."""

    change: Change
    datasets: tuple[Dataset, ...]


def latest_updates(datasets: Iterable[Dataset], count: int) -> list[Update]:
    """The newest entries of the changelogs, newest first, one for all datasets that changed the same day for the same reason."""
    found: dict[Change, list[Dataset]] = {}
    for dataset in datasets:
        for change in dataset.changelog:
            found.setdefault(change, []).append(dataset)
    newest = sorted(found, key=lambda change: change.date, reverse=True)[:count]
    return [Update(change, tuple(found[change])) for change in newest]
