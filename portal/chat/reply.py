"""An answer as a letter to send on: question, answer, quotations with their clauses, sources, version and date."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from markdown_it import MarkdownIt

from portal.answering.models import Answer, Figure
from portal.answering.normalise import normalise, shown
from portal.datasets.sources import SourceRow
from portal.letters.letter import Block, Letter, Run, Section, item, paragraph
from portal.plan.progress import value_text
from portal.publication.manifest import Manifest
from portal.publication.store import Row
from portal.texts.interface import speaking, t
from portal.texts.marks import ARTICLE_OR_PART

_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def compose(
    answer: Answer,
    question: str,
    manifest: Manifest,
    sources: Mapping[str, SourceRow],
    date: datetime.date,
    base: str | None = None,
    permalink: str = "",
) -> Letter:
    """Arrange an answer as a letter, headed in the answer's language; it holds nothing that the answer and its sources do not say.

    Args:
        answer: the answer or refusal.
        question: as it was asked; personal data in it is masked.
        manifest: names the documents and the portal.
        sources: rows of the table `sources` by id.
        date: the date of the reply.
        base: the portal's address, without a slash at the end; where it is given, clauses lead there; empty for a page of the portal.
        permalink: where the answer is kept.
    """
    with speaking(answer.language):
        documents = {d["id"]: d["title"] for d in manifest.documents}
        site = manifest.site
        portal = site.title_en if answer.language == "en" else site.title
        asked = [paragraph(shown(question))]
        if normalise(question).text != answer.question:
            asked.append(paragraph(t("chat.understood", question=answer.question)))
        sections = (
            Section(t("reply.question"), tuple(asked)),
            Section(t("reply.answer"), tuple(_blocks(answer.answer))),
            Section(t("reply.citations"), tuple(_citations(answer, documents, base))),
            Section(t("reply.figures"), tuple(item(_figure(f, sources)) for f in answer.figures if f.kind != "target")),
            Section(t("reply.online"), (Block("paragraph", ((permalink, False),), permalink),) if permalink else ()),
        )
        closing = (t("reply.version", portal=portal, version=answer.version), t("reply.date", date=date.isoformat()))
        return Letter(t("reply.title"), tuple(s for s in sections if s.blocks), closing, portal, date)


def _blocks(markdown: str) -> Iterator[Block]:
    """The blocks of an answer's Markdown; of links and pictures only the words are left."""
    quoted = listed = 0
    for token in _MARKDOWN.parse(markdown):
        quoted += token.nesting if token.type.startswith("blockquote") else 0
        listed += token.nesting if token.type.startswith("list_item") else 0
        kind: Literal["paragraph", "item", "quote"] = "quote" if quoted else "item" if listed else "paragraph"
        if token.type == "inline":
            yield Block(kind, tuple(_runs(token.children or [])))
        elif token.content:
            yield Block(kind, ((token.content.rstrip("\n"), False),))


def _runs(tokens: list[Any]) -> Iterator[Run]:
    bold = 0
    for token in tokens:
        bold += token.nesting if token.type.startswith("strong") else 0
        words = "\n" if token.type in {"softbreak", "hardbreak"} else token.content
        if words:
            yield words, bold > 0


def _citations(answer: Answer, documents: Mapping[str, str], base: str | None) -> Iterator[Block]:
    """The clauses the answer speaks from, once each; with its quotation where the answer does not show it."""
    told = set()
    for citation in answer.citations:
        line = t(
            "reply.citation",
            document=documents.get(citation.document, citation.document),
            clause=citation.label
            if ARTICLE_OR_PART.match(citation.label)
            else t("clause.named", clause=citation.clause, title=citation.title),
        )
        if citation.quote not in answer.answer:
            line = t("reply.quoted", citation=line, quote=citation.quote)
        if line not in told:
            told.add(line)
            yield item(line, "" if base is None else base + citation.url)


def _figure(figure: Figure, sources: Mapping[str, SourceRow]) -> str:
    """A published figure with its kind, period, scope and source."""
    source: Row = sources.get(figure.source, {})
    facts = [value_text(figure.model_dump()), t(f"kind.{figure.kind}"), figure.period, figure.scope, figure.caveat]
    origin = [source.get("publisher"), source.get("title") or figure.source, source.get("published"), source.get("url")]
    return t(
        "reply.figure",
        facts=t("list.dot").join(f for f in facts if f),
        source=t("list.dot").join(o for o in origin if o),
    )
