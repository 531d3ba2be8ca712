"""A comparison in words: its name, the sentence above the chart, sources, and what to be careful about."""

from portal.measures.comparison import Comparison
from portal.measures.registry import Measure
from portal.measures.result import MeasureRow, Source
from portal.publication.store import Store
from portal.texts.interface import either, language, t
from portal.texts.numbers import with_unit
from portal.ui.measure_charts import figure, place_name

_SOURCES = 3


def name(measure: Measure) -> str:
    """A measure's name in the language of this run."""
    return measure.name_en if language() == "en" else measure.name_zh


def option(store: Store, measure: Measure) -> str:
    """A measure and its dataset, to choose from."""
    return t("compare.option", name=name(measure), dataset=either(store.dataset(measure.dataset), "title"))


def value(comparison: Comparison, row: MeasureRow) -> str:
    """A figure with its unit, as published where the source qualifies it."""
    unit = comparison.result.unit_en if language() == "en" else row.unit
    return with_unit(figure(row.value), unit or "")


def said(comparison: Comparison) -> str:
    """What the figures say of the own city, or of the one place chosen, in a sentence; empty where they say nothing of one."""
    subject = comparison.chosen[0] if len(comparison.chosen) == 1 else comparison.own
    only = comparison.places[0] if len(comparison.places) == 1 else None
    place = subject or only
    rows = [r for r in comparison.drawn() if place and r.place == place.name]
    if not rows:
        return ""
    if comparison.view == "bars" or len(rows) == 1:
        return _stands(comparison, rows[-1])
    dated = sorted((r for r in rows if r.year is not None and not r.doubtful), key=lambda r: r.year or 0)
    if len({r.year for r in dated}) < 2:
        return ""
    before, after = dated[0], dated[-1]
    return t(
        "compare.change",
        place=place_name(before),
        first=before.year,
        last=after.year,
        before=value(comparison, before),
        after=value(comparison, after),
    )


def notes(comparison: Comparison) -> list[str]:
    """What to be careful about, each once: the result's notes, the caveats of its rows, the dataset's own."""
    english = language() == "en"
    told = [n.en if english else n.zh for n in comparison.result.notes if n.code not in {"no_rows", "year_used"}]
    told += [(english and r.caveat_en) or r.caveat or "" for r in comparison.result.rows]
    told.append(either(comparison.measure.shape.dataset, "caveats"))
    return [n for n in dict.fromkeys(told) if n]


def source(of: Source) -> str:
    """A source in one line."""
    return t("list.dot").join(p for p in (of.publisher, of.title if of.title != of.publisher else None) if p) or of.id


def sources(comparison: Comparison) -> str:
    """Where the figures are from, the latest first, in one line."""
    named = [source(s) for s in reversed(comparison.result.sources)]
    shown = t("list.semicolon").join(named[:_SOURCES]) + (t("list.more") if len(named) > _SOURCES else "")
    return t("picture.source", named=shown)


def title(comparison: Comparison) -> str:
    """What is compared, and the years."""
    first, last = comparison.asked.first, comparison.asked.last
    years = sorted({r.year for r in comparison.result.rows if r.year is not None})
    if years and not comparison.measure.section.timeless:
        first, last = first or years[0], last or years[-1]
    span = "" if first is None else f" {first}" if first == last else f" {first}–{last}"
    return f"{name(comparison.measure)}{span}"


def alt(comparison: Comparison) -> str:
    """What a chart shows, for those who do not see it."""
    view = t(f"compare.{comparison.view}")
    return t("compare.alt", name=name(comparison.measure), view=view, said=said(comparison)).strip()


def _stands(comparison: Comparison, row: MeasureRow) -> str:
    year = (
        t("compare.in_year", year=row.year) if row.year is not None and not comparison.measure.section.timeless else ""
    )
    ranked = [r for r in comparison.result.rows if r.rank is not None]
    words = {"year": year, "place": place_name(row), "value": value(comparison, row)}
    if row.rank is None or len(ranked) < 2:
        return t("compare.single", **words)
    return t("compare.ranked", rank=row.rank, of=len(ranked), **words)
