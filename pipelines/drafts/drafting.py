"""Drafting a dataset's folder from a table: its data in one spelling, its dictionary, and the questions only a person can answer."""

import contextlib
import csv
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.drafts.description import QUESTIONS, description
from pipelines.drafts.draft import Answers, Column, Draft
from pipelines.drafts.profile import Profile, cell_of, number_of, profiles
from pipelines.figures.lexicon import figure_words
from pipelines.places.columns import choose
from pipelines.places.lexicon import words
from pipelines.sources.changes import read_data
from pipelines.tables.district_names import DistrictNames
from pipelines.tables.errors import CellError, FileError
from pipelines.tables.lexicon import clean, fold
from pipelines.tables.numbers import text_of
from pipelines.tables.reader import Report, Table, read_table
from pipelines.tables.units import Unit, header_name, unit_of
from portal.settings import Settings

_TIMES = {"opened", "as_of"}
_REFUSED_MAX = 1_000


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
    if unknown := sorted(set(answers.fields) - {"title_zh", *QUESTIONS}):
        raise FileError(f"没有 {'、'.join(unknown)} 这一项可以先答。能先答的是 {'、'.join(['title_zh', *QUESTIONS])}。")
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
        text = description(identity, table, columns, answers, draft)
        (staging / "dataset.toml").write_text(text, "utf-8")
        staging.chmod(0o755)
        staging.rename(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return draft


def _says_when(header: str) -> bool:
    return fold(header_name(header)) in set(map(fold, figure_words()["roles"]["period"]))


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


def _columns(table: Table, made: list[Profile], known: dict[int, str], draft: Draft) -> list[Column]:
    """The draft's columns, each with a name of its own; columns without a single value are left out."""
    names: set[str] = set()
    columns = []
    for profile in made:
        header = profile.header
        if not profile.told:
            draft.told.append(f"“{header.name}”整列是空的，没有收")
            continue
        name = known.get(header.index) or _column_name(header.name, header.index)
        while {name, f"{name}_text"} & names:
            name += "_2"
        names |= {name, f"{name}_text"}
        given = _unit(table, profile, draft)
        promised = words()["units"].get(name)
        wanted = unit_of(promised) if promised is not None else None
        # A name that holds a unit (area_m2) is a promise of it.
        fits = wanted is not None and given is not None and given.fits(wanted)
        columns.append(Column(profile, name, given, wanted if fits else given))
    if not columns:
        raise FileError(f"{table.file} 的表里没有一格有内容。")
    if unsaid := [u.name for u in table.units if u not in [c.given for c in columns]]:
        draft.told.append(f"单位行写着{'、'.join(unsaid)}，没有一列能确定用它；请核对各列的 unit")
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
    if profile.fractions and profile.fractions == profile.numbers and _is_share(said.unit):
        draft.told.append(f"“{profile.header.name}”的数都小于 1：是百分之零点几，还是写成了小数？请核对")
    if said.unit is not None:
        return said.unit
    named = [u for u in (unit_of(name) for name in sorted(profile.units)) if not u.bare]
    if len({u.dimension for u in named}) == 1:
        if profile.bare and not profile.unsaid:
            draft.told.append(
                f"“{profile.header.name}”有 {profile.bare:,} 格没有写单位，按别的格写的{named[0].name}读，请核对"
            )
        return min(named, key=lambda u: u.factor)
    return table.units[0] if len(table.units) == 1 and table.units[0].dimension == "count" else None


def _is_share(unit: Unit | None) -> bool:
    return unit is not None and unit.dimension == "share" and unit.name != "小数"


def _write_data(file: Path, table: Table, columns: list[Column], draft: Draft, report: Report) -> None:
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


def _cells(table: Table, row: Any, column: Column, draft: Draft) -> Iterator[str]:
    index = column.profile.header.index
    try:
        value = table.value(row, index) if table.sheet.name is not None else row.cells[index]
        if column.type == "string" and not column.profile.is_time:
            text_of(value)
    except CellError as error:
        _keep(draft, table.cell(row, index), str(error))
        yield from [""] * len(column.names)
        return
    percent = table.sheet.name is not None and table.percent(row, index)
    written, wording = cell_of(value, column.spelling, percent)
    if wording:
        _keep(draft, table.cell(row, index), _kept_so(column, wording))
    yield written
    if len(column.names) > 1:
        yield wording


def _kept_so(column: Column, wording: str) -> str:
    """Why a cell keeps its wording, and where that is."""
    if column.profile.is_time:
        return f"“{wording}”不能确定是哪一天，照原写法留在 {column.name} 列"
    if column.spelling.unsaid and number_of(wording) is not None:
        return f"“{wording}”没有写单位，别的格写了几种，原写法在 {column.name}_text 列；请在原表写上单位"
    if column.spelling.mixed and number_of(wording) is not None:
        return f"“{wording}”是小数还是百分数？原写法在 {column.name}_text 列；请在原表写上百分号"
    return f"“{wording}”不是确数，原写法在 {column.name}_text 列"


def _keep(draft: Draft, where: str, told: str) -> None:
    draft.kept_count += 1
    if len(draft.kept) < _REFUSED_MAX:
        draft.kept.append((where, told))


def describe(draft: Draft) -> str:
    """The report: what was drafted, what was left out, and the questions."""
    from pipelines.tables.report_lines import set_aside, some

    lines = [f"草稿写在 {draft.folder}：{draft.rows:,} 行，{len(draft.columns)} 列。"]
    lines += [f"　　{name}（{kind}） ← {title}" for name, kind, title in draft.columns]
    lines += [f"请看　{sentence}" for sentence in draft.told]
    lines += set_aside(draft.set_aside)
    if draft.refused_count:
        lines.append(f"没有收 {draft.refused_count} 行")
        lines += some((f"没有收　{where}：{why}" for where, why in draft.refused), "没有收", draft.refused_count)
    if draft.kept_count:
        lines.append(f"写法不能确定的 {draft.kept_count} 格")
        lines += some((f"照原文保留　{where}：{why}" for where, why in draft.kept), "照原文保留", draft.kept_count)
    lines.append("还要人来答（写在 dataset.toml 里）：")
    lines += [f"　　{question}" for question in draft.questions]
    lines.append("答完后运行 portal datasets --check 和 portal build。")
    return "\n".join(lines)
