"""What a cell of a table may hold: its column's type, spelling and parts, and what is said where it holds something else."""

import datetime
import json
import re
from typing import Annotated, Any, cast

from pydantic import BaseModel, BeforeValidator, Field, create_model

from portal.publication.catalogue import Column, Dataset
from portal.publication.store import Row

_PYTHON: Row = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "date": datetime.date,
    "geojson": str,
}


# One way to write each kind of value: what a lenient parser would guess at (1 as true, a number as a date) is told instead.
_SPELLINGS = {
    "integer": ("-?[0-9]{1,18}", "不是整数"),
    "number": (r"-?[0-9]{1,18}(\.[0-9]+)?", "不是数字"),
    "boolean": ("true|false", "应为 true 或 false"),
    "date": ("[0-9]{4}-[0-9]{2}-[0-9]{2}", "不是日期（应为 2023-12-31 的写法）"),
}


def row_model(dataset: Dataset) -> type[BaseModel]:
    """A Pydantic model of a row, made from the column dictionary."""
    fields = {column.name: _field(column) for column in dataset.columns}
    return cast(type[BaseModel], create_model(f"{dataset.table}_row", **fields))


def _field(column: Column) -> Any:
    """A column as Pydantic is told of a field: its type, and its default where it may be missing."""
    kind = _cell_type(column)
    return (kind, ...) if column.required else (kind | None, None)


def _cell_type(column: Column) -> Any:
    python = _PYTHON[column.type]
    rules: list[Any] = []
    if column.type in _SPELLINGS:
        rules.append(BeforeValidator(_spelling_checker(column)))
    if column.type in {"integer", "number"}:
        rules.append(Field(ge=column.minimum, le=column.maximum))
    if column.allowed or column.pattern or column.separator:
        rules.append(BeforeValidator(_parts_checker(column)))
    if column.type == "geojson":
        rules.append(BeforeValidator(_check_geojson))
    return Annotated[python, *rules] if rules else python


def _spelling_checker(column: Column) -> Any:
    pattern, rule = _SPELLINGS[column.type]

    def check(cell: str | None) -> str | None:
        if cell is not None and not re.fullmatch(pattern, cell):
            raise ValueError(rule)
        return cell

    return check


def _parts_checker(column: Column) -> Any:
    allowed, pattern = set(column.allowed), re.compile(column.pattern) if column.pattern else None

    def check(cell: str | None) -> str | None:
        for part in parts_of(column, cell):
            if not part.strip():
                raise ValueError("列表里有空项")
            if allowed and part not in allowed:
                raise ValueError(f"“{part}”不在允许的值之中（{'、'.join(column.allowed)}）")
            if pattern and not pattern.fullmatch(part):
                raise ValueError(f"“{part}”不符合格式 {column.pattern}")
        return cell

    return check


def _check_geojson(cell: str | None) -> str | None:
    if cell is not None:
        try:
            kind = json.loads(cell)["type"]
        except (ValueError, KeyError, TypeError):
            raise ValueError("不是 GeoJSON 几何") from None
        if kind not in {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"}:
            raise ValueError(f"不认识的几何类型 {kind}")
    return cell


def parts_of(column: Column, cell: str | None) -> list[str]:
    """The parts of a cell that holds a list."""
    if cell is None:
        return []
    return cell.split(column.separator) if column.separator else [cell]


def rule_broken(error: Any) -> str:
    """What is wrong with a cell, by the rule it breaks."""
    kind, context = error["type"], error.get("ctx", {})
    if error["input"] is None:
        return "必填"
    if kind == "value_error":
        return str(context["error"])
    if kind == "greater_than_equal":
        return f"不得小于 {context['ge']:g}"
    if kind == "less_than_equal":
        return f"不得大于 {context['le']:g}"
    # What is left has the right spelling and is still no value: 2023-02-30.
    return _SPELLINGS["date"][1] if kind.startswith("date") else str(error["msg"])
