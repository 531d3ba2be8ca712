"""`portal import-places`: a file of places from elsewhere into datasets/places, whole or not at all.

Rows go into the one maintained file, not into a second one beside it: what a place is told by is its `source`, what else
tells of it `also_sources`, and `git diff` shows what an import changed.
"""

import contextlib
import csv
import datetime
import hashlib
import io
import json
import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import tomlkit

from pipelines.places.candidates import Candidate, Defaults, FileError, Reading, Refused, fold, words
from pipelines.places.merge import Cells, Merged, Merging, merge
from pipelines.places.osm import read_osm
from pipelines.places.reading import read_csv, read_geojson
from pipelines.publish import exclusive
from pipelines.sources.datasets import read_descriptions, read_tables
from pipelines.sources.problems import BuildError
from portal.publication.store import connect
from portal.settings import Settings

Report = Callable[[str, int, int], None]

# Boundaries are simplified: so close to one, the side a place lies on is not certain.
BOUNDARY_M = 200.0
_TABLES = ("places", "sources", "districts")


@dataclass(frozen=True)
class SourceOfFile:
    """Who a file is from, for a row of sources. `id` may name a row that is there already."""

    id: str | None = None
    publisher: str = ""
    title: str = ""
    url: str = ""
    published: str = ""
    licence: str = ""
    reliability: str = "low"


@dataclass
class Imported:
    """What an import did. `taken` and `merged` are in the file's order; nothing was written where `changed` is false."""

    source: str
    columns: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    taken: list[Cells] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    refreshed: int = 0
    refused: list[Refused] = field(default_factory=list)
    changed: bool = False


@dataclass(frozen=True)
class _Change:
    """What a data file is to hold, and the reason its changelog gives."""

    header: list[str]
    rows: list[Cells]
    reason: str
    reason_en: str


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
        file: `.geojson`/`.json`, `.csv`/`.tsv`, or `.osm.pbf`.
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
        tables = {name: _read_table(settings.datasets / name / "data.csv") for name in _TABLES}
        reading = _read(file, defaults, connection, report)
        source, source_row = _source(file, origin, tables["sources"][1])
        result = Imported(source, reading.columns, reading.unused, refused=reading.refused)
        candidates = _measured(reading.candidates, connection, result.refused)
        candidates = _located(candidates, tables["districts"][1], connection, result.refused, report)
        candidates = _sourced(candidates, {source, *(r["id"] for r in tables["sources"][1])})
        header, rows = tables["places"]
        merging = merge(rows, candidates, source, _own_names(settings.corpus), report)
        result.taken, result.merged, result.refreshed = merging.taken, merging.merged, merging.refreshed
        result.changed = bool(merging.taken or merging.changed)
        if result.changed and write:
            changed = {"places": _Change(header, merging.rows, *_told(source, defaults.as_of, merging))}
            if source_row is not None:
                known = [*tables["sources"][1], source_row]
                changed["sources"] = _Change(
                    tables["sources"][0], known, f"登记来源 {source}", f"Registered source {source}"
                )
            _write(settings.datasets, changed)
    return result


def _read(file: Path, defaults: Defaults, connection: duckdb.DuckDBPyConnection, report: Report) -> Reading:
    name = file.name.lower()
    if name.endswith(".pbf"):
        return read_osm(file, connection, defaults.as_of, report)
    if name.endswith((".geojson", ".json")):
        reader = read_geojson
    elif name.endswith((".csv", ".tsv", ".txt")):
        reader = read_csv
    else:
        raise FileError(f"{file} 的格式不认识。能导入的是 .geojson、.csv 和 .osm.pbf。")
    report("读取文件", 0, 1)
    reading = reader(file, defaults)
    report("读取文件", 1, 1)
    return reading


def _measured(
    candidates: list[Candidate], connection: duckdb.DuckDBPyConnection, refused: list[Refused]
) -> list[Candidate]:
    """Centre and area of the polygons; a polygon that crosses itself is refused."""
    shaped = [(i, json.dumps(c.geometry)) for i, c in enumerate(candidates) if c.geometry is not None]
    if not shaped:
        return candidates
    connection.register("drawn", pa.table({"i": [i for i, _ in shaped], "geometry": [g for _, g in shaped]}))
    found = connection.execute(
        """
        WITH shapes AS (SELECT i, ST_GeomFromGeoJSON(geometry) AS shape FROM drawn),
        sound AS (SELECT i, shape, ST_Centroid(shape) AS centroid FROM shapes WHERE ST_IsValid(shape)),
        centred AS (
            SELECT i, shape, CASE WHEN ST_Contains(shape, centroid) THEN centroid ELSE ST_PointOnSurface(shape) END AS centre
            FROM sound
        )
        SELECT i, ST_X(centre), ST_Y(centre), ST_Area_Spheroid(shape) FROM centred
        """
    ).fetchall()
    connection.unregister("drawn")
    measured = {i: (lon, lat, area) for i, lon, lat, area in found}
    kept = []
    for i, candidate in enumerate(candidates):
        if candidate.geometry is not None:
            if i not in measured:
                refused.append(Refused(candidate.where, candidate.name, "面的边界自己相交"))
                continue
            candidate.lon, candidate.lat, area = measured[i]
            if candidate.area_m2 is None:
                candidate.area_m2 = area
                candidate.notes.append("面积由来源的边界量得")
        kept.append(candidate)
    return kept


def _located(
    candidates: list[Candidate],
    districts: list[Cells],
    connection: duckdb.DuckDBPyConnection,
    refused: list[Refused],
    report: Report,
) -> list[Candidate]:
    """The candidates inside the city, each with its district where that is certain."""
    codes = {fold(d["name"]): d["code"] for d in districts} | {d["code"]: d["code"] for d in districts}
    names = {d["code"]: d["name"] for d in districts}
    around = _distances(candidates, districts, connection, report)
    extent = _extent(districts)
    kept = []
    for i, candidate in enumerate(candidates):
        said = codes.get(fold(candidate.district or ""))
        told = f"来源写的区县：{candidate.district}" if candidate.district and said is None else ""
        if candidate.lon is None or candidate.lat is None:
            candidate.district = said
        else:
            near = around[i]
            if districts and near[0][0] > BOUNDARY_M:
                refused.append(Refused(candidate.where, candidate.name, _outside(candidate, near[0][0], extent)))
                continue
            sure = near and near[0][0] == 0 and (len(near) == 1 or near[1][0] > BOUNDARY_M)
            close = {code for metres, code in near if metres <= BOUNDARY_M}
            candidate.district = near[0][1] if sure else said if said in close else None
            if near and not sure and candidate.district is None:
                candidate.notes.append(f"坐标距区界不足{BOUNDARY_M:.0f}米，未判定所在区")
            if said and said not in close:
                told = f"来源写的区县：{names[said]}，与坐标不符"
        if told:
            candidate.notes.append(told)
        kept.append(candidate)
    return kept


def _distances(
    candidates: list[Candidate], districts: list[Cells], connection: duckdb.DuckDBPyConnection, report: Report
) -> dict[int, list[tuple[float, str]]]:
    """The two districts nearest to each candidate: (metres, code), 0 inside.

    Metres are taken in a Lambert azimuthal projection around the city's middle: right to 0.01 % over a hundred kilometres.
    """
    points = [(i, c.lon, c.lat) for i, c in enumerate(candidates) if c.lon is not None]
    if not points or not districts:
        return {i: [] for i, _, _ in points}
    lon = sum(float(d["lon"]) for d in districts) / len(districts)
    lat = sum(float(d["lat"]) for d in districts) / len(districts)
    plane = f"+proj=laea +lon_0={lon:.4f} +lat_0={lat:.4f} +datum=WGS84 +units=m"
    connection.register("areas", pa.table({k: [d[k] for d in districts] for k in ("code", "geometry")}))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE flat AS SELECT code, ST_Transform(ST_GeomFromGeoJSON(geometry), 'EPSG:4326', '{plane}') AS shape FROM areas"
    )
    found: dict[int, list[tuple[float, str]]] = {}
    for start in range(0, len(points), 20_000):
        report("判定所在区县", start, len(points))
        part = points[start : start + 20_000]
        connection.register(
            "spots", pa.table({k: list(v) for k, v in zip(("i", "lon", "lat"), zip(*part, strict=True), strict=True)})
        )
        rows = connection.execute(
            f"""
            WITH flat_spots AS (SELECT i, ST_Transform(ST_Point(lon, lat), 'EPSG:4326', '{plane}') AS spot FROM spots),
            apart AS (SELECT i, code, ST_Distance(shape, spot) AS metres FROM flat_spots CROSS JOIN flat)
            SELECT i, list(struct_pack(metres := metres, code := code) ORDER BY metres, code)[:2] FROM apart GROUP BY i
            """
        ).fetchall()
        found |= {i: [(d["metres"], d["code"]) for d in near] for i, near in rows}
    report("判定所在区县", len(points), len(points))
    return found


def _extent(districts: list[Cells]) -> tuple[float, float, float, float]:
    """West, south, east and north of the city, in degrees."""
    numbers = [
        list(map(float, pair)) for d in districts for pair in re.findall(r"\[(-?[\d.]+),\s*(-?[\d.]+)", d["geometry"])
    ]
    if not numbers:
        return (0.0, 0.0, 0.0, 0.0)
    lons, lats = zip(*numbers, strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def _outside(candidate: Candidate, metres: float, extent: tuple[float, float, float, float]) -> str:
    west, south, east, north = extent
    lon, lat = candidate.lon or 0.0, candidate.lat or 0.0
    if west <= lat <= east and south <= lon <= north:
        return f"坐标 {lon:g},{lat:g} 的经度和纬度像是写反了；应先写经度"
    return f"坐标 {lon:.5f},{lat:.5f} 不在本市各区县界内，距市界约 {metres / 1000:.1f} 公里"


def _sourced(candidates: list[Candidate], known: set[str]) -> list[Candidate]:
    """A row's own source must be one of the sources, or it is kept in the note."""
    for candidate in candidates:
        if candidate.source is not None and candidate.source not in known:
            candidate.notes.append(f"来源写的出处：{candidate.source}")
            candidate.source = None
    return candidates


def _source(file: Path, origin: SourceOfFile, rows: list[Cells]) -> tuple[str, Cells | None]:
    """The id of the file's source, and a row for it where there is none yet."""
    known = {r["id"] for r in rows}
    if file.name.lower().endswith(".pbf") and origin.id is None:
        described = {k: str(v) for k, v in words()["osm_source"].items()}
        return described["id"], None if described["id"] in known else _source_row(described)
    if origin.id is not None and origin.id in known:
        return origin.id, None
    if origin.id is not None and not (origin.title or origin.publisher):
        raise FileError(
            f"来源“{origin.id}”不在 datasets/sources 里。请先登记，或同时用 --publisher 和 --title 写明是谁的什么资料。"
        )
    slug = re.sub(r"[^0-9a-z]+", "-", file.stem.lower()).strip("-")
    digest = hashlib.sha256(file.stem.encode()).hexdigest()[:8]
    source = origin.id or f"file-{slug or digest}"
    if source in known:
        return source, None
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", source):
        raise FileError(f"来源编号“{source}”只能用小写字母、数字和连字符。")
    described = {
        "id": source,
        "publisher": origin.publisher,
        "title": origin.title or f"导入的文件 {file.name}",
        "url": origin.url,
        "published": origin.published,
        "reliability": origin.reliability,
        "licence": origin.licence,
    }
    return source, _source_row(described)


def _source_row(described: Cells) -> Cells:
    return {"accessed": datetime.date.today().isoformat(), **described}


def _own_names(corpus: Path) -> list[str]:
    """The city's own names, which stand before many a place's name."""
    with contextlib.suppress(OSError, ValueError):
        site: dict[str, Any] = tomllib.loads((corpus / "site.toml").read_text("utf-8"))
        return [site.get("city", ""), *site.get("city_aliases", [])]
    return []


def _read_table(path: Path) -> tuple[list[str], list[Cells]]:
    try:
        reader = csv.DictReader(io.StringIO(path.read_text("utf-8"), newline=""))
        rows = [{k: v or "" for k, v in row.items()} for row in reader]
        return list(reader.fieldnames or []), rows
    except FileNotFoundError:
        raise FileError(f"{path} 不存在；请先建好这个数据集。") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileError(f"{path} 读不出（{error}）。请先修好再导入。") from None


def _told(source: str, as_of: str | None, merging: Merging) -> tuple[str, str]:
    """What the changelog says of an import, in Chinese and English."""
    zh = f"从来源 {source}{f'（资料时间 {as_of}）' if as_of else ''}导入"
    en = f"Imported from source {source}{f' (as of {as_of})' if as_of else ''}"
    new, changed = len(merging.taken), merging.changed
    return f"{zh}：新收 {new} 处，合并或更新 {changed} 处", f"{en}: {new} new, {changed} merged or updated"


def _write(datasets: Path, changes: dict[str, _Change]) -> None:
    """Replace data files and tell why in their descriptions, after the whole passed the checks a build makes."""
    with _staged(datasets) as staging:
        for name, change in changes.items():
            with (staging / name / "data.csv").open("w", encoding="utf-8", newline="") as out:
                writer = csv.DictWriter(out, change.header, restval="", extrasaction="ignore", lineterminator="\n")
                writer.writeheader()
                writer.writerows(change.rows)
                out.flush()
                os.fsync(out.fileno())
        try:
            read_descriptions(staging)
            for name, change in changes.items():
                _log_change(staging / name / "dataset.toml", change)
            read_tables(staging, read_descriptions(staging), {})
        except BuildError as error:
            shown = "\n".join(p.replace(str(staging), str(datasets)) for p in error.problems[:10])
            raise FileError(f"导入后的数据通不过检查，没有写入：\n{shown}") from None
        # Sources first: should this be cut short between the two, no place names a source that is not there.
        for name in sorted(changes, reverse=True):
            for part in ("data.csv", "dataset.toml"):
                (staging / name / part).replace(datasets / name / part)


def _log_change(file: Path, change: _Change) -> None:
    """Date a description that passed its checks and add to its changelog; all else in it stays as it is written."""
    described = tomlkit.parse(file.read_text("utf-8"))
    changelog = described.setdefault("changelog", tomlkit.array())
    # A clock behind the data's own dates must not make them run backwards.
    day = max(datetime.date.today(), described["updated"], *(c["date"] for c in changelog))
    reasons = (tomlkit.string(text).as_string() for text in (change.reason, change.reason_en))
    entry = "{{ date = {}, reason = {}, reason_en = {} }}".format(day, *reasons)
    described["updated"] = day
    changelog.append(tomlkit.value(entry))
    file.write_text(tomlkit.dumps(described), "utf-8")


@contextlib.contextmanager
def _staged(datasets: Path) -> Iterator[Path]:
    staging = Path(tempfile.mkdtemp(prefix=".importing-", dir=datasets))
    try:
        for name in _TABLES:
            (staging / name).mkdir()
            for part in ("dataset.toml", "data.csv"):
                shutil.copy(datasets / name / part, staging / name / part)
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)
