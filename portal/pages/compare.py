"""比较: any measure, places and years as bars, lines, small multiples or a table; the address holds what is shown."""

from urllib.parse import parse_qsl, urlsplit

import streamlit as st
from markupsafe import Markup

from portal.datasets.row_parameters import BadParameterError
from portal.measures.comparison import Asked, Comparison, asked_of, choices, compare
from portal.measures.registry import Measure, Registry, measures
from portal.measures.result import MeasureRow
from portal.publication.store import Store
from portal.texts.interface import language, t
from portal.ui import comparison_embed, links, measure_words, page_data, shell
from portal.ui.html import actions, chips, draw, empty, heading, join, link, outside, reliability, share, table, to_file
from portal.ui.measure_charts import comparison_chart, place_name
from portal.ui.multiples import grid
from portal.ui.place_bars import place_bars

_PARAMETERS = ("measure", "dataset", "place", "from", "to", "view")


def page() -> None:
    """Draw the comparison the address names, the first one where it names none."""
    store = page_data.store()
    registry = measures(store)
    offered = choices(registry)
    draw(Markup('<div class="lead" id="p-main"><h1>{}</h1><p>{}</p></div>').format(t("nav.compare"), t("compare.lead")))
    if not offered:
        draw(empty(t("compare.nothing")))
        return
    asked = asked_of((n, v) for n in _PARAMETERS for v in st.query_params.get_all(n))
    try:
        comparison = compare(store, asked if asked.measure else Asked(offered[0].id, offered[0].dataset))
    except BadParameterError:
        draw(empty(t("compare.unknown", id=asked.measure)))
        comparison = compare(store, Asked(offered[0].id, offered[0].dataset))
    shell.name_page(measure_words.name(comparison.measure), store.manifest.site)
    _choose(store, offered, comparison)
    _show(registry, comparison, asked)


def _choose(store: Store, offered: list[Measure], comparison: Comparison) -> None:
    """The measure, its places and years, and how to look at them; every choice ends up in the address."""
    keys = {f"{m.dataset}/{m.id}": m for m in offered}
    st.session_state["compare_measure"] = f"{comparison.measure.dataset}/{comparison.measure.id}"
    st.selectbox(
        t("compare.measure"),
        list(keys),
        format_func=lambda k: measure_words.option(store, keys[k]),
        key="compare_measure",
        on_change=_measure_chosen,
    )
    _choose_places(comparison)
    _choose_years(comparison)
    decided = comparison.asked
    shown = [
        (
            links.page(
                "compare", *Asked(decided.measure, decided.dataset, decided.places, None, decided.last, v).pairs()
            )
            if v == "bars" or decided.view == "bars"
            else links.page("compare", *[p for p in decided.pairs() if p[0] != "view"], ("view", v)),
            t(f"compare.{v}"),
            v == comparison.view,
        )
        for v in comparison.views
    ]
    if len(shown) > 1:
        draw(chips(t("compare.view"), shown))


def _choose_places(comparison: Comparison) -> None:
    if len(comparison.places) < 2:
        return
    named = {p.name: p.name_en if language() == "en" else p.name for p in comparison.places}
    st.session_state["compare_places"] = [p.name for p in comparison.chosen]
    st.multiselect(
        t("compare.places"),
        list(named),
        format_func=lambda n: named[n],
        key="compare_places",
        placeholder=t("compare.places_all", count=len(named)),
        on_change=_places_chosen,
    )


def _choose_years(comparison: Comparison) -> None:
    years = [] if comparison.measure.section.timeless else list(comparison.measure.years)
    if len(years) < 2:
        return
    if comparison.view == "bars":
        _year("to", t("compare.year"), list(reversed(years)), comparison.asked.last or years[-1])
        return
    left, right = st.columns(2)
    with left:
        _year("from", t("compare.from"), years, comparison.asked.first or years[0])
    with right:
        _year("to", t("compare.to"), list(reversed(years)), comparison.asked.last or years[-1])


def _year(name: str, label: str, years: list[int], chosen: int) -> None:
    # A year between two that have figures is shown as the nearest one that has.
    nearest = min(years, key=lambda y: abs(y - chosen))
    st.session_state[f"compare_{name}"] = nearest
    st.selectbox(label, years, key=f"compare_{name}", on_change=_year_chosen, args=(name,))


def _measure_chosen() -> None:
    dataset, _, measure = st.session_state["compare_measure"].partition("/")
    for name in ("place", "from", "to", "view"):
        if name in st.query_params:
            del st.query_params[name]
    st.query_params["measure"], st.query_params["dataset"] = measure, dataset


def _places_chosen() -> None:
    st.query_params["place"] = list(st.session_state["compare_places"])


def _year_chosen(name: str) -> None:
    st.query_params[name] = str(st.session_state[f"compare_{name}"])


def _show(registry: Registry, comparison: Comparison, asked: Asked) -> None:
    result = comparison.result
    unknown = [p for p in asked.places if registry.place(comparison.measure, p) is None]
    if unknown:
        draw(empty(t("compare.unknown_place", places=t("list.separator").join(unknown))))
    if not result.rows:
        draw(empty(t("compare.nothing")))
        return
    draw(heading(measure_words.name(comparison.measure), 2, measure_words.said(comparison)))
    drawn = comparison.view != "table" and bool(comparison.drawn())
    _draw(comparison)
    draw(_matrix(comparison) if comparison.view == "table" else Markup(""), _notes(comparison), _figures(comparison))
    draw(_aside(comparison), _how(comparison), _take(comparison, drawn))
    if drawn:
        draw(heading(t("compare.embed"), 2, t("compare.embed_note")))
        st.code(comparison_embed.snippet(comparison, shell.address("compare")), language=None, wrap_lines=True)


def _draw(comparison: Comparison) -> None:
    """The comparison in its view; lines alone need a chart that answers the pointer, everything else is the page's own."""
    match comparison.view:
        case "bars":
            draw(place_bars(comparison))
        case "multiples":
            draw(grid(comparison))
        case "line":
            if (chart := comparison_chart(comparison)) is not None:
                alt = f"{measure_words.alt(comparison)} {t('chart.in_table')}"
                st.altair_chart(chart, width="stretch", alt=alt)


def _matrix(comparison: Comparison) -> Markup:
    """Places down, years across."""
    columns, lines = comparison.table()
    body = [[place_name(first), *(_cell(comparison, row) for row in rows)] for first, rows in lines]
    headers = [t("compare.place"), *(c or measure_words.name(comparison.measure) for c in columns)]
    return table(headers, body, measure_words.name(comparison.measure), "is-wide")


def _cell(comparison: Comparison, row: MeasureRow | None) -> str:
    if row is None:
        return "–"
    return measure_words.value(comparison, row) + (t("compare.doubtful_mark") if row.doubtful else "")


def _notes(comparison: Comparison) -> Markup:
    told = measure_words.notes(comparison)
    if not told:
        return Markup("")
    items = join(Markup("<li>{}</li>").format(n) for n in told)
    return heading(t("compare.notes")) + Markup('<ul class="plain">{}</ul>').format(items)


def _figures(comparison: Comparison) -> Markup:
    """Every figure with its source."""
    rows = comparison.result.rows
    return Markup("<details><summary>{} · {}</summary>{}</details>").format(
        t("compare.figures"), t("compare.figures_note", count=len(rows)), _rows(comparison, rows, t("compare.figures"))
    )


def _aside(comparison: Comparison) -> Markup:
    rows = comparison.result.aside
    if not rows:
        return Markup("")
    summary = t("compare.aside")
    return Markup("<details><summary>{}</summary>{}</details>").format(summary, _rows(comparison, rows, summary))


def _rows(comparison: Comparison, rows: tuple[MeasureRow, ...], caption: str) -> Markup:
    scoped = any(r.scope for r in rows)
    headers = [t("compare.place"), t("column.period"), t("column.value"), t("column.source")]
    body = [
        [place_name(r), r.period or "", measure_words.value(comparison, r) + _marks(r), _source(r)]
        + ([r.scope or ""] if scoped else [])
        for r in rows
    ]
    return table([*headers, *([t("column.scope")] if scoped else [])], body, caption)


def _marks(row: MeasureRow) -> str:
    return t("compare.doubtful_mark") if row.doubtful else ""


def _source(row: MeasureRow) -> Markup:
    if row.source is None:
        return Markup("")
    linked = outside(row.source.url, measure_words.source(row.source))
    return Markup('<span class="source">{} {}</span>').format(linked, reliability(row.reliability))


def _how(comparison: Comparison) -> Markup:
    """The SQL, with ways to run it and to see the rows in their table."""
    path, query = comparison.measure.dataset, urlsplit(comparison.result.rows_url).query
    ways = actions(
        [
            link(links.page("sql", sql=comparison.result.sql), t("compare.run_sql"), "action"),
            link(links.page("data", ("dataset", path), *parse_qsl(query)), t("compare.rows"), "action"),
        ]
    )
    return Markup('<details><summary>{}</summary><p>{}</p><pre class="sql"><code>{}</code></pre>{}</details>').format(
        t("compare.how"), t("compare.how_note"), comparison.result.sql, ways
    )


def _take(comparison: Comparison, drawn: bool) -> Markup:
    """What can be taken away: the figures, the picture; and the way to the plan's own target where there is one."""
    files = [to_file(comparison_embed.file(comparison, e), t(f"compare.{e}")) for e in ("xlsx", "csv", "json")]
    files += [to_file(comparison_embed.file(comparison, e), t(f"picture.{e}")) for e in ("png", "svg") if drawn]
    thing = comparison.measure.thing
    if thing and thing[0] == "indicator":
        files.append(link(links.page("indicator", id=thing[1]), t("compare.target"), "action"))
    shared = share(links.page("compare", *comparison.asked.pairs()))
    return heading(t("compare.download")) + actions(files) + shared
