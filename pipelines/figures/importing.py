"""A table of figures into datasets/observations, whole or not at all; every row names the cell it is from."""

from collections.abc import Callable
from pathlib import Path

from pipelines.figures.mapping import Indicators, read_mapping, write_mapping
from pipelines.figures.outcome import Choices, ImportedFigures, Report
from pipelines.figures.reading import CELL, FigureReader
from pipelines.publish import exclusive
from pipelines.sources.changes import Cells, Change, read_data, write_changes
from pipelines.sources.origin import SourceOfFile, source_of
from pipelines.sources.own_names import own_names
from pipelines.tables.reader import read_table
from portal.settings import Settings

_CHECKED = ("observations", "sources", "indicators")
# What a person may have decided of a row since it was imported stays.
_DECIDED = ("comparable", "comparable_reason", "reliability", "corrected", "caveat", "quote")


def import_figures(
    settings: Settings,
    file: Path,
    choices: Choices | None = None,
    origin: SourceOfFile | None = None,
    ask: Callable[[str], str] | None = None,
    report: Report = lambda *_: None,
    write: bool = True,
) -> ImportedFigures:
    """Take the figures of a table into datasets/observations and its source into datasets/sources.

    Args:
        settings: where the datasets and the city's own words are.
        file: .xlsx, .xls, .ods, .csv or .tsv.
        choices: what the person says of the table; what was decided before for the same source holds where they say nothing.
        origin: who the file is from.
        ask: puts a question to the person, where there is one to ask.
        report: called as (step, done, total).
        write: false to see what would be done.
    Raises:
        FileError: the file cannot be read, says too little, or the datasets cannot take it; nothing is changed.
    """
    choices, origin = choices or Choices(), origin or SourceOfFile()
    with exclusive(settings.published):
        tables = {n: read_data(settings.datasets / n / "data.csv") for n in (*_CHECKED, "districts")}
        city = own_names(settings.corpus)
        table = read_table(file, choices.sheet, choices.header_row, report)
        source, new_source = source_of(file, origin, tables["sources"][1])
        kept = settings.datasets / "observations" / "mappings" / f"{source}.toml"
        reader = FigureReader(
            table,
            read_mapping(kept),
            choices,
            Indicators(tables["indicators"][1], city),
            city,
            tables["districts"][1],
            ask,
            settings.import_rows_max,
        )
        done = reader.read(source, origin.reliability, report)
        done.mapping_file = kept
        header, rows = tables["observations"]
        after = _merged(rows, done, reader.made)
        if done.changed and write:
            reason = f"从来源 {source} 导入：新收 {len(done.added)} 个数，改 {len(done.altered)} 个"
            reason_en = f"Imported from source {source}: {len(done.added)} new figures, {len(done.altered)} changed"
            changes = {"observations": Change(header, after, reason, reason_en)}
            if new_source is not None:
                known = [*tables["sources"][1], new_source]
                changes["sources"] = Change(
                    tables["sources"][0], known, f"登记来源 {source}", f"Registered source {source}"
                )
            write_changes(settings.datasets, _CHECKED, changes, {}, only_changed=True)
        if write:
            write_mapping(kept, reader.mapping)
    return done


def _merged(rows: list[Cells], done: ImportedFigures, made: dict[str, Cells]) -> list[Cells]:
    """The observations after an import; fills in what was added, altered and is gone."""
    known = {row["id"] for row in rows}
    done.gone = [row["id"] for row in rows if row["source"] == done.source and row["id"] not in made]
    done.added = [row for row_id, row in made.items() if row_id not in known]
    kept = [_told_again(row, made[row["id"]], done) if row["id"] in made else row for row in rows]
    done.changed = bool(done.added) or kept != rows
    return kept + done.added


def _told_again(row: Cells, new: Cells, done: ImportedFigures) -> Cells:
    """A row this source told before, with what it tells now; what people decided of it stays."""
    held = row | {c: v for c, v in new.items() if c not in _DECIDED}
    held["note"] = "；".join(dict.fromkeys(p for p in (new["note"], *_own_notes(row["note"])) if p))
    if (row["value"], row["unit"]) != (held["value"], held["unit"]):
        done.altered.append((row["id"], f"{row['value']}{row['unit']}", f"{held['value']}{held['unit']}"))
    elif held == row:
        done.unchanged += 1
    else:
        done.renoted += 1
    return held


def _own_notes(note: str) -> list[str]:
    """What people added to a note since its row was imported."""
    return [p for p in note.split("；") if not p.startswith(CELL)]
