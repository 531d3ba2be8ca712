"""What a change set makes of the answers, measured in the background before it is handed over and kept beside it."""

import datetime
import hashlib
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from portal.desk.changes import Change, ChangeError, Set
from portal.desk.database import Database, DatabaseUnavailableError
from portal.desk.maintained import Maintained
from portal.publication.json_object import JsonObject
from portal.settings import Settings
from portal.telemetry.jobs import job
from portal.texts.errors import sentence

if TYPE_CHECKING:
    from portal.desk.tables import Effect as Row

_LONGEST = datetime.timedelta(minutes=30)
_SIGN_SECONDS = 10
SILENT = datetime.timedelta(minutes=1)
"""After how long without a sign of whoever measured nobody does: they were killed."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Effect:
    """What is known of a change set's effect: `told` is None while it is measured and where that broke off; `stale` where its rows
    changed since."""

    told: JsonObject | None
    stale: bool
    broken_off: bool

    @property
    def holds(self) -> bool:
        """Whether it was measured for the rows as they are, and could be."""
        return self.told is not None and not self.stale and "problem" not in self.told


class Effects:
    """Measures change sets. Safe to use from several threads.

    Args:
        database: where effects are kept.
        settings: of the portal the change is for.
        maintained: its files.
    """

    def __init__(self, database: Database, settings: Settings, maintained: Maintained) -> None:
        self._database, self._settings, self._maintained = database, settings, maintained
        self._one_at_a_time = threading.Lock()

    def begin(self, made: Set, changes: Sequence[Change], questions: Sequence[str], now: datetime.datetime) -> None:
        """Begin to measure a set, in the background.

        Args:
            made: the set.
            changes: its rows.
            questions: those it is for.
            now: with its time zone.

        Raises:
            ChangeError: it is being measured already, or nothing is published or built here.
            DatabaseUnavailableError: it could not be stored.
        """
        if isinstance(self._settings.published, str):
            raise ChangeError(sentence("change.reader"))
        digest = _digest(changes)
        with self._database.writing() as session:
            from portal.desk.tables import Effect as Row

            row = session.get(Row, made.number)
            if row is not None and row.told is None and row.digest == digest and not _silent(row, now):
                raise ChangeError(sentence("change.measuring"))
            session.merge(Row(change_set=made.number, digest=digest, began=now, seen=now, told=None))
        arguments = (made, tuple(changes), tuple(questions), digest)
        threading.Thread(target=self._measure, args=arguments, name="measure-effect", daemon=True).start()

    def of(self, number: int, changes: Sequence[Change], now: datetime.datetime) -> Effect | None:
        """What is known of a set with these rows; None where nobody asked.

        Args:
            number: of the set.
            changes: its rows.
            now: with its time zone.

        Raises:
            DatabaseUnavailableError: it could not be read.
        """
        with self._database.reading() as session:
            from portal.desk.tables import Effect as Row

            row = session.get(Row, number)
            return Effect(row.told, row.digest != _digest(changes), _silent(row, now)) if row else None

    def _measure(self, made: Set, changes: Sequence[Change], questions: Sequence[str], digest: str) -> None:
        # One process beside the portal, however many sets are measured: others wait their turn.
        with self._seen_at_it(made.number, digest), self._one_at_a_time, job("measure_effect") as running:
            try:
                began = time.monotonic()
                told = self._tried(made, changes, questions)
                told["seconds"] = round(time.monotonic() - began)
            except ChangeError as refused:
                told = {"problem": refused.told()}
            except (OSError, ValueError, subprocess.SubprocessError) as problem:
                running.failed(problem)
                _log.error("the effect of change %s could not be measured: %s", made.number, problem)
                told = {"problem": sentence("change.unmeasurable").told()}
        try:
            with self._database.writing() as session:
                from portal.desk.tables import Effect as Row

                row = session.get(Row, made.number)
                if row is not None and row.digest == digest:
                    row.told = told
        except DatabaseUnavailableError:
            _log.error("the effect of change %s could not be kept", made.number)

    @contextmanager
    def _seen_at_it(self, number: int, digest: str) -> Iterator[None]:
        """Say again and again that a set is being measured, for as long as the block lasts."""
        done = threading.Event()

        def say() -> None:
            while not done.wait(_SIGN_SECONDS):
                with suppress(DatabaseUnavailableError), self._database.writing() as session:
                    from portal.desk.tables import Effect as Row

                    row = session.get(Row, number)
                    if row is not None and row.digest == digest and row.told is None:
                        row.seen = datetime.datetime.now(datetime.UTC)

        threading.Thread(target=say, name="measure-sign", daemon=True).start()
        try:
            yield
        finally:
            done.set()

    def _tried(self, made: Set, changes: Sequence[Change], questions: Sequence[str]) -> JsonObject:
        plan = self._maintained.plan(changes, made.reason, made.reason_en)
        with tempfile.TemporaryDirectory(prefix="effect-") as folder:
            # Nothing but the folders and what reads questions: no key and no address of a service goes along, and no model is asked.
            before = Settings(
                corpus=self._settings.corpus,
                datasets=self._settings.datasets,
                published=self._settings.published,
                embedding_model=self._settings.embedding_model,
                dense_weight=self._settings.dense_weight,
                evaluation=self._settings.evaluation,
                llm_url="",
            )
            copied = self._maintained.copied(plan, Path(folder))
            after = before.model_copy(
                update={"corpus": copied.corpus, "datasets": copied.datasets, "published": Path(folder) / "published"}
            )
            asked = {
                "portal": os.getpid(),
                "before": _as_json(before),
                "after": _as_json(after),
                "questions": list(questions),
            }
            run = subprocess.run(
                ["nice", "-n", "19", sys.executable, "-m", "portal.desk.effect_trial"],
                input=json.dumps(asked),
                capture_output=True,
                text=True,
                timeout=_LONGEST.total_seconds(),
                check=False,
            )
        if run.returncode:
            raise ValueError(run.stderr.strip()[-500:])
        return dict(json.loads(run.stdout))


def _silent(row: "Row", now: datetime.datetime) -> bool:
    """Whether whoever measured it no longer does."""
    return row.told is None and now - (row.seen or row.began) > SILENT


def _as_json(settings: Settings) -> JsonObject:
    names = {"corpus", "datasets", "published", "embedding_model", "dense_weight", "evaluation", "llm_url"}
    return settings.model_dump(mode="json", include=names)


def _digest(changes: Sequence[Change]) -> str:
    rows = [[c.dataset, c.before, c.after] for c in changes]
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
