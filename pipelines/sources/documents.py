"""Policy documents → clauses and sentences, losing no character.

Clause ids follow the document's own numbering (`pipelines.sources.numbering`). The clause texts joined in order are the source;
sentences are spans of their clause.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from pipelines.sources.numbering import nodes
from pipelines.sources.problems import BuildError, read_toml
from portal.publication.statuses import DocumentStatus
from portal.texts.numerals import added_numbers

_Date = Annotated[str, Field(pattern=r"^(?:\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))?$")]
# Files of the corpus folder that describe the portal and no document.
_OTHERS = {"site", "vocabulary", "elsewhere", "english", "guide"}
_TABLES = ("titles_en", "titles_short", "titles_short_en")
_SENTENCE = re.compile(r"[^。！？!?\n]*(?:[。！？!?]+[”’』」）)】》]*|\n|$)")


class DocumentDescription(BaseModel):
    """The `.toml` beside a document; empty where the text at hand does not say. What is written here goes before what the text
    says of itself; dates are ISO."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"[a-z0-9][a-z0-9_-]*")
    title: str = Field(min_length=1)
    title_en: str = ""
    short_titles: list[str] = Field(default_factory=list, description="what people call it")
    issuer: str = ""
    number: str = ""
    date: str = ""
    issued: _Date = ""
    adopted: _Date = ""
    approved: _Date = ""
    effective: _Date = ""
    amended: list[_Date] = Field(default_factory=list, description="the days of its amendments")
    repeals: list[str] = Field(default_factory=list, description="titles of what it repeals")
    status: Literal[
        "", DocumentStatus.IN_FORCE, DocumentStatus.AMENDED, DocumentStatus.REPEALED, DocumentStatus.UNKNOWN
    ] = ""
    source: str = ""
    licence: str = ""
    note: str = ""
    reviewed: bool = Field(True, description="false keeps the document out of what is published")
    full_text: bool = Field(True, description="false for a card: a document known of whose text is not kept here")
    titles_en: dict[str, str] = Field(default_factory=dict, description="English titles by clause id")
    titles_short: dict[str, str] = Field(default_factory=dict, description="A word or two for a title, by clause id")
    titles_short_en: dict[str, str] = Field(default_factory=dict, description="The same in English")
    sentences_en: dict[str, list[str]] = Field(
        default_factory=dict, description="The sentences in English by clause id, headings left out"
    )

    def card(self) -> dict[str, str]:
        """What a published version's manifest says of the document."""
        named = ("id", "title", "title_en", "issuer", "number", "date", "source", "note")
        return {k: getattr(self, k) for k in named}


@dataclass(frozen=True)
class Clause:
    """A numbered node of a document. `text` starts at its number and holds every character up to the next clause; `label` is how
    people cite it (第十九条第二款第（三）项, 三、（四）1.)."""

    document: str
    clause: str
    parent: str | None
    order: int
    title: str
    path: str
    text: str
    title_en: str = ""
    label: str = ""
    title_short: str = ""
    title_short_en: str = ""


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
    label: str = ""


@dataclass(frozen=True)
class Document:
    """A parsed document with its description, clauses and sentences in source order."""

    description: DocumentDescription
    clauses: list[Clause]
    sentences: list[Sentence]


def read_documents(folder: Path) -> list[Document]:
    """Read every `<document>.txt` or `.md` of a folder with the `.toml` of the same name, ordered by name; then the cards, `.toml`
    files that say `full_text = false`. What says `reviewed = false` is left out.

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
            description = _read_description(path)
            if description.reviewed:
                documents.append(parse_document(_read_text(path), description))
        except BuildError as error:
            problems += error.problems
    known = {p.stem for p in paths} | _OTHERS
    for path in sorted(p for p in folder.glob("*.toml") if p.stem not in known and _is_card(p)):
        try:
            documents.append(Document(read_toml(path, DocumentDescription), [], []))
        except BuildError as error:
            problems += error.problems
    if problems:
        raise BuildError(problems)
    return documents


def unreviewed(folder: Path) -> list[str]:
    """The names of the documents in a folder that nobody has looked at yet."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        try:
            waiting = tomllib.loads(path.read_text("utf-8")).get("reviewed") is False
        except (UnicodeDecodeError, tomllib.TOMLDecodeError):
            waiting = False
        if waiting:
            found.append(path.stem)
    return found


def _is_card(path: Path) -> bool:
    """Whether a description says that its document's text is not kept here."""
    try:
        return tomllib.loads(path.read_text("utf-8")).get("full_text") is False
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False


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
    clauses = _titled(list(_clauses(source, description)), description)
    above = {c.parent for c in clauses}
    sentences = [s for c in clauses for s in _sentences(c, c.clause in above)]
    return Document(description, clauses, _translated(sentences, description))


def _titled(clauses: list[Clause], description: DocumentDescription) -> list[Clause]:
    """The clauses with what the description calls them beside their title."""
    told: dict[str, dict[str, str]] = {table: getattr(description, table) for table in _TABLES}
    known = {c.clause for c in clauses}
    problems = [
        f"{description.id}：{table} 写了文件里没有的条款 {'、'.join(unknown)}。请改正或删去。"
        for table, titles in told.items()
        if (unknown := sorted(titles.keys() - known))
    ]
    if problems:
        raise BuildError(problems)
    english, short, short_english = told.values()
    return [
        replace(
            c,
            title_en=english.get(c.clause, ""),
            title_short=short.get(c.clause, ""),
            title_short_en=short_english.get(c.clause, ""),
        )
        for c in clauses
    ]


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


def _clauses(source: str, description: DocumentDescription) -> Iterator[Clause]:
    """Cut the source at its numbered lines."""
    found = nodes(source, description.title)
    ends = [n.start for n in found[1:]] + [len(source)]
    for order, (n, end) in enumerate(zip(found, ends, strict=True)):
        yield Clause(description.id, n.clause, n.parent, order, n.title, n.path, source[n.start : end], label=n.label)


def _sentences(clause: Clause, has_parts: bool) -> Iterator[Sentence]:
    """The sentences of a clause. Its title is a heading where something stands under it; a line that says all there is, as in
    lists of one line each, is what the document says."""
    spans = [(m.start(), m.group()) for m in _SENTENCE.finditer(clause.text) if m.group().strip()]
    titled = clause.clause != "0" and (has_parts or len(spans) > 1)
    for count, (start, piece) in enumerate(spans, 1):
        text = piece.strip()
        start += piece.index(text)
        heading = titled and count == 1 and text.strip("*").rstrip("。").endswith(clause.title)
        yield Sentence(
            clause.document, clause.clause, count, text, start, start + len(text), heading, label=clause.label
        )
