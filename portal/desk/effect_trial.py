"""What a change makes of the answers, measured in a process of its own: `python -m portal.desk.effect_trial`, JSON in and JSON out."""

import json
import os
import re
import sys
import threading
import time
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from portal.answering.evaluate import QuestionsError, read_questions, score
from portal.answering.kinds import Outcome
from portal.answering.models import Ask
from portal.answering.service import AnswerService
from portal.publication.json_object import JsonObject
from portal.publication.manifest import CURRENT, current_version
from portal.publication.publications import Publications
from portal.retrieval.retriever import LazyEncoder
from portal.settings import Settings

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def measured(before: Settings, after: Settings, questions: Iterable[str]) -> JsonObject:
    """Questions answered before and after a change, and how many of the kept ones were answered rightly.

    Args:
        before: the portal as it is.
        after: a copy of what is maintained with the change; it is built here.
        questions: those the change is for.
    Raises:
        BuildError: the change breaks rules.
        PublicationError: nothing is published.
    """
    from pipelines.build import build

    _begin_with_vectors(Path(before.published), Path(after.published))
    build(after)
    encoder = LazyEncoder(before.embedding_model)
    encoder.get()
    services = [AnswerService(Publications(s), encoder, s) for s in (before, after)]
    answers = [[service.answer(Ask(question=q)) for service in services] for q in questions]
    return {
        "questions": [
            {
                "question": pair[0].question,
                "texts": [_LINK.sub(r"\1", a.answer) for a in pair],
                "refused": [a.kind != Outcome.ANSWER for a in pair],
            }
            for pair in answers
        ],
        "sets": [_scored(file, services) for file in sorted(before.evaluation.glob("*.jsonl"))],
    }


def _begin_with_vectors(published: Path, trial: Path) -> None:
    """Let the trial's build begin where the last one ended, so that it embeds what is new and nothing else."""
    version = current_version(published)
    if version:
        trial.mkdir()
        (trial / version).symlink_to((published / version).resolve(), target_is_directory=True)
        (trial / CURRENT).write_text(f"{version}\n", "utf-8")


def _scored(file: Path, services: Iterable[AnswerService]) -> JsonObject:
    """How many of a file's questions were answered rightly before and after, and which no longer are."""
    try:
        rows = list(read_questions(file))
        both = [score(rows, service.answer) for service in services]
    except QuestionsError as problem:
        return {"name": file.stem, "problem": str(problem)}
    lost = [b.gold.question for x, y in pairwise(both) for a, b in zip(x, y, strict=True) if b.reason and not a.reason]
    return {
        "name": file.stem,
        "of": len(rows),
        "right": [sum(not s.reason for s in of) for of in both],
        "lost": lost[:9],
    }


def end_with(portal: int) -> None:
    """End this process where the one of a number, which started it, was killed: nobody would read what comes of it."""
    while os.getppid() == portal:
        time.sleep(1)
    os._exit(1)


def main() -> None:
    """Read what to measure, write what came of it."""
    asked = json.load(sys.stdin)
    threading.Thread(target=end_with, args=(asked["portal"],), daemon=True).start()
    before, after = (Settings.model_validate(asked[name]) for name in ("before", "after"))
    # The build speaks on its own; the result has the output for itself.
    out, sys.stdout = sys.stdout, sys.stderr
    json.dump(measured(before, after, asked["questions"]), out, ensure_ascii=False)


if __name__ == "__main__":
    main()
