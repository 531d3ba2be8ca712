"""The pieces pages are drawn from. Each returns escaped HTML; `draw` puts it on the page."""

from collections.abc import Iterable, Sequence

import streamlit as st
from markupsafe import Markup, escape

from portal.publication.store import Row
from portal.texts.interface import either, known, t
from portal.texts.numbers import brief
from portal.ui import links


def draw(*parts: Markup) -> None:
    """Put pieces on the page as one element."""
    html = Markup("\n").join(p for p in parts if p)
    if html:
        st.html(str(html))


def join(parts: Iterable[Markup | str], separator: Markup | str = "") -> Markup:
    """Parts one after another; what is not markup is escaped."""
    return Markup(escape(separator)).join(parts)


def link(href: str, text: Markup | str, css: str = "", current: bool = False) -> Markup:
    """A link to a page of the portal, followed without losing the conversation."""
    state = Markup(' aria-current="page"') if current else Markup("")
    return Markup('<a href="{}" target="_self" class="{}"{}>{}</a>').format(href, css, state, text)


def named_link(href: str, text: str, name: str, css: str = "") -> Markup:
    """A link whose words are too short to say where it leads; the name says so to screen readers and beside the pointer."""
    if text == name:
        return link(href, text, css)
    return Markup('<a href="{}" target="_self" class="{}" aria-label="{}" title="{}">{}</a>').format(
        href, css, name, name, text
    )


def outside(href: str | None, text: str) -> Markup:
    """A link to a source elsewhere, opened beside the portal; the words alone where the address is not one of the web."""
    if not href or not href.startswith(("http://", "https://")):
        return escape(text)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer" class="outside">{}</a>').format(href, text)


def badge(status: str) -> Markup:
    """A target's status as icon, word and colour; the icon comes from the style sheet by the status."""
    return Markup('<span class="badge is-{}">{}</span>').format(status, t(f"status.{status}"))


def state(status: str) -> Markup:
    """A project's state as icon, word and colour."""
    return Markup('<span class="badge is-{}">{}</span>').format(status, known(f"project_status.{status}", status))


def icon(name: str) -> Markup:
    """A small drawing from the style sheet; says nothing that the words beside it do not."""
    return Markup('<span class="icon icon-{}" aria-hidden="true"></span>').format(name)


def reliability(level: str | None) -> Markup:
    """How far a source can be relied upon, in words."""
    if not level:
        return Markup("")
    return Markup('<span class="reliability">{}</span>').format(known(f"reliability.{level}", level))


def source_line(row: Row) -> Markup:
    """Publisher, title with link, date and reliability of a row's source."""
    publisher, title = row.get("publisher"), row.get("source_title")
    linked = outside(row.get("source_url"), title or publisher or row.get("source") or "")
    parts = [escape(publisher), linked] if publisher and title else [linked]
    parts += [escape(p) for p in (row.get("source_published"), reliability(row.get("reliability"))) if p]
    return Markup('<span class="source">{}</span>').format(join(parts, " · "))


def quote(text: str, href: str, where: str) -> Markup:
    """A verbatim passage of the policy with a link to where it stands."""
    return Markup(
        '<figure class="quote"><blockquote lang="zh-CN">{}</blockquote><figcaption>{}</figcaption></figure>'
    ).format(text, link(href, where))


def figure(label: str, value: str, detail: Markup | str = "", css: str = "") -> Markup:
    """One figure: what it is, the figure, its period and source."""
    return Markup(
        '<div class="figure {}"><dt>{}</dt><dd><span class="value">{}</span><span class="detail">{}</span></dd></div>'
    ).format(css, label, value, detail)


def figures(items: Iterable[Markup]) -> Markup:
    """Figures side by side."""
    return Markup('<dl class="figures">{}</dl>').format(join(items))


def table(headers: Sequence[str], rows: Iterable[Sequence[Markup | str]], caption: str, css: str = "") -> Markup:
    """A table that scrolls in its own frame where the screen is narrow; the caption names it to screen readers."""
    head = join(Markup('<th scope="col">{}</th>').format(h) for h in headers)
    body = join(
        Markup("<tr>{}</tr>").format(
            join(Markup('<td data-label="{}">{}</td>').format(h, c) for h, c in zip(headers, row, strict=True))
        )
        for row in rows
    )
    return Markup(
        '<div class="table {}" role="region" tabindex="0" aria-label="{}"><table><caption>{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(css, caption, caption, head, body)


def heading(text: str, level: int = 2, note: Markup | str = "") -> Markup:
    """A section heading with an optional line under it."""
    below = Markup('<p class="section-note">{}</p>').format(note) if note else Markup("")
    return Markup("<h{}>{}</h{}>{}").format(level, text, level, below)


def chips(label: str, items: Iterable[tuple[str, str, bool]]) -> Markup:
    """A row of filters: (address, words, chosen)."""
    return Markup('<nav class="chips" aria-label="{}"><span class="chips-label">{}</span>{}</nav>').format(
        label, label, join(link(href, words, "chip", chosen) for href, words, chosen in items)
    )


def empty(text: str, href: str | None = None, action: str | None = None) -> Markup:
    """What to say where there is nothing to show, and what to do instead."""
    more = link(href, action, "action") if href and action else Markup("")
    return Markup('<div class="empty"><p>{}</p>{}</div>').format(text, more)


def failure(text: str) -> Markup:
    """A sentence in place of a page that failed."""
    return Markup('<div class="failure" role="alert"><p>{}</p></div>').format(text)


def actions(items: Iterable[Markup]) -> Markup:
    """Links to act on: downloads and the like."""
    return Markup('<p class="actions">{}</p>').format(join(items))


def download(dataset: str, extension: str, label: str, **filters: str) -> Markup:
    """A link that downloads a table."""
    return to_file(links.download(dataset, extension, **filters), label)


def to_file(href: str, label: str) -> Markup:
    """A link that downloads what is at an address."""
    return Markup('<a class="action icon-download" href="{}" target="_self" download>{}</a>').format(href, label)


def copy(text: str, label: str, named: str) -> Markup:
    """A button the page's script copies a text with; where the browser will not, the text shows and is selected.

    Args:
        text: what is copied.
        label: of the button.
        named: what the text is, for those who cannot see it.
    """
    return Markup(
        '<div class="copy"><button type="button" data-copy data-copied="{}" data-by-hand="{}">{}</button>'
        '<span role="status"></span><textarea readonly hidden rows="8" aria-label="{}">{}</textarea></div>'
    ).format(t("reaction.copied"), t("reaction.by_hand"), label, named, text)


def share(href: str) -> Markup:
    """A button that passes an address on by the system's own means, or copies it; the page's script makes it a whole address."""
    return Markup(
        '<div class="copy share"><button type="button" data-copy data-share data-copied="{}" data-by-hand="{}">{}</button>'
        '<span role="status"></span><textarea readonly hidden rows="2" aria-label="{}">{}</textarea></div>'
    ).format(t("share.copied"), t("reaction.by_hand"), t("share.button"), t("share.address"), href)


def target_bar(row: Row) -> Markup:
    """Where baseline, result at the due date, latest result and target lie on one line; nothing where a part is missing.

    Positions, not lengths, carry the values, so the line need not start at zero; its ends are labelled.
    """
    names = [n for n in ("baseline", "due", "latest") if row[f"{n}_value"] is not None]
    if row["target"] is None or row["due_value"] is None or len(names) < 2:
        return Markup("")
    values = [row["target"], *(row[f"{n}_value"] for n in names)]
    low, high = min(values), max(values)
    if low == high:
        return Markup("")
    pad = (high - low) * 0.14

    def left(value: float) -> str:
        return f"{(value - low + pad) / (high - low + 2 * pad) * 100:.2f}"

    marks = [
        Markup('<span class="mark mark-{}" style="left:{}%"></span>').format(n, left(row[f"{n}_value"])) for n in names
    ]
    marks.append(Markup('<span class="mark mark-target" style="left:{}%"></span>').format(left(row["target"])))
    legend = [
        Markup('<li><span class="key mark-{}"></span>{} <b>{}</b></li>').format(
            n, t(f"bar.{n}", period=either(row, f"{n}_period")), brief(row[f"{n}_value"], row["target"])
        )
        for n in names
    ]
    legend.append(
        Markup('<li><span class="key mark-target"></span>{} <b>{}</b></li>').format(
            t("bar.target"), either(row, "target_text")
        )
    )
    return Markup('<div class="bar"><div class="bar-line" aria-hidden="true">{}</div><ul>{}</ul></div>').format(
        join(marks), join(legend)
    )
