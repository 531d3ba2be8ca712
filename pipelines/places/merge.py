"""Candidates into the rows of datasets/places: the same place told twice becomes one row that names both sources."""

import difflib
import hashlib
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from pipelines.places.candidates import Candidate
from pipelines.sources.changes import Cells
from pipelines.tables.words import fold

SAME_PLACE_M = 150.0
# A position borrowed from a landmark is off by as much as the landmark is: only the same name is trusted so far away.
BORROWED_M = 2_000.0
_SIMILAR = 0.8
# Words that set otherwise like names apart: 东区 is not 西区, 一期 is not 二期, 甲 is not 乙.
_APART = re.compile(r"[东西南北中上下前后左右内外新老一二三四五六七八九十甲乙丙丁戊己庚辛壬癸0-9a-z]")
_METRES_A_DEGREE = 111_195.0
_FIELDS = ("address", "area_m2", "capacity", "opened", "lines", "as_of")


@dataclass(frozen=True)
class Merged:
    """A candidate found to be a place that was known already."""

    where: str
    name: str
    into: str
    into_name: str


@dataclass
class Merging:
    """The rows after an import and what became of each candidate; `told_of` are the ids of the rows candidates were of."""

    rows: list[Cells]
    taken: list[Cells] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    refreshed: int = 0
    changed: int = 0
    told_of: set[str] = field(default_factory=set)


def merge(
    rows: Iterable[Cells],
    candidates: list[Candidate],
    source: str,
    city: Iterable[str] = (),
    report: Callable[[str, int, int], None] = lambda *_: None,
) -> Merging:
    """Add candidates to rows.

    A candidate is a known place where the id is the same, or the kind is the same, the names are alike and the positions
    lie within `SAME_PLACE_M`; a place without a position of its own must have the same name. What is known stays; what was
    empty is filled; a borrowed or missing position gives way to a given one; both sources are named. Importing the same
    file again changes nothing.

    Args:
        rows: of places, as cells of text.
        candidates: with a district where it is known.
        source: id of the source of candidates that name none.
        city: the city's own names, which say nothing of what a place is.
        report: called as (step, done, total).
    """
    index = _Index([dict(r) for r in rows], sorted(city, key=len, reverse=True))
    ids = [_id(c, source) for c in candidates]
    turn = {place_id: n for n, place_id in reversed(list(enumerate(ids)))}
    result = Merging(index.rows)
    for number, (candidate, place_id) in enumerate(zip(candidates, ids, strict=True)):
        if number % 1_000 == 0:
            report("合并", number, len(candidates))
        told_by = candidate.source or source
        # Rows that later candidates brought in an earlier import were not there when this one was first merged.
        known = index.by_id.get(place_id) or index.same(candidate, partial(_there, turn, number))
        if known is None:
            made = _row(candidate, place_id, told_by)
            index.add(made)
            result.taken.append(made)
            result.told_of.add(place_id)
            continue
        result.told_of.add(known["id"])
        before = dict(known)
        own = known["id"] == place_id and known["source"] == told_by
        _fill(known, candidate, told_by, own)
        if known != before:
            index.moved(known, before)
            result.changed += 1
        if own:
            result.refreshed += 1
        else:
            result.merged.append(Merged(candidate.where, candidate.name, known["id"], known["name"]))
    report("合并", len(candidates), len(candidates))
    return result


def alike(one: str, other: str) -> bool:
    """Whether two normalised names may be the same place's: equal, or alike but for words that set no places apart."""
    if one == other:
        return True
    matcher = difflib.SequenceMatcher(a=one, b=other, autojunk=False)
    if matcher.real_quick_ratio() < _SIMILAR or matcher.ratio() < _SIMILAR:
        return False
    changes = (one[a0:a1] + other[b0:b1] for tag, a0, a1, b0, b1 in matcher.get_opcodes() if tag != "equal")
    # A word added in the middle (地下) tells nothing apart, unless it is of those that do.
    return not any(_APART.search(change.replace("地下", "")) for change in changes)


class _Index:
    """Rows by id, by kind and name, and by kind and square of `SAME_PLACE_M`."""

    def __init__(self, rows: list[Cells], city: list[str]) -> None:
        self.rows: list[Cells] = []
        self.by_id: dict[str, Cells] = {}
        self._city = [fold(n) for n in city]
        self._named: dict[tuple[str, str], list[Cells]] = defaultdict(list)
        self._squares: dict[tuple[str, int, int], list[Cells]] = defaultdict(list)
        self._objects: dict[str, Cells] = {}
        latitudes = [float(r["lat"]) for r in rows if r["lat"]]
        self._shrink = math.cos(math.radians(sum(latitudes) / len(latitudes))) if latitudes else None
        for row in rows:
            self.add(row)

    def add(self, row: Cells) -> None:
        self.rows.append(row)
        self.by_id[row["id"]] = row
        self._place(row)
        for name in self._names(row):
            self._named[row["kind"], name].append(row)

    def moved(self, row: Cells, before: Cells) -> None:
        """Take up a row's new names and position."""
        if (row["lon"], row["lat"], row["position_basis"]) != (before["lon"], before["lat"], before["position_basis"]):
            if before["lon"]:
                square = self._squares[self._square(before["kind"], float(before["lon"]), float(before["lat"]))]
                square[:] = [r for r in square if r is not row]
            self._place(row)
        for name in set(self._names(row)) - set(self._names(before)):
            self._named[row["kind"], name].append(row)

    def same(self, candidate: Candidate, allowed: Callable[[Cells], bool]) -> Cells | None:
        """The row that is the candidate's place, or None."""
        row = self._objects.get(candidate.position_basis)
        if row is not None and candidate.position_basis.startswith("osm:") and allowed(row):
            return row
        if not candidate.named:
            return None
        names = [self._name(n) for n in (candidate.name, *candidate.aliases)]
        ranked = [
            (rank, number, row)
            for number, (row, distance) in enumerate(self._around(candidate, names))
            if allowed(row) and (rank := self._rank(row, distance, candidate, names)) is not None
        ]
        return min(ranked)[2] if ranked else None

    def _rank(self, row: Cells, distance: float | None, candidate: Candidate, names: list[str]) -> float | None:
        """How unlike a row is, the less the better: first by name, then by metres; None where it is another place."""
        if row["kind"] != candidate.kind:
            return None
        known = self._names(row)
        exact = bool(set(names) & set(known))
        if distance is None:
            near = exact and _agree(row["district"], candidate.district)
        else:
            near = distance <= (BORROWED_M if _borrowed(row) and exact else SAME_PLACE_M)
        if not near or not (exact or any(alike(a, b) for a in names for b in known)):
            return None
        return (0.0 if exact else BORROWED_M) + (BORROWED_M if distance is None else distance)

    def _around(self, candidate: Candidate, names: list[str]) -> Iterator[tuple[Cells, float | None]]:
        seen: set[str] = set()
        found = [r for n in names for r in self._named.get((candidate.kind, n), ())]
        if candidate.lon is not None and candidate.lat is not None:
            kind, x, y = self._square(candidate.kind, candidate.lon, candidate.lat)
            found += [
                r for dx in (-1, 0, 1) for dy in (-1, 0, 1) for r in self._squares.get((kind, x + dx, y + dy), ())
            ]
        for row in found:
            if row["id"] not in seen:
                seen.add(row["id"])
                yield row, self._distance(row, candidate)

    def _distance(self, row: Cells, candidate: Candidate) -> float | None:
        if not row["lon"] or candidate.lon is None or candidate.lat is None:
            return None
        return distance_m(float(row["lon"]), float(row["lat"]), candidate.lon, candidate.lat)

    def _place(self, row: Cells) -> None:
        if row["lon"]:
            self._squares[self._square(row["kind"], float(row["lon"]), float(row["lat"]))].append(row)
        if row["position_basis"].startswith("osm:"):
            self._objects[row["position_basis"]] = row

    def _square(self, kind: str, lon: float, lat: float) -> tuple[str, int, int]:
        if self._shrink is None:
            self._shrink = math.cos(math.radians(lat))
        scale = _METRES_A_DEGREE / SAME_PLACE_M
        # A little wider than needed: the meridians are taken to run parallel over the whole city.
        return kind, math.floor(lon * self._shrink * scale / 1.1), math.floor(lat * scale / 1.1)

    def _names(self, row: Cells) -> list[str]:
        return [self._name(n) for n in (row["name"], *row["aliases"].split("|")) if n]

    def _name(self, name: str) -> str:
        text = re.sub(r"[\s()（）·•—\-]", "", fold(name))
        for own in self._city:
            if text.startswith(own) and len(text) - len(own) >= 3:
                return text.removeprefix(own)
        return text


def distance_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Metres between two WGS84 points on a sphere: right to 0.5 %, for telling near from far."""
    north, south = math.radians(lat), math.radians(other_lat)
    half = math.sin((south - north) / 2) ** 2
    half += math.cos(north) * math.cos(south) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(half))


def decimal(value: float, digits: int) -> str:
    """A number as cells hold it: no exponent, no needless zeros."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")


def _borrowed(row: Cells) -> bool:
    return row["position_basis"] == "none" or row["position_basis"].startswith("near:")


def _agree(one: str, other: str | None) -> bool:
    return not one or not other or one == other


def _id(candidate: Candidate, source: str) -> str:
    if candidate.id and candidate.source and candidate.id.startswith(f"{candidate.source}-"):
        return candidate.id
    told_by = candidate.source or source
    if candidate.id:
        return f"{told_by}-{re.sub(r'[^0-9a-z]+', '-', fold(candidate.id)).strip('-') or _digest(candidate.id)}"
    place = f"{candidate.lon:.5f},{candidate.lat:.5f}" if candidate.lon is not None else ""
    return f"{told_by}-{_digest('|'.join((candidate.kind, fold(candidate.name), candidate.address or '', place)))}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _values(candidate: Candidate) -> Cells:
    return {
        "address": candidate.address or "",
        "area_m2": "" if candidate.area_m2 is None else decimal(candidate.area_m2, 1),
        "capacity": "" if candidate.capacity is None else str(candidate.capacity),
        "opened": candidate.opened or "",
        "lines": candidate.lines or "",
        "as_of": candidate.as_of or "",
    }


def _row(candidate: Candidate, place_id: str, source: str) -> Cells:
    placed = candidate.lon is not None and candidate.lat is not None
    return {
        "id": place_id,
        "kind": candidate.kind,
        "name": candidate.name,
        "aliases": "|".join(candidate.aliases),
        "district": candidate.district or "",
        **_values(candidate),
        "lon": decimal(candidate.lon, 7) if placed and candidate.lon is not None else "",
        "lat": decimal(candidate.lat, 7) if placed and candidate.lat is not None else "",
        "position_basis": candidate.position_basis if placed else "none",
        "source": source,
        "also_sources": "",
        "note": "；".join(candidate.notes),
    }


def _there(turn: dict[str, int], number: int, row: Cells) -> bool:
    """Whether a row was there when the candidate of a number had its turn."""
    return turn.get(row["id"], -1) <= number


def _aliases(row: Cells, candidate: Candidate) -> Iterator[str]:
    known = [n for n in (row["name"], *row["aliases"].split("|")) if n]
    yield from dict.fromkeys(n for n in (*known[1:], candidate.name, *candidate.aliases) if n != row["name"])


def _place(row: Cells, candidate: Candidate, own: bool) -> None:
    """Take the candidate's position where the row has none of its own, or comes from the same source."""
    if candidate.lon is None or candidate.lat is None or not (own or _borrowed(row)):
        return
    if _borrowed(row):
        # What the note says of the borrowed position no longer holds.
        row["note"] = "；".join(p for p in row["note"].split("；") if p and not p.startswith("位置为"))
    row["lon"], row["lat"] = decimal(candidate.lon, 7), decimal(candidate.lat, 7)
    row["position_basis"] = candidate.position_basis


def _fill(row: Cells, candidate: Candidate, source: str, own: bool) -> None:
    """Fill what a row lacks; where the row came from the same source, the newer telling replaces the older."""
    values = _values(candidate)
    for name in _FIELDS:
        if values[name] and (own or (not row[name] and name != "as_of")):
            row[name] = values[name]
    if own:
        row["name"] = candidate.name
        row["note"] = "；".join(candidate.notes)
    if candidate.named:
        row["aliases"] = "|".join(_aliases(row, candidate))
    row["district"] = (own and candidate.district) or row["district"] or candidate.district or ""
    _place(row, candidate, own)
    told = [row["source"], *(s for s in row["also_sources"].split("|") if s)]
    if source not in told:
        row["also_sources"] = "|".join([*told[1:], source])
