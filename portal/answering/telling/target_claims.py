"""Claims told: yes or no only where the rows say so, then what the plan or the published figure says."""

from collections import Counter
from collections.abc import Iterable

from portal.answering.draft import Draft, frame
from portal.answering.kinds import AnswerKind
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.target_facts import Basis, Checked, Verdict
from portal.answering.query import Claim
from portal.answering.telling.dispatch import tell
from portal.answering.telling.figures import begin_large, full_name, quote_targets, unit_of, values_of
from portal.answering.telling.target_lines import say_care, say_figures, say_known, say_note, say_nowhere
from portal.publication.statuses import FigureKind, TargetStatus
from portal.publication.store import Row

_UNSAID = {Basis.UNPUBLISHED, Basis.NOT_COMPARABLE}


@tell.register
def tell_checked(facts: Checked, knowledge: Knowledge) -> Draft:
    """A claim about one target, or about several at once."""
    draft = Draft(AnswerKind.PREMISE, facts.query.language, knowledge)
    if len(facts.verdicts) == 1:
        _one(draft, facts.verdicts[0], facts)
    else:
        _several(draft, facts)
    begin_large(draft)
    return draft


def _one(draft: Draft, v: Verdict, facts: Checked) -> None:
    key, values = _sentence(draft, v, facts)
    draft.lines.append(_opened(draft, v, facts) + frame(draft.language, key, **values))
    figures = list(v.figures)
    _say_held(draft, v, facts)
    quote_targets(draft, [v.standing])
    rows: list[Row] = [r for r in (v.row, *figures) if r is not None]
    if v.basis in _UNSAID and not figures:
        rows += say_known(draft, v.standing, v.year)
    elif v.row is None and v.standing.due is not None:
        draft.say(f"t_status_{v.standing.status}{_event(v)}", **values_of(v.standing, draft, v.standing.due))
        rows.append(v.standing.due)
    elif v.row is None:
        draft.say(f"t_status_{v.standing.status}")
    draft.source_line([r["source"] for r in rows])
    say_care(draft, v.standing, [r for r in rows if r["kind"] == FigureKind.ACTUAL and r["comparable"]])
    say_note(draft, v.standing)


def _say_held(draft: Draft, v: Verdict, facts: Checked) -> None:
    """What was published of a number that is claimed: that it is the result, what else it is, that it is one rounded, or nothing."""
    claim = facts.query.claim
    said = {n.value for n in claim.stated} if claim else set()
    said |= {claim.value} if claim and claim.value is not None else set()
    held: dict[tuple[str, float | None], list[Row]] = {}
    for row in v.figures:
        key = "c_figure" if row["value"] in said else "c_figure_rounded"
        key = "c_figure_result" if row in v.standing.results else key
        held.setdefault((key, _nearest(row, said)), []).append(row)
    for (key, number), rows in held.items():
        say_figures(draft, key, rows, number)
    say_nowhere(draft, v.nowhere)


def _nearest(row: Row, said: Iterable[float]) -> float | None:
    """The number said that a figure is, rounded or not."""
    return min(said, key=lambda n: abs(n - row["value"]), default=None)


def _event(v: Verdict) -> str:
    return "_event" if v.standing.status == TargetStatus.MET and not v.standing.counted else ""


def _opened(draft: Draft, v: Verdict, facts: Checked) -> str:
    """Yes or no; nothing where the sentence itself says whether it was done, or where neither can be said."""
    claim = facts.query.claim
    assert claim is not None
    if v.said is None or not _may_be_said(v, claim, len(facts.verdicts)):
        return ""
    so = v.said is not claim.negated
    if not facts.whole and (so or claim.negated):
        return ""
    if v.basis in {Basis.REACHED, Basis.MISSED}:
        # “做到了” and “没有做到” say it themselves; who claimed the contrary is told so first.
        then = "c_right_then" if so else "c_wrong_then"
        return frame(draft.language, then) if claim.negated else ""
    if claim.negated:
        return frame(draft.language, "c_right" if so else "c_wrong")
    return frame(draft.language, "c_yes" if so else "c_no")


def _may_be_said(v: Verdict, claim: Claim, targets: int) -> bool:
    """Whether a claim is one that can be so or not: of a target, or of the number of a counted one."""
    if v.basis is Basis.WITHOUT_NUMBER and len(claim.stated) > targets:
        # Of which of the numbers it would be said is not clear.
        return False
    return claim.about == "target" or (claim.value is not None and v.standing.counted) or v.basis is Basis.UNIT


def _sentence(draft: Draft, v: Verdict, facts: Checked) -> tuple[str, dict[str, str]]:
    """The key of the sentence that follows yes or no, and what fills it."""
    values = values_of(v.standing, draft, v.row)
    values["unit"] = unit_of(v.standing.indicator, draft).strip() or str(v.standing.indicator["unit"])
    if v.year is not None:
        values["year"] = str(draft.count(v.year))
    about_target = facts.query.claim is not None and facts.query.claim.about == "target"
    event = "" if v.standing.counted else "_event"
    # Beside more numbers than there are targets, “met” would be said of what was not looked up.
    alone = facts.query.claim is None or len(facts.query.claim.stated) <= len(facts.verdicts)
    keys = {
        Basis.EQUAL: "c_target" if about_target else "c_result",
        Basis.OTHER: "c_target_number" if about_target else "c_result_number",
        Basis.YEAR: f"c_year{event}",
        Basis.UNIT: "c_unit",
        Basis.DIRECTION: "c_direction",
        Basis.WORDING: "c_target_wording",
        Basis.AMBIGUOUS: "c_target_ambiguous",
        Basis.WITHOUT_NUMBER: "c_target_event",
        Basis.REACHED: f"c_reached{event}" if alone or event else "c_reached_of",
        Basis.MISSED: "c_missed" if alone else "c_missed_of",
        Basis.ABOUT: "c_about",
        Basis.BEYOND: "c_beyond",
        Basis.ANOTHER: "c_another",
        Basis.UNPUBLISHED: f"c_unpublished{event}",
        Basis.NOT_COMPARABLE: f"c_not_comparable{event}",
    }
    return keys[v.basis], values


def _several(draft: Draft, facts: Checked) -> None:
    """One yes or no only where it holds of every one; else each on its own. Of an accusation not even “not all of them” is said."""
    assert facts.query.claim is not None
    answers = Counter(v.said for v in facts.verdicts)
    families = {v.standing.indicator["family"] for v in facts.verdicts}
    if len(answers) == 1 and facts.verdicts[0].said is not None:
        opened = _opened(draft, facts.verdicts[0], facts).rstrip("：: ")
        if opened:
            draft.lines.append(f"{opened}{frame(draft.language, 'stop')}")
        elif len(families) == 1:
            draft.say("c_scopes")
    elif answers.keys() != {None} and facts.query.claim.about != "event":
        draft.say("c_scopes" if len(families) == 1 else "c_mixed")
    draft.gap()
    for v in facts.verdicts:
        key, values = _sentence(draft, v, facts)
        text = frame(draft.language, key, **values)
        draft.say("t_item", name=full_name(v.standing.indicator, draft), scope="", text=text[:1].upper() + text[1:])
    draft.gap()
    standings = [v.standing for v in facts.verdicts]
    quote_targets(draft, standings)
    draft.source_line([v.row["source"] for v in facts.verdicts if v.row is not None])
