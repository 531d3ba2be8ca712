"""What the portal tells of itself and its data: the article's words, or the exact address of the file asked for."""

from portal.answering.draft import Draft, frame, word
from portal.answering.kinds import AnswerKind
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.portal import ArticleFacts, Catalogue, DatasetFacts
from portal.answering.query import Facet
from portal.answering.telling.dispatch import tell
from portal.publication.catalogue import Dataset
from portal.texts.dates import day
from portal.texts.numbers import number

_FILES = ("csv", "xlsx", "json", "parquet")
API = "/api/v1/datasets"


@tell.register
def tell_article(facts: ArticleFacts, knowledge: Knowledge) -> Draft:
    """The article, paragraph by paragraph, with its links."""
    draft = Draft(AnswerKind.ABOUT, facts.query.language, knowledge)
    for article in facts.articles:
        draft.rows.append(article.row)
        for paragraph in article.paragraphs[draft.language]:
            draft.gap()
            draft.lines.append(paragraph.replace("\n", " "))
        draft.gap()
        links = [f"[{words[draft.language]}]({url})" for url, words in article.links]
        links.append(frame(draft.language, "po_more", url=f"/about?article={article.id}"))
        draft.lines.append(" · ".join(links))
    return draft


@tell.register
def tell_datasets(facts: DatasetFacts, knowledge: Knowledge) -> Draft:
    """Datasets by name: what was asked of each, and the addresses of its files."""
    draft = Draft(AnswerKind.DATA, facts.query.language, knowledge)
    for dataset in facts.datasets:
        _remember(dataset, draft)
        draft.gap()
        _say_dataset(dataset, facts, draft)
    caveats = [c for d in facts.datasets[:1] if (c := _in(draft, d, "caveats"))]
    if caveats and facts.query.facet in {Facet.LICENCE, Facet.RELIABILITY, Facet.SOURCE}:
        draft.gap()
        draft.say("po_dataset_caveats", caveats=caveats[0])
    return draft


@tell.register
def tell_catalogue(facts: Catalogue, knowledge: Knowledge) -> Draft:
    """All datasets, those with positions, or when they were updated."""
    draft = Draft(AnswerKind.DATA, facts.query.language, knowledge)
    rows = facts.rows or {}
    for dataset in facts.datasets:
        _remember(dataset, draft)
    if "geojson" in facts.formats:
        _say_geojson(facts, draft)
    elif facts.asked == "updated":
        _say_updated(facts, draft)
    else:
        total = draft.count(sum(rows.get(d.id, 0) for d in facts.datasets))
        draft.say("po_datasets", count=draft.count(len(facts.datasets)), rows=number(total))
        draft.gap()
        for dataset in facts.datasets:
            count = draft.count(rows.get(dataset.id, 0))
            draft.say("po_datasets_item", title=_title(dataset, draft), url=_page(dataset), rows=number(count))
        draft.gap()
        draft.say("po_formats", url="/api/v1/docs")
    return draft


def _say_dataset(dataset: Dataset, facts: DatasetFacts, draft: Draft) -> None:
    title, facet = _title(dataset, draft), facts.query.facet
    rows = draft.count((facts.rows or {}).get(dataset.id, 0))
    if facet is Facet.UPDATE:
        date = day(dataset.updated, draft.language)
        draft.say("po_dataset_updated", title=title, date=date, frequency=dataset.update_frequency)
    elif facet is Facet.LICENCE:
        draft.say("po_dataset_licence", title=title, licence=dataset.license)
    elif facet is Facet.COUNT and not facts.formats:
        draft.say("po_dataset_rows", title=title, rows=number(rows))
    else:
        draft.say("po_dataset", title=title, rows=number(rows))
    draft.gap()
    held = [*_FILES, *(["geojson"] if dataset.has_geometry else [])]
    for extension in [f for f in facts.formats if f in held] or held:
        name = word("formats", draft.language, extension) or extension
        draft.say("po_dataset_file", format=name, url=f"{API}/{dataset.id}.{extension}")
    draft.gap()
    if facet is Facet.DOWNLOAD:
        # Who wants a table wants to know what may be done with it.
        draft.say("po_dataset_licence", title=title, licence=dataset.license)
        draft.gap()
    if "api" in facts.formats:
        draft.say("po_dataset_api", url=f"{API}/{dataset.id}/rows")
    draft.say("po_dataset_page", url=_page(dataset))


def _say_geojson(facts: Catalogue, draft: Draft) -> None:
    if not facts.datasets:
        draft.say("po_geojson_none")
        return
    draft.say("po_geojson", count=draft.count(len(facts.datasets)))
    draft.gap()
    for dataset in facts.datasets:
        file = f"{API}/{dataset.id}.geojson"
        draft.say("po_geojson_item", title=_title(dataset, draft), url=_page(dataset), file=file)


def _say_updated(facts: Catalogue, draft: Draft) -> None:
    newest = max(facts.datasets, key=lambda d: d.updated)
    same = [_title(d, draft) for d in facts.datasets if d.updated == newest.updated]
    titles = frame(draft.language, "po_separator").join(same)
    draft.say("po_updated", date=day(newest.updated, draft.language), title=titles)
    draft.gap()
    draft.rows.append({"version": draft.knowledge.version})
    draft.say("po_updated_version", version=draft.knowledge.version)
    draft.gap()
    for dataset in sorted(facts.datasets, key=lambda d: d.updated, reverse=True):
        date = day(dataset.updated, draft.language)
        draft.say("po_updated_item", title=_title(dataset, draft), url=_page(dataset), date=date)


def _remember(dataset: Dataset, draft: Draft) -> None:
    """Keep a catalogue entry as evidence for what is said of it."""
    draft.rows.append(
        {
            "id": dataset.id,
            "title_zh": dataset.title_zh,
            "title_en": dataset.title_en,
            "license": dataset.license,
            "updated": day(dataset.updated, draft.language),
            "caveats": _in(draft, dataset, "caveats"),
            "address": f"{API}/{dataset.id}",
        }
    )


def _in(draft: Draft, dataset: Dataset, name: str) -> str:
    own = str(getattr(dataset, f"{name}_{draft.language}") or "")
    return own or str(getattr(dataset, f"{name}_zh") or "")


def _title(dataset: Dataset, draft: Draft) -> str:
    return dataset.title_zh if draft.language == "zh" else dataset.title_en


def _page(dataset: Dataset) -> str:
    return f"/data?dataset={dataset.id}"
