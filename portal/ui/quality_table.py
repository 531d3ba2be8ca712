"""The quality checks of a dataset and what came of them, as a table."""

import datetime

from markupsafe import Markup

from portal.publication.catalogue import Dataset
from portal.publication.manifest import Manifest
from portal.publication.quality import RuleState, overdue
from portal.texts.interface import t
from portal.ui.html import heading, table


def quality_section(manifest: Manifest, dataset: Dataset, today: datetime.date) -> Markup:
    """The rules and their state; empty for a dataset that was not checked (made by the pipelines, or by an older build).

    Args:
        manifest: of the version shown.
        dataset: one of its datasets.
        today: the day it is looked at, by which a dataset may be overdue.
    """
    states = manifest.quality.get(dataset.id, ())
    if not states:
        return Markup("")
    rows = [[t(f"quality.{s.rule}"), _result(s), _cells(s)] for s in states]
    late = overdue(dataset, today)
    told = t("quality.none") if late is None else t("quality.late", count=late) if late else t("quality.ok")
    rows.append([t("quality.overdue", frequency=dataset.update_frequency), told, ""])
    headers = [t("quality.rule"), t("quality.state"), t("quality.cells")]
    return heading(t("quality.title"), 2, t("quality.note")) + table(headers, rows, t("quality.title"))


def _result(state: RuleState) -> str:
    return t(f"quality.{state.state}", count=state.count)


def _cells(state: RuleState) -> str:
    shown = [t("quality.cell", line=e.line, column=e.column, value=e.value) for e in state.examples]
    return t("list.semicolon").join(shown) + (" …" if state.count > len(shown) else "")
