"""The places known already, and which of them a candidate is: by id, by name, and by where it lies."""

import difflib
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator

from pipelines.places.candidates import Candidate
from pipelines.sources.changes import Cells
from pipelines.tables.lexicon import fold

SAME_PLACE_M = 150.0
# A position borrowed from a landmark is off by as much as the landmark is: only the same name is trusted so far away.
BORROWED_M = 2_000.0
_SIMILAR = 0.8
# Words that set otherwise like names apart: 东区 is not 西区, 一期 is not 二期, 甲 is not 乙.
_APART = re.compile(r"[东西南北中上下前后左右内外新老一二三四五六七八九十甲乙丙丁戊己庚辛壬癸0-9a-z]")
_METRES_A_DEGREE = 111_195.0


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


class KnownPlaces:
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

    def same(self, candidate: Candidate, allowed: Callable[[Cells], bool], told_by: str) -> Cells | None:
        """The row that is the candidate's place, or None.

        Args:
            candidate: not known by its id.
            allowed: whether a row may be it.
            told_by: id of the candidate's source; what one source calls differently it means to tell apart.
        """
        row = self._objects.get(candidate.position_basis)
        if row is not None and candidate.position_basis.startswith("osm:") and allowed(row):
            return row
        if not candidate.named:
            return None
        names = [self._name(n) for n in (candidate.name, *candidate.aliases)]
        ranked = [
            (rank, number, row)
            for number, (row, distance) in enumerate(self._around(candidate, names))
            if allowed(row) and (rank := self._rank(row, distance, candidate, names, told_by)) is not None
        ]
        return min(ranked)[2] if ranked else None

    def _rank(
        self, row: Cells, distance: float | None, candidate: Candidate, names: list[str], told_by: str
    ) -> float | None:
        """How unlike a row is, the less the better: first by name, then by metres; None where it is another place."""
        if row["kind"] != candidate.kind:
            return None
        known = self._names(row)
        exact = bool(set(names) & set(known))
        if distance is None:
            near = exact and _agree(row["district"], candidate.district)
        else:
            near = distance <= (BORROWED_M if borrowed(row) and exact else SAME_PLACE_M)
        similar = row["source"] != told_by and any(alike(a, b) for a in names for b in known)
        if not near or not (exact or similar):
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


def borrowed(row: Cells) -> bool:
    """Whether a row has no position of its own: none, or one of a landmark near by."""
    return row["position_basis"] == "none" or row["position_basis"].startswith("near:")


def _agree(one: str, other: str | None) -> bool:
    return not one or not other or one == other
