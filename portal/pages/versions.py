"""发布版本: which there are, what each changed and why; two of them row by row."""

import streamlit as st
from markupsafe import Markup

from portal import services
from portal.pages.dataset import cell
from portal.publication import versions
from portal.publication.manifest import PublicationError
from portal.publication.store import Row, Store
from portal.texts.interface import either, language, t
from portal.ui import links, page_data, visitor
from portal.ui.html import actions, draw, empty, heading, join, link, table

_LISTED = 100


def page() -> None:
    """Draw the list of versions, or what changed from the version `from` to the version `to` of the address."""
    store = page_data.store()
    before, after = st.query_params.get("from"), st.query_params.get("to")
    if not (before and after):
        _list(store)
        return
    draw(
        Markup('<div class="lead" id="p-main"><p class="crumbs">{}</p><h1>{}</h1><p>{} → {}</p></div>').format(
            link(links.page("versions"), t("nav.versions")), t("versions.changed_title"), before, after
        )
    )
    try:
        publications = services.services().publications
        with visitor.held("read"):
            found = versions.diff(publications.version(before), publications.version(after), limit=_LISTED)
    except (KeyError, PublicationError):
        draw(empty(t("versions.unknown"), links.page("versions"), t("data.see_versions")))
        return
    href = f"/api/v1/versions/{before}/diff/{after}"
    draw(
        actions([Markup('<a class="action icon-download" href="{}" target="_self">JSON</a>').format(href)]),
        join((_dataset(d) for d in found), "\n") if found else empty(t("versions.same")),
    )


def _list(store: Store) -> None:
    entries = page_data.history(store.version, len(services.services().publications.versions()), store)
    items = [_entry(entry, entries[i + 1].version if i + 1 < len(entries) else None) for i, entry in enumerate(entries)]
    draw(
        Markup('<div class="lead" id="p-main"><h1>{}</h1><p>{}</p></div>').format(
            t("versions.title", count=len(entries)), t("versions.lead")
        ),
        Markup('<ul class="datasets versions">{}</ul>').format(join(items)),
    )


def _entry(entry: versions.VersionEntry, earlier: str | None) -> Markup:
    name = Markup("<h2>{}{}</h2>").format(
        link(links.page("data", version=None if entry.current else entry.version), entry.version),
        Markup(' <span class="kind">{}</span>').format(t("versions.current")) if entry.current else "",
    )
    facts = [t("versions.published", date=entry.created[:10])]
    if entry.git_revision:
        facts.append(t("versions.revision", revision=entry.git_revision[:10]))
    if earlier is None:
        what = Markup("<p>{}</p>").format(t("versions.first", count=len(entry.changed)))
    elif not entry.changed:
        what = Markup("<p>{}</p>").format(t("versions.same"))
    else:
        named = t("list.separator").join(either(c.model_dump(), "title") for c in entry.changed)
        href = links.page("versions", ("from", earlier), ("to", entry.version))
        what = Markup("<p>{} {}</p>").format(t("versions.changed", datasets=named), link(href, t("versions.compare")))
    return Markup('<li class="dataset">{}<p class="facts">{}</p>{}{}</li>').format(
        name,
        t("list.dot").join(facts),
        what,
        _reasons(entry.reasons, {c.dataset: either(c.model_dump(), "title") for c in entry.changed})
        if earlier
        else Markup(""),
    )


def _reasons(reasons: list[versions.Reason], titles: dict[str, str]) -> Markup:
    if not reasons:
        return Markup("")
    items = join(
        Markup("<li><span>{}</span><span>{}</span></li>").format(
            r.date,
            t(
                "versions.reason",
                dataset=titles.get(r.dataset, r.dataset),
                reason=(r.reason_en if language() == "en" else "") or r.reason,
            ),
        )
        for r in reasons
    )
    return Markup('<ul class="changelog">{}</ul>').format(items)


def _dataset(found: versions.DatasetDiff) -> Markup:
    """One dataset's changes: the reasons, the rows that changed cell by cell, those that came and went."""
    title = either(found.model_dump(include={"title_zh", "title_en"}), "title")
    counts = t("versions.counts", added=found.added_count, removed=found.removed_count, changed=found.changed_count)
    parts = [heading(title, 2, counts)]
    unexplained = Markup('<p class="section-note">{}</p>').format(t("versions.no_reason"))
    parts.append(_reasons(found.reasons, {found.dataset: title}) if found.reasons else unexplained)
    for name, columns in (("columns_added", found.columns_added), ("columns_removed", found.columns_removed)):
        if columns:
            parts.append(Markup("<p>{}</p>").format(t(f"versions.{name}", columns=t("list.separator").join(columns))))
    if found.problem:
        parts.append(Markup("<p>{}</p>").format(either(found, "problem")))
    parts += _rows_changed(found)
    parts += [_rows_listed(found, kind) for kind in ("added", "removed") if getattr(found, kind)]
    if found.truncated:
        parts.append(Markup('<p class="section-note">{}</p>').format(t("versions.truncated", count=_LISTED)))
    return join(parts)


def _rows_listed(found: versions.DatasetDiff, kind: str) -> Markup:
    """The rows that were added or removed, by their keys."""
    keys = [_key({k: row[k] for k in found.primary_key}) for row in getattr(found, kind)]
    return Markup("<details><summary>{}</summary><p>{}</p></details>").format(
        t(f"versions.rows_{kind}", count=getattr(found, f"{kind}_count")), t("list.separator").join(keys)
    )


def _rows_changed(found: versions.DatasetDiff) -> list[Markup]:
    """The table of the cells that changed, where any did."""
    changed = [
        [_key(row.key), Markup("<code>{}</code>").format(column), cell(two["before"]), cell(two["after"])]
        for row in found.changed
        for column, two in row.changes.items()
    ]
    headers = [t("versions.row"), t("column.name"), t("versions.before"), t("versions.after")]
    return [table(headers, changed, t("versions.rows_changed"))] if changed else []


def _key(key: Row) -> str:
    return " / ".join(cell(v) for v in key.values())
