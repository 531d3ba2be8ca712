"""Record what a release leaves on a disk, for later releases to be tried on: `python -m tests.releases.record FOLDER`, run at that release.

Everything is synthetic: the small synthetic city's published version, and a database with at least one row in each table, through the release's
own services where they write it. Of the models that read questions only what the commonest n-grams weigh is kept, a tenth of their size; the
release itself writes them down. What must be found again stands in `record.json`.
"""

import argparse
import contextlib
import datetime
import json
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from sqlalchemy import func, insert, select

from pipelines.publish import write_version
from portal.answering.language.classifier import Classifier
from portal.answering.models import Ask
from portal.chat.reply import compose
from portal.desk import kept_answers, tables
from portal.desk.accounts import Role
from portal.desk.backup import backup
from portal.desk.enquiries import Channel, Outcome
from portal.desk.offers import About, Kind, Offer
from portal.plan.progress import sources
from portal.publication.manifest import read_manifest, switch
from portal.services import Services
from portal.settings import Settings
from tests.portal.api.conftest import services_for
from tests.synthetic import SyntheticProject

NOW = datetime.datetime(2026, 11, 28, 5, 0, tzinfo=datetime.UTC)
PASSWORD = "synthetic pass phrase"
QUESTION = "合成率的目标是多少"
KEPT = "synthetic00"
_TERMS = 300


def smaller(model: Classifier) -> Classifier:
    """A classifier that knows the commonest n-grams only."""
    dense = len(model.mean)
    kept = np.sort(np.argsort(-model.seen, kind="stable")[:_TERMS])
    named = sorted(model.terms, key=lambda t: model.terms[t])
    columns = np.concatenate([np.arange(dense), dense + kept])
    return Classifier(
        terms={named[at]: i for i, at in enumerate(kept)},
        idf=model.idf[kept],
        seen=model.seen[kept],
        examples=model.examples,
        mean=model.mean,
        scale=model.scale,
        weights={head: weights[:, columns] for head, weights in model.weights.items()},
        intercepts=model.intercepts,
        labels=model.labels,
        words={head: (weights[:, kept], intercepts) for head, (weights, intercepts) in model.words.items()},
    )


def published(project: SyntheticProject, target: Path) -> None:
    """Write the project's version into a folder, its models smaller."""
    whole = Path(project.settings.published) / project.build().version
    manifest = read_manifest(whole)
    arrow = {f.table: pq.read_table(whole / f.path) for f in manifest.files}
    model = smaller(Classifier.from_tables(arrow["reading_models"], arrow["reading_terms"]))
    target.mkdir(parents=True)
    made = write_version(target, manifest.model_copy(update={"files": (), "created": NOW}), arrow | model.to_tables())
    switch(target, made.version)


def brought_in(services: Services) -> dict[str, Any]:
    """Fill the database: what must be found again."""
    store = services.publications.current()
    services.accounts.add("clerk1", Role.CLERK, PASSWORD, "synthetic", NOW)
    services.accounts.sign_in("clerk1", PASSWORD, NOW)
    offer = Offer(
        about=About.model_validate({"kind": "indicator", "id": "synthetic_rate"}), kind=Kind.OTHER, text="合成的话", contact="合成联系方式"
    )  # fmt: skip
    code = services.contributions.receive(offer, store, NOW)
    # Of one that is decided no contact is kept.
    services.contributions.receive(offer, store, NOW)
    services.contributions.decide(1, True, "合成理由", "clerk1", NOW)
    answer = services.answers.answer(Ask(question=QUESTION))
    services.feedback.record(answer.id, True, "合成评语", QUESTION, answer.version, NOW)
    letter = compose(answer, QUESTION, store.manifest, sources(store), NOW.date(), "", kept_answers.address("", KEPT))
    number = services.enquiries.take_down(KEPT, answer, letter, "clerk1", NOW)
    services.enquiries.settle(number, Channel.PHONE, Outcome.ANSWERED, "合成后续", "clerk1", NOW)
    change = services.changes.begin("合成缘由", "synthetic reason", None, "clerk1", NOW)
    _others(services, change, number)
    return {"version": store.version, "code": code, "text": answer.answer, "question": QUESTION}


def _others(services: Services, change: int, enquiry: int) -> None:
    """Rows that the release writes at the end of a long way of its own."""
    moved = {"change_set": change, "dataset": "sources", "before": None, "after": {"id": "合成"}, "written": ""}
    with services.database.writing() as session:
        session.execute(insert(tables.RowChange), [moved])
        session.execute(insert(tables.Effect), [{"change_set": change, "digest": "0" * 64, "began": NOW, "told": {}}])
        session.execute(insert(tables.Meaning), [{"enquiry": enquiry, "model": "合成", "vector": bytes(8)}])
        decided = {
            "question": QUESTION,
            "decision": "missing_fact",
            "note": "合成说明",
            "editor": "clerk1",
            "decided": NOW,
        }
        session.execute(insert(tables.Reviewed), [decided | {"meaning": "0" * 64, "questions": [QUESTION]}])


def counted(services: Services) -> dict[str, int]:
    """The rows of each table; all but those of a publication under way must have some.

    Raises:
        ValueError: one has none.
    """
    with services.database.reading() as session:
        rows = {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in tables.Base.metadata.tables.items()
        }
    if empty := {name for name, count in rows.items() if not count} - {"intended_files"}:
        raise ValueError(f"nothing is recorded of {empty}")
    return rows


def main() -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as scratch:
        published(SyntheticProject(Path(scratch) / "project"), folder / "published")
    services = services_for(Settings(published=folder / "published", var=folder))
    services.encoder.get()
    told = brought_in(services) | {"rows": counted(services)}
    backup(services.database.engine(), folder / "backup.sqlite")
    services.database.engine().dispose()
    # One file, without the log beside it.
    with contextlib.closing(sqlite3.connect(folder / "portal.sqlite")) as written:
        written.execute("PRAGMA journal_mode=DELETE")
    (folder / "record.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
