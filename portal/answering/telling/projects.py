"""What is told of projects: the status with the date of its report, the plan's sentence, look-alikes, caution."""

from collections.abc import Sequence

from portal.answering.draft import Draft, frame
from portal.answering.kinds import AnswerKind
from portal.answering.knowledge import Knowledge, Row
from portal.answering.lookup.projects import STATUSES, ProjectFacts, ProjectList
from portal.answering.telling.dispatch import tell
from portal.publication.statuses import ProjectStatus
from portal.texts.dates import day
from portal.texts.interface import catalogue

_LISTED = 15
_PROMISES = 2


@tell.register
def tell_projects(facts: ProjectFacts, knowledge: Knowledge) -> Draft:
    """Projects by name: what was last reported, when, and what the plan required."""
    draft = Draft(AnswerKind.PROJECT, facts.query.language, knowledge)
    draft.rows += [*facts.projects, *facts.alike]
    if facts.compared:
        draft.say("pj_two", count=draft.count(len(facts.projects)))
    where_first = facts.asked[:1] == ("district",)
    for project in facts.projects:
        draft.gap()
        if where_first:
            _say_where(project, draft)
        say_project(project, draft)
    if facts.alike:
        draft.gap()
        draft.say("pj_alike", names=frame(draft.language, "pj_separator").join(_alike(p, draft) for p in facts.alike))
    draft.gap()
    draft.say("pj_promise")
    for span in facts.promises:
        draft.quote(span.clause, span.start, span.end)
    _say_cautions(facts.projects, draft)
    draft.source_line([p["source"] for p in facts.projects])
    draft.suggestions += [frame(draft.language, "pj_suggest", name=draft.named(p)) for p in facts.alike[:2]]
    draft.suggestions.append(frame(draft.language, "pj_suggest_all"))
    return draft


@tell.register
def tell_project_list(facts: ProjectList, knowledge: Knowledge) -> Draft:
    """How many projects there are of a kind, and each with its status."""
    draft = Draft(AnswerKind.PROJECT, facts.query.language, knowledge)
    draft.rows += facts.projects
    if facts.status or facts.categories or facts.district:
        _say_count(facts, draft)
    else:
        counts = {s: draft.count(sum(p["status"] == s for p in facts.projects)) for s in STATUSES}
        draft.say("pj_all", count=draft.count(len(facts.projects)), **counts)
    draft.gap()
    for project in facts.projects[:_LISTED]:
        draft.say("pj_item", name=draft.named(project), state=_state(project, draft), detail=_detail(project, draft))
    draft.gap()
    for span in facts.promises[:_PROMISES]:
        draft.quote(span.clause, span.start, span.end)
    draft.say("pj_caution")
    draft.say("pj_list_link", url="/projects")
    draft.source_line([p["source"] for p in facts.projects])
    draft.suggestions += [frame(draft.language, "pj_suggest", name=draft.named(p)) for p in facts.projects[:2]]
    return draft


def say_project(project: Row, draft: Draft) -> None:
    """The status in one sentence, then what the report said."""
    values = {"name": draft.named(project), "date": _date(project, draft) if project["status_date"] else ""}
    draft.say(_status_key(project), **values)
    text = draft.said(project, "status_text").rstrip("。.")
    if text:
        draft.gap()
        draft.say("pj_unknown_text" if project["status"] == ProjectStatus.UNKNOWN else "pj_said", text=text)


def _status_key(project: Row) -> str:
    status, dated = project["status"], bool(project["status_date"])
    if status == ProjectStatus.UNKNOWN:
        return "pj_unknown"
    if status == ProjectStatus.COMPLETED:
        if not dated:
            return "pj_completed"
        return "pj_completed_reported" if project["reliability"] == "high" else "pj_completed_inferred"
    return f"pj_{status}" if dated else f"pj_{status}_undated"


def _say_where(project: Row, draft: Draft) -> None:
    if project["district"]:
        draft.say("pj_district", district=draft.said(project, "district"))
    else:
        draft.say("pj_district_none", name=draft.named(project))


def _say_cautions(projects: Sequence[Row], draft: Draft) -> None:
    for project in projects:
        draft.gap()
        if project["note"]:
            draft.say("pj_note", note=draft.said(project, "note"))
        if project["reliability"] in {"medium", "low"}:
            level = frame(draft.language, f"pj_level_{project['reliability']}")
            draft.gap()
            draft.say("pj_reliability", level=level)


def _say_count(facts: ProjectList, draft: Draft) -> None:
    parts = []
    if facts.district:
        row = next(d for d in draft.knowledge.districts.values() if d["name"] == facts.district)
        draft.rows.append(row)
        parts.append(frame(draft.language, "pj_what_district", district=draft.said(row, "name")))
    parts += [
        frame(draft.language, "pj_what_category", category=catalogue()[f"category.{c}"][draft.language])
        for c in facts.categories
    ]
    parts += [frame(draft.language, f"pj_what_{s}") for s in facts.status]
    what = (" " if draft.language == "en" else "").join(parts)
    if facts.projects:
        draft.say("pj_count", what=what, count=draft.count(len(facts.projects)))
    else:
        draft.say("pj_count_none", what=what, total=draft.count(facts.total))


def _alike(project: Row, draft: Draft) -> str:
    return frame(draft.language, "pj_alike_item", name=draft.named(project), state=_state(project, draft))


def _state(project: Row, draft: Draft) -> str:
    return frame(draft.language, f"pj_state_{project['status']}")


def _detail(project: Row, draft: Draft) -> str:
    """As of when a project stands so; of one that is said to be built also that nobody reported it outright."""
    if not project["status_date"]:
        return ""
    inferred = _status_key(project) == "pj_completed_inferred"
    return frame(draft.language, "pj_detail_inferred" if inferred else "pj_detail", date=_date(project, draft))


def _date(project: Row, draft: Draft) -> str:
    return day(project["status_date"], draft.language)
