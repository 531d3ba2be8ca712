"""From questions answered badly to a change of a file: what the change is for, and what it makes of the answers, drawn."""

import re
from collections.abc import Sequence

from markupsafe import Markup

from portal import services
from portal.desk.changes import Cells, Change, ChangeError, Set
from portal.desk.effects import SILENT, Effect
from portal.desk.review import Decision, Done, ReviewError
from portal.publication.catalogue import Dataset
from portal.publication.json_object import JsonObject
from portal.staff import drawing
from portal.staff.answering import now
from portal.texts.errors import sentence
from portal.texts.interface import t
from portal.ui.html import join

_SHOWN = 10
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_BETWEEN = "|"
_EDITED_IN = {Decision.EXAMPLE: "vocabulary", Decision.ARTICLE: "guide", Decision.OUT_OF_SCOPE: "guide"}


def may_begin(decision: Decision) -> bool:
    """Whether the file a decision changes is one this portal has."""
    try:
        return decision not in _EDITED_IN or bool(services.services().maintained.dataset(_EDITED_IN[decision]))
    except ChangeError:
        return False


def needed(decision: str) -> None:
    """That what a decision cannot do without is there; what is out of scope is so without a file.

    Raises:
        ReviewError: it is not.
    """
    if decision in {Decision.EXAMPLE, Decision.ARTICLE} and not may_begin(Decision(decision)):
        raise ReviewError(sentence(f"review.no_{_EDITED_IN[Decision(decision)]}"))


def begin_from(meaning: str, decision: Decision) -> str:
    """Where an editor begins the change that a decision leads to."""
    dataset = f"&dataset={_EDITED_IN[decision]}" if decision in _EDITED_IN else ""
    return f"/desk/changes/new?review={meaning}{dataset}"


def asked(meaning: str) -> Done | None:
    """The questions of a meaning that something was decided of."""
    return services.services().review.find(meaning) if meaning else None


def questions(done: Done | None) -> Markup:
    """What a change is for."""
    if done is None:
        return Markup("")
    items = join(Markup("<li>{}</li>").format(q) for q in done.questions[:_SHOWN])
    return Markup("<p>{}</p><ul>{}</ul>").format(t("desk.effect_for", note=done.note), items)


def given(dataset: Dataset, row: Cells, done: Done | None) -> Cells:
    """What a form begins with beside what a row says: the questions among those an article is asked by, the sentence to say."""
    if done is None or dataset.id != "guide":
        return {}
    languages: dict[str, list[str]] = {"zh": [], "en": []}
    for question in done.questions[:_SHOWN]:
        text = question.replace(_BETWEEN, " ")
        languages["zh" if _CHINESE.search(text) else "en"].append(text)
    told = {}
    for language, found in languages.items():
        there = [part for part in row.get(f"asked_{language}", "").split(_BETWEEN) if part]
        told[f"asked_{language}"] = _BETWEEN.join(dict.fromkeys([*there, *found]))
    said = {} if row or done.decision is not Decision.OUT_OF_SCOPE else {"text_zh": done.note}
    return told | said


def measure(made: Set, changes: Sequence[Change]) -> None:
    """Begin to measure a set in the background.

    Raises:
        ChangeError: it is being measured, or cannot be here.
    """
    done = asked(made.review)
    services.services().effects.begin(made, changes, done.questions if done else (), now())


def check(made: Set, changes: Sequence[Change]) -> None:
    """That the effect of a set that follows from questions was seen before it is handed over.

    Raises:
        ChangeError: it was not measured as it stands.
    """
    effect = services.services().effects.of(made.number, changes, now())
    if made.review and not (effect and effect.holds):
        raise ChangeError(sentence("change.unmeasured"))


def section(made: Set, changes: Sequence[Change], may: set[str], csrf: str) -> tuple[Markup, bool]:
    """What a set makes of the answers, and whether that is still being measured."""
    effect = services.services().effects.of(made.number, changes, now())
    if effect is None and not made.review and "measure" not in may:
        return Markup(""), False
    waits = effect is not None and effect.told is None and not effect.stale and not effect.broken_off
    button = Markup("")
    if "measure" in may and changes and not waits:
        fields = Markup('<button name="decision" value="measure">{}</button>').format(t("desk.effect_measure"))
        button = drawing.form(f"/desk/changes/{made.number}", csrf, fields)
    told = Markup("<section><h2>{}</h2>{}{}{}</section>").format(
        t("desk.effect"), questions(asked(made.review)), _told(effect), button
    )
    return told, waits


def _told(effect: Effect | None) -> Markup:
    if effect is None:
        return Markup("<p>{}</p>").format(t("desk.effect_none"))
    if effect.stale:
        return Markup("<p>{}</p>").format(t("desk.effect_stale"))
    if effect.told is None:
        told = t("desk.effect_broken_off") if effect.broken_off else t("desk.effect_waits", seconds=SILENT.seconds)
        return Markup('<p role="status">{}</p>').format(told)
    if "problem" in effect.told:
        return Markup('<p class="failure">{}</p>').format(effect.told["problem"])
    took = effect.told.get("seconds")
    timed = Markup("<p>{}</p>").format(t("desk.effect_seconds", seconds=took)) if took is not None else Markup("")
    return _answers(effect.told["questions"]) + _sets(effect.told["sets"]) + timed


def _answers(found: list[JsonObject]) -> Markup:
    """Each question with its answer before and after."""
    if not found:
        return Markup("")
    without = [sum(one["refused"][when] for one in found) for when in (0, 1)]
    rows = [(str(one["question"]), *(_brief(text) for text in one["texts"])) for one in found]
    return Markup("<p><b>{}</b></p>{}").format(
        t("desk.effect_refused", count=len(found), before=without[0], after=without[1]),
        drawing.table([t("desk.enquiry_question"), t("desk.change_before"), t("desk.change_after")], rows),
    )


def _brief(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}…"


def _sets(found: list[JsonObject]) -> Markup:
    """How many of the kept questions were answered rightly before and after."""
    if not found:
        return Markup("<p>{}</p>").format(t("desk.effect_no_sets"))
    good = [one for one in found if "problem" not in one]
    right = [sum(one["right"][when] for one in good) for when in (0, 1)]
    total = t("desk.effect_sets", of=sum(one["of"] for one in good), before=right[0], after=right[1])
    rows = [(str(s["name"]), str(s["of"]), *map(str, s["right"])) for s in good]
    heads = [t(f"desk.{h}") for h in ("effect_set", "effect_of", "change_before", "change_after")]
    lost = join(Markup("<li>{}</li>").format(q) for one in good for q in one["lost"])
    return Markup("<p><b>{}</b></p>{}{}{}").format(
        total,
        drawing.table(heads, rows),
        Markup("<p>{}</p><ul>{}</ul>").format(t("desk.effect_lost"), lost) if lost else "",
        join(Markup('<p class="failure">{}</p>').format(one["problem"]) for one in found if "problem" in one),
    )
