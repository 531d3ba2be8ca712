"""How one target stands: what the plan set, what was published for the year it was due, and what else is known."""

import datetime
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from portal.answering.facts import Span
from portal.answering.knowledge import Knowledge
from portal.publication.statuses import FigureKind, TargetStatus
from portal.publication.store import Row
from portal.texts.numerals import numbers_in

# The ways a target is compared with a result; `exactly` is reached by the number itself.
_REACHED = {
    "at_least": lambda value, target: value >= target,
    "at_most": lambda value, target: value <= target,
    "exactly": lambda value, target: value == target,
}
# The columns whose words a question's words are compared with.
_TARGET_WORDS = ("name_zh", "name_en", "aliases", "theme", "quote", "unit", "unit_en", "scope", "scope_en", "note")
_FIGURE_WORDS = ("scope", "period", "quote")


@dataclass(frozen=True)
class Standing:
    """A target with everything published about it.

    Attributes:
        indicator: its row.
        progress: its row of the computed table.
        span: where the plan states it; None where the quotation is not found.
        due: the result at the due date, where a comparable one is published.
        latest: the latest comparable result.
        results: comparable results by time.
        others: published figures of another scope or method, by time.
        planned: yearly tasks and targets of other documents, by time.
        related: background figures beside it.
        before: the result from before the plan began, where it had already reached the target.
        dip: the latest result between then and the due date that was short of the target, where the due one is not.
        project: of a target to be done, the project it names.
    """

    indicator: Row
    progress: Row
    span: Span | None
    due: Row | None
    latest: Row | None
    results: tuple[Row, ...]
    others: tuple[Row, ...]
    planned: tuple[Row, ...]
    related: tuple[Row, ...]
    before: Row | None = None
    dip: Row | None = None
    project: Row | None = None

    @property
    def id(self) -> str:
        """The indicator's id."""
        return str(self.indicator["id"])

    @property
    def status(self) -> str:
        """met, not_met, not_comparable or not_published."""
        return str(self.progress["status"])

    @property
    def due_year(self) -> int:
        """The year the target is due."""
        due: datetime.date = self.indicator["due"]
        return due.year

    @property
    def counted(self) -> bool:
        """Whether the target is a number, not only something to be done."""
        return self.indicator["target"] is not None

    def reached_by(self, row: Row) -> bool:
        """Whether a comparable result reaches the target."""
        if not self.counted:
            return self.status == TargetStatus.MET
        return bool(_REACHED[self.indicator["direction"]](row["value"], self.indicator["target"]))

    def result_of(self, year: int) -> Row | None:
        """The comparable result of a year; of the due year the one the status is judged by."""
        if year == self.due_year and self.due is not None:
            return self.due
        return next((r for r in reversed(self.results) if is_of(r, year)), None)

    @property
    def figures(self) -> tuple[Row, ...]:
        """All figures published about it, of whatever kind."""
        return (*self.results, *self.others, *self.planned, *self.related)

    def holds(self, value: float) -> bool:
        """Whether a number is one of the target's own or of a figure that was published."""
        return value in (*in_words(self.indicator), self.indicator["target"]) or bool(self.figures_of(value))

    def figures_of(self, value: float) -> list[Row]:
        """The published figures, of whatever kind, that are a number, or come to it where it is said with decimals."""
        return [r for r in self.figures if r["value"] is not None and not _bounds(r) and comes_to(r["value"], value)]


def standing_of(indicator: str, knowledge: Knowledge) -> Standing:
    """How a target stands.

    Raises:
        KeyError: there is no such indicator.
    """
    return _standings(knowledge)[indicator]


@lru_cache(maxsize=2)
def _standings(knowledge: Knowledge) -> dict[str, Standing]:
    # Many readings of one question look at the same targets.
    return {indicator: _standing(indicator, knowledge) for indicator in knowledge.indicators}


def _standing(indicator: str, knowledge: Knowledge) -> Standing:
    row, progress = knowledge.indicators[indicator], knowledge.progress[indicator]
    observed = knowledge.observations.get(indicator, [])
    by_id = {r["id"]: r for r in observed}
    actual = [r for r in observed if r["kind"] == FigureKind.ACTUAL]
    return Standing(
        indicator=row,
        progress=progress,
        span=stated_at(row, knowledge),
        due=by_id.get(progress["due_observation"]),
        latest=by_id.get(progress["latest_observation"]),
        results=tuple(r for r in actual if r["comparable"]),
        others=tuple(r for r in actual if not r["comparable"]),
        planned=tuple(r for r in observed if r["kind"] != FigureKind.ACTUAL),
        related=tuple(knowledge.background.get(indicator, [])),
        before=by_id.get(progress["baseline_observation"]) if progress["above_target_before"] else None,
        dip=by_id.get(progress["dip_observation"]),
        project=_project_of(row, knowledge) if row["target"] is None else None,
    )


def _project_of(indicator: Row, knowledge: Knowledge) -> Row | None:
    """The project that a target names; of two, the one with the longer name (市中医院伊滨医院 is not 伊滨医院)."""
    names = [
        (name, p)
        for p in knowledge.projects.values()
        for name in (p["name"], *(p["also_known_as"] or "").split("|"))
        if name and name in indicator["name_zh"]
    ]
    return max(names, key=lambda found: len(found[0]), default=(None, None))[1]


def stated_at(indicator: Row, knowledge: Knowledge) -> Span | None:
    """The span of the plan that states a target."""
    clause = knowledge.clause(indicator["clause"])
    start = clause["text"].find(indicator["quote"])
    return Span(clause["document"], clause["clause"], start, start + len(indicator["quote"])) if start >= 0 else None


def is_of(row: Row, year: int) -> bool:
    """Whether a figure is of one year and of no other."""
    end = row["period_end"]
    first = row["period_start"] or end
    return bool(end and end.year == year and first.year == year)


def of_years(rows: Iterable[Row], years: Collection[int]) -> list[Row]:
    """The figures of some years; all where none is named."""
    return [r for r in rows if not years or any(is_of(r, y) for y in years)]


def same(value: float, said: float) -> bool:
    """Whether a number that was said is a figure, rounded to as many decimals as were said."""
    return round(value, decimals(said)) == said


def _bounds(row: Row) -> bool:
    """Whether a figure only says what lies above or below it (<9.0)."""
    return str(row["value_text"] or "").startswith(("<", ">", "≤", "≥", "＜", "＞"))


def comes_to(value: float, said: float) -> bool:
    """Whether a figure is a number that was said; one said with decimals may be the figure rounded."""
    return value == said or bool(decimals(said) and same(value, said))


def decimals(value: float) -> int:
    """How many decimals a number is said with."""
    return len(f"{value:.6f}".rstrip("0").split(".")[1])


def in_words(indicator: Row) -> list[float]:
    """The numbers of a target's own wording; more than one where it is a range."""
    return [value for value, _ in numbers_in(str(indicator["target_text"] or ""))]


def evidence_of(standings: Iterable[Standing], knowledge: Knowledge) -> str:
    """The words of targets and of their figures, to compare a question's words with."""
    return " ".join(dict.fromkeys(said for s in standings for said in _said_of(s, knowledge)))


def _said_of(s: Standing, knowledge: Knowledge) -> Iterator[str]:
    """The words of one target, its clause's title, its figures and their sources."""
    yield from (str(s.indicator.get(c) or "") for c in _TARGET_WORDS)
    yield str(knowledge.clause(s.indicator["clause"])["title"])
    yield from (str(r["unit"] or "") for r in s.related)
    rows = [r for r in (s.due, s.latest, *s.others, *s.planned) if r]
    yield from (str(r.get(c) or "") for r in rows for c in _FIGURE_WORDS)
    yield from (str(knowledge.sources[r["source"]]["title"] or "") for r in rows if r["source"] in knowledge.sources)
