"""How changes are drawn: lists, the form of a row, and a set row by row with what is wrong beside each."""

import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from markupsafe import Markup

from portal.desk.changes import CELL_MOST, REASON_MOST, Cells, Change, Set, State
from portal.desk.maintained import Trial
from portal.publication.catalogue import Column, Dataset
from portal.staff import drawing
from portal.texts.interface import either, t
from portal.ui.html import join

_CHANGES = "/desk/changes"
_LONG = 60
_SHOWN = 6
# Drawn on a map and not by hand.
_NOT_TYPED = {"geojson"}


def sets(count: int, found: Sequence[Set], ended: bool, start: int, begin: bool) -> Markup:
    """A list of change sets."""
    other = ("?ended=0", "desk.changes_waiting") if ended else ("?ended=1", "desk.changes_ended")
    after = start + len(found)
    return Markup("<h1>{}</h1>{}{}{}<p><a href='{}{}'>{}</a></p>").format(
        t("desk.changes_count", count=count),
        Markup('<p><a href="{}/new">{}</a></p>').format(_CHANGES, t("desk.change_begin")) if begin else "",
        briefly(found) or Markup("<p>{}</p>").format(t("desk.changes_none")),
        Markup('<p><a href="?from={}&amp;ended={:d}">{}</a></p>').format(after, ended, t("desk.next"))
        if after < count
        else "",
        _CHANGES,
        *_linked(other),
    )


def briefly(found: Sequence[Set]) -> Markup:
    """Change sets, a line each; nothing where there are none."""
    items = join(
        Markup('<li>{} · {} · {}<br><a href="{}/{}">{}</a></li>').format(
            t(f"desk.change_{made.state}"),
            made.made.isoformat(" ", "minutes")[:16],
            made.editor,
            _CHANGES,
            made.number,
            t("desk.change_named", number=made.number, reason=made.reason),
        )
        for made in found
    )
    return Markup("<ul>{}</ul>").format(items) if found else Markup("")


def _linked(other: tuple[str, str]) -> tuple[str, str]:
    return other[0], t(other[1])


def datasets(found: Sequence[Dataset], carried: Mapping[str, str]) -> Markup:
    """Which dataset to change."""
    items = join(
        Markup('<li><a href="{}/new?{}">{}</a></li>').format(
            _CHANGES, urlencode({**carried, "dataset": d.id}), either(d, "title")
        )
        for d in found
    )
    return Markup("<h1>{}</h1><ul>{}</ul>").format(t("desk.change_dataset"), items)


def rows(dataset: Dataset, found: Sequence[Cells], words: str, carried: Mapping[str, str], most: int) -> Markup:
    """Which row of a dataset to change, found by words; or a new one."""
    kept = {**carried, "dataset": dataset.id}
    hidden = join(Markup('<input type="hidden" name="{}" value="{}">').format(k, v) for k, v in kept.items())
    items = join(
        Markup('<li><a href="{}/row?{}">{}</a></li>').format(
            _CHANGES,
            urlencode(kept | {"key": json.dumps([row[k] for k in dataset.primary_key], ensure_ascii=False)}),
            _brief(dataset, row),
        )
        for row in found
    )
    return Markup(
        '<h1>{}</h1><p><a href="{}/row?{}">{}</a></p><form method="get" action="{}/new">{}<label>{}<input name="q" value="{}">'
        "</label><button>{}</button></form><ul>{}</ul>{}"
    ).format(
        either(dataset, "title"),
        _CHANGES,
        urlencode(kept),
        t("desk.change_add"),
        _CHANGES,
        hidden,
        t("desk.change_find"),
        words,
        t("desk.change_search"),
        items,
        Markup("<p>{}</p>").format(t("desk.change_more", most=most)) if len(found) == most else "",
    )


def _brief(dataset: Dataset, row: Cells) -> str:
    """A row in some of its words."""
    shown = [row.get(c.name, "") for c in dataset.columns if c.type not in _NOT_TYPED]
    return " · ".join(s if len(s) <= _LONG else s[:_LONG] + "…" for s in shown if s and len(s) < CELL_MOST)[: _LONG * 3]


def row_fields(
    dataset: Dataset, cells: Cells, there: bool, stood: str, form: Mapping[str, str], in_set: bool
) -> Markup:
    """The fields of a row's form.

    Args:
        dataset: with its dictionary, which says what each column holds.
        cells: what is in them.
        there: whether it is a row of the file, which may be taken away.
        stood: a digest of the row as the file has it.
        form: what was typed before.
        in_set: whether it goes into a set that has its reason already.
    """
    fields = join(_field(c, cells.get(c.name, "")) for c in dataset.columns if c.type not in _NOT_TYPED)
    why = Markup("") if in_set else _reason(form.get("reason", ""), form.get("reason_en", ""))
    away = Markup('<button name="decision" value="take_away">{}</button>').format(t("desk.change_away"))
    return Markup(
        '<input type="hidden" name="stood" value="{}">{}{}<button name="decision" value="save">{}</button>{}'
    ).format(stood, fields, why, t("desk.change_save"), away if there else "")


def _reason(reason: str, reason_en: str) -> Markup:
    return Markup(
        '<label>{}<textarea name="reason" required maxlength="{}">{}</textarea></label>'
        '<label>{}<input name="reason_en" maxlength="{}" value="{}"></label>'
    ).format(t("desk.change_reason"), REASON_MOST, reason, t("desk.change_reason_en"), REASON_MOST, reason_en)


def _field(column: Column, cell: str) -> Markup:
    label = Markup("{}{} <small>{}</small>").format(
        either(column, "title"), " *" if column.required else "", either(column, "description")
    )
    name = f"cell-{column.name}"
    if column.allowed and not column.separator:
        options = join(
            Markup("<option{}>{}</option>").format(Markup(" selected") if o == cell else "", o)
            for o in ("", *column.allowed)
        )
        return Markup('<label>{}<select name="{}">{}</select></label>').format(label, name, options)
    if len(cell) > _LONG or "\n" in cell:
        # A line's ending right after the tag is none of the text.
        return Markup('<label>{}<textarea name="{}">\n{}</textarea></label>').format(label, name, cell)
    return Markup('<label>{}<input name="{}" value="{}"></label>').format(label, name, cell)


def one_set(
    made: Set,
    changes: Sequence[Change],
    described: Mapping[str, Dataset],
    trial: Trial | None,
    statuses: Sequence[tuple[str, str, str]],
    may: set[str],
    csrf: str,
    effect: Markup,
) -> Markup:
    """A change set row by row, what is wrong beside each row, what it changes for targets and answers, and what may be done."""
    action = f"{_CHANGES}/{made.number}"
    drawn = join(_change(c, described.get(c.dataset), trial, may, action, csrf) for c in changes)
    return Markup("<h1>{}</h1><p>{}</p>{}{}{}{}{}{}{}").format(
        t("desk.change_named", number=made.number, reason=made.reason),
        _story(made),
        Markup("<p>{}</p>").format(made.reason_en) if made.reason_en else "",
        drawn or Markup("<p>{}</p>").format(t("desk.change_empty")),
        _verdict(trial) if trial else "",
        Markup("<ul>{}</ul>").format(join(_status(*s) for s in statuses)) if statuses else "",
        Markup('<p><a href="{}/new?set={}">{}</a></p>').format(_CHANGES, made.number, t("desk.change_another"))
        if "row" in may
        else "",
        effect,
        _buttons(made, may, action, csrf),
    )


def _story(made: Set) -> str:
    parts = [t(f"desk.change_{made.state}"), made.editor, made.made.isoformat(" ", "minutes")[:16]]
    if made.contribution is not None:
        parts.append(t("desk.change_from", number=made.contribution))
    if made.undoes:
        parts.append(t("desk.change_undoes", number=made.undoes))
    if made.state in {State.PUBLISHED, State.UNDONE}:
        parts += [made.publisher, made.version]
    return " · ".join(parts)


def _change(
    change: Change, dataset: Dataset | None, trial: Trial | None, may: set[str], action: str, csrf: str
) -> Markup:
    problems = trial.of_rows.get(change.number, []) if trial else []
    out = Markup('<button name="decision" value="take_out-{}">{}</button>').format(change.number, t("desk.change_out"))
    return Markup("<section><h2>{}</h2>{}{}{}{}</section>").format(
        _title(change, dataset),
        drawing.table(
            [t("desk.change_column"), t("desk.change_before"), t("desk.change_after")], _cells(change, dataset)
        ),
        join(Markup('<p class="failure">{}</p>').format(p) for p in problems),
        _again(change, dataset, action) if "take_out" in may and dataset is not None and change.after else "",
        drawing.form(action, csrf, out) if "take_out" in may else "",
    )


def _again(change: Change, dataset: Dataset, action: str) -> Markup:
    """The way to the form of a row in a set, as it was put there: nothing is typed twice."""
    query = {"dataset": dataset.id, "set": action.rpartition("/")[2], "again": str(change.number)}
    if change.before:
        query["key"] = json.dumps([change.before[k] for k in dataset.primary_key], ensure_ascii=False)
    return Markup('<p><a href="{}/row?{}">{}</a></p>').format(_CHANGES, urlencode(query), t("desk.change_again"))


def _title(change: Change, dataset: Dataset | None) -> str:
    kind = "added" if change.before is None else "away_title" if change.after is None else "changed"
    row = change.before or change.after or {}
    if dataset is None:
        return t(f"desk.change_{kind}", dataset=change.dataset, row="")
    named = " + ".join(row.get(k, "") for k in dataset.primary_key)
    return t(f"desk.change_{kind}", dataset=either(dataset, "title"), row=named)


def _cells(change: Change, dataset: Dataset | None) -> list[tuple[str, str, str]]:
    """The cells that differ: column, before, after."""
    titles = {c.name: either(c, "title") for c in dataset.columns} if dataset else {}
    before, after = change.before or {}, change.after or {}
    differing = [c for c in (after or before) if before.get(c, "") != after.get(c, "")]
    return [(titles.get(c, c), _cut(before.get(c, "")), _cut(after.get(c, ""))) for c in differing]


def _cut(text: str) -> str:
    return text if len(text) <= CELL_MOST else text[:_LONG] + "…"


def _verdict(trial: Trial) -> Markup:
    if not trial.count:
        return Markup("<p><b>{}</b></p>").format(t("desk.change_right"))
    others = join(Markup('<p class="failure">{}</p>').format(p) for p in trial.others[:_SHOWN])
    return Markup("<p><b>{}</b></p>{}").format(t("desk.change_wrong", count=trial.count), others)


def _status(name: str, before: str, after: str) -> Markup:
    told = t("desk.change_status", name=name, before=t(f"status.{before}"), after=t(f"status.{after}"))
    return Markup("<li>{}</li>").format(told)


def _buttons(made: Set, may: set[str], action: str, csrf: str) -> Markup:
    wanted = [w for w in ("publish", "hand_over", "give_back", "drop", "undo") if w in may]
    buttons = join(
        Markup('<button name="decision" value="{}">{}</button>').format(w, t(f"desk.change_do_{w}")) for w in wanted
    )
    if "undo" in may:
        field = Markup('<label>{}<input name="reason" maxlength="{}"></label>')
        buttons = field.format(t("desk.change_undo_reason"), REASON_MOST) + buttons
    same = made.state is State.READY and not may
    return (
        drawing.form(action, csrf, buttons)
        if wanted
        else Markup("<p>{}</p>").format(t("desk.change_wait"))
        if same
        else Markup("")
    )
