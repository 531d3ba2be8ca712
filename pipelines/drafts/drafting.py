"""Drafting a dataset's folder from a table: its data in one spelling, its dictionary, and the questions only a person can answer."""

import contextlib
import csv
import datetime
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import tomlkit

from pipelines.drafts.profile import Profile, Spelling, cell_of, profiles
from pipelines.figures.shape import figure_words
from pipelines.places.columns import choose
from pipelines.places.words import words
from pipelines.sources.changes import read_data
from pipelines.tables.district_names import DistrictNames
from pipelines.tables.errors import CellError, FileError
from pipelines.tables.layout import noted
from pipelines.tables.reader import Report, Table, read_table
from pipelines.tables.units import Unit, header_name, unit_of
from pipelines.tables.words import clean, fold, table_words
from portal.settings import Settings

_MEASURES_MAX = 8
_LEAST = 0.8
_TIMES = {"opened", "as_of"}
_REFUSED_MAX = 1_000
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


@dataclass(frozen=True)
class Answers:
    """What the person says of the dataset beforehand: id, and any of the questions, by field."""

    id: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    sheet: str | None = None
    header_row: int | None = None


@dataclass
class Draft:
    """What was drafted: the folder, its columns with their type, rows written, cells that kept their wording beside, what to answer."""

    folder: Path
    columns: list[tuple[str, str, str]] = field(default_factory=list)
    rows: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    refused_count: int = 0
    kept: list[tuple[str, str]] = field(default_factory=list)
    kept_count: int = 0
    set_aside: list[tuple[str, str, str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    count: int = 0


@dataclass
class _Column:
    """A column of the draft and how its cells are written."""

    profile: Profile
    name: str
    given: Unit | None
    unit: Unit | None

    @property
    def type(self) -> str:
        return self.profile.type

    @cached_property
    def spelling(self) -> Spelling:
        return Spelling(self.type, self.profile.is_time, self.given, self.unit)

    @cached_property
    def names(self) -> list[str]:
        """Its column, and the one beside it for cells that are no numbers."""
        return [self.name, f"{self.name}_text"] if self.profile.has_odd else [self.name]


def new_dataset(
    settings: Settings, file: Path, answers: Answers | None = None, report: Report = lambda *_: None
) -> Draft:
    """Draft `datasets/<id>/` from a table: `data.csv` and a `dataset.toml` whose open questions are empty.

    Args:
        settings: where the datasets are.
        file: .xlsx, .xls, .ods, .csv or .tsv, of any length.
        answers: what the person says beforehand.
        report: called as (step, done, total).
    Raises:
        FileError: the file cannot be read, or there is such a dataset already; nothing is written.
    """
    answers = answers or Answers()
    table = read_table(file, answers.sheet, answers.header_row, report)
    identity = _id(answers.id or file.stem)
    folder = settings.datasets / identity
    if folder.exists():
        raise FileError(f"{folder} 已经有了。请用 --id 另取一个编号，或先移走原来的文件夹。")
    districts = DistrictNames(_districts(settings.datasets))
    known = _known_names(table)
    times = {c.index for c in table.columns if known.get(c.index) in _TIMES or _says_when(c.name)}
    made = profiles(table, times, lambda text: districts.find(text) is not None, report)
    draft = Draft(folder, set_aside=[(a.where, a.kind, a.text) for a in table.asides], count=table.count)
    draft.told = list(table.told)
    columns = _columns(table, made, known, draft)
    staging = Path(tempfile.mkdtemp(prefix=".drafting-", dir=settings.datasets))
    try:
        _write_data(staging / "data.csv", table, columns, draft, report)
        text = _description(identity, table, columns, answers, draft)
        (staging / "dataset.toml").write_text(text, "utf-8")
        staging.chmod(0o755)
        staging.rename(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return draft


def _id(text: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", _latin(text).lower()).strip("-")
    return slug if slug and slug[0].isalpha() else f"dataset-{slug}".rstrip("-")


def _latin(text: str) -> str:
    """A Chinese text by its sounds: 停车场 → ting-che-chang."""
    from pypinyin import lazy_pinyin

    return "-".join(lazy_pinyin(clean(text)))


def _districts(datasets: Path) -> list[dict[str, str]]:
    with contextlib.suppress(FileError):
        return read_data(datasets / "districts" / "data.csv")[1]
    return []


def _columns(table: Table, made: list[Profile], known: dict[int, str], draft: Draft) -> list[_Column]:
    """The draft's columns, each with a name of its own; columns without a single value are left out."""
    names: set[str] = set()
    columns = []
    for profile in made:
        header = profile.header
        if not profile.told:
            draft.told.append(f"“{header.name}”整列是空的，没有收")
            continue
        name = known.get(header.index) or _column_name(header.name, header.index)
        while name in names:
            name += "_2"
        names.add(name)
        given = _unit(table, profile, draft)
        wanted = words()["units"].get(name)
        # A name that holds a unit (area_m2) is a promise of it.
        fits = wanted is not None and given is not None and given.fits(unit_of(wanted))
        columns.append(_Column(profile, name, given, unit_of(wanted) if fits else given))
    if not columns:
        raise FileError(f"{table.file} 的表里没有一格有内容。")
    return columns


def _known_names(table: Table) -> dict[int, str]:
    """Names of columns other datasets have too (name, address, lon, …), by index."""
    headers = [""] * (max(c.index for c in table.columns) + 1)
    for column in table.columns:
        headers[column.index] = column.name
    with contextlib.suppress(FileError):
        return {index: name for name, index in choose(headers, {}, lambda _: ()).columns.items()}
    return {}


def _column_name(header: str, index: int) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", _latin(header_name(header)).lower()).strip("_")[:40].strip("_")
    return name if name and name[0].isalpha() else f"column_{index + 1}"


def _unit(table: Table, profile: Profile, draft: Draft) -> Unit | None:
    """The unit of a column of numbers: of its header, the one its cells name, or the unit line's only one."""
    if profile.type not in {"integer", "number"}:
        return None
    said = profile.header.said
    if said.unknown:
        draft.told.append(f"“{profile.header.name}”的单位“{said.unknown}”不认识，照原数收，请核对")
    if said.unit is not None:
        return said.unit
    named = [u for u in (unit_of(name) for name in sorted(profile.units)) if not u.bare]
    if len({u.dimension for u in named}) == 1:
        return min(named, key=lambda u: u.factor)
    return table.units[0] if len(table.units) == 1 and table.units[0].dimension == "count" else None


def _write_data(file: Path, table: Table, columns: list[_Column], draft: Draft, report: Report) -> None:
    """Write the rows in one spelling; cells of numbers that are none keep their wording in a column beside."""
    keyed = any(c.profile.unique for c in columns)
    header = ([] if keyed else ["row"]) + [n for c in columns for n in c.names]
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        for row in table.rows(report):
            if row.refused:
                draft.refused_count += 1
                if len(draft.refused) < _REFUSED_MAX:
                    draft.refused.append((table.line(row), row.refused))
                continue
            cells = [] if keyed else [str(row.number)]
            for column in columns:
                cells += _cells(table, row, column, draft)
            writer.writerow(cells)
            draft.rows += 1


def _cells(table: Table, row: Any, column: _Column, draft: Draft) -> Iterator[str]:
    index = column.profile.header.index
    try:
        value = table.value(row, index) if table.sheet.name is not None else row.cells[index]
    except CellError as error:
        _keep(draft, table.cell(row, index), str(error))
        yield from [""] * len(column.names)
        return
    percent = table.sheet.name is not None and table.percent(row, index)
    written, wording = cell_of(value, column.spelling, percent)
    if wording:
        _keep(draft, table.cell(row, index), f"“{wording}”不是确数，原写法在 {column.name}_text 列")
    yield written
    if len(column.names) > 1:
        yield wording


def _keep(draft: Draft, where: str, told: str) -> None:
    draft.kept_count += 1
    if len(draft.kept) < _REFUSED_MAX:
        draft.kept.append((where, told))


def _description(identity: str, table: Table, columns: list[_Column], answers: Answers, draft: Draft) -> str:
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


def _entries(column: _Column, key: bool) -> Iterator[Any]:
    profile = column.profile
    more: dict[str, Any] = {}
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


def _entry(name: str, kind: str, title: str, meaning: str, more: dict[str, Any]) -> Any:
    entry = tomlkit.table()
    entry.update({"name": name, "type": kind, "title_zh": title, "title_en": "", "description_zh": meaning} | more)
    return entry


def _semantic(columns: list[_Column]) -> Any:
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


def _measures(column: _Column) -> bool:
    """Whether a column's numbers measure something: keys, positions and the numbering of rows do not."""
    counted = column.type in {"integer", "number"} and not column.profile.unique
    return counted and column.name not in {"lon", "lat", "id"} and fold(column.profile.header.name) not in _unused()


def _says_when(header: str) -> bool:
    return fold(header_name(header)) in set(map(fold, figure_words()["roles"]["period"]))


def _unused() -> set[str]:
    return set(map(fold, figure_words()["roles"]["unused"]))


def describe(draft: Draft) -> str:
    """The report: what was drafted, what was left out, and the questions."""
    from pipelines.tables.told import set_aside, some

    lines = [f"草稿写在 {draft.folder}：{draft.rows:,} 行，{len(draft.columns)} 列。"]
    lines += [f"　　{name}（{kind}） ← {title}" for name, kind, title in draft.columns]
    lines += [f"请看　{sentence}" for sentence in draft.told]
    lines += set_aside(draft.set_aside)
    if draft.refused_count:
        lines.append(f"没有收 {draft.refused_count} 行")
        lines += some((f"没有收　{where}：{why}" for where, why in draft.refused), "没有收", draft.refused_count)
    if draft.kept_count:
        lines.append(f"写法不是确数的 {draft.kept_count} 格")
        lines += some((f"照原文保留　{where}：{why}" for where, why in draft.kept), "照原文保留", draft.kept_count)
    lines.append("还要人来答（写在 dataset.toml 里）：")
    lines += [f"　　{question}" for question in draft.questions]
    lines.append("答完后运行 portal datasets --check 和 portal build。")
    return "\n".join(lines)
