"""The filters of a turn in the light of the one before: those it states in their place, the year it counts from, what lies between two turns."""

from portal.answering.knowledge import Knowledge
from portal.answering.lookup.measures import measure_of
from portal.answering.query import Operation, Query, SubjectKind, Where
from portal.answering.reading.reading import Reading
from portal.answering.reading.turns import beside_names

BETWEEN = {Operation.DIFFERENCE, Operation.COMPARE}
"""What lies between two turns that asked the same of one year or place and of another."""
# What is told of the year a target was due, where no year was named.
_OF_DUE_YEAR = {Operation.VALUE, Operation.CHECK, Operation.EXPLAIN, Operation.SUMMARISE}
_SIDE_BY_SIDE = ("years", "cities", "districts")


def merged(query: Query, now: Where, reading: Reading, knowledge: Knowledge) -> Where:
    """The filters of the turn before, those this turn states in their place; a year counted from the one before."""
    before = query.where
    update = {name: value for name, value in now if value and name not in {"lowest"}}
    if now.lowest:
        update["lowest"] = True
    if before.cities and not now.cities and (named := reading.named.of(SubjectKind.CITY)):
        # The own city named by itself takes the others' place, or joins them where they are compared.
        compared = _sets_beside(query, reading, knowledge)
        update["cities"] = (*before.cities, *(s.id for s in named)) if compared else ()
    return before.model_copy(update=update | _when(query, now, reading, knowledge))


def _sets_beside(before: Query, reading: Reading, knowledge: Knowledge) -> bool:
    """Whether a turn sets what it names beside what the turn before named (比某市多多少), and does not ask the same of it (某市呢)."""
    if before.operation is Operation.COMPARE:
        return True
    likely = reading.likely["operation"]
    return max(likely, key=likely.__getitem__) in BETWEEN and len(beside_names(reading, knowledge)) > 1


def _when(before: Query, now: Where, reading: Reading, knowledge: Knowledge) -> dict[str, object]:
    """The years this turn states, or those it counts from the year of the turn before; nothing where it says none."""
    if now.years or now.from_ or now.to or now.recent or now.plan_years:
        return {"years": now.years, "from_": now.from_, "to": now.to, "recent": now.recent}
    step, side = reading.times.step, reading.times.side
    year = _year_told(before, knowledge) if step or side else None
    if year is None:
        return {}
    if step:
        return {"years": (year + step,), "from_": None, "to": None, "recent": None, "latest": False}
    first, last = (None, year - 1) if side < 0 else (year + 1, None)
    return {"years": (), "from_": first, "to": last, "recent": None, "latest": False}


def _year_told(before: Query, knowledge: Knowledge) -> int | None:
    """The year the turn before was told of: the last it named, else the one its answer begins with; None of what has no year."""
    where = before.where
    if where.years or where.to:
        return where.years[-1] if where.years else where.to
    of_target = not where.cities and before.operation in _OF_DUE_YEAR
    years = (_year_of(s.id, of_target, where.latest, knowledge) for s in before.subjects)
    return next((year for year in years if year), None)


def _year_of(subject: str, of_target: bool, latest: bool, knowledge: Knowledge) -> int | None:
    """The year told of a figure that no year was named for: of a target the one it was due, else the latest there is."""
    progress = knowledge.progress.get(subject)
    if progress and of_target:
        told = progress["latest_observation" if latest else "due_observation"]
        rows = [r for r in knowledge.observations.get(subject, []) if r["id"] == told and r["period_end"]]
        if rows:
            return int(rows[0]["period_end"].year)
    measure = measure_of(subject, knowledge)
    return measure.years[-1] if measure and measure.years else None


def between(before: Query, where: Where) -> dict[str, object]:
    """What a difference is taken between that is asked for without saying so (2022年呢 → 2023年呢 → 差多少): this turn's filters
    with those of the turn before; of who is first, it is told how far the others are behind."""
    if before.operation is Operation.EXTREME:
        return {"operation": Operation.EXTREME}
    earlier = before.where_before
    if earlier is None or where != before.where:
        return {}
    both = {name: (*getattr(earlier, name), *getattr(where, name)) for name in _SIDE_BY_SIDE}
    return {"where": where.model_copy(update={n: tuple(dict.fromkeys(v)) for n, v in both.items()})}


def moved(before: Query, where: Where) -> bool:
    """Whether a turn asks the same of another year or place."""
    return any(
        getattr(where, n) and getattr(before.where, n) and getattr(where, n) != getattr(before.where, n)
        for n in _SIDE_BY_SIDE
    )
