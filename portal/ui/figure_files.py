"""The figures behind a chart as a table for a spreadsheet: everything in words, with the codes the data use beside them."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.datasets.export_xlsx import LINES_MAX, sheet_name, styles, widest, write_cell
from portal.datasets.formats import without_formulas
from portal.measures.comparison import Comparison
from portal.plan.rows import ObservedRow, ProgressRow
from portal.texts.files import told
from portal.texts.interface import either, known, language, t
from portal.ui import measure_words, sentences
from portal.ui.measure_charts import place_name

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_TARGET = (
    *("name", "indicator", "status", "status_code", "target", "target_value", "target_unit", "due"),
    *("period", "value", "unit", "kind", "kind_code", "scope", "comparable", "comparable_reason"),
    *("reliability", "reliability_code", "caveat", "source_title", "source", "source_url", "quote", "note"),
)
_COMPARISON = (
    *("name", "measure", "place", "period", "year", "value", "unit", "scope", "doubtful", "doubtful_reason"),
    *("reliability", "reliability_code", "caveat", "source_title", "source", "source_url"),
)
_Cells = Sequence[object]


@dataclass(frozen=True)
class Figures:
    """A table: what it is called, its columns' names and its rows, in the language of a run."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[_Cells, ...]


def of_target(row: ProgressRow, seen: Iterable[ObservedRow]) -> Figures:
    """A target with its status and every figure published for it, results and others; one row without a figure where there is none.

    Args:
        row: a progress row.
        seen: what was published for it (`portal.plan.progress.observations`).
    """
    promised = (
        either(row, "name"),
        row["id"],
        t(f"status.{row['status']}"),
        row["status"],
        either(row, "target_text"),
        row["target"],
        sentences.unit(row),
        either(row, "due_text"),
    )
    published = [_observed(o) for o in seen] or [(None,) * (len(_TARGET) - len(promised))]
    return Figures(either(row, "name"), _named(_TARGET), tuple((*promised, *found) for found in published))


def of_comparison(comparison: Comparison) -> Figures:
    """The figures a comparison shows."""
    name = measure_words.name(comparison.measure)
    rows = tuple(
        (
            name,
            comparison.measure.id,
            place_name(r),
            r.period,
            r.year,
            r.value,
            comparison.result.unit_en if language() == "en" else r.unit,
            r.scope,
            _yes(r.doubtful),
            r.doubtful_reason,
            r.reliability and known(f"reliability.{r.reliability}", r.reliability),
            r.reliability,
            (language() == "en" and r.caveat_en) or r.caveat,
            r.source and r.source.title,
            r.source and r.source.id,
            r.source and r.source.url,
        )
        for r in comparison.result.rows
    )
    return Figures(name, _named(_COMPARISON), rows)


def written(figures: Figures, extension: str) -> bytes:
    """The table as a file.

    Args:
        figures: the table.
        extension: one of `MEDIA_TYPES`. CSV has the mark Excel reads Chinese by; no cell of either is a formula.
    """
    return _as_csv(figures) if extension == "csv" else _as_xlsx(figures)


def _observed(o: ObservedRow) -> _Cells:
    return (
        either(o, "period"),
        o["value"],
        sentences.unit(o),
        known(f"kind.{o['kind']}", o["kind"]),
        o["kind"],
        either(o, "scope"),
        _yes(o["comparable"]),
        either(o, "comparable_reason"),
        known(f"reliability.{o['reliability']}", o["reliability"]),
        o["reliability"],
        either(o, "caveat"),
        o["source_title"],
        o["source"],
        o["source_url"],
        o["quote"],
        either(o, "note"),
    )


def _yes(value: bool) -> str:
    return told(f"figures.{'yes' if value else 'no'}").told(language())


def _named(columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(told(f"figures.column.{c}").told(language()) for c in columns)


def _as_csv(figures: Figures) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(figures.columns)
    writer.writerows([["" if c is None else without_formulas(c) for c in row] for row in figures.rows])
    return text.getvalue().encode("utf-8-sig")


def _as_xlsx(figures: Figures) -> bytes:
    import xlsxwriter

    body = io.BytesIO()
    with xlsxwriter.Workbook(body, {"in_memory": True}) as book:
        style = styles(book)
        sheet = book.add_worksheet(sheet_name(figures.title))
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, figures.columns, style["header"])
        for line, row in enumerate(figures.rows, 1):
            for position, value in enumerate(row):
                write_cell(sheet, style, line, position, value)
        for position, column in enumerate(zip(*figures.rows[:LINES_MAX], strict=True)):
            sheet.set_column(position, position, widest(list(column), len(figures.columns[position]) * 2))
    return body.getvalue()
