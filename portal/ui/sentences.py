"""Names and sentences made from a row: why a target has its status, what else is known of it, what its chart shows."""

from collections.abc import Sequence

from portal.plan.progress import value_text
from portal.plan.rows import ClauseRow, ObservedRow
from portal.publication.catalogue import Dataset
from portal.publication.site import Site
from portal.publication.statuses import FigureKind, TargetStatus
from portal.publication.store import Row
from portal.texts.interface import either, known, language, t
from portal.texts.marks import ARTICLE_OR_PART, FIRST_SENTENCE

BEFORE = "0"
"""The id of what stands before the first numbered clause."""


def site_title(site: Site | None) -> str:
    """The portal's name in the language of this run."""
    if site is None:
        return t("site.unnamed")
    return site.title_en if language() == "en" else site.title


def value(row: Row, prefix: str = "", short: bool = False) -> str:
    """An observation's value with its unit in the language of this run (`portal.plan.progress.value_text`)."""
    return value_text(row, prefix, short=short, english=language() == "en")


def unit(row: Row) -> str:
    """A row's unit in the language of this run; empty where English counts without one."""
    return str(row["unit_en"] if language() == "en" and "unit_en" in row else row["unit"])


def named(row: Row) -> str:
    """A place's name, in English with its own name after it, as it stands on signs."""
    name, said = str(row["name"]), either(row, "name")
    return name if said == name else f"{said} {name}"


def clause_title(clause: Row) -> str:
    """A clause's title, in English where the run speaks it and the document has one."""
    return str((language() == "en" and clause.get("title_en")) or clause["title"])


def clause_number(clause: str) -> str:
    """A clause's number as people read it: what stands before the first has a word, its id is for programs."""
    return t("clause.before") if clause == BEFORE else clause


def article_label(clause: Row) -> str:
    """What people call a clause of a text that counts in chapters and articles; empty for one of another kind."""
    label = clause.get("label") or ""
    return label if clause.get("clause") != BEFORE and ARTICLE_OR_PART.match(label) else ""


def clause_name(clause: str) -> str:
    """A clause of the plan by its number."""
    return t("clause.before") if clause == BEFORE else t("clause.short", clause=clause)


def clause_named(clauses: Sequence[ClauseRow], clause: str, title: str) -> str:
    """A clause's number and title in the language of this run.

    Args:
        clauses: of its document (`portal.plan.clauses.clauses`).
        clause: its number.
        title: its Chinese title, for a clause of another version.
    """
    found: Row = dict(next((c for c in clauses if c["clause"] == clause), {"title": title}))
    title = clause_title(found)
    if label := article_label(found):
        return label if title in label else f"{label} {title}"
    return f"{t('clause.before')} {title}" if clause == BEFORE else t("clause.named", clause=clause, title=title)


def condition(dataset: Dataset, name: str, value: str) -> str:
    """A parameter of a query in words."""
    if name in {"q", "order", "select"}:
        return t(f"data.told_{name}", value=value)
    wanted, _, operator = name.removeprefix("filter.").partition("__")
    shown = known(f"value.{value}", value) if value else t("data.empty_cell")
    return t(
        "data.told_filter",
        column=either(dataset.column(wanted), "title"),
        operator=t(f"operator.{operator or 'eq'}"),
        value=shown,
    )


def chart_alt(row: Row, seen: list[ObservedRow]) -> str:
    """What a target's chart shows, for those who do not see it.

    Args:
        row: a progress row.
        seen: rows of `portal.plan.progress.observations`.
    """
    results = [o for o in seen if o["kind"] == FigureKind.ACTUAL and o["comparable"] and o["value"] is not None]
    key = "chart.alt" if len(results) > 1 else "chart.alt_bars"
    return t(key, name=either(row, "name"), target=either(row, "target_text"), result=result(row))


def no_chart(row: Row) -> str:
    """Why a target has no chart: nothing comparable is published, or no number was promised.

    Args:
        row: a progress row.
    """
    return t("indicator.no_number" if row["latest_value"] is not None else "indicator.no_results")


def reason(row: Row) -> str:
    """Why a target has its status: the result, how far it can be relied upon, what was before and what came after."""
    return " ".join(part for part in (verdict(row), besides(row)) if part)


def besides(row: Row) -> str:
    """What must be known beside a verdict: how far the result can be relied upon, what was before and what came after."""
    return " ".join(part for part in (_reliance(row), *_before(row), _later(row), _instead(row)) if part)


def missed(row: Row) -> str:
    """A target that was missed, as a short story: before the plan, at the due date, what was promised, what came after."""
    told = {"target": either(row, "target_text"), "due": result(row)}
    if row["baseline_value"] is not None:
        before = t("reason.result", value=value(row, "baseline_", short=True), period=either(row, "baseline_period"))
        went = t("story.from", before=before, **told)
    else:
        went = t("story.missed", **told)
    return " ".join(part for part in (went, besides(row)) if part)


def caveat(row: Row) -> str:
    """What must be said beside a target's verdict: of the result it is judged by, or of the one that cannot be compared."""
    said = either(row, "due_caveat") or either(row, "other_caveat")
    return t("reason.caveat", caveat=said) if said else ""


def result(row: Row) -> str:
    """The result at the due date with its period, or that there is none."""
    if row["due_value"] is None:
        return t("reason.none")
    return t("reason.result", period=either(row, "due_period"), value=value(row, "due_", short=True))


def verdict(row: Row) -> str:
    """The result against the target in one sentence, or why there is none to hold against it."""
    if row["due_value"] is not None:
        return t(f"reason.{row['reason']}", result=result(row), target=either(row, "target_text"))
    if row["reason"] == "only_other_scope":
        return t(
            "reason.only_other_scope",
            period=either(row, "other_period"),
            value=value(row, "other_", short=True),
            why=either(row, "other_reason"),
        )
    return t(f"reason.{row['reason']}", year=row["due"].year)


def _reliance(row: Row) -> str:
    """That the result at the due date is a corrected value, or how reliable it is where that is not high."""
    if row["due_value"] is None:
        return ""
    if row["due_corrected"]:
        return t("reason.corrected")
    level = row["due_reliability"]
    return t("reason.reliability", level=t(f"reliability.{level}")) if level in ("medium", "low") else ""


def _before(row: Row) -> list[str]:
    """That a target met was reached before the plan began, and whether it was missed meanwhile."""
    if not row.get("above_target_before") or row["status"] != TargetStatus.MET:
        return []
    above = row["direction"] == "at_least" and row["baseline_value"] > row["target"]
    told = {"period": either(row, "baseline_period"), "value": value(row, "baseline_", short=True)}
    said = [t("reason.above_before" if above else "reason.reached_before", **told)]
    if row["dip_observation"]:
        said.append(t("reason.dip", period=either(row, "dip_period"), value=value(row, "dip_", short=True)))
    return said


def _later(row: Row) -> str:
    """What a later document asks for instead, where that is less or later."""
    if not row["later_change"]:
        return ""
    told = {"period": either(row, "later_period"), "value": value(row, "later_", short=True)}
    return t(f"reason.later_{row['later_change']}", **told)


def _instead(row: Row) -> str:
    """For a target without a comparable result: what is known instead, named as what it is."""
    if row["due_value"] is not None:
        if row["latest_observation"] in (None, row["due_observation"]):
            return ""
        return t("reason.latest", period=either(row, "latest_period"), value=value(row, "latest_", short=True))
    others = row["actual_count"] - (1 if row["reason"] == "only_other_scope" else 0)
    known = [
        t("reason.other_count", count=others) if others > 0 else "",
        t("reason.plan_count", count=row["annual_plan_count"]) if row["annual_plan_count"] else "",
        t("reason.later_count", count=row["later_target_count"]) if row["later_target_count"] else "",
        t("reason.earlier_count", count=row["earlier_target_count"]) if row["earlier_target_count"] else "",
        t("reason.related_count", count=row["related_count"]) if row["related_count"] else "",
    ]
    named = t("list.separator").join(k for k in known if k)
    if not named:
        return ""
    return t("reason.besides" if row["reason"] == "only_other_scope" else "reason.instead", known=named)


def first_sentence(text: str) -> str:
    """The first sentence of a note in Chinese or English."""
    return FIRST_SENTENCE.split(text, maxsplit=1)[0]
