"""Policy documents → clauses and sentences, losing no character.

Clause ids follow the document's own numbering: 一、→ `1`, （二）→ `1.2`, 3. → `1.2.3`; 第一章/第三条 → `1.3`. Text before the first
number is clause `0`. Where one level is numbered in two ways (1. … then 一、…), the second `1` is `1-2`. The clause texts joined in
order are the source; sentences are spans of their clause.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from pipelines.sources.problems import BuildError, read_toml
from portal.texts.numerals import added_numbers, chinese_number

_NUMERAL = "[零〇一二三四五六七八九十百千两]+"

# Outermost first: a marker closes every open clause of its own or an inner kind.
_MARKERS = [
    ("part", re.compile(rf"第({_NUMERAL})[编篇]")),
    ("chapter", re.compile(rf"第({_NUMERAL})章")),
    ("section", re.compile(rf"第({_NUMERAL})节")),
    ("article", re.compile(rf"第({_NUMERAL})条")),
    ("numeral", re.compile(rf"({_NUMERAL})、")),
    ("bracketed", re.compile(rf"[（(]({_NUMERAL})[）)]")),
    ("arabic", re.compile(r"(\d{1,3})(?:[.．](?!\d)|、)")),
    ("bracketed_arabic", re.compile(r"[（(](\d{1,3})[）)]")),
]
_LEAD = re.compile(r"[ \t\u3000\ufeff]*(?:#{1,6}[ \t]*)?(?:\*\*)?")
_SENTENCE = re.compile(r"[^。！？!?\n]*(?:[。！？!?]+[”’』」）)】》]*|\n|$)")
_LONGEST_TITLE = 40


class DocumentDescription(BaseModel):
    """The `.toml` beside a document; empty where the text at hand does not say."""

    model_config = ConfigDict(extra="forbid")

    id: str
    title: str
    title_en: str = ""
    issuer: str = ""
    number: str = ""
    date: str = ""
    source: str = ""
    note: str = ""
    titles_en: dict[str, str] = Field(default_factory=dict, description="English titles by clause id")
    sentences_en: dict[str, list[str]] = Field(
        default_factory=dict, description="The sentences in English by clause id, headings left out"
    )


@dataclass(frozen=True)
class Clause:
    """A numbered node of a document. `text` starts at its number and holds every character up to the next clause."""

    document: str
    clause: str
    parent: str | None
    order: int
    title: str
    path: str
    text: str
    title_en: str = ""


@dataclass(frozen=True)
class Sentence:
    """A sentence of a clause: `clause.text[start:end] == text`; `sentence` counts from 1; `heading` marks a title."""

    document: str
    clause: str
    sentence: int
    text: str
    start: int
    end: int
    heading: bool
    text_en: str = ""


@dataclass(frozen=True)
class Document:
    """A parsed document with its description, clauses and sentences in source order."""

    description: DocumentDescription
    clauses: list[Clause]
    sentences: list[Sentence]


def read_documents(folder: Path) -> list[Document]:
    """Read every `<document>.txt` or `.md` of a folder with the `.toml` of the same name, ordered by name.

    Raises:
        BuildError: no document, a missing or wrong description, text that is not UTF-8; all problems at once.
    """
    problems: list[str] = []
    documents: list[Document] = []
    paths = sorted(p for p in folder.glob("*") if p.suffix in {".txt", ".md"})
    if not paths:
        raise BuildError([f"{folder}：没有找到政策文件。请放入 <文件>.txt（UTF-8）和同名的 .toml。"])
    for path in paths:
        try:
            documents.append(parse_document(_read_text(path), _read_description(path)))
        except BuildError as error:
            problems += error.problems
    if problems:
        raise BuildError(problems)
    return documents


def parse_document(source: str, description: DocumentDescription) -> Document:
    """Parse a document's text.

    Args:
        source: the whole text, line ends as they are.
        description: its description; `id` goes into every clause.
    Returns:
        the document; `"".join(c.text for c in clauses) == source`.
    Raises:
        BuildError: the English does not fit: for a clause that is not there, for more or fewer sentences, with other numbers.
    """
    titles = description.titles_en
    clauses = [replace(c, title_en=titles.get(c.clause, "")) for c in _clauses(source, description)]
    if unknown := sorted(titles.keys() - {c.clause for c in clauses}):
        raise BuildError([f"{description.id}：titles_en 写了文件里没有的条款 {'、'.join(unknown)}。请改正或删去。"])
    sentences = [s for c in clauses for s in _sentences(c)]
    return Document(description, clauses, _translated(sentences, description))


def _translated(sentences: list[Sentence], description: DocumentDescription) -> list[Sentence]:
    """The sentences with their English beside them, where the description has it for all of their clause."""
    own: dict[str, list[Sentence]] = {}
    for sentence in sentences:
        if not sentence.heading:
            own.setdefault(sentence.clause, []).append(sentence)
    problems = []
    english: dict[tuple[str, int], str] = {}
    for clause, texts in description.sentences_en.items():
        said = own.get(clause, [])
        if len(said) != len(texts):
            problems.append(
                f"{description.id}：sentences_en 的条款 {clause} 有 {len(texts)} 句译文，正文有 {len(said)} 句（不含标题）。请逐句对应。"
            )
            continue
        for sentence, text in zip(said, texts, strict=True):
            english[clause, sentence.sentence] = text
            problems += [
                f"{description.id}：sentences_en 的条款 {clause} 第 {sentence.sentence} 句译文里有原文没有的数 {number:g}。"
                for number in added_numbers(sentence.text, text)
            ]
    if problems:
        raise BuildError(problems)
    return [replace(s, text_en=english.get((s.clause, s.sentence), "")) for s in sentences]


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise BuildError(
            [f"{path}：不是 UTF-8 文本（第 {error.start + 1} 个字节读不出）。请另存为 UTF-8 后重试。"]
        ) from None


def _read_description(path: Path) -> DocumentDescription:
    toml = path.with_suffix(".toml")
    if not toml.exists():
        raise BuildError([f"{path}：缺少同名说明文件 {toml.name}（至少写 id 和 title）。"])
    return read_toml(toml, DocumentDescription)


@dataclass
class _Open:
    rank: int
    number: int
    clause: str
    label: str


def _clauses(source: str, description: DocumentDescription) -> Iterator[Clause]:
    """Cut the source at its numbered lines; `open_` is the chain of clauses the current line stands in."""
    starts: list[tuple[int, Clause]] = [(0, Clause(description.id, "0", None, 0, description.title, "", ""))]
    open_: list[_Open] = []
    last_child: dict[tuple[str, int], int] = {}
    taken: Counter[str] = Counter()
    offset = 0
    for line in source.splitlines(keepends=True):
        marker = _marker(line)
        if marker is not None:
            rank, number, body = marker
            enclosing = [o for o in open_ if o.rank < rank]
            parent = enclosing[-1].clause if enclosing else None
            # A number that does not go on from its sibling is text that happens to start with one.
            if number > last_child.get((parent or "", rank), 0):
                last_child[parent or "", rank] = number
                clause = f"{parent}.{number}" if parent else str(number)
                taken[clause] += 1
                clause += f"-{taken[clause]}" if taken[clause] > 1 else ""
                title = _title(_MARKERS[rank][0], line, body)
                label = line.strip()[: line.strip().find(title) + len(title)] if title in line else title
                open_ = [*enclosing, _Open(rank, number, clause, label.replace("*", "").lstrip("# "))]
                path = " › ".join(o.label for o in open_)
                starts.append((offset, Clause(description.id, clause, parent, len(starts), title, path, "")))
        offset += len(line)
    ends = [start for start, _ in starts[1:]] + [len(source)]
    for (start, c), end in zip(starts, ends, strict=True):
        yield Clause(c.document, c.clause, c.parent, c.order, c.title, c.path or c.title, source[start:end])


def _marker(line: str) -> tuple[int, int, int] | None:
    """The (rank, number, offset of the text after it) of a line's number, if it starts with one."""
    lead = _LEAD.match(line)
    start = lead.end() if lead else 0
    for rank, (_, pattern) in enumerate(_MARKERS):
        if found := pattern.match(line, start):
            digits = found.group(1)
            return rank, int(digits) if digits.isdigit() else chinese_number(digits), found.end()
    return None


def _title(kind: str, line: str, body: int) -> str:
    """A clause's title: its heading line, the short sentence it opens with, or for an article its number."""
    number = line[:body].strip(" \t\u3000\ufeff#*")
    first = re.split(r"[。！？：]", line[body:], maxsplit=1)[0].strip().strip("*").strip()
    return first if first and kind != "article" and len(first) <= _LONGEST_TITLE else number


def _sentences(clause: Clause) -> Iterator[Sentence]:
    count = 0
    for match in _SENTENCE.finditer(clause.text):
        text = match.group().strip()
        if not text:
            continue
        count += 1
        start = match.start() + match.group().index(text)
        heading = count == 1 and clause.clause != "0" and text.rstrip("。").endswith(clause.title)
        yield Sentence(clause.document, clause.clause, count, text, start, start + len(text), heading)
