"""The `dataset.toml` of a draft: what the table says of itself, and the questions only a person can answer."""

import datetime
from collections.abc import Iterator
from typing import Any

import tomlkit

from pipelines.drafts.draft import Answers, Column, Draft
from pipelines.figures.lexicon import figure_words
from pipelines.tables.layout import noted
from pipelines.tables.lexicon import clean, fold, table_words
from pipelines.tables.reader import Table
from pipelines.tables.units import header_name

_MEASURES_MAX = 8
_LEAST = 0.8
# What no table says of itself, with what to write.
QUESTIONS = {
    "title_en": "英文名称",
    "summary_zh": "一两句话：这张表是什么、怎么来的",
    "provider": "谁提供的（单位全称）",
    "theme": "数据领域，如 城建住房、交通运输、生态环境",
    "openness": "无条件开放、有条件开放 或 不予开放",
    "update_frequency": "多久更新一次，如 每年、每月、不定期",
    "license": "许可，如 CC-BY-4.0；提供单位另有规定的照写",
}


def description(identity: str, table: Table, columns: list[Column], answers: Answers, draft: Draft) -> str:
    """The draft's dataset.toml; what only a person can say is empty and says so beside it."""
    document = tomlkit.document()
    document.add(tomlkit.comment("portal new-dataset 写的草稿。写着“请填”的由人来答，核对各列后运行 portal build。"))
    _head(document, identity, table, answers, draft)
    key = next((c.name for c in columns if c.profile.unique), "row")
    document.add("primary_key", tomlkit.item([key]))
    entries = tomlkit.aot()
    if key == "row":
        draft.told.append("没有一列的值各不相同，加了 row 列（原表的行号）作编号；有稳定编号的请换掉")
        entries.append(_entry("row", "integer", "行号", "原表中的行号", {"required": True, "unique": True}))
    for column in columns:
        for entry in _entries(column, column.name == key):
            entries.append(entry)
    document.add("columns", entries)
    draft.columns = [(c.name, c.type, c.profile.header.name) for c in columns]
    sections = _semantic(columns)
    if sections:
        document.add("semantic", sections)
        draft.questions += [f"semantic.name_en：“{s['name_zh']}”的英文名称" for s in sections]
    draft.questions.append("各列的 title_en、description_zh、description_en：英文标题和含义")
    return tomlkit.dumps(document)


def _head(document: Any, identity: str, table: Table, answers: Answers, draft: Draft) -> None:
    """The catalogue's fields: what the table says of itself, what was answered, and the questions left."""
    today = datetime.date.today()
    title = answers.fields.get("title_zh") or table.title or table.file.stem
    given = {"id": identity, "title_zh": clean(title)} | {q: answers.fields.get(q, "") for q in QUESTIONS}
    for key, value in given.items():
        item = tomlkit.item(value)
        if not value:
            item.comment(f"请填：{QUESTIONS[key]}")
            draft.questions.append(f"{key}：{QUESTIONS[key]}")
        document.add(key, item)
    document.add("first_published", tomlkit.item(today))
    document.add("updated", tomlkit.item(today))
    notes = [n for n in table.notes if n != table.title and noted(n)[0] not in table_words().persons]
    if notes:
        document.add("caveats_zh", tomlkit.item("；".join(clean(n) for n in notes)[:400]))


def _entries(column: Column, key: bool) -> Iterator[Any]:
    profile = column.profile
    more: dict[str, str | bool] = {}
    if profile.missing == 0 and not profile.has_odd:
        more["required"] = True
    if key:
        more["unique"] = True
    if column.unit is not None:
        more["unit"] = column.unit.name
    if profile.example and column.type == "string":
        more["example"] = " ".join(profile.example.split())
    yield _entry(column.name, column.type, profile.header.name, "", more)
    if profile.has_odd:
        note = "原表写得不是确数时的原写法"
        yield _entry(f"{column.name}_text", "string", f"{profile.header.name}（原写法）", note, {})


def _entry(name: str, kind: str, title: str, meaning: str, more: dict[str, str | bool]) -> Any:
    entry = tomlkit.table()
    entry.update({"name": name, "type": kind, "title_zh": title, "title_en": "", "description_zh": meaning} | more)
    return entry


def _semantic(columns: list[Column]) -> Any:
    """A section for each column of numbers, with the columns that say where and when."""
    time = next((c for c in columns if c.profile.is_time or c.type == "date"), None)
    place = next((c for c in columns if c.profile.told and c.profile.districts >= _LEAST * c.profile.told), None)
    common = {"place": place.name, "place_kind": "district"} if place is not None else {}
    if time is not None:
        common["period"] = time.name
    sections = tomlkit.aot()
    for column in [c for c in columns if c is not time and _measures(c)][:_MEASURES_MAX]:
        section = tomlkit.table()
        title = header_name(column.profile.header.name)
        section.update({"id": column.name, "name_zh": title, "name_en": "", "value": column.name} | common)
        sections.append(section)
    return sections


def _measures(column: Column) -> bool:
    """Whether a column's numbers measure something: keys, positions and the numbering of rows do not."""
    counted = column.type in {"integer", "number"} and not column.profile.unique
    return counted and column.name not in {"lon", "lat", "id"} and fold(column.profile.header.name) not in _unused()


def _unused() -> set[str]:
    return set(map(fold, figure_words()["roles"]["unused"]))
