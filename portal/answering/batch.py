"""Questions of a file, one JSON object a line: a line that is none is told under its id and holds up no other."""

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ValidationError

from portal.answering.models import Ask
from portal.publication.json_object import JsonObject
from portal.texts.errors import OperatorError


class UnreadableError(OperatorError):
    """The file itself cannot be read; the message says what is needed."""


class LineError(BaseModel):
    """What stands in the place of an answer where a line is no question; `error` says which line, what is wrong and what to do."""

    id: str
    kind: str = "error"
    error: str


def read_lines(path: Path) -> Iterator[tuple[str | None, Ask | LineError]]:
    """The questions of a JSONL file in order, each with the id its line gives (None where it gives none); empty lines are passed over.

    Raises:
        UnreadableError: the file cannot be opened.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise UnreadableError(f"{path}：读不出来（{error.strerror}）。需要 UTF-8 的 JSONL 文件。") from None
    for number, line in enumerate(lines, 1):
        if line.strip(b"\xef\xbb\xbf \t\r"):
            yield _question(number, line)


def _question(number: int, line: bytes) -> tuple[str | None, Ask | LineError]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None, _wrong(number, None, "不是 UTF-8 文字。请另存为 UTF-8")
    # What is nested too deep is told like any other line.
    except (ValueError, RecursionError):
        return None, _wrong(number, None, '不是 JSON。一行应是一个对象，如 {"id": "1", "question": "…"}')
    if not isinstance(row, dict):
        return None, _wrong(number, None, '应是一个对象，如 {"id": "1", "question": "…"}')
    name = None if row.get("id") is None else str(row["id"])
    if name is not None and not _is_text(name):
        name = name.encode("utf-8", "replace").decode()
    if problem := _problem(row):
        return name, _wrong(number, name, problem)
    try:
        return name, Ask(question=row["question"], history=row.get("history") or [], language=row.get("language"))
    except ValidationError:
        return name, _wrong(number, name, 'language 应为 "zh" 或 "en"，不写则随问题')


def _problem(row: JsonObject) -> str:
    """What is wrong with the fields of a line; empty where nothing is."""
    if "question" not in row:
        return "没有写 question（问题）"
    if not isinstance(row["question"], str):
        return f"question 应为文字，现为 {_shown(row['question'])}"
    history = row.get("history")
    if history is not None and not (isinstance(history, list) and all(isinstance(h, str) for h in history)):
        return f'history 应为文字的列表，如 ["前一个问题"]，现为 {_shown(history)}'
    return ""


def _wrong(number: int, name: str | None, problem: str) -> LineError:
    return LineError(id=name if name is not None else f"line-{number}", error=f"第 {number} 行：{problem}。")


def _is_text(text: str) -> bool:
    """Whether a text has no half of a character in it, which no output could carry."""
    return not any("\ud800" <= c <= "\udfff" for c in text)


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 60 else text[:60] + "…"
