"""Candidates into the rows of datasets/places: the same place told twice becomes one row that names both sources."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from pipelines.places.candidates import Candidate
from pipelines.places.known import KnownPlaces, borrowed
from pipelines.sources.changes import Cells
from pipelines.tables.lexicon import fold

# What two sources may measure differently; addresses are worded differently by all.
_MEASURED = ("area_m2", "capacity", "opened")
_FIELDS = ("address", "area_m2", "capacity", "opened", "lines", "as_of")


@dataclass(frozen=True)
class Merged:
    """A candidate found to be a place that was known already."""

    where: str
    name: str
    into: str
    into_name: str


@dataclass(frozen=True)
class Altered:
    """A value of a place that a source tells otherwise than the row holds it."""

    place: str
    name: str
    column: str
    before: str
    after: str


@dataclass
class Merging:
    """The rows after an import and what became of each candidate; `told_of` are the ids of the rows candidates were of."""

    rows: list[Cells]
    taken: list[Cells] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    refreshed: int = 0
    changed: int = 0
    told_of: set[str] = field(default_factory=set)
    differing: list[Altered] = field(default_factory=list)


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
    index = KnownPlaces([dict(r) for r in rows], sorted(city, key=len, reverse=True))
    ids = [place_id(c, source) for c in candidates]
    turn = {row_id: n for n, row_id in reversed(list(enumerate(ids)))}
    result = Merging(index.rows)
    for number, (candidate, row_id) in enumerate(zip(candidates, ids, strict=True)):
        if number % 1_000 == 0:
            report("合并", number, len(candidates))
        # Rows that later candidates brought in an earlier import were not there when this one was first merged.
        told_by = candidate.source or source
        known = index.by_id.get(row_id) or index.same(candidate, partial(_there, turn, number), told_by)
        if known is None:
            known = _row(candidate, row_id, told_by)
            index.add(known)
            result.taken.append(known)
        else:
            _tell(known, candidate, told_by, row_id, index, result)
        result.told_of.add(known["id"])
    report("合并", len(candidates), len(candidates))
    return result


def _tell(known: Cells, candidate: Candidate, told_by: str, place_id: str, index: KnownPlaces, result: Merging) -> None:
    """Let a candidate tell of a known place."""
    before = dict(known)
    own = known["id"] == place_id and known["source"] == told_by
    _fill(known, candidate, told_by, own)
    if known != before:
        index.moved(known, before)
        result.changed += 1
    if own:
        result.refreshed += 1
    else:
        values = _values(candidate)
        result.differing += [
            Altered(known["id"], known["name"], column, before[column], values[column])
            for column in _MEASURED
            if before[column] and values[column] and before[column] != values[column]
        ]
        result.merged.append(Merged(candidate.where, candidate.name, known["id"], known["name"]))


def decimal(value: float, digits: int) -> str:
    """A number as cells hold it: no exponent, no needless zeros."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")


def place_id(candidate: Candidate, source: str) -> str:
    """The id of the row of places a candidate would be: the source's own, or made of its kind, name, address and position."""
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
    if candidate.lon is None or candidate.lat is None or not (own or borrowed(row)):
        return
    if borrowed(row):
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
