"""What a progress report holds: the targets of a section, of a district or all, with results, projects, places and sources."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.places.districts import Held, held
from portal.plan import progress, projects
from portal.plan.rows import NamedObservedRow, ObservedRow, ProgressRow, ProjectRow
from portal.publication.manifest import Manifest
from portal.publication.store import Row, Store
from portal.publication.translations import phrases
from portal.texts.errors import BilingualError, sentence


class UnknownSubjectError(BilingualError, LookupError):
    """The plan has no such section, or the data no such district.

    Args:
        kind: `theme` or `district`.
        value: what was asked for.
        known: the names there are.
    """

    def __init__(self, kind: str, value: str, known: list[str]) -> None:
        super().__init__(sentence(f"report.{kind}", value=value, known=known))


@dataclass(frozen=True)
class District:
    """What the plan and the data say of one district: the plan's sentences that name it, its projects, the figures published for it
    (observations with their target's `name_zh` and `name_en`), its places."""

    name: str
    name_en: str | None
    sentences: list[Row]
    projects: list[ProjectRow]
    figures: list[NamedObservedRow]
    places: Held


@dataclass(frozen=True)
class Report:
    """Targets (`portal.plan.progress.progress`) with what was published for each by id, and the sources of all that."""

    manifest: Manifest
    rows: list[ProgressRow]
    seen: dict[str, list[ObservedRow]]
    sources: list[Row]
    theme: str | None = None
    district: District | None = None

    @property
    def updated(self) -> str:
        """The day the data were last updated, ISO 8601: the report's date, whenever it is made."""
        return max(d.updated for d in self.manifest.datasets).isoformat()


def _of_theme(rows: list[ProgressRow], theme: str) -> list[ProgressRow]:
    known = list(progress.by_theme(rows))
    if theme not in known:
        raise UnknownSubjectError("theme", theme, known)
    return progress.select(rows, theme=theme)


def report(store: Store, theme: str | None = None, district: str | None = None) -> Report:
    """Gather the report of a section of the plan, of a district, or of everything.

    The plan sets its targets for the city or a part of it, seldom for a district: a district's report holds the targets whose
    scope or wording names it, beside what else is known of it.

    Args:
        store: the published version.
        theme: a section of the plan, as `portal.plan.progress.by_theme` names it.
        district: a district's name or code.
    Raises:
        UnknownSubjectError: there is no such section or district.
    """
    rows = progress.progress(store)
    if theme is not None:
        rows = _of_theme(rows, theme)
    seen = {r["id"]: progress.observations(store, r["id"]) for r in rows}
    told = _district(store, district, rows, seen) if district is not None else None
    if told is not None:
        rows = [r for r in rows if told.name in f"{r['scope']} {r['quote']} {r['name_zh']}"]
        seen = {r["id"]: seen[r["id"]] for r in rows}
    more = [*told.projects, *told.figures] if told else []
    named = sources_of([*(o for found in seen.values() for o in found), *more])
    own = progress.sources(store)
    # A figure may be less reliable than where it is from.
    sources: list[Row] = [{**row, "reliability": own[row["source"]]["reliability"]} for row in named]
    return Report(store.manifest, rows, seen, sources, theme, told)


def districts(store: Store) -> list[Row]:
    """Code and name of every district."""
    return store.rows("SELECT code, name FROM districts ORDER BY code")


def sources_of(rows: Iterable[Row]) -> list[Row]:
    """The rows that name each of their sources first, in the rows' order; rows without a source are left out."""
    first: dict[str, Row] = {}
    for row in rows:
        if row["source"]:
            first.setdefault(row["source"], row)
    return list(first.values())


def _district(store: Store, wanted: str, targets: list[ProgressRow], seen: dict[str, list[ObservedRow]]) -> District:
    known = districts(store)
    found = next((d for d in known if wanted in (d["code"], d["name"])), None)
    if found is None:
        raise UnknownSubjectError("district", wanted, [d["name"] for d in known])
    name = found["name"]
    sentences = store.rows(
        "SELECT clause, sentence, text FROM sentences WHERE document = ? AND contains(text, ?)",
        [store.manifest.site.plan, name],
    )
    works = [p for p in projects.projects(store) if p["district"] in (found["code"], name) or name in p["name"]]
    figures: list[NamedObservedRow] = [
        {**o, "name_zh": r["name_zh"], "name_en": r["name_en"]}
        for r in targets
        for o in seen[r["id"]]
        if name in o["scope"]
    ]
    return District(name, phrases(store).get(name), sentences, works, figures, held(store, found["code"]))
