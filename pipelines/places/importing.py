"""`portal import-places`: a file of places from elsewhere into datasets/places, whole or not at all.

Rows go into the one maintained file, not into a second one beside it: what a place is told by is its `source`, what else
tells of it `also_sources`, and `git diff` shows what an import changed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import duckdb

from pipelines.places.candidates import Candidate, Defaults, Reading, Refused
from pipelines.places.from_table import read_places
from pipelines.places.geojson import read_geojson
from pipelines.places.lexicon import words
from pipelines.places.locating import SWAPPED, Locator, measure_shapes
from pipelines.places.merge import Altered, Merged, Merging, merge, place_id
from pipelines.places.osm import read_osm
from pipelines.publish import exclusive
from pipelines.sources.changes import Cells, Change, read_data, write_changes
from pipelines.sources.origin import SourceOfFile, source_of, source_row
from pipelines.sources.own_names import own_names
from pipelines.tables.district_names import DistrictNames
from pipelines.tables.errors import FileError
from pipelines.tables.long_list import LongList
from pipelines.tables.reader import DELIMITED
from pipelines.tables.workbooks import EXTENSIONS
from portal.publication.store import connect
from portal.settings import Settings

Report = Callable[[str, int, int], None]

_TABLES = ("places", "sources", "districts")
# Values a later file of the same source may tell otherwise.
_COMPARED = ("name", "district", "address", "area_m2", "capacity", "opened", "lines", "lon", "lat")
_MOST = 0.8


@dataclass
class Imported:
    """What an import did. `taken` and `merged` are in the file's order; nothing was written where `changed` is false.

    Attributes:
        doubtful: cells that were not certain; the places were taken without them.
        set_aside: rows that are no places: where, kind, text.
        gone: places this source told of before and does not any more; they stay.
        altered: values this source tells otherwise than before.
        differing: values of places of other sources that this one tells otherwise; they stay as they are.
        rows: rows of the file.
    """

    source: str
    columns: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    taken: list[Cells] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    refreshed: int = 0
    refused: LongList[Refused] = field(default_factory=partial(LongList, Refused))
    doubtful: LongList[Refused] = field(default_factory=partial(LongList, Refused))
    set_aside: list[tuple[str, str, str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    gone: list[Cells] = field(default_factory=list)
    altered: list[Altered] = field(default_factory=list)
    differing: list[Altered] = field(default_factory=list)
    rows: int = 0
    changed: bool = False


def import_places(
    settings: Settings,
    file: Path,
    defaults: Defaults | None = None,
    origin: SourceOfFile | None = None,
    report: Report = lambda *_: None,
    write: bool = True,
) -> Imported:
    """Take the places of a file into datasets/places and its source into datasets/sources.

    Args:
        settings: where the datasets are.
        file: `.xlsx`, `.xls`, `.ods`, `.csv`, `.tsv`, `.geojson`/`.json`, or `.osm.pbf`.
        defaults: what holds for rows that do not say.
        origin: who the file is from.
        report: called as (step, done, total).
        write: false to see what would be done.
    Returns:
        what was taken, merged and refused.
    Raises:
        FileError: the file cannot be read, or the datasets cannot take it; nothing is changed.
    """
    defaults, origin = defaults or Defaults(), origin or SourceOfFile()
    if not file.is_file():
        raise FileError(f"{file} 不存在，或不是文件。")
    connection = connect(settings)
    with exclusive(settings.published):
        tables = {name: read_data(settings.datasets / name / "data.csv") for name in _TABLES}
        city = own_names(settings.corpus)
        districts = DistrictNames(tables["districts"][1], city)
        locator = Locator(tables["districts"][1], districts, connection)
        taking = _Taking(locator, connection, settings.import_rows_max, file)
        reading = _read(file, defaults, connection, districts, taking, report)
        source, new_source = _source(file, origin, tables["sources"][1])
        result = _begun(source, reading)
        _notice_swapped(result, taking.seen)
        candidates = _sourced(reading.candidates, {source, *(r["id"] for r in tables["sources"][1])})
        candidates = _once(candidates, source, result.refused)
        header, rows = tables["places"]
        merging = merge(rows, candidates, source, city, report)
        result.taken, result.merged, result.refreshed = merging.taken, merging.merged, merging.refreshed
        result.differing = merging.differing
        result.gone, result.altered = _since(rows, merging, source)
        result.changed = bool(merging.taken or merging.changed)
        if result.changed and write:
            changed = {"places": Change(header, merging.rows, *_told(source, defaults.as_of, merging))}
            if new_source is not None:
                known = [*tables["sources"][1], new_source]
                changed["sources"] = Change(
                    tables["sources"][0], known, f"登记来源 {source}", f"Registered source {source}"
                )
            write_changes(settings.datasets, _TABLES, changed, {})
    return result


class _Taking:
    """Takes of candidates those in the city, as many as one import may bring in."""

    def __init__(self, locator: Locator, connection: duckdb.DuckDBPyConnection, most: int, file: Path) -> None:
        self._locator, self._connection, self._most, self._file = locator, connection, most, file
        self.seen = 0

    def __call__(self, reading: Reading, settled: int, report: Report = lambda *_: None) -> list[Candidate]:
        """The candidates of a reading that stay; the first `settled` of them are known to.

        Raises:
            FileError: there are more than may be.
        """
        fresh = reading.candidates[settled:]
        self.seen += len(fresh)
        measured = measure_shapes(fresh, self._connection, reading.refused)
        kept = reading.candidates[:settled] + self._locator.keep(measured, reading.refused, report)
        if len(kept) > self._most:
            raise FileError(
                f"{self._file} 里落在本市、能收的场所超过 {self._most:,} 处。请只留要收的场所，或改大 PORTAL_IMPORT_ROWS_MAX。"
            )
        return kept


def _read(
    file: Path,
    defaults: Defaults,
    connection: duckdb.DuckDBPyConnection,
    districts: DistrictNames,
    taking: _Taking,
    report: Report,
) -> Reading:
    def is_district(text: str) -> bool:
        return districts.find(text) is not None

    name = file.name.lower()
    if name.endswith((*EXTENSIONS, *DELIMITED)):
        return read_places(file, defaults, is_district, report, taking)
    if name.endswith(".pbf"):
        reading = read_osm(file, connection, defaults.as_of, report)
    elif name.endswith((".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson")):
        report("读取文件", 0, 1)
        reading = read_geojson(file, defaults, connection, is_district)
        report("读取文件", 1, 1)
    else:
        raise FileError(f"{file} 的格式不认识。能导入的是 .xlsx、.xls、.ods、.csv、.geojson 和 .osm.pbf。")
    reading.candidates = taking(reading, 0, report)
    return reading


def _begun(source: str, reading: Reading) -> Imported:
    """What is known of an import once its file is read."""
    return Imported(
        source,
        reading.columns,
        reading.unused,
        refused=reading.refused,
        doubtful=reading.doubtful,
        set_aside=reading.set_aside,
        told=reading.told,
        rows=reading.rows,
    )


def _notice_swapped(result: Imported, candidates: int) -> None:
    """Say so where not one position but nearly all have the latitude first."""
    swapped = sum(SWAPPED in r.reason for r in result.refused)
    if swapped >= 2 and swapped >= _MOST * candidates:
        result.told.append(f"{swapped} 处坐标都像是先写纬度；核对后加 --latitude-first 重新导入")


def _since(before: Iterable[Cells], merging: Merging, source: str) -> tuple[list[Cells], list[Altered]]:
    """What a source told before and tells no more, and what it tells otherwise."""
    known = {r["id"]: r for r in before if r["source"] == source}
    after = {r["id"]: r for r in merging.rows}
    altered = [
        Altered(i, after[i]["name"], column, row[column], after[i][column])
        for i, row in known.items()
        for column in _COMPARED
        if row[column] != after[i][column] and row[column]
    ]
    return [row for i, row in known.items() if i not in merging.told_of], altered


def _sourced(candidates: list[Candidate], known: set[str]) -> list[Candidate]:
    """A row's own source must be one of the sources, or it is kept in the note."""
    for candidate in candidates:
        if candidate.source is not None and candidate.source not in known:
            candidate.notes.append(f"来源写的出处：{candidate.source}")
            candidate.source = None
    return candidates


def _once(candidates: list[Candidate], source: str, refused: LongList[Refused]) -> list[Candidate]:
    """The candidates without those that tell something else of what would be the same row of places, told before in the same file:
    under one id or, without any, under the same name, address and position."""
    first: dict[tuple[str, str], Candidate] = {}
    kept = []
    for candidate in candidates:
        before = first.setdefault((candidate.source or source, place_id(candidate, source)), candidate)
        if before is candidate or before == replace(candidate, where=before.where):
            kept.append(candidate)
        else:
            same = (
                f"编号“{candidate.id}”和{before.where}相同" if candidate.id else f"名称、地址和位置与{before.where}相同"
            )
            advice = "" if candidate.id else "；如是两处，请补上编号、地址或坐标"
            refused.append(Refused(candidate.where, candidate.name, f"{same}，内容不同；只收了前一处{advice}"))
    return kept


def _source(file: Path, origin: SourceOfFile, rows: list[Cells]) -> tuple[str, Cells | None]:
    """The id of the file's source, and a row for it where there is none yet; extracts of OpenStreetMap are known by their kind."""
    if file.name.lower().endswith(".pbf") and origin.id is None:
        described = {k: str(v) for k, v in words()["osm_source"].items()}
        return described["id"], None if described["id"] in {r["id"] for r in rows} else source_row(described)
    return source_of(file, origin, rows)


def _told(source: str, as_of: str | None, merging: Merging) -> tuple[str, str]:
    """What the changelog says of an import, in Chinese and English."""
    zh = f"从来源 {source}{f'（资料时间 {as_of}）' if as_of else ''}导入"
    en = f"Imported from source {source}{f' (as of {as_of})' if as_of else ''}"
    new, changed = len(merging.taken), merging.changed
    return f"{zh}：新收 {new} 处，合并或更新 {changed} 处", f"{en}: {new} new, {changed} merged or updated"
