"""How an answer was computed: the SQL as it ran, the rows it gave, and the page on which anyone can run it again."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from portal.answering.models import Answer
from portal.texts.interface import t
from portal.texts.numbers import number
from portal.ui import links
from portal.ui.html import join, link, table

# More rows than this are counted, not shown.
_ROWS_SHOWN = 20


def shown(answer: Answer) -> Markup:
    """The workings of an answer, folded away; nothing where nothing was computed."""
    if answer.computed is None:
        return Markup("")
    statements = join(_statement(sql) for sql in answer.computed.sql)
    return Markup('<details class="workings"><summary>{}</summary>{}{}</details>').format(
        t("chat.workings"), _rows(answer.computed.rows), statements
    )


def _statement(sql: str) -> Markup:
    return Markup('<pre class="sql">{}</pre><p>{}</p>').format(sql, link(links.page("sql", sql=sql), t("chat.run_sql")))


def _rows(rows: Sequence[Mapping[str, Any]]) -> Markup:
    if not rows:
        return Markup("")
    names = list(dict.fromkeys(name for row in rows for name in row))
    body = [[_cell(row.get(name)) for name in names] for row in rows[:_ROWS_SHOWN]]
    left = len(rows) - _ROWS_SHOWN
    more = Markup("<p>{}</p>").format(t("chat.more_rows", count=left)) if left > 0 else Markup("")
    return table(names, body, t("chat.workings_rows"), "is-wide") + more


def _cell(value: Any) -> str:
    return "" if value is None else number(value) if isinstance(value, float) else str(value)
