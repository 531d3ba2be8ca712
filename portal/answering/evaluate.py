"""`portal evaluate`: score answers to a file of questions with known sources."""

import json
import re
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from pydantic import BaseModel, ValidationError

from portal.answering.kinds import Outcome
from portal.answering.models import Answer, Ask
from portal.publication.json_object import JsonObject
from portal.texts.errors import OperatorError

# What has to stand at the start of an answer has to stand within its first so many characters.
_LEAD = 160
# What a field of the wrong kind should be, by the kind of error.
_WANTED = {
    "missing": "没有写",
    "string_type": "应为文字",
    "list_type": "应为文字的列表",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
}


class QuestionsError(OperatorError):
    """A file of questions cannot be read; the message names the line."""


class Gold(BaseModel):
    """A question with what a right answer must cite and say."""

    id: str
    type: str = ""
    question: str
    history: list[str] = []
    clauses: list[str] = []
    must: list[str] = []
    must_not: list[str] | None = None
    lead: str = ""
    refuse: bool = False
    document: list[str] = []
    article: list[str] | None = None
    cite_all: bool = False


@dataclass(frozen=True)
class Scored:
    """One question's outcome; `reason` says why it failed, empty where it passed."""

    gold: Gold
    answer: Answer
    ms: float
    reason: str


def read_questions(path: Path) -> Iterator[JsonObject]:
    """The objects of a JSONL file.

    Raises:
        QuestionsError: the file or a line of it cannot be read.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionsError(f"{path}：读不出来（{error}）。需要 UTF-8 的 JSONL 文件。") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise QuestionsError(f"{path} 第 {number} 行：不是 JSON（{error}）。") from None
        if not isinstance(row, dict) or not isinstance(row.get("question"), str):
            raise QuestionsError(f"{path} 第 {number} 行：缺少文字的 question。")
        yield row


def score(rows: Iterable[JsonObject], answer: Callable[[Ask], Answer]) -> list[Scored]:
    """Ask every question and score the answers.

    Raises:
        QuestionsError: a row is not of the form described in the evaluation's README.
    """
    scored = []
    for row in rows:
        try:
            gold = Gold.model_validate(row)
        except ValidationError as error:
            told = "；".join(
                f"{'.'.join(map(str, e['loc']))} {_WANTED.get(e['type'], '写法不对')}" for e in error.errors()
            )
            raise QuestionsError(f"问题 {row.get('id')}：{told}。") from None
        start = time.perf_counter()
        given = answer(Ask(question=gold.question, history=gold.history))
        scored.append(Scored(gold, given, (time.perf_counter() - start) * 1000, failure(gold, given)))
    return scored


def failure(gold: Gold, given: Answer) -> str:
    """Why an answer fails, or an empty string.

    A question with `must_not` is of the second kind of file: its `must` are regular expressions, its clauses are not compared,
    and where it is to be refused an answer that says all of `must` passes too.

    One with `article` is about many documents: its `must` are words, an article (with `cite_all` every one) has to stand in the
    label of a citation or in the answer, and a document cited has to be one of `document`.
    """
    computed = gold.must_not is not None and gold.article is None
    missing = [m for m in gold.must if not _says(m, given.answer, computed)]
    said_instead = computed and bool(gold.must) and not missing
    if gold.refuse:
        return "" if given.kind == Outcome.REFUSAL or said_instead else "应当拒答"
    if given.kind != Outcome.ANSWER and not said_instead:
        return f"不应拒答（{given.sort}）"
    cites_wrongly = "" if computed else _of_other_clauses(gold, given)
    return cites_wrongly or _uncited(gold, given) or _misworded(gold, given.answer, missing)


def _of_other_clauses(gold: Gold, given: Answer) -> str:
    """Which clauses an answer cites where it cites none of those it should; empty where it cites one."""
    if not gold.clauses or {c.clause for c in given.citations} & set(gold.clauses):
        return ""
    return f"引用了 {'、'.join(c.clause for c in given.citations) or '无'}，应为 {'、'.join(gold.clauses)}"


def _misworded(gold: Gold, answer: str, missing: list[str]) -> str:
    """Which words an answer lacks, has and should not have, or does not begin with; empty where it is worded rightly."""
    if missing:
        return f"缺少 {'；'.join(missing)}"
    if said := [m for m in gold.must_not or [] if m in answer]:
        return f"不该有 {'；'.join(said)}"
    return "" if gold.lead in answer[:_LEAD] else f"开头没有 {gold.lead}"


def _uncited(gold: Gold, given: Answer) -> str:
    """Which articles or documents an answer on many documents should have named and did not; empty where it named them."""
    if not gold.article:
        return ""
    labels = [getattr(c, "label", "") for c in given.citations]
    named = [a for a in gold.article if a in given.answer or any(_is_label(a, label) for label in labels)]
    if not named or (gold.cite_all and len(named) < len(gold.article)):
        absent = [a for a in gold.article if a not in named]
        return f"没有引用 {'、'.join(absent)}（引用了 {'、'.join(labels) or '无'}）"
    titles = {getattr(c, "document_title", "") for c in given.citations} - {""}
    if titles and gold.document and not titles & set(gold.document):
        return f"引用的是 {'、'.join(sorted(titles))}，应为 {'、'.join(gold.document)}"
    return ""


def _is_label(article: str, label: str) -> bool:
    """Whether a label is of an article: 第十九条第二款 is of 第十九条, 第十九条之一 is not."""
    return article in label and not label.split(article, 1)[1].startswith("之")


def _says(wanted: str, answer: str, pattern: bool) -> bool:
    if pattern:
        return re.search(wanted, answer) is not None
    return any(option in answer for option in wanted.split("|"))


def summary(scored: list[Scored]) -> JsonObject:
    """Shares by type and overall, citation figures and latencies."""
    passed = [not s.reason for s in scored]
    by_type: dict[str, list[bool]] = {}
    for one in scored:
        by_type.setdefault(one.gold.type, []).append(not one.reason)
    rightly = [[c.clause in s.gold.clauses for c in s.answer.citations] for s in scored if s.gold.clauses]
    times = sorted(s.ms for s in scored)
    return {
        "types": {t: {"passed": sum(of), "of": len(of)} for t, of in by_type.items()},
        "passed": sum(passed),
        "of": len(scored),
        "score": _share(passed) or 0.0,
        "citation_precision": _share(list(chain.from_iterable(rightly))),
        "first_citation": _share([of_one[0] for of_one in rightly if of_one]),
        "p50_ms": statistics.median(times) if times else None,
        "p95_ms": times[min(len(times) - 1, int(len(times) * 0.95))] if times else None,
        "failures": [_told(s) for s in scored if s.reason],
    }


def _share(outcomes: list[bool]) -> float | None:
    """The share of outcomes that are right, 0 to 1; None of none."""
    return sum(outcomes) / len(outcomes) if outcomes else None


def _told(failed: Scored) -> dict[str, str]:
    gold = failed.gold
    return {
        "id": gold.id,
        "type": gold.type,
        "question": gold.question,
        "reason": failed.reason,
        "answer": failed.answer.answer,
    }
