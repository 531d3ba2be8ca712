"""Names, targets, values and states in words, as every composer says them."""

from portal.answering.draft import Draft, frame, word
from portal.answering.knowledge import Knowledge, Row, without_scope
from portal.numerals import shown


def name_of(indicator: Row, draft: Draft) -> str:
    """An indicator's name in the answer's language, without the scope that is said beside it."""
    name = indicator["name_zh"] if draft.language == "zh" else indicator["name_en"]
    return without_scope(name) if draft.language == "zh" else str(name)


def due_text(indicator: Row, draft: Draft) -> str:
    """When the target is due, in the answer's language."""
    if draft.language == "zh":
        return str(indicator["due_text"])
    return str(word("due", "en", "by")).format(year=indicator["due"].year)


def target_text(indicator: Row, draft: Draft) -> str:
    """The target as the plan writes it, in English with the number beside it."""
    if draft.language == "zh" or indicator["target"] is None:
        return str(indicator["target_text"])
    unit = word("units", "en", indicator["unit"]) or ""
    number = str(word("directions", "en", indicator["direction"])).format(target=f"{shown(indicator['target'])}{unit}")
    return f"{number} ({indicator['target_text']})"


def scope_of(indicator: Row, draft: Draft) -> str:
    """The part of the territory a target is for, in brackets; empty where the plan names none."""
    return frame(draft.language, "scope", scope=indicator["scope"]) if indicator["scope"] else ""


def say_target(draft: Draft, indicator: Row, item: bool = False) -> None:
    """Add the sentence that states a target, or the line of a list that does."""
    draft.target_figure(indicator)
    key = "target_item" if item else "target"
    draft.say(
        f"{key}_done" if indicator["direction"] == "done" else key,
        name=name_of(indicator, draft),
        scope=scope_of(indicator, draft),
        due=due_text(indicator, draft),
        target=target_text(indicator, draft),
    )


def status_line(draft: Draft, indicator: Row, short: bool = False) -> str:
    """The status of an indicator in one line; its rows become evidence."""
    progress = draft.knowledge.progress[indicator["id"]]
    status = progress["status"]
    if status not in {"met", "not_met"}:
        return frame(draft.language, f"{'short' if short else 'status'}_{status}")
    row = observation(draft.knowledge, indicator["id"], progress["due_observation"])
    draft.observed_figure(row)
    values = {
        "period": period_of(row, draft),
        "value": value_of(row, draft),
        "unit": unit_of(row, draft),
        "scope": row["scope"],
    }
    if indicator["direction"] == "done":
        return frame(draft.language, "short_done" if short else "status_done", **values)
    if short:
        return frame(draft.language, f"short_{status}", **values)
    key = "status_not_met_above" if status == "not_met" and indicator["direction"] == "at_most" else f"status_{status}"
    return frame(draft.language, key, target=target_text(indicator, draft), **values)


def period_of(row: Row, draft: Draft) -> str:
    """A period as people write it: a bare year gets its 年."""
    period = str(row["period"])
    return f"{period}年" if draft.language == "zh" and period.isdigit() else period


def value_of(row: Row, draft: Draft) -> str:
    """A value as published where words belong to it (10000余), else rounded to two decimals; its unit is said beside it."""
    text = str(row["value_text"] or "")
    if row["value"] is None or not text.replace(".", "", 1).replace(",", "").isdigit():
        return text.removesuffix(row["unit"] or "")
    value = shown(row["value"])
    # Chinese texts write 2769, English ones 2,769.
    return value.replace(",", "") if draft.language == "zh" else value


def unit_of(row: Row, draft: Draft) -> str:
    """A value's unit in the answer's language."""
    unit = word("units", draft.language, row["unit"] or "")
    return str(row["unit"] or "") if unit is None else unit


def observation(knowledge: Knowledge, indicator: str, observation_id: str) -> Row:
    """A row of observations by its id."""
    return next(r for r in knowledge.observations[indicator] if r["id"] == observation_id)
