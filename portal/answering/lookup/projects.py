"""What is known of the projects the plan names: one or two by name, or all of a status, kind, or district."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from portal.answering.facts import Facts, Nothing, Span
from portal.answering.knowledge import Knowledge, Row
from portal.answering.language.lexicon import speaks_of, statuses
from portal.answering.lookup.columns import spoken_of
from portal.answering.lookup.cue_words import words_of
from portal.answering.query import Facet, Operation, Query, SubjectKind
from portal.answering.refusals import Refusal
from portal.publication.statuses import ProjectStatus
from portal.texts.folding import fold
from portal.texts.interface import LANGUAGES, catalogue

STATUSES = tuple(ProjectStatus)
# What is said of those that nobody reported built, and which they are.
_NOT_DONE = "unfinished"
_UNFINISHED = (ProjectStatus.UNDER_CONSTRUCTION, ProjectStatus.PLANNED, ProjectStatus.UNKNOWN)
# What was to be finished by a year says nothing of what is.
_OF_PROMISES = {Facet.TARGET, Facet.DUE}
_CHOOSING = {Operation.LIST, Operation.COUNT, Operation.SHARE}
_SHORTEST_PART = 4
_MISSING_FIT = 0.8
_UNSAID_FIT = 0.3
# All there are answer less of a question than those it chooses.
_WHOLE_FIT = 0.65
_OF_STATUS_FACETS = {Facet.STATUS, Facet.RESULT, Facet.DUE, Facet.UPDATE}


@dataclass(frozen=True)
class ProjectFacts(Facts):
    """Projects by name.

    Attributes:
        projects: rows of `projects`.
        promises: the sentence of the plan that names each.
        alike: others whose name holds theirs or is held by it, easily taken for them.
        asked: columns the question speaks of (`status`, `status_date`, `district`).
        compared: whether the question puts them side by side (是一家吗).
    """

    projects: tuple[Row, ...] = ()
    promises: tuple[Span, ...] = ()
    alike: tuple[Row, ...] = ()
    asked: tuple[str, ...] = ()
    compared: bool = False


@dataclass(frozen=True)
class ProjectList(Facts):
    """The projects of a status, kind or district; may be empty. `total` counts all the data hold, `promises` are the sentences of
    the plan that name those of a kind."""

    projects: tuple[Row, ...] = ()
    status: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    district: str | None = None
    total: int = 0
    promises: tuple[Span, ...] = ()


def look_up_projects(query: Query, knowledge: Knowledge) -> Facts:
    """What is known of the projects a question is about.

    Args:
        query: with projects, or with what narrows them down (`where.status`, districts, words of a kind).
        knowledge: the published version.
    """
    named = [knowledge.projects[i] for i in query.of(SubjectKind.PROJECT) if i in knowledge.projects]
    if named:
        return _of_projects(query, named, knowledge)
    if not knowledge.projects:
        return Nothing(query, why=Refusal.NO_PROJECTS)
    return _listed(query, knowledge)


def _of_projects(query: Query, named: list[Row], knowledge: Knowledge) -> Facts:
    asked = spoken_of("projects", query.text)
    if query.facet in _OF_STATUS_FACETS and "status" not in asked:
        asked.append("status")
    alike = [p for p in knowledge.projects.values() if p not in named and any(_alike(p, n) for n in named)]
    told = [p for p in named if p["status"] != ProjectStatus.UNKNOWN]
    return ProjectFacts(
        query,
        evidence=_evidence([*named, *alike], knowledge),
        fit=1.0 if told or not asked else _MISSING_FIT,
        projects=tuple(named),
        promises=tuple(promise(p, knowledge) for p in named),
        alike=tuple(alike),
        asked=tuple(asked),
        compared=len(named) > 1 and query.operation in {Operation.COMPARE, Operation.EXPLAIN, Operation.CHECK},
    )


def _listed(query: Query, knowledge: Knowledge) -> Facts:
    status = _status_asked(query)
    categories = _categories(query, knowledge)
    codes = [*query.of(SubjectKind.DISTRICT), *query.where.districts]
    districts = {knowledge.districts[c]["name"] for c in codes if c in knowledge.districts}
    held = set(_UNFINISHED if _NOT_DONE in status else status)
    wanted = {"status": held, "category": set(categories), "district": districts}
    found = [p for p in knowledge.projects.values() if _fits(p, wanted)]
    words = " ".join(catalogue()[f"category.{c}"][k] for c in categories for k in LANGUAGES)
    narrowed = bool(status or categories or districts)
    return ProjectList(
        query,
        # All projects together would account for any word; only those chosen by something said do.
        evidence=f"{_evidence(found, knowledge) if narrowed else ''} {words} {' '.join(districts)} {words_of('projects')}",
        fit=1.0 if narrowed else _WHOLE_FIT if speaks_of("projects", fold(query.question)) else _UNSAID_FIT,
        projects=tuple(sorted(found, key=lambda p: STATUSES.index(p["status"]))),
        status=status,
        categories=categories,
        district=next(iter(districts), None),
        total=len(knowledge.projects),
        promises=tuple(dict.fromkeys(promise(p, knowledge) for p in found)) if categories else (),
    )


def _status_asked(query: Query) -> tuple[str, ...]:
    """The statuses that the projects asked for are to have; of whether all of a kind were built none is."""
    if named := tuple(s for s in query.where.status if s in STATUSES):
        return named
    if query.operation not in _CHOOSING or query.facet in _OF_PROMISES:
        return ()
    asked = statuses(fold(query.question), "project_status")
    return (_NOT_DONE,) if _NOT_DONE in asked else asked


def _fits(project: Row, wanted: Mapping[str, Set[str]]) -> bool:
    """Whether each column holds one of the values wanted of it; a column of which none is wanted may hold any."""
    return all(project[column] in values for column, values in wanted.items() if values)


def _categories(query: Query, knowledge: Knowledge) -> tuple[str, ...]:
    """The kinds of project whose name, in either language, a question holds."""
    text = fold(query.text)
    held = dict.fromkeys(p["category"] for p in knowledge.projects.values())
    names = {c: catalogue().get(f"category.{c}", {}) for c in held}
    return tuple(c for c, said in names.items() if any(fold(n).removesuffix("s") in text for n in said.values() if n))


def _alike(one: Row, other: Row) -> bool:
    return one["name"] in other["name"] or other["name"] in one["name"]


def promise(project: Row, knowledge: Knowledge) -> Span:
    """The sentence of the plan that names a project, by the longest part of its names that stands in its clause."""
    document, clause = knowledge.site.plan, project["clause"]
    text = knowledge.clause(clause)["text"]
    names = [project["name"], *(project["also_known_as"] or "").split("|")]
    at = next((text.find(part) for name in names for part in _parts(name) if part in text), 0)
    for s in knowledge.sentences_of.get((document, clause), ()):
        if s["start"] <= at < s["end"]:
            return Span(document, clause, *_part_of(s["text"], s["start"], at))
    return Span(document, clause, 0, len(text.rstrip()))


def _part_of(sentence: str, start: int, at: int) -> tuple[int, int]:
    """The part between semicolons of a long sentence that holds an offset of the clause."""
    inside = at - start
    begin = max(sentence.rfind(mark, 0, inside) for mark in "；;") + 1
    ends = [n for mark in "；;" if (n := sentence.find(mark, inside)) >= 0]
    end = min(ends) + 1 if ends else len(sentence)
    whole = sentence[begin:end]
    return start + begin + len(whole) - len(whole.lstrip()), start + begin + len(whole.rstrip())


def _parts(name: str) -> list[str]:
    """A name, then what is left of it when its beginning or end is dropped, longest first, never under four characters."""
    ends = range(len(name) + 1)
    return sorted({name[i:j] for i in ends for j in ends if j - i >= _SHORTEST_PART} | {name}, key=len, reverse=True)


def _evidence(projects: Iterable[Row], knowledge: Knowledge) -> str:
    columns = ("name", "name_en", "also_known_as", "status_text", "status_text_en", "note", "note_en", "district")
    words = [str(p.get(c) or "") for p in projects for c in columns]
    words += [knowledge.sources[p["source"]]["title"] or "" for p in projects if p["source"] in knowledge.sources]
    return " ".join(w for w in words if w)
