"""Names, targets, values and states in words, as every composer says them."""

from portal.answering.draft import Draft, frame, word
from portal.answering.knowledge import Knowledge, Row, without_scope
from portal.texts.numbers import brief, is_plain


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
    """The target as the plan writes it, in English with the original beside it."""
    text, said = str(indicator["target_text"]), draft.said(indicator, "target_text")
    return text if said == text else f"{said} ({text})"


def scope_of(indicator: Row, draft: Draft) -> str:
    """The part of the territory a target is for, in brackets; empty where the plan names none."""
    return frame(draft.language, "scope", scope=draft.said(indicator, "scope")) if indicator["scope"] else ""


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
        "scope": draft.said(row, "scope"),
    }
    if indicator["direction"] == "done":
        return frame(draft.language, "short_done" if short else "status_done", **values)
    if short:
        return frame(draft.language, f"short_{status}", **values)
    key = "status_not_met_above" if status == "not_met" and indicator["direction"] == "at_most" else f"status_{status}"
    return frame(draft.language, key, target=target_text(indicator, draft), **values)


def period_of(row: Row, draft: Draft) -> str:
    """A period as people write it: a bare year gets its 年."""
    period = draft.said(row, "period")
    return f"{period}年" if draft.language == "zh" and period.isdigit() else period


def value_of(row: Row, draft: Draft) -> str:
    """A value as published where words belong to it (10000余), else rounded to two decimals; its unit is said beside it."""
    text = draft.said(row, "value_text")
    if row["value"] is None or not is_plain(text):
        return text.removesuffix(unit_of(row, draft))
    value = brief(row["value"])
    # Chinese texts write 2769, English ones 2,769.
    return value.replace(",", "") if draft.language == "zh" else value


def unit_of(row: Row, draft: Draft) -> str:
    """A value's unit in the answer's language, as it follows the number; empty where it goes without saying."""
    if row["unit"] == "done":
        return ""
    if draft.language == "zh":
        return str(row["unit"] or "")
    unit = row.get("unit_en", row["unit"] or "")
    return unit if unit in {"", "%"} else f" {unit}"


def observation(knowledge: Knowledge, indicator: str, observation_id: str) -> Row:
    """A row of observations by its id."""
    return next(r for r in knowledge.observations[indicator] if r["id"] == observation_id)
