"""Every target in one table: a column's heading sorts by it, upwards, downwards, not at all."""

from collections.abc import Callable

from markupsafe import Markup

from portal.plan.progress import arranged
from portal.plan.rows import ProgressRow
from portal.publication.store import Row
from portal.texts.interface import either, language, t
from portal.ui import links, sentences
from portal.ui.html import badge, join, link

_Address = Callable[[str | None], str]


def columns() -> dict[str, str]:
    """The columns by the name the address sorts by, and the column of the rows behind each."""
    return {
        "name": f"name_{language()}",
        "status": "status",
        "target": "target",
        "due": "due_value",
        "latest": "latest_value",
        "theme": "theme",
    }


def target_table(rows: list[ProgressRow], order: str | None, address: _Address) -> Markup:
    """The table.

    Args:
        rows: as `portal.plan.progress.progress` gives them.
        order: a name of `columns`, with `-` before it for the largest first; anything else keeps the plan's order.
        address: the page's address with another order.
    """
    known = columns()
    column, descending = (order or "").removeprefix("-"), (order or "").startswith("-")
    if column in known:
        rows = arranged(rows, known[column], descending)
    head = join(_header(name, (descending if name == column else None), address) for name in known)
    body = join(Markup("<tr>{}</tr>").format(join(_cells(row))) for row in rows)
    caption = t("table.caption")
    return Markup(
        '<div class="table is-wide is-targets" role="region" tabindex="0" aria-label="{}"><table><caption>{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(caption, caption, head, body)


def _header(name: str, descending: bool | None, address: _Address) -> Markup:
    state, following, arrow = {
        None: ("none", name, ""),
        False: ("ascending", f"-{name}", " ↑"),
        True: ("descending", None, " ↓"),
    }[descending]
    return Markup('<th scope="col" aria-sort="{}">{}</th>').format(
        state, link(address(following), t(f"table.{name}") + arrow, "sort")
    )


def _cells(row: ProgressRow) -> list[Markup]:
    cells = [
        link(links.page("indicator", id=row["id"]), either(row, "name")),
        badge(row["status"]),
        either(row, "target_text"),
        *(_result(row, prefix) for prefix in ("due_", "latest_")),
        either(row, "theme"),
    ]
    return [Markup("<td>{}</td>").format(c) for c in cells]


def _result(row: Row, prefix: str) -> str:
    if row[f"{prefix}observation"] is None:
        return t("table.none")
    return t("reason.result", value=sentences.value(row, prefix, short=True), period=either(row, f"{prefix}period"))
