"""`portal import-map`: from an OpenStreetMap extract the base map of the map page, as a dataset like any other."""

import contextlib
import csv
import re
import shutil
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NotRequired, TypedDict, cast

import duckdb

from pipelines.places.lexicon import words
from pipelines.places.osm import element_queries, read_extract
from pipelines.publish import exclusive
from pipelines.sources.changes import Change, read_data, write_changes
from pipelines.sources.origin import source_row
from pipelines.tables.errors import FileError
from pipelines.tables.lexicon import clean
from portal.publication.store import connect
from portal.settings import Settings

Report = Callable[[str, int, int], None]
_RULES = Path(__file__).with_name("base_map.toml")
_DESCRIPTION = Path(__file__).with_name("base_map_dataset.toml")
# About 4 m: less than a pixel in any view the map page has.
_TOLERANCE = 0.00004
_GRID = 0.00001
# A cell of the data file may be so long; a shape of more is cut into its parts by no one and left out.
_GEOMETRY_MAX = 120_000
_AROUND = 0.03


@dataclass
class ImportedMap:
    """What was drawn: objects by class, what was left out with the reason, whether the dataset is new."""

    counts: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    changed: bool = False


def import_map(
    settings: Settings, file: Path, as_of: str | None = None, report: Report = lambda *_: None
) -> ImportedMap:
    """Make `datasets/base-map` from an extract: water, green, roads, rail and names in and around the city's districts.

    Args:
        settings: where the datasets are.
        file: .osm.pbf.
        as_of: date of the extract, where known.
        report: called as (step, done, total).
    Raises:
        FileError: it is no whole extract, or has nothing in the city; nothing is changed.
    """
    if not file.is_file():
        raise FileError(f"{file} 不存在，或不是文件。")
    if not file.name.lower().endswith(".pbf"):
        raise FileError(f"{file} 不是 OpenStreetMap 的 .osm.pbf 文件。")
    with exclusive(settings.published), connect(settings) as connection:
        rows = _drawn(connection, file, settings.datasets, report)
        done = ImportedMap()
        kept = [row for row in map(_row, rows) if _fits(row, done)]
        if not kept:
            raise FileError(f"{file} 里没有落在本市各区县范围内的水面、绿地、道路或地名。请核对是不是本市的数据。")
        done.counts.update(r["class"] for r in kept)
        done.changed = _write(settings.datasets, kept, as_of)
    return done


def _drawn(connection: duckdb.DuckDBPyConnection, file: Path, datasets: Path, report: Report) -> list[tuple[Any, ...]]:
    queries = [*element_queries(_wanted()), *_shapes(_bounds(datasets))]
    return read_extract(connection, file, queries, "SELECT * FROM base_map ORDER BY rank, hilbert, id", report)


# `class` is a word of the language.
_Layer = TypedDict(
    "_Layer",
    {"class": str, "shape": str, "tags": list[str], "rank": NotRequired[int], "without": NotRequired[list[str]]},
)


class _Rules(TypedDict):
    """The tables of `base_map.toml`; each says there what it is."""

    area_ranks: list[float]
    layers: list[_Layer]


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    return cast(_Rules, tomllib.loads(_RULES.read_text("utf-8")))


def _has(tag: str) -> str:
    key, value = tag.split("=", 1)
    return f"list_contains(string_split(tags['{key}'], ';'), '{value}')"


def _wanted() -> str:
    return " OR ".join(_has(tag) for layer in _rules()["layers"] for tag in layer["tags"])


def _bounds(datasets: Path) -> tuple[float, float, float, float] | None:
    """West, south, east and north of the districts with some room around; None where there are none."""
    with contextlib.suppress(FileError):
        texts = [r["geometry"] for r in read_data(datasets / "districts" / "data.csv")[1]]
        pairs = [tuple(map(float, p)) for t in texts for p in re.findall(r"\[(-?[\d.]+),\s*(-?[\d.]+)", t)]
        if pairs:
            lons, lats = zip(*pairs, strict=True)
            return min(lons) - _AROUND, min(lats) - _AROUND, max(lons) + _AROUND, max(lats) + _AROUND
    return None


def _layer_cases() -> tuple[str, str]:
    """SQL for class and rank of an object by its tags, for the shape it has."""
    classes, ranks = [], []
    for layer in _rules()["layers"]:
        tagged = " OR ".join(_has(tag) for tag in layer["tags"])
        absent = "".join(f" AND tags['{key}'] IS NULL" for key in layer.get("without", ()))
        when = f"WHEN form = '{layer['shape']}' AND ({tagged}){absent}"
        classes.append(f"{when} THEN '{layer['class']}'")
        ranks.append(f"{when} THEN {layer.get('rank', 0)}")
    return f"CASE {' '.join(classes)} END", f"CASE {' '.join(ranks)} END"


def _shapes(bounds: tuple[float, float, float, float] | None) -> list[str]:
    """The shapes of the objects picked, and of those the drawn ones: classed, ranked, simplified, in an order that keeps neighbours together."""
    kind, rank = _layer_cases()
    sizes = " ".join(f"WHEN area >= {km2 * 1e6} THEN {n}" for n, km2 in enumerate(_rules()["area_ranks"], 1))
    inside = "true"
    if bounds is not None:
        west, south, east, north = bounds
        inside = f"ST_XMax(shape) >= {west} AND ST_XMin(shape) <= {east} AND ST_YMax(shape) >= {south} AND ST_YMin(shape) <= {north}"
    return [
        """CREATE OR REPLACE TEMP TABLE drawn AS
            SELECT kind, owner, 'area' AS form, ST_MakePolygon(line) AS shape FROM lines WHERE kind = 'way' AND whole AND closed AND size >= 4
            UNION ALL
            SELECT kind, owner, 'line', line FROM lines WHERE kind = 'way' AND line IS NOT NULL
            UNION ALL
            SELECT kind, owner, 'area', ST_BuildArea(ST_Collect(list(line))) FROM lines
            WHERE kind = 'relation' AND line IS NOT NULL GROUP BY kind, owner HAVING bool_and(whole)
            UNION ALL
            SELECT 'node', id, 'point', ST_Point(lon, lat) FROM picked WHERE kind = 'node'""",
        f"""CREATE OR REPLACE TEMP TABLE classed AS
            SELECT * FROM (
                SELECT d.kind || '/' || owner AS id, shape, tags, form, {kind} AS class, {rank} AS rank,
                    CASE WHEN form = 'area' THEN ST_Area_Spheroid(shape) END AS area
                FROM drawn d JOIN picked p ON p.kind = d.kind AND p.id = owner
                WHERE NOT ST_IsEmpty(shape) AND (form <> 'area' OR ST_IsValid(shape)) AND {inside}
            ) WHERE class IS NOT NULL""",
        f"""CREATE OR REPLACE TEMP TABLE base_map AS
            SELECT id, class, CASE WHEN form = 'area' THEN CASE {sizes} END ELSE rank END AS rank,
                coalesce(tags['name:zh'], tags['name'], '') AS name,
                ST_XMin(shape) AS west, ST_YMin(shape) AS south, ST_XMax(shape) AS east, ST_YMax(shape) AS north,
                ST_AsGeoJSON(simple) AS geometry, ST_Hilbert(ST_Centroid(shape), ST_Extent(ST_MakeEnvelope(-180, -90, 180, 90))) AS hilbert
            FROM (SELECT *, ST_ReducePrecision(ST_SimplifyPreserveTopology(shape, {_TOLERANCE}), {_GRID}) AS simple FROM classed)
            WHERE NOT ST_IsEmpty(simple) AND (form <> 'area' OR area >= {_rules()["area_ranks"][-1] * 1e6})
                AND (class <> 'name' OR tags['name'] IS NOT NULL)""",
    ]


def _row(found: tuple[Any, ...]) -> dict[str, str]:
    identity, kind, rank, name, west, south, east, north, geometry, _ = found
    box = {"west": west, "south": south, "east": east, "north": north}
    return {
        "id": identity,
        "class": kind,
        "rank": str(rank),
        "name": clean(name)[:120],
        **{k: f"{v:.5f}" for k, v in box.items()},
        "geometry": geometry,
        "source": str(words()["osm_source"]["id"]),
    }


def _fits(row: dict[str, str], done: ImportedMap) -> bool:
    if len(row["geometry"]) <= _GEOMETRY_MAX:
        return True
    done.left[f"{row['id']} 的形状有 {len(row['geometry']):,} 个字，太大"] += 1
    return False


def _write(datasets: Path, rows: list[dict[str, str]], as_of: str | None) -> bool:
    """Write the dataset and, where it is missing, its source; false where nothing changed."""
    header = [c["name"] for c in tomllib.loads(_DESCRIPTION.read_text("utf-8"))["columns"]]
    folder = datasets / "base-map"
    if folder.is_dir() and read_data(folder / "data.csv")[1] == rows:
        return False
    sources_header, sources = read_data(datasets / "sources" / "data.csv")
    described = {k: str(v) for k, v in words()["osm_source"].items()}
    when = f"（资料时间 {as_of}）" if as_of else ""
    reason = f"由 OpenStreetMap 的数据生成{when}：{len(rows)} 个对象"
    reason_en = f"Made from OpenStreetMap data{f' (as of {as_of})' if as_of else ''}: {len(rows)} objects"
    changes = {"base-map": Change(header, rows, reason, reason_en)}
    if described["id"] not in {r["id"] for r in sources}:
        added = [*sources, source_row(described)]
        changes["sources"] = Change(
            sources_header, added, f"登记来源 {described['id']}", f"Registered source {described['id']}"
        )
    fresh = not folder.is_dir()
    if fresh:
        _begin(folder, header)
    try:
        write_changes(datasets, ("base-map", "sources"), changes, {}, only_changed=True)
    except FileError:
        if fresh:
            shutil.rmtree(folder)
        raise
    return True


def _begin(folder: Path, header: list[str]) -> None:
    """The dataset's folder with its description and no rows, in one step."""
    staging = Path(tempfile.mkdtemp(prefix=".importing-", dir=folder.parent))
    staging.chmod(0o755)
    shutil.copy(_DESCRIPTION, staging / "dataset.toml")
    with (staging / "data.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerow(header)
    staging.rename(folder)


def describe(done: ImportedMap) -> str:
    """The report of an import."""
    lines = ["、".join(f"{kind} {n}" for kind, n in done.counts.most_common())]
    lines += [f"没有收　{why}" for why in done.left]
    lines.append(
        "已写入 datasets/base-map。运行 portal build 后，地图页画出底图。" if done.changed else "数据没有变化。"
    )
    return "\n".join(lines)
