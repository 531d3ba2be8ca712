"""`portal evaluate`: score answers to a file of questions with known sources."""

import json
import re
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from portal.answering.models import Answer, Ask

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


class QuestionsError(Exception):
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


def read_questions(path: Path) -> Iterator[dict[str, Any]]:
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


def score(rows: Iterable[dict[str, Any]], answer: Callable[[Ask], Answer]) -> list[Scored]:
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
    if gold.refuse:
        said_instead = computed and bool(gold.must) and not missing
        return "" if given.kind == "refusal" or said_instead else "应当拒答"
    if given.kind != "answer" and not (computed and gold.must and not missing):
        return f"不应拒答（{given.sort}）"
    if not computed and gold.clauses and not {c.clause for c in given.citations} & set(gold.clauses):
        return f"引用了 {'、'.join(c.clause for c in given.citations) or '无'}，应为 {'、'.join(gold.clauses)}"
    if uncited := _uncited(gold, given):
        return uncited
    if missing:
        return f"缺少 {'；'.join(missing)}"
    if said := [m for m in gold.must_not or [] if m in given.answer]:
        return f"不该有 {'；'.join(said)}"
    return "" if gold.lead in given.answer[:_LEAD] else f"开头没有 {gold.lead}"


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


def summary(scored: list[Scored]) -> dict[str, Any]:
    """Shares by type and overall, citation figures and latencies."""
    by_type: dict[str, list[Scored]] = {}
    for one in scored:
        by_type.setdefault(one.gold.type, []).append(one)
    cited = [(c.clause in s.gold.clauses) for s in scored if s.gold.clauses for c in s.answer.citations]
    first = [s.answer.citations[0].clause in s.gold.clauses for s in scored if s.gold.clauses and s.answer.citations]
    times = sorted(s.ms for s in scored)
    return {
        "types": {t: {"passed": sum(not s.reason for s in of), "of": len(of)} for t, of in by_type.items()},
        "passed": sum(not s.reason for s in scored),
        "of": len(scored),
        "score": sum(not s.reason for s in scored) / len(scored) if scored else 0.0,
        "citation_precision": sum(cited) / len(cited) if cited else None,
        "first_citation": sum(first) / len(first) if first else None,
        "p50_ms": statistics.median(times) if times else None,
        "p95_ms": times[min(len(times) - 1, int(len(times) * 0.95))] if times else None,
        "failures": [
            {
                "id": s.gold.id,
                "type": s.gold.type,
                "question": s.gold.question,
                "reason": s.reason,
                "answer": s.answer.answer,
            }
            for s in scored
            if s.reason
        ],
    }
