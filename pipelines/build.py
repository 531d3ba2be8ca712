"""Corpus and datasets → a published version: read, check, compute, index, write, switch."""

import datetime
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.compute.coverage import compute_coverage
from pipelines.compute.document_rows import document_rows
from pipelines.compute.passages import passages
from pipelines.compute.progress import check_judgeable, compute_progress
from pipelines.compute.references import references
from pipelines.compute.training import trained
from pipelines.fingerprint import fingerprint
from pipelines.publish import exclusive, git_revision, is_published, version_id, write_version
from pipelines.sources.contradictions import contradictions
from pipelines.sources.datasets import CheckedTable, check_tables, read_descriptions, read_tables, to_arrow
from pipelines.sources.documents import Clause, Document, Sentence, read_documents
from pipelines.sources.guide import Guide, read_guide
from pipelines.sources.problems import BuildError, read_toml
from pipelines.sources.quality import quality
from pipelines.sources.semantic import check_semantic
from pipelines.sources.translations import English
from portal.publication.catalogue import Dataset
from portal.publication.manifest import Manifest, current_version, switch
from portal.publication.quality import RuleState
from portal.publication.site import Site
from portal.publication.store import Row, connect
from portal.publication.vocabulary import Vocabulary
from portal.retrieval.embedding import load_encoder, model_fingerprint
from portal.retrieval.vector_stores import fill, vectors_of
from portal.settings import Settings

# What pages, API and answers are made of. Where a city has none of something, its data file is a header and nothing else.
_NEEDED = (
    "background-figures",
    "clauses",
    "districts",
    "indicators",
    "observations",
    "places",
    "progress",
    "projects",
    "sentences",
    "sources",
)

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Built:
    """The outcome of a build: the version now current and whether anything had to be made."""

    version: str
    changed: bool


def build(settings: Settings, report: Report = lambda *_: None) -> Built:
    """Publish what corpus and datasets say now; do nothing where that version is already there, whole.

    Args:
        settings: where things are, and the embedding model.
        report: called as (step, done, total) while the work goes on.
    Raises:
        BuildError: inputs break rules; the version published before stays current.
        OperatorError: the database for the vectors cannot be used; likewise.
    """
    with exclusive(settings.published) as published:
        datasets = _described(settings.datasets)
        inputs = fingerprint(settings)
        version = version_id(inputs, max(d.updated for d in datasets))
        if is_published(published, version):
            if current_version(published) != version:
                switch(published, version)
            return Built(version, changed=False)

        read = _read(settings, datasets, report)
        arrow = {t.dataset.table: to_arrow(t) for t in read.tables}
        arrow |= _indexed(read, "guide" in arrow, published, settings, report)
        manifest = Manifest(
            version=version,
            created=datetime.datetime.now(datetime.UTC),
            git_revision=git_revision(settings.corpus),
            embedding=model_fingerprint(settings.embedding_model),
            inputs=inputs,
            files=(),
            datasets=tuple(datasets),
            documents=tuple(d.description.card() for d in read.documents if d.clauses),
            site=read.site,
            vocabulary=read.vocabulary.model_dump(),
            quality=quality(read.tables),
        )
        report("发布", 0, 1)
        write_version(published, manifest, arrow)
        fill(settings, arrow["passages"])
        switch(published, version)
        report("发布", 1, 1)
        return Built(version, changed=True)


@dataclass(frozen=True)
class Checked:
    """What a build would say: the problems for which it would publish nothing; where there are none, what came of the rules of quality."""

    problems: list[str]
    quality: dict[str, tuple[RuleState, ...]]
    statuses: dict[str, str]
    """What becomes of each target, by indicator."""


def check(settings: Settings) -> Checked:
    """What a build would say of corpus and datasets as they are now: the same checks, nothing made.

    Args:
        settings: where things are.
    """
    try:
        read = _read(settings, _described(settings.datasets), lambda *_: None)
    except BuildError as error:
        return Checked(error.problems, {}, {})
    progress = next(t.rows for t in read.tables if t.dataset.table == "progress")
    return Checked([], quality(read.tables), {row["indicator"]: row["status"] for row in progress})


@dataclass(frozen=True)
class _Read:
    """What people maintain, read and checked, with the tables computed from it."""

    site: Site
    vocabulary: Vocabulary
    documents: list[Document]
    guide: Guide
    tables: list[CheckedTable]

    @property
    def clauses(self) -> list[Clause]:
        """The clauses of all documents in order."""
        return [c for d in self.documents for c in d.clauses]

    @property
    def sentences(self) -> list[Sentence]:
        """The sentences of all documents in order."""
        return [s for d in self.documents for s in d.sentences]


def _read(settings: Settings, datasets: list[Dataset], report: Report) -> _Read:
    report("读取并检查", 0, 1)
    site = read_toml(settings.corpus / "site.toml", Site)
    documents = _documents(settings.corpus, site)
    guide = read_guide(settings.corpus, site, {d.id for d in datasets})
    read = _Read(site, _read_vocabulary(settings.corpus), documents, guide, [])
    of_plan = [c.clause for c in read.clauses if c.document == site.plan]
    if problems := contradictions(settings.corpus, site, read.vocabulary, of_plan):
        raise BuildError(problems)
    titles = {d.description.title: d.description.id for d in documents}
    derived: dict[str, list[Row]] = {
        "clauses": [asdict(c) for c in read.clauses],
        "sentences": [asdict(s) for s in read.sentences],
        "documents": document_rows(documents),
        "document_references": list(references(read.clauses, titles)),
        "guide": guide.rows,
    }
    tables = read_tables(settings.datasets, datasets, derived, site.plan)
    report("读取并检查", 1, 1)
    report("计算进展和覆盖", 0, 1)
    tables += _computed(tables, datasets, site, settings)
    if problems := check_semantic(tables):
        raise BuildError(problems)
    report("计算进展和覆盖", 1, 1)
    return replace(read, tables=tables)


def _indexed(read: _Read, guided: bool, published: Path, settings: Settings, report: Report) -> dict[str, pa.Table]:
    """The passages with their vectors, the questions the guide answers where the guide is published, and what reads questions."""
    titles = {d.description.id: d.description.title for d in read.documents if d.description.id != read.site.plan}
    rows = list(passages(read.clauses, read.sentences, titles))
    found = {"passages": _embedded(rows, published, settings, report)}
    if guided and read.guide.asked:
        asked = [{**question, "heading": ""} for question in read.guide.asked]
        found["guide_questions"] = _embedded(asked, published, settings, report)
    return found | trained(settings.embedding_model, lambda done, total: report("学习怎样读问题", done, total))


def _described(folder: Path) -> list[Dataset]:
    datasets = read_descriptions(folder)
    if missing := [name for name in _NEEDED if name not in {d.id for d in datasets}]:
        raise BuildError([f"{folder}：缺少数据集 {name}（{name}/dataset.toml）。" for name in missing])
    return datasets


def _documents(corpus: Path, site: Site) -> list[Document]:
    documents = read_documents(corpus)
    ids = [d.description.id for d in documents]
    problems = [
        f"{corpus}：有 {n} 个文件的编号都是 {name}，请给它们不同的 id。" for name, n in Counter(ids).items() if n > 1
    ]
    if site.plan not in {d.description.id for d in documents if d.clauses}:
        found = f"corpus 里没有编号为 {site.plan} 的文件，现有 {'、'.join(ids)}。"
        problems.append(f"{corpus / 'site.toml'}：plan：{found}")
    if problems:
        raise BuildError(problems)
    return documents


def _read_vocabulary(corpus: Path) -> Vocabulary:
    """The plan's words, the names of other places and the data's words in English, each in a file of its own."""
    own = read_toml(corpus / "vocabulary.toml", Vocabulary)
    elsewhere = read_toml(corpus / "elsewhere.toml", Vocabulary)
    english = read_toml(corpus / "english.toml", English)
    return own.model_copy(update={"names": elsewhere.names, "names_en": elsewhere.names_en, "english": english.flat()})


def _computed(
    tables: list[CheckedTable], datasets: list[Dataset], site: Site, settings: Settings
) -> list[CheckedTable]:
    """The tables made of other tables: progress, and coverage where the city says how to measure it."""
    described = {d.table: d for d in datasets}
    named = {t.dataset.table: t for t in tables}
    if problems := check_judgeable(named["indicators"], named["observations"]):
        raise BuildError(problems)
    rows = {"progress": compute_progress(named["indicators"].rows, named["observations"].rows, site.period_start)}
    if "coverage" in described and "coverage_measures" in named:
        measures, districts, places = (named[n].rows for n in ("coverage_measures", "districts", "places"))
        with connect(settings) as connection:
            rows["coverage"] = compute_coverage(connection, measures, districts, places, site.city)
    computed = [CheckedTable(described[t], Path(t), r, list(range(1, len(r) + 1))) for t, r in rows.items()]
    if problems := check_tables([*tables, *computed], site.plan):
        raise BuildError(problems)
    return computed


def _embedded(rows: Sequence[Row], published: Path, settings: Settings, report: Report) -> pa.Table:
    """The passages with their vectors; a text the current version already embedded with this model is not embedded again."""
    texts = [f"{r['heading']} {r['text']}" for r in rows]
    known = _known_vectors(published, settings)
    missing = sorted({t for t in texts if t not in known})
    if missing:
        encoder = load_encoder(settings.embedding_model)
        for start in range(0, len(missing), 32):
            report("计算向量", start, len(missing))
            batch = missing[start : start + 32]
            known |= dict(zip(batch, encoder.encode_document(batch, show_progress_bar=False), strict=True))
        report("计算向量", len(missing), len(missing))
    vectors = np.array([known[t] for t in texts], dtype=np.float32)
    ends = np.arange(len(texts) + 1, dtype=np.int32) * vectors.shape[1]
    column = pa.ListArray.from_arrays(pa.array(ends), pa.array(vectors.ravel()))
    return pa.Table.from_pylist(rows).append_column("embedding", column)


def _known_vectors(published: Path, settings: Settings) -> dict[str, np.ndarray]:
    version = current_version(published)
    if version is None or not is_published(published, version):
        return {}
    folder = published / version
    manifest = Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    if manifest.embedding != model_fingerprint(settings.embedding_model):
        return {}
    files = [f.path for f in manifest.files if "embedding" in f.columns]
    known: dict[str, np.ndarray] = {}
    for file in files:
        table = pq.read_table(folder / file, columns=["heading", "text", "embedding"])
        texts = (table[name].to_pylist() for name in ("heading", "text"))
        known |= zip((" ".join(said) for said in zip(*texts, strict=True)), vectors_of(table), strict=True)
    return known
