"""An answer in the making: text, and what each part of it rests on."""

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote as url_quote

import portal.texts
from portal.answering.facts import Facts
from portal.answering.kinds import AnswerKind, Outcome
from portal.answering.knowledge import Knowledge, Row
from portal.answering.models import Citation, Figure, Language
from portal.answering.refusals import Refusal
from portal.publication.json_object import JsonObject

_TEXTS = Path(portal.texts.__file__).parent


@lru_cache(maxsize=1)
def _frames() -> JsonObject:
    """Every sentence and word of the answers' own, from all files of `texts/answers/`, by table."""
    merged: JsonObject = {}
    for path in (_TEXTS / "frames.toml", *sorted((_TEXTS / "answers").glob("*.toml"))):
        for table, entries in tomllib.loads(path.read_text("utf-8")).items():
            merged.setdefault(table, {}).update(entries)
    return merged


def frame(language: Language, key: str, /, **values: object) -> str:
    """A sentence of the answer's own words, filled in.

    Raises:
        KeyError: there is no such sentence.
    """
    return str(_frames()[language][key]).format(**values)


def word(table: str, language: Language, key: str) -> str | None:
    """A word of a table of `frames.toml` (units, directions, kinds), or None where the language needs none."""
    found = _frames().get(table, {}).get(language, {}).get(key)
    return None if found is None else str(found)


@dataclass
class Draft:
    """Lines of Markdown with their evidence. Every number of the text must stand in a quotation or in a cell of `rows`,
    or be in `computed` (counts and distances worked out from them). `sql` and `result` show how something was computed;
    `facts` is what is told."""

    kind: AnswerKind | Refusal
    language: Language
    knowledge: Knowledge
    lines: list[str] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    computed: list[float] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    outcome: Outcome = Outcome.ANSWER
    sql: list[str] = field(default_factory=list)
    result: list[JsonObject] = field(default_factory=list)
    facts: Facts | None = None

    @property
    def text(self) -> str:
        """The answer as Markdown."""
        return "\n".join(self.lines).strip()

    def said(self, row: Row, column: str) -> str:
        """A cell in the answer's language: in English where the data have it, else as published; empty for none."""
        return str((self.language == "en" and row.get(f"{column}_en")) or row[column] or "")

    def named(self, row: Row) -> str:
        """A project's or place's name, in English with its own name beside it."""
        name, said = str(row["name"]), self.said(row, "name")
        return name if said == name else f"{said} ({name})"

    def add(self, other: "Draft") -> None:
        """Go on with another answer: its text after this one's, its evidence beside this one's."""
        self.gap()
        self.lines += other.lines
        self.citations += [c for c in other.citations if c not in self.citations]
        self.figures += [f for f in other.figures if f not in self.figures]
        self.rows += other.rows
        self.computed += other.computed
        self.sql += other.sql
        self.result += other.result

    def say(self, key: str, **values: object) -> None:
        """Add a line of the answer's own words."""
        self.lines.append(frame(self.language, key, **values))

    def gap(self) -> None:
        """Begin a new paragraph."""
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def count(self, number: int) -> int:
        """A number counted from the rows at hand; kept for the check, given back for the text."""
        self.computed.append(float(number))
        return number

    def quote(
        self, clause: str, start: int, end: int, document: str | None = None, shown: bool = True, around: bool = False
    ) -> None:
        """Cite a span of a clause and, unless `shown` is false, set it as a quotation; in English with its translation, `around` with
        that of the whole sentence where it is only a part of one."""
        row = self.knowledge.clause(clause, document)
        text = row["text"][start:end]
        url = f"/policy?clause={url_quote(clause)}&span={start}-{end}"
        if row["document"] != self.knowledge.site.plan:
            url += f"&document={url_quote(row['document'])}"
        of, own = self.knowledge.document_title(row["document"]), row["document"] == self.knowledge.site.plan
        name = str(row.get("label") or clause)
        # An article's title is its number: without its document it names nothing.
        title = row["title"] if own else f"《{of}》{name}"
        citation = Citation(
            document=row["document"], clause=clause, title=title, quote=text, url=url, document_title=of, label=name
        )
        if any((c.document, c.clause, c.quote) == (row["document"], clause, text) for c in self.citations):
            return
        self.citations.append(citation)
        if shown:
            english = self._english(row["document"], clause, start, end, around) if self.language == "en" else ""
            self.gap()
            label = frame(self.language, "clause_label", path=title, clause=f"[{clause}]({url})")
            self.lines.append(frame(self.language, "quote", text=text.replace("\n", " "), label=label))
            self.gap()
            if english:
                self.lines.append(english)
                self.gap()

    def _english(self, document: str, clause: str, start: int, end: int, around: bool) -> str:
        """The line with the English of what is quoted, or of the sentence around it, once; empty where there is none."""
        text = self.knowledge.english_of(document, clause, start, end)
        if text or not around:
            return frame(self.language, "quote_translated", text=text) if text else ""
        text = self.knowledge.english_around(document, clause, start, end)
        line = frame(self.language, "quote_translated_whole", text=text) if text else ""
        if not line or line in self.lines:
            return ""
        self.rows.append({"text_en": text})
        return line

    def target_figure(self, indicator: Row) -> None:
        """Add an indicator's target to the figures, once."""
        self.rows.append(indicator)
        figure = Figure(
            indicator=indicator["id"],
            kind="target",
            value=indicator["target"],
            unit=indicator["unit"] or "",
            period=str(indicator["due"]),
            scope=indicator["scope"] or "",
            source="plan",
        )
        if figure not in self.figures:
            self.figures.append(figure)

    def observed_figure(self, row: Row) -> None:
        """Add a row of observations to the figures, once."""
        self.rows.append(row)
        if "indicator" not in row:
            return
        figure = Figure(
            indicator=row["indicator"],
            kind=row["kind"],
            value=row["value"],
            unit=row["unit"] or "",
            period=row["period"],
            scope=row["scope"] or "",
            source=row["source"],
            value_text=row.get("value_text") or "",
            reliability=row.get("reliability") or "",
            corrected=bool(row.get("corrected")),
            caveat=row.get("caveat") or "",
        )
        if figure not in self.figures:
            self.figures.append(figure)

    def source_line(self, ids: list[str | None]) -> None:
        """Add a line naming sources, linked where they have an address."""
        names = []
        for source in dict.fromkeys(i for i in ids if i):
            row = self.knowledge.sources[source]
            self.rows.append(row)
            title = row["title"] or row["publisher"] or source
            names.append(f"[{title}]({row['url']})" if row["url"] else title)
        if names:
            self.gap()
            self.say("sources", sources="；".join(names))
