"""What is publicly known of a project, beside the sentence of the plan that promises it."""

from portal.answering.draft import Draft, frame
from portal.answering.knowledge import Knowledge, Row
from portal.answering.understand import Understanding


def compose_projects(read: Understanding, projects: list[Row], knowledge: Knowledge, quotation: bool = False) -> Draft:
    """State, date, report and source of each project, then the plan's sentence.

    Args:
        read: the question.
        projects: rows of `projects`.
        knowledge: the published version.
        quotation: the question is about where the plan says it, so only the sentence is given.
    """
    draft = Draft("project", read.language, knowledge)
    for project in projects:
        draft.rows.append(project)
        draft.gap()
        draft.say("project", name=draft.named(project), state=_state(project, draft))
        if quotation:
            continue
        if project["status"] == "unknown":
            draft.say("project_unknown")
        elif project["status_date"]:
            draft.say(
                "project_text", text=draft.said(project, "status_text"), date=_date(project["status_date"], draft)
            )
        elif project["status_text"]:
            draft.say("project_text_undated", text=draft.said(project, "status_text"))
        if project["note"]:
            draft.say("project_note", note=draft.said(project, "note"))
    draft.gap()
    draft.say("project_promise")
    for project in projects:
        start, end = _promise(project, knowledge)
        draft.quote(project["clause"], start, end)
    draft.source_line([p["source"] for p in projects])
    return draft


def _state(project: Row, draft: Draft) -> str:
    return frame(draft.language, f"state_{project['status']}")


def _date(date: object, draft: Draft) -> str:
    year, month, day = map(int, str(date)[:10].split("-"))
    return f"{year}年{month}月{day}日" if draft.language == "zh" else f"{year}-{month:02}-{day:02}"


def _promise(project: Row, knowledge: Knowledge) -> tuple[int, int]:
    """The sentence of the plan that names the project, by the longest of its names that stands there."""
    text = knowledge.clause(project["clause"])["text"]
    names = [project["name"], *(project["also_known_as"] or "").split("|")]
    spans = [(text.find(part), part) for name in names for part in _shortened(name)]
    at = next((at for at, part in spans if part and at >= 0), 0)
    for s in knowledge.sentences:
        if s["clause"] == project["clause"] and s["document"] == knowledge.site.plan and s["start"] <= at < s["end"]:
            return s["start"], s["end"]
    return 0, len(text.rstrip())


def _shortened(name: str) -> list[str]:
    """A name, then what is left of it when its beginning or end is dropped, longest first, never under four characters."""
    pieces = {name[i:j] for i in range(len(name)) for j in range(i + 4, len(name) + 1)}
    return sorted(pieces, key=len, reverse=True)
