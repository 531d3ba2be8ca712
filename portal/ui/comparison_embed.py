"""A comparison away from its page: as a picture, as files, and as a small page for a frame on somebody else's."""

import csv
import io
import json
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from portal.datasets.formats import without_formulas
from portal.measures.comparison import Comparison
from portal.publication.manifest import Manifest
from portal.texts.interface import HTML_LANG, language, t
from portal.ui import chart_image, figure_files, links, measure_words, sentences
from portal.ui.measure_charts import comparison_chart, place_name

_STYLE = Path(__file__).parent / "static" / "embed.css"
_COLUMNS = (
    *("place", "period", "year", "value", "unit", "scope", "doubtful", "doubtful_reason", "reliability", "caveat"),
    *("source", "source_title", "source_url"),
)
_PAGE = Markup(
    '<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{title}</title><style>{style}</style></head><body><main><h1>{name}</h1><p>{said}</p>{chart}"
    '<p class="source">{source}</p>{notes}<p class="source">{version} '
    '<a href="{href}" target="_blank" rel="noopener">{more}</a></p></main></body></html>'
)
# Notes that fit under a small chart; the page has them all.
_NOTES = 3


def file(comparison: Comparison, extension: str) -> str:
    """The address of a comparison as a file or picture."""
    pairs = [p for p in comparison.asked.pairs() if p[0] != "measure"]
    return links.page(f"comparison/{quote(comparison.measure.id, safe='')}.{extension}", *pairs)


def snippet(comparison: Comparison, base: str) -> str:
    """What to copy into another page to show the comparison there.

    Args:
        comparison: what is shown.
        base: the portal's address, without a slash at the end.
    """
    pairs = [p for p in comparison.asked.pairs() if p[0] != "measure"]
    address = base + links.page(f"comparison/{quote(comparison.measure.id, safe='')}/embed", *pairs)
    return str(
        Markup(
            '<iframe src="{}" title="{}" width="100%" height="720" style="border:0" loading="lazy"></iframe>'
        ).format(address, measure_words.name(comparison.measure))
    )


def svg(comparison: Comparison, manifest: Manifest, width: int = chart_image.WIDTH, words: bool = True) -> str:
    """The chart as SVG with what it shows, its sources, doubts and version in words; empty where there is none to draw."""
    chart = comparison_chart(comparison, width)
    if chart is None:
        return ""
    around = None
    if words:
        foot = [measure_words.sources(comparison), *measure_words.notes(comparison)[:_NOTES]]
        foot.append(chart_image.version_line(manifest, comparison.measure.shape.dataset.table))
        lines = chart_image.wrapped(measure_words.said(comparison))
        wrapped = [line for text in foot for line in chart_image.wrapped(text)]
        around = chart_image.Words(measure_words.title(comparison), lines, wrapped)
    return chart_image.standing(chart, around, measure_words.alt(comparison))


def page(comparison: Comparison, manifest: Manifest) -> str:
    """The page for a frame, in the language of this run: no script, nothing fetched."""
    drawn = Markup().join(
        Markup('<div class="{}">{}</div>').format(css, Markup(svg(comparison, manifest, width, words=False)))
        for css, width in (("wide", chart_image.WIDTH), ("narrow", chart_image.NARROW))
    )
    notes = Markup().join(
        Markup('<p class="source">{}</p>').format(n) for n in measure_words.notes(comparison)[:_NOTES]
    )
    name = measure_words.title(comparison)
    return str(
        _PAGE.format(
            lang=HTML_LANG[language()],
            title=f"{name} · {sentences.site_title(manifest.site)}",
            style=_style(),
            name=name,
            said=measure_words.said(comparison),
            chart=drawn,
            source=measure_words.sources(comparison),
            notes=notes,
            version=chart_image.version_line(manifest, comparison.measure.shape.dataset.table),
            href=links.page("compare", *comparison.asked.pairs()),
            more=t("compare.more"),
        )
    )


def figures(comparison: Comparison, extension: str) -> bytes:
    """The figures as a file: `csv` and `json` by the names programs use, `xlsx` in words with codes beside them."""
    if extension == "xlsx":
        return figure_files.written(figure_files.of_comparison(comparison), extension)
    return as_csv(comparison) if extension == "csv" else as_json(comparison)


def as_csv(comparison: Comparison) -> bytes:
    """The figures as CSV with the mark Excel reads Chinese by; no cell is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["measure", "dataset", *_COLUMNS])
    for row in _rows(comparison):
        cells = [comparison.measure.id, comparison.measure.dataset, *(row[c] for c in _COLUMNS)]
        writer.writerow(["" if c is None else without_formulas(c) for c in cells])
    return text.getvalue().encode("utf-8-sig")


def as_json(comparison: Comparison) -> bytes:
    """The whole result as JSON, as `POST /api/v1/measures/query` gives it."""
    return json.dumps(comparison.result.model_dump(mode="json"), ensure_ascii=False).encode()


def _rows(comparison: Comparison) -> list[dict[str, object]]:
    return [
        row.model_dump(exclude={"source"})
        | {
            "place": place_name(row),
            "source": row.source.id if row.source else None,
            "source_title": row.source.title if row.source else None,
            "source_url": row.source.url if row.source else None,
        }
        for row in comparison.result.rows
    ]


@lru_cache(maxsize=1)
def _style() -> Markup:
    return Markup(_STYLE.read_text("utf-8"))
