"""Target against observation: what the status of every indicator is computed from (the rule itself is `pipelines.compute.status`)."""

import datetime
from collections.abc import Iterable

from pipelines.compute.status import DONE, MEETS, meets, status_of
from pipelines.sources.datasets import CheckedTable
from portal.publication.statuses import FigureKind
from portal.publication.store import Row


def check_judgeable(indicators: CheckedTable, observations: CheckedTable) -> list[str]:
    """What would make a status wrong though every cell keeps its rule: a target that is missing, a unit that is another.

    Args:
        indicators: rows that passed their own checks.
        observations: likewise.
    Returns:
        one sentence a row.
    """
    units = {r["id"]: r["unit"] for r in indicators.rows}
    problems = [
        indicators.problem(index, "target", f"direction 为 {row['direction']} 时必填")
        for index, row in enumerate(indicators.rows)
        if row["direction"] != "done" and row["target"] is None
    ]
    for index, row in enumerate(observations.rows):
        unit = units[row["indicator"]]
        if row["comparable"] and row["unit"] != unit:
            rule = f"指标 {row['indicator']} 的单位是“{unit}”，单位不同不能比较"
            problems.append(observations.problem(index, "unit", rule))
    return problems


def compute_progress(indicators: Iterable[Row], observations: Iterable[Row], period_start: datetime.date) -> list[Row]:
    """One row an indicator, as the table `progress` is described.

    A comparable result for the due year decides `met` or `not_met`; otherwise a result of the plan's time in another scope
    makes `not_comparable`; otherwise nothing was published. Tasks and later targets never count as results.

    Args:
        indicators: checked rows.
        observations: checked rows.
        period_start: first day of the plan; the baseline is the last comparable result before it.
    """
    results: dict[str, list[Row]] = {}
    for row in observations:
        if row["kind"] == FigureKind.ACTUAL:
            results.setdefault(row["indicator"], []).append(row)
    return [_progress(indicator, results.get(indicator["id"], []), period_start) for indicator in indicators]


def _progress(indicator: Row, results: list[Row], period_start: datetime.date) -> Row:
    due: datetime.date = indicator["due"]
    comparable = sorted(
        (r for r in results if r["comparable"] and r["period_end"] and r["value"] is not None),
        key=lambda r: r["period_end"],
    )
    at_due = _last(r for r in comparable if r["period_end"].year == due.year)
    latest = _last(comparable)
    baseline = _last(r for r in comparable if r["period_end"] < period_start)
    other = None if at_due is not None else _other_scope(results, period_start, due)
    status, reason = status_of(indicator, at_due, other, comparable)
    before = baseline is not None and meets(indicator, baseline)
    return {
        "indicator": indicator["id"],
        "status": status,
        "reason": reason,
        **_component("due", at_due),
        **_component("latest", latest),
        **_component("baseline", baseline),
        **_component("other", other),
        "share_covered": _share(indicator, at_due, baseline),
        "above_target_before": before,
        **_component("dip", _dip(indicator, comparable, period_start, due) if before else None),
    }


def _other_scope(results: list[Row], start: datetime.date, end: datetime.date) -> Row | None:
    """The latest result of the plan's time that cannot be compared: what `not_comparable` rests on."""
    other = [r for r in results if not r["comparable"] and _overlaps(r, start, end)]
    return _last(sorted(other, key=lambda r: r["period_end"] or datetime.date.min))


def _dip(indicator: Row, comparable: list[Row], start: datetime.date, end: datetime.date) -> Row | None:
    """The comparable result of the plan's time, before the due year, that misses a target already reached before; the worst one."""
    missed = [
        r
        for r in comparable
        if start <= r["period_end"] and r["period_end"].year < end.year and not meets(indicator, r)
    ]
    return max(missed, key=lambda r: abs(r["value"] - (indicator["target"] or DONE)), default=None)


def _overlaps(row: Row, start: datetime.date, end: datetime.date) -> bool:
    """Whether a result can be of the plan's time; an end the source leaves open counts as open, no dates at all as outside."""
    if row["period_start"] is None and row["period_end"] is None:
        return False
    return (row["period_start"] or datetime.date.min) <= end and (row["period_end"] or datetime.date.max) >= start


def _share(indicator: Row, at_due: Row | None, baseline: Row | None) -> float | None:
    """Part of the way from baseline to target covered at the due date, 0 to 1; None where there was no way to go."""
    if at_due is None or baseline is None or indicator["target"] is None:
        return None
    if MEETS[indicator["direction"]](baseline["value"], indicator["target"]):
        return None
    share = (at_due["value"] - baseline["value"]) / (indicator["target"] - baseline["value"])
    return min(1.0, max(0.0, share))


def _component(name: str, row: Row | None) -> Row:
    return {
        f"{name}_observation": row["id"] if row else None,
        f"{name}_value": row["value"] if row else None,
        f"{name}_period": row["period"] if row else None,
    }


def _last(rows: Iterable[Row]) -> Row | None:
    every = list(rows)
    return every[-1] if every else None
