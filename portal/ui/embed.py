"""A target alone, as a small page for a frame on somebody else's: title, status, chart, source, version, and the way back.

Plain HTML with the chart in it: no script, nothing fetched, light or dark as the reader's screen is.
"""

from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from portal.plan.rows import ObservedRow, ProgressRow
from portal.plan.years import span_of
from portal.publication.manifest import Manifest
from portal.publication.statuses import FigureKind
from portal.texts.interface import HTML_LANG, either, language, t
from portal.ui import chart_image, links, sentences

_STYLE = Path(__file__).parent / "static" / "embed.css"
_PAGE = Markup(
    '<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{title}</title><style>{style}</style></head><body><main><h1>{name}</h1>"
    '<p><span class="status is-{status}">{word}</span> {reason}</p>{chart}'
    '<p class="source">{source}</p><p class="source">{version} '
    '<a href="{href}" target="_blank" rel="noopener">{more}</a></p></main></body></html>'
)


def page(row: ProgressRow, seen: list[ObservedRow], manifest: Manifest) -> str:
    """The page of a target, in the language of this run.

    Args:
        row: a progress row.
        seen: rows of `portal.plan.progress.observations`.
        manifest: of the version they are from.
    """
    name = either(row, "name")
    return str(
        _PAGE.format(
            lang=HTML_LANG[language()],
            title=f"{name} · {sentences.site_title(manifest.site)}",
            style=_style(),
            name=name,
            status=row["status"],
            word=t(f"status.{row['status']}"),
            reason=" ".join(s for s in (sentences.reason(row), sentences.caveat(row)) if s),
            chart=_chart(row, seen, span_of(manifest.site)),
            source=chart_image.sources_line(seen),
            version=chart_image.version_line(manifest),
            href=links.page("indicator", id=row["id"]),
            more=t("embed.more"),
        )
    )


def snippet(row: ProgressRow, base: str) -> str:
    """What to copy into another page to show the target there.

    Args:
        row: a progress row.
        base: the portal's address, without a slash at the end.
    """
    address = base + links.page(f"embed/{row['id']}")
    return str(
        Markup(
            '<iframe src="{}" title="{}" width="100%" height="640" style="border:0" loading="lazy"></iframe>'
        ).format(address, either(row, "name"))
    )


def _chart(row: ProgressRow, seen: list[ObservedRow], plan: tuple[int, int]) -> Markup:
    """The chart in a wide and a narrow drawing, so that its letters can be read on a phone, and the figures as a table."""
    drawn = [
        Markup('<div class="{}">{}</div>').format(css, Markup(svg))
        for css, width in (("wide", chart_image.WIDTH), ("narrow", chart_image.NARROW))
        if (svg := chart_image.svg(row, seen, plan, width=width))
    ]
    if not drawn:
        return Markup('<p class="none">{}</p>').format(sentences.no_chart(row))
    results = [o for o in reversed(seen) if o["kind"] == FigureKind.ACTUAL and o["comparable"]]
    cells = Markup().join(
        Markup("<tr><th scope=row>{}</th><td>{}</td></tr>").format(either(o, "period"), sentences.value(o))
        for o in results
    )
    table = Markup(
        "<details><summary>{}</summary><table><caption>{}</caption><tr><th scope=col>{}</th><th scope=col>{}</th></tr>{}</table></details>"
    ).format(
        t("indicator.show_table", count=len(results)),
        t("indicator.results_table", name=either(row, "name")),
        t("column.period"),
        t("column.value"),
        cells,
    )
    return Markup().join(drawn) + table


@lru_cache(maxsize=1)
def _style() -> Markup:
    return Markup(_STYLE.read_text("utf-8"))
