"""A progress report set in type: `portal.plan.report` as a PDF on A4, with the portal's words, charts and font, the same for the same version.

Typst sets it (`static/report.typ`): it breaks Chinese lines by the rules, repeats a table's head on each page, and tags the PDF so
that it can be read aloud.
"""

import datetime
import json
from functools import lru_cache
from pathlib import Path

import typst

from portal.plan import progress
from portal.plan.report import District, Report
from portal.plan.rows import ObservedRow, ProgressRow
from portal.plan.years import span_of
from portal.publication.json_object import JsonObject
from portal.publication.statuses import TargetStatus
from portal.texts.interface import either, known, language, t
from portal.ui import chart_image, sentences
from portal.ui.fonts import FONTS

_TEMPLATE = Path(__file__).parent / "static" / "report.typ"
_REGION = {"zh": "cn", "en": "gb"}
# Lets three charts stand on a page.
_CHART_HEIGHT = 230


def pdf(report: Report) -> bytes:
    """The report as a tagged PDF (PDF/UA-1) in the language of this run; the same bytes for the same version."""
    made = datetime.datetime.combine(_date(report), datetime.time(), datetime.UTC)
    data = json.dumps(document(report), ensure_ascii=False)
    compiled = _compiler().compile(
        _TEMPLATE, sys_inputs={"data": data}, format="pdf", timestamp=made, pdf_standards=["ua-1"]
    )
    assert isinstance(compiled, bytes)
    return compiled


def document(report: Report) -> JsonObject:
    """Everything the report says, in its order, in the language of this run."""
    site = report.manifest.site
    plan = next(d for d in report.manifest.documents if d["id"] == site.plan)
    date = _date(report)
    return {
        "lang": language(),
        "region": _REGION[language()],
        "title": t("report.title", plan=(language() == "en" and plan["title_en"]) or plan["title"]),
        "subtitle": _subject(report),
        "portal": sentences.site_title(site),
        "date": {"year": date.year, "month": date.month, "day": date.day},
        "version": chart_image.version_line(report.manifest),
        "page": t("report.page"),
        "lead": _lead(report),
        "counts": [
            {"status": s, "count": n, "word": t(f"status.{s}"), "note": t(f"status_note.{s}")}
            for s, n in progress.counts(report.rows).items()
        ],
        "sections": [_section(report, rows) for rows in progress.by_theme(report.rows).values()],
        "parts": [p for p in (*_district(report), _gaps(report), _method(), _sources(report), _licence(report)) if p],
    }


def _date(report: Report) -> datetime.date:
    return datetime.date.fromisoformat(report.updated)


def _subject(report: Report) -> str:
    named = [
        t("report.of_theme", theme=either(report.rows[0], "theme")) if report.theme else "",
        t("report.of_district", district=_name(report.district)) if report.district else "",
    ]
    return t("list.dot").join(n for n in named if n) or t("report.of_all")


def _name(district: District) -> str:
    return (language() == "en" and district.name_en) or district.name


def _lead(report: Report) -> list[str]:
    lines = [t("report.lead", updated=report.updated, version=report.manifest.version)]
    if report.district:
        lines.append(t("report.district_lead", district=_name(report.district), count=len(report.rows)))
    return lines


def _section(report: Report, rows: list[ProgressRow]) -> JsonObject:
    charts = [
        {"svg": svg, "alt": sentences.chart_alt(row, seen)}
        for row in rows
        for seen in [report.seen[row["id"]]]
        if (
            svg := chart_image.svg(
                row,
                seen,
                span_of(report.manifest.site),
                chart_image.standing_words(row, seen, report.manifest),
                height=_CHART_HEIGHT,
            )
        )
    ]
    return {
        "title": either(rows[0], "theme"),
        "lead": [t("report.counted", count=len(rows), counts=_counted(rows))],
        "headers": [t("report.name"), t("report.target"), t("report.result"), t("report.status")],
        "rows": [_target(row) for row in rows],
        "charts": charts,
    }


def _counted(rows: list[ProgressRow]) -> str:
    counts = progress.counts(rows)
    return t("list.separator").join(f"{t(f'status.{s}')} {n}" for s, n in counts.items() if n)


def _target(row: ProgressRow) -> JsonObject:
    return {
        "name": either(row, "name"),
        "where": t("report.where", clause=row["clause"], scope=either(row, "scope")),
        "target": either(row, "target_text"),
        "due": either(row, "due_text"),
        "result": sentences.result(row) if row["due_value"] is not None else t("report.no_result"),
        "status": row["status"],
        "word": t(f"status.{row['status']}"),
        "reason": " ".join(s for s in (sentences.reason(row), sentences.caveat(row)) if s),
    }


def _gaps(report: Report) -> JsonObject | None:
    """What nobody has published, with what is known instead."""
    rows = [r for r in report.rows if r["status"] in {TargetStatus.NOT_COMPARABLE, TargetStatus.NOT_PUBLISHED}]
    if not rows:
        return None
    found = [
        [
            either(row, "name"),
            t(f"status.{row['status']}"),
            t("list.semicolon").join(_known(o) for o in report.seen[row["id"]]) or t("report.nothing_known"),
        ]
        for row in rows
    ]
    headers = [t("report.name"), t("report.state"), t("report.known")]
    return _part("report.gaps", found, headers, [1.2, 0.6, 2.4], lead=[t("report.gaps_note")])


def _known(observation: ObservedRow) -> str:
    return t(
        "report.known_figure",
        kind=t(f"kind.{observation['kind']}"),
        value=sentences.value(observation),
        period=either(observation, "period"),
        scope=either(observation, "scope"),
    )


def _district(report: Report) -> list[JsonObject]:
    """The plan's sentences that name the district, its projects, what was published for it, and the places the data hold there."""
    district = report.district
    if district is None:
        return []
    said = [[sentences.clause_name(s["clause"]), s["text"]] for s in district.sentences]
    works = [
        [either(p, "name"), known(f"project_status.{p['status']}", p["status"]), either(p, "status_text")]
        for p in district.projects
    ]
    figures = [[either(o, "name"), _known(o)] for o in district.figures]
    places = [[known(f"place_kind.{k}", k), str(n)] for k, n in district.places.kinds.items()]
    none = t("report.none_found")
    return [
        _part("report.sentences", said, [t("report.clause"), t("report.sentence")], [1, 5], empty=none),
        _part(
            "report.projects", works, [t("report.project"), t("report.state"), t("report.told")], [2, 1, 3], empty=none
        ),
        _part("report.figures", figures, [t("report.name"), t("report.figure")], [1, 2], empty=none),
        _part(
            "report.places",
            places,
            [t("report.kind"), t("report.count")],
            [3, 1],
            lead=[t("indicator.places_note")],
            empty=none,
        ),
    ]


def _method() -> JsonObject:
    return _part("report.method", lead=[t(f"report.method_{n}") for n in (1, 2, 3)])


def _sources(report: Report) -> JsonObject | None:
    if not report.sources:
        return None
    found = [
        [
            t("list.dot").join(p for p in (s["publisher"], s["source_title"]) if p) or s["source"],
            str(s["source_published"] or ""),
            known(f"reliability.{s['reliability']}", "") if s.get("reliability") else "",
            s["source_url"] or "",
        ]
        for s in report.sources
    ]
    headers = [t("column.source"), t("report.published"), t("report.reliability"), t("report.address")]
    return _part("report.sources", found, headers, [2.2, 0.8, 0.9, 2], lead=[t("indicator.sources_note")])


def _licence(report: Report) -> JsonObject:
    used = [
        d
        for d in report.manifest.datasets
        if d.table in ("indicators", "observations", "progress", "projects", "places")
    ]
    site = report.manifest.site
    found = [[either(d, "title"), d.provider, d.license, d.license_url] for d in used]
    headers = [t("report.dataset"), t("report.provider"), t("report.licence"), t("report.address")]
    said = [
        t(
            "report.licence_note",
            portal=sentences.site_title(site),
            version=report.manifest.version,
            hotline=site.hotline,
        )
    ]
    return _part("report.licences", found, headers, [1.4, 1, 1, 2], lead=said)


def _part(
    key: str,
    rows: list[list[str]] | None = None,
    headers: list[str] | None = None,
    widths: list[float] | None = None,
    *,
    lead: list[str] | None = None,
    empty: str = "",
) -> JsonObject:
    """A heading with paragraphs and a table; where the table would be empty, `empty` says so."""
    said = [*(lead or []), *([empty] if empty and not rows else [])]
    return {"title": t(key), "lead": said, "headers": headers or [], "rows": rows or [], "widths": widths or []}


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    return typst.Compiler(root=_TEMPLATE.parent, font_paths=[FONTS], ignore_system_fonts=True)
