"""The desk's page of questions that were answered badly: grouped by what was meant, with what an editor decides of each."""

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from portal import services
from portal.desk.accounts import Role, Signed
from portal.desk.review import NOTE_MOST, Decision, Done, Group, ReviewError
from portal.publication.manifest import PublicationError
from portal.staff import drawing, effects
from portal.staff.answering import PAGE, PATH, Form, Place, now, offset, to
from portal.texts.interface import t
from portal.ui.html import join

REVIEW = f"{PATH}/review"
_GROUPS = 30


def _show(request: Request, signed: Signed, _: Form, wrong: str = "") -> Response:
    if request.query_params.get("decided") == "1":
        return drawing.document(_decided(offset(request)), signed)
    try:
        found = services.services().review.groups()[:_GROUPS]
    except PublicationError:
        return drawing.document(Markup(""), signed, 503, t("error.unpublished"))
    body = Markup('<h1>{}</h1><p>{}</p><p><a href="{}?decided=1">{}</a></p>{}').format(
        t("desk.review"),
        t("desk.review_lead"),
        REVIEW,
        t("desk.review_done"),
        join(_group(group, signed.csrf) for group in found) or Markup("<p>{}</p>").format(t("desk.review_none")),
    )
    return drawing.document(body, signed, 400 if wrong else 200, wrong)


def _group(group: Group, csrf: str) -> Markup:
    options = join(Markup('<option value="{}">{}</option>').format(d, t(f"desk.decision_{d}")) for d in Decision)
    fields = Markup(
        '<input type="hidden" name="meaning" value="{}"><input type="hidden" name="question" value="{}">'
        '<label>{}<select name="decision">{}</select></label><label>{}<input name="note" required maxlength="{}"></label>'
        "<button>{}</button>"
    ).format(
        group.meaning,
        group.questions[0],
        t("desk.review_decision"),
        options,
        t("desk.review_note"),
        NOTE_MOST,
        t("desk.review_save"),
    )
    told = t(
        "desk.review_count",
        count=group.count,
        refused=group.refused,
        disliked=group.disliked,
        newest=group.newest.isoformat(" ", "minutes")[:16],
    )
    return Markup("<section><h2>{}</h2><p>{}</p><ul>{}</ul>{}{}</section>").format(
        group.questions[0],
        told,
        join(Markup("<li>{}</li>").format(q) for q in group.questions[1:]),
        join(Markup("<p>{}</p>").format(t("desk.review_word", word=w)) for w in group.words),
        drawing.form(REVIEW, csrf, fields),
    )


def _decided(start: int) -> Markup:
    found = services.services().review.done(PAGE, start)
    return Markup('<h1>{}</h1><p><a href="{}">{}</a></p><ul>{}</ul>').format(
        t("desk.review"), REVIEW, t("desk.review_open"), join(_line(done) for done in found)
    )


def _line(done: Done) -> Markup:
    link = Markup('<a href="{}">{}</a>').format(
        effects.begin_from(done.meaning, done.decision), t(f"desk.review_to_{done.decision}")
    )
    return Markup("<li>{} · {} · {}<br><b>{}</b><br>{} {}</li>").format(
        done.decided.isoformat(" ", "minutes")[:16],
        done.editor,
        t(f"desk.decision_{done.decision}"),
        done.question,
        done.note,
        link if effects.may_begin(done.decision) else "",
    )


def _decide(request: Request, signed: Signed, form: Form) -> Response:
    said = [form.get(name, "") for name in ("meaning", "question", "decision", "note")]
    try:
        effects.needed(said[2])
        services.services().review.decide(said[0], said[1], said[2], said[3], signed.name, now())
    except ReviewError as wrong:
        return _show(request, signed, form, wrong.told())
    if said[2] == Decision.OUT_OF_SCOPE:
        return to(REVIEW)
    # On to the file that the decision changes.
    return to(effects.begin_from(said[0], Decision(said[2])))


_EDITOR = frozenset({Role.EDITOR})
PLACES = (Place("/review", _show, _EDITOR), Place("/review", _decide, _EDITOR, ("POST",)))
