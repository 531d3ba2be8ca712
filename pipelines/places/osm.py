"""Places from an OpenStreetMap extract (.osm.pbf), read by DuckDB's spatial extension."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from pipelines.places.candidates import Candidate, Reading, Refused, display_name
from pipelines.places.lexicon import OsmRule, words
from pipelines.tables.errors import FileError
from pipelines.tables.lexicon import clean
from portal.places.kinds import PlaceKind

_PRIVATE = {"private", "no"}
_UNNAMED: dict[str, str] = {
    PlaceKind.PARK: "没有名称的花园，多为建筑旁的绿地",
    PlaceKind.BUS_STOP: "没有名称的站台，多为已有公交站的一侧",
}
# Corners of ways put in order at a time.
_CORNERS_AT_A_TIME = 20_000
Report = Callable[[str, int, int], None]
_ALIASES = ("alt_name", "old_name", "short_name", "official_name", "name:en")


def read_osm(file: Path, connection: duckdb.DuckDBPyConnection, as_of: str | None, report: Report) -> Reading:
    """The places of an extract: nodes as points, closed ways and multipolygon relations as centre and area.

    Args:
        file: the extract, any size DuckDB can read.
        connection: with the spatial extension.
        as_of: date of the extract, where known.
        report: called as (step, done, total).
    Raises:
        FileError: it is no whole extract.
    """
    queries = [*element_queries(_wanted()), *_SHAPES]
    rows = read_extract(connection, file, queries, "SELECT * FROM osm_places ORDER BY kind, id", report)
    reading = Reading()
    for row in rows:
        made = osm_place(row, as_of)
        if isinstance(made, Candidate):
            reading.candidates.append(made)
        elif made is not None:
            reading.refused.append(made)
    return reading


def read_extract(
    connection: duckdb.DuckDBPyConnection, file: Path, queries: Sequence[str], last: str, report: Report
) -> list[tuple[Any, ...]]:
    """Go through an extract, a query after the other, and fetch the rows of the last.

    Args:
        connection: with the spatial extension.
        file: the extract, any size.
        queries: SQL of `element_queries` and what follows on them; `$file` is the extract, and one with `$batch` and `$batches`
            is asked for every batch of the objects.
        last: SQL of the rows.
        report: called as (step, done, total).
    Raises:
        FileError: it is no whole extract, or too much for the memory there is.
    """
    steps = len(queries)
    try:
        for done, sql in enumerate(queries):
            report("读取 OpenStreetMap", done, steps)
            _execute(connection, sql, file)
        rows = connection.execute(last).fetchall()
    except duckdb.OutOfMemoryException:
        raise FileError(
            f"{file} 太大，数据库的内存不够。请先截取本市的范围，或改大 PORTAL_DATABASE_MEMORY 后再导入；已有的数据不变。"
        ) from None
    except duckdb.Error:
        raise FileError(
            f"{file} 不是完整的 .osm.pbf 文件。下载可能中断，请重新下载后再导入；已有的数据不变。"
        ) from None
    report("读取 OpenStreetMap", steps, steps)
    return rows


def _execute(connection: duckdb.DuckDBPyConnection, sql: str, file: Path) -> None:
    if "$batches" not in sql:
        connection.execute(sql, {"file": str(file)} if "$file" in sql else {})
        return
    counted = "SELECT coalesce(sum(len(refs)), 0) FROM (SELECT refs FROM picked UNION ALL SELECT refs FROM member_ways)"
    (corners,) = connection.execute(counted).fetchone() or (0,)
    batches = int(corners) // _CORNERS_AT_A_TIME + 1
    for batch in range(batches):
        connection.execute(sql, {"batch": batch, "batches": batches})


def values_of(tags: Mapping[str, str], key: str) -> list[str]:
    """The values of a tag: several may be written in one, parted by semicolons."""
    return [v.strip() for v in (tags.get(key) or "").split(";") if v.strip()]


def rule_of(tags: Mapping[str, str]) -> OsmRule | None:
    """The first rule (`[[osm]]` of words.toml) that takes an object with these tags."""

    def has(tag: str) -> bool:
        key, value = tag.split("=", 1)
        return value in values_of(tags, key)

    for rule in words()["osm"]:
        wanted = not rule.get("any") or any(map(has, rule["any"]))
        if has(rule["tag"]) and wanted and not any(map(has, rule.get("none", ()))):
            return rule.copy()
    return None


def element_queries(wanted: str) -> list[str]:
    """Three passes over an extract: the objects wanted (`picked`), the ways of the relations among them (`member_ways`), and the
    nodes of all these ways (`corners`); then the ways as lines (`lines`), a NULL where fewer than two corners are in the extract.

    Args:
        wanted: SQL over `tags`.
    """
    return [
        f"""CREATE OR REPLACE TEMP TABLE picked AS
            SELECT kind::VARCHAR AS kind, id, tags, refs, lat, lon, ref_roles, ref_types FROM ST_ReadOSM($file)
            WHERE kind IN ('node', 'way', 'relation') AND ({wanted})""",
        """CREATE OR REPLACE TEMP TABLE member_ways AS
            WITH members AS (
                SELECT id AS relation, unnest(refs) AS way, unnest(ref_types)::VARCHAR AS type, unnest(ref_roles) AS role
                FROM picked WHERE kind = 'relation' AND tags['type'] IN ('multipolygon', 'boundary')
            )
            SELECT relation, way, role, w.refs FROM members
            LEFT JOIN (
                SELECT id, refs FROM ST_ReadOSM($file)
                WHERE kind = 'way' AND id IN (SELECT way FROM members WHERE type = 'way')
            ) w ON w.id = way
            WHERE type = 'way'""",
        """CREATE OR REPLACE TEMP TABLE corners AS
            SELECT id, lon, lat FROM ST_ReadOSM($file) WHERE kind = 'node' AND id IN (
                SELECT unnest(refs) FROM picked WHERE kind = 'way' UNION SELECT unnest(refs) FROM member_ways
            )""",
        """CREATE OR REPLACE TEMP TABLE lines (
            kind VARCHAR, owner BIGINT, way BIGINT, whole BOOLEAN, closed BOOLEAN, size BIGINT, line GEOMETRY)""",
        # All at once the corners in order take a kilobyte each.
        """INSERT INTO lines
            WITH vertices AS (
                SELECT 'way' AS kind, id AS owner, id AS way, unnest(refs) AS node, generate_subscripts(refs, 1) AS n
                FROM picked WHERE kind = 'way' AND abs(id) % $batches = $batch
                UNION ALL
                SELECT 'relation', relation, way, unnest(refs), generate_subscripts(refs, 1) FROM member_ways
                WHERE abs(way) % $batches = $batch
            )
            SELECT kind, owner, way, bool_and(c.id IS NOT NULL), first(node ORDER BY n) = last(node ORDER BY n), count(*),
                CASE WHEN count(c.id) >= 2 THEN ST_MakeLine(list(ST_Point(c.lon, c.lat) ORDER BY n) FILTER (c.id IS NOT NULL)) END
            FROM vertices LEFT JOIN corners c ON c.id = node GROUP BY kind, owner, way""",
    ]


def _wanted() -> str:
    """SQL over `tags`: whether any rule speaks of an object."""
    tags = [rule["tag"].split("=", 1) for rule in words()["osm"]]
    return " OR ".join(
        f"list_contains(list_transform(string_split(tags['{key}'], ';'), lambda v: trim(v)), '{value}')"
        for key, value in tags
    )


_SHAPES = (
    """CREATE OR REPLACE TEMP TABLE osm_places AS
            WITH shapes AS (
                SELECT kind, owner, ST_MakePolygon(line) AS shape
                FROM lines WHERE kind = 'way' AND whole AND closed AND size >= 4
                UNION ALL
                -- A platform may be drawn as the line one waits along.
                SELECT kind, owner, line
                FROM lines WHERE kind = 'way' AND whole AND NOT closed AND size >= 2
                    AND owner IN (SELECT id FROM picked WHERE kind = 'way' AND tags['public_transport'] IS NOT NULL)
                UNION ALL
                SELECT kind, owner, ST_BuildArea(ST_Collect(list(line)))
                FROM lines WHERE kind = 'relation' GROUP BY kind, owner
                HAVING bool_and(whole AND size >= 2)
                    AND owner NOT IN (SELECT relation FROM member_ways WHERE refs IS NULL)
            ),
            measured AS (
                SELECT kind, owner, ST_IsEmpty(shape) AS empty, ST_IsValid(shape) AS valid,
                    CASE WHEN ST_IsValid(shape) AND NOT ST_IsEmpty(shape) THEN
                        CASE WHEN ST_GeometryType(shape) = 'LINESTRING' THEN ST_Centroid(shape)
                            WHEN ST_Contains(shape, ST_Centroid(shape)) THEN ST_Centroid(shape) ELSE ST_PointOnSurface(shape) END
                    END AS centre,
                    CASE WHEN ST_IsValid(shape) AND NOT ST_IsEmpty(shape) AND ST_GeometryType(shape) <> 'LINESTRING'
                        THEN ST_Area_Spheroid(shape) END AS area
                FROM shapes
            )
            SELECT p.kind, p.id, p.tags, coalesce(p.lon, ST_X(m.centre)) AS lon, coalesce(p.lat, ST_Y(m.centre)) AS lat,
                m.area, m.owner IS NOT NULL AS shaped, m.empty, m.valid
            FROM picked p LEFT JOIN measured m ON m.kind = p.kind AND m.owner = p.id""",
)


def osm_place(row: tuple[Any, ...], as_of: str | None) -> Candidate | Refused | None:
    """A candidate from an object of OpenStreetMap.

    Args:
        row: element, id, tags, lon, lat, area in m² or None; whether it has a shape, whether that is empty, whether it is valid.
        as_of: date of the extract, where known.
    Returns:
        the candidate, why it is none, or None for an object no rule takes.
    """
    element, number, tags, lon, lat, area = row[:6]
    where = f"{element}/{number}"
    rule = rule_of(tags)
    if rule is None:
        return None
    kind, only_named = rule["kind"], rule.get("named", False)
    name = clean(tags.get("name:zh") or tags.get("name"))
    shown, named = display_name(name, kind)
    reason = _not_taken(tags, kind, only_named and not named) or (_no_shape(*row[6:]) if element != "node" else "")
    if reason:
        return Refused(where, name, reason)
    if kind == PlaceKind.PARK:
        kind = next((k for k in (PlaceKind.SPORTS_PARK, PlaceKind.POCKET_PARK) if name.endswith(_ending(k))), kind)
    capacity = clean(tags.get("capacity"))
    notes = [meaning[tags[key]] for key, meaning in words()["osm_notes"].items() if clean(tags.get(key)) in meaning]
    if capacity and not capacity.isdecimal():
        notes.append(f"容量写作“{capacity[:40]}”")
    return Candidate(
        where,
        kind,
        shown[:120],
        named,
        id=f"osm-{element}-{number}",
        aliases=_aliases(tags, shown) if named else (),
        address=_address(tags),
        area_m2=area,
        capacity=int(capacity) if capacity.isdecimal() and len(capacity) < 9 else None,
        opened=clean(tags.get("start_date")) or None,
        lon=lon,
        lat=lat,
        position_basis=f"osm:{element}/{number}",
        source=words()["osm_source"]["id"],
        as_of=as_of,
        notes=notes,
    )


def _not_taken(tags: Mapping[str, str], kind: str, nameless: bool) -> str:
    """Why an object is no place to be taken, by its tags; empty where it is one."""
    if _PRIVATE & set(values_of(tags, "access")):
        return f"不对公众开放（access={tags['access']}）"
    return _UNNAMED.get(kind, "没有名称") if nameless else ""


def _no_shape(shaped: bool, empty: bool, valid: bool) -> str:
    """What is wrong with a way's or relation's shape; empty where nothing is."""
    if not shaped:
        return "不是闭合的面，或有些点不在文件里"
    if empty:
        return "几何是空的"
    return "" if valid else "面的边界自己相交"


def _aliases(tags: Mapping[str, str], shown: str) -> tuple[str, ...]:
    """The other names an object goes by."""
    written = [a for key in _ALIASES for a in (tags.get(key) or "").replace("|", ";").split(";")]
    return tuple(dict.fromkeys(a for a in map(clean, written) if a and a != shown))


def _ending(kind: str) -> tuple[str, ...]:
    return tuple(words()["kinds"][kind]["words"])


def _address(tags: dict[str, str]) -> str | None:
    if tags.get("addr:full"):
        return clean(tags["addr:full"])
    street, house = clean(tags.get("addr:street")), clean(tags.get("addr:housenumber"))
    return f"{street}{house}" if street else None
