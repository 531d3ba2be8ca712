"""The desk's pages of changes: put together row by row by an editor, checked as a build checks, published or taken back by a publisher."""

import contextlib
import hashlib
import json
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from portal import services
from portal.desk.accounts import Role, Signed
from portal.desk.changes import Cells, Change, ChangeError, Set, State
from portal.desk.contributions import State as ContributionState
from portal.desk.contributions import Told
from portal.desk.maintained import Trial
from portal.desk.offers import ContributionError, Kind
from portal.desk.subjects import ContributionSubject
from portal.publication.catalogue import Dataset
from portal.staff import change_drawing as draw
from portal.staff import drawing, effects
from portal.staff.answering import PAGE, PATH, Form, Place, now, number, offset, to
from portal.texts.errors import sentence
from portal.texts.interface import either, t

CHANGES = f"{PATH}/changes"
_ROWS_SHOWN = 30
_LOOK_SECONDS = 10
_WAITING, _ENDED = (State.OPEN, State.READY), (State.PUBLISHED, State.UNDONE, State.DROPPED)
_EDITED_IN = {
    ContributionSubject.PLACE: "places",
    ContributionSubject.PROJECT: "projects",
    ContributionSubject.INDICATOR: "observations",
}


def _list(request: Request, signed: Signed, _: Form) -> Response:
    ended = request.query_params.get("ended") == "1"
    count, found = services.services().changes.of_states(_ENDED if ended else _WAITING, PAGE, offset(request))
    begin = signed.role is Role.EDITOR and not ended
    return drawing.document(draw.sets(count, found, ended, offset(request), begin), signed)


def _pick(request: Request, signed: Signed, _: Form) -> Response:
    """Which dataset, then which row of it."""
    asked = request.query_params
    carried = {k: asked[k] for k in ("set", "contribution", "review") if asked.get(k)}
    told = effects.questions(effects.asked(asked.get("review", "")))
    try:
        if not asked.get("dataset"):
            return drawing.document(draw.datasets(services.services().maintained.datasets(), carried) + told, signed)
        dataset = services.services().maintained.dataset(asked["dataset"])
        rows = services.services().maintained.rows(dataset, asked.get("q", ""), _ROWS_SHOWN)
    except ChangeError as wrong:
        return drawing.document(Markup(""), signed, 404, wrong.told())
    return drawing.document(told + draw.rows(dataset, rows, asked.get("q", ""), carried, _ROWS_SHOWN), signed)


def _row(request: Request, signed: Signed, form: Form) -> Response:
    """The form of one row: as the file has it, or a new one."""
    asked = request.query_params
    try:
        dataset = services.services().maintained.dataset(asked.get("dataset", ""))
        key = _key(asked.get("key", ""))
        row = _found(dataset, key) if key else None
        given = _given(dataset, asked.get("contribution", "")) if row is None else {}
        given |= effects.given(dataset, row or {}, effects.asked(asked.get("review", "")))
        given |= next((c.after for c in _put_before(asked) if c.after and c.dataset == dataset.id), {})
    except ChangeError as wrong:
        return drawing.document(Markup(""), signed, 404, wrong.told())
    return drawing.document(_form_of(request, signed, dataset, row, given, form), signed)


def _form_of(request: Request, signed: Signed, dataset: Dataset, row: Cells | None, given: Cells, form: Form) -> Markup:
    asked = request.query_params
    typed = {c.name: form[f"cell-{c.name}"] for c in dataset.columns if f"cell-{c.name}" in form}
    fields = draw.row_fields(
        dataset, (row or {}) | given | typed, row is not None, _stood(row), form, bool(asked.get("set"))
    )
    told = _contribution(asked.get("contribution", ""))
    action = f"{CHANGES}/row?{urlencode(dict(asked))}"
    return Markup("<h1>{}</h1>{}{}{}").format(
        t("desk.change_row" if row else "desk.change_new", dataset=either(dataset, "title")),
        drawing.contribution(told) if told else "",
        effects.questions(effects.asked(asked.get("review", ""))),
        drawing.form(action, signed.csrf, fields),
    )


def _save(request: Request, signed: Signed, form: Form) -> Response:
    """Put the row into a set: the one it came from, or a new one."""
    asked = request.query_params
    changes, maintained = services.services().changes, services.services().maintained
    try:
        dataset = maintained.dataset(asked.get("dataset", ""))
        key = _key(asked.get("key", ""))
        row = _found(dataset, key) if key else None
    except ChangeError as wrong:
        return drawing.document(Markup(""), signed, 404, wrong.told())
    try:
        if row is not None and form.get("stood") != _stood(row):
            raise ChangeError(sentence("change.stale"))
        after = _after(dataset, row, form)
        into = number(asked.get("set", ""))
        if into is None:
            about = number(asked.get("contribution", ""))
            why = (form.get("reason", ""), form.get("reason_en", ""))
            into = changes.begin(*why, about, signed.name, now(), asked.get("review", ""))
        changes.put(into, dataset.id, dataset.primary_key, row, after, signed.name, now())
        # Under another name it did not give way by itself.
        for was in _put_before(asked):
            changes.take_out(into, was.number, signed.name, now())
    except ChangeError as wrong:
        body = _form_of(request, signed, dataset, row, {}, form)
        return drawing.document(body, signed, 400, wrong.told())
    made, rows = changes.open_one(into)
    if made.review:
        # Whatever keeps it from being measured is told on the set's page.
        with contextlib.suppress(ChangeError):
            effects.measure(made, rows)
    return to(f"{CHANGES}/{into}")


def _after(dataset: Dataset, row: Cells | None, form: Form) -> Cells | None:
    """The row as the form has it; what the form does not show stays."""
    if form.get("decision") == "take_away":
        if row is None:
            raise ChangeError(sentence("change.nothing"))
        return None
    columns = row or services.services().maintained.file(dataset).columns
    return {c: form.get(f"cell-{c}", (row or {}).get(c, "")) for c in columns}


def _one(request: Request, signed: Signed, _: Form, wrong: str = "") -> Response:
    which = request.path_params["number"]
    try:
        made, rows = services.services().changes.open_one(which)
    except ChangeError as unknown:
        return drawing.document(Markup(""), signed, 404, unknown.told())
    trial: Trial | None = None
    problem = ""
    if made.state in _WAITING and rows:
        try:
            maintained = services.services().maintained
            trial = maintained.tried(maintained.plan(rows, made.reason, made.reason_en), rows)
        except ChangeError as refused:
            problem = refused.told()
    may = _signed_may(signed, made)
    effect, waits = effects.section(made, rows, may, signed.csrf)
    body = draw.one_set(
        made,
        rows,
        services.services().maintained.described({r.dataset for r in rows}),
        trial,
        _statuses(trial),
        may,
        signed.csrf,
        effect,
    )
    reply = drawing.document(body, signed, 400 if wrong else 200, wrong or problem)
    if waits:
        reply.headers["Refresh"] = f"{_LOOK_SECONDS};url={CHANGES}/{which}"
    return reply


def _signed_may(signed: Signed, made: Set) -> set[str]:
    """What somebody may do with a set as it stands."""
    if made.state is State.OPEN and signed.role is Role.EDITOR:
        return {"row", "take_out", "measure", "hand_over", "drop"}
    if made.state is State.READY and signed.role is Role.EDITOR:
        return {"give_back"}
    if made.state is State.READY and signed.role is Role.PUBLISHER:
        return {"give_back", *({"publish"} if services.services().changes.may_publish(signed.name, made) else ())}
    if made.state is State.PUBLISHED and signed.role is Role.PUBLISHER and not made.undoes:
        return {"undo"}
    return set()


_TURNS = {
    "hand_over": (State.OPEN, State.READY),
    "give_back": (State.READY, State.OPEN),
    "drop": (State.OPEN, State.DROPPED),
}


def _act(request: Request, signed: Signed, form: Form) -> Response:
    which, decision = request.path_params["number"], form.get("decision", "")
    changes, publishing = services.services().changes, services.services().publishing
    word, _, row = decision.partition("-")
    try:
        made, rows = changes.open_one(which)
        if word not in _signed_may(signed, made):
            raise ChangeError(sentence("change.other_state"))
        if word == "publish":
            publishing.publish(which, signed.name, now())
        elif word == "undo":
            publishing.undo(which, form.get("reason", ""), signed.name, now())
        elif word == "take_out":
            changes.take_out(which, number(row) or 0, signed.name, now())
        elif word == "measure":
            effects.measure(made, rows)
        else:
            if word == "hand_over":
                publishing.check(made, rows)
                effects.check(made, rows)
            before, after = _TURNS[word]
            changes.turn(which, [before], after, signed.name, now())
    except ChangeError as refused:
        return _one(request, signed, form, refused.told())
    return to(f"{CHANGES}/{which}")


def _found(dataset: Dataset, key: tuple[str, ...]) -> Cells:
    row = services.services().maintained.file(dataset).find(key)
    if row is None:
        raise ChangeError(sentence("change.no_row", dataset=dataset.id, key="+".join(key)[:100]))
    return row


def _key(text: str) -> tuple[str, ...]:
    """A row's key as addresses write it: a JSON list."""
    try:
        found = json.loads(text) if text else []
    except ValueError:
        found = []
    return tuple(found) if isinstance(found, list) and all(isinstance(p, str) for p in found) else ()


def _put_before(asked: QueryParams) -> list[Change]:
    """The row of a set that its form was opened again for, if it is still in it."""
    into, which = number(asked.get("set", "")), number(asked.get("again", ""))
    rows = [] if into is None or which is None else services.services().changes.open_one(into)[1]
    return [c for c in rows if c.number == which]


def _stood(row: Cells | None) -> str:
    """What the row said when its form was opened."""
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest() if row else ""


def _contribution(text: str) -> Told | None:
    which = number(text)
    try:
        return services.services().contributions.open_one(which)[0] if which is not None else None
    except ContributionError:
        return None


def _given(dataset: Dataset, contribution: str) -> Cells:
    """What a contribution says, where the dataset has a column for it; nothing else is filled in for anybody."""
    told = _contribution(contribution)
    if told is None:
        return {}
    said = {"value": told.value, "value_text": told.value, "unit": told.unit, "period": told.period}
    if told.about_kind is ContributionSubject.INDICATOR:
        said["indicator"] = told.about_id
    return {c.name: said[c.name] for c in dataset.columns if said.get(c.name)}


def led_to(signed: Signed, which: int, told: Told) -> Markup:
    """The changes a contribution led to, and for an editor the way to begin one where it was accepted."""
    found = services.services().changes.of_contribution(which)
    begin = Markup("")
    if signed.role is Role.EDITOR and told.state is ContributionState.ACCEPTED:
        begin = Markup('<p><a href="{}">{}</a></p>').format(begin_from(which, told), t("desk.change_begin_from"))
    return begin + draw.briefly(found)


def begin_from(number: int, told: Told) -> str:
    """Where an editor begins the change an accepted contribution leads to."""
    query = {"contribution": str(number)}
    dataset = told.about_id if told.about_kind is ContributionSubject.DATASET else _EDITED_IN.get(told.about_kind, "")
    if told.kind is Kind.PLACE and told.about_kind is ContributionSubject.PORTAL:
        dataset = _EDITED_IN[ContributionSubject.PLACE]
    if dataset:
        query["dataset"] = dataset
    if told.about_kind in {ContributionSubject.PLACE, ContributionSubject.PROJECT}:
        return f"{CHANGES}/row?{urlencode(query | {'key': json.dumps([told.about_id])})}"
    return f"{CHANGES}/new?{urlencode(query)}"


def _statuses(trial: Trial | None) -> list[tuple[str, str, str]]:
    """The targets whose status the change changes: name, before, after."""
    if trial is None or not trial.statuses:
        return []
    sql = "SELECT i.id, i.name_zh, i.name_en, p.status FROM progress p JOIN indicators i ON i.id = p.indicator"
    published = services.services().publications.current().rows(sql, [])
    return [
        (either(row, "name"), row["status"], trial.statuses[row["id"]])
        for row in published
        if trial.statuses.get(row["id"], row["status"]) != row["status"]
    ]


_EDITOR, _BOTH = frozenset({Role.EDITOR}), frozenset({Role.EDITOR, Role.PUBLISHER})
PLACES = (
    Place("/changes", _list, _BOTH),
    Place("/changes/new", _pick, _EDITOR),
    Place("/changes/row", _row, _EDITOR),
    Place("/changes/row", _save, _EDITOR, ("POST",)),
    Place("/changes/{number:entry}", _one, _BOTH),
    Place("/changes/{number:entry}", _act, _BOTH, ("POST",)),
)
