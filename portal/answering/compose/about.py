"""What the portal is, what it offers for download, how the whole plan stands."""

from portal.answering.compose.figures import name_of
from portal.answering.draft import Draft, frame
from portal.answering.knowledge import Knowledge
from portal.answering.understand import Understanding

_SOME = 8


def compose_about(read: Understanding, knowledge: Knowledge) -> Draft:
    """What this assistant can do, and the document it speaks from."""
    draft = Draft("about", read.language, knowledge)
    draft.say("about", title=knowledge.site.title if read.language == "zh" else knowledge.site.title_en)
    draft.gap()
    draft.say("about_basis")
    draft.cite_document()
    return draft


def compose_data(read: Understanding, knowledge: Knowledge) -> Draft:
    """The datasets that can be downloaded."""
    draft = Draft("data", read.language, knowledge)
    draft.say("data")
    draft.gap()
    for dataset in knowledge.datasets:
        zh = read.language == "zh"
        summary = dataset.summary_zh if zh else dataset.summary_en
        draft.rows.append({"title": dataset.title_zh, "title_en": dataset.title_en, "summary": summary})
        draft.say(
            "data_item",
            title=dataset.title_zh if zh else dataset.title_en,
            url=f"/data?dataset={dataset.id}",
            summary=summary,
        )
    draft.gap()
    draft.say("about_basis")
    draft.cite_document()
    return draft


def compose_gaps(read: Understanding, knowledge: Knowledge) -> Draft:
    """Targets nobody has published a comparable result for."""
    draft = Draft("gaps", read.language, knowledge)
    unknown = [i for i, p in knowledge.progress.items() if p["status"] in {"not_published", "not_comparable"}]
    draft.say("gaps", count=draft.count(len(unknown)))
    draft.gap()
    for indicator in unknown[:_SOME]:
        draft.rows.append(knowledge.indicators[indicator])
        draft.say("gaps_item", name=name_of(knowledge.indicators[indicator], draft))
    draft.gap()
    draft.say("gaps_more", url="/gaps")
    draft.cite_document()
    return draft


def compose_overview(read: Understanding, knowledge: Knowledge) -> Draft:
    """How many targets are met, and which."""
    draft = Draft("overview", read.language, knowledge)
    by_status: dict[str, list[str]] = {s: [] for s in ("met", "not_met", "not_comparable", "not_published")}
    for indicator, progress in knowledge.progress.items():
        by_status[progress["status"]].append(indicator)
        draft.rows.append(knowledge.indicators[indicator])
    counts = {status: draft.count(len(ids)) for status, ids in by_status.items()}
    draft.say("overview", count=draft.count(len(knowledge.progress)), **counts)
    draft.gap()
    for status in ("met", "not_met"):
        if by_status[status]:
            names = [name_of(knowledge.indicators[i], draft) for i in by_status[status]]
            draft.say(f"overview_{status}", names=frame(read.language, "list_comma").join(names))
            draft.gap()
    draft.cite_document()
    return draft
