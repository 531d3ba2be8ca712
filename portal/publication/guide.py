"""What the portal says about itself: the articles of a published version."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.publication.store import Row, Store

TABLE = "guide"
QUESTIONS = "guide_questions"


@dataclass(frozen=True)
class Article:
    """One article. Texts by language (`zh`, `en`); `links` are address and words by language.

    Attributes:
        id: also its anchor on the page about the portal.
        title: what it answers.
        paragraphs: the first answers the title in a sentence or two.
        links: addresses to go on to; those of the portal begin with /.
        row: as published.
    """

    id: str
    title: Mapping[str, str]
    paragraphs: Mapping[str, tuple[str, ...]]
    links: tuple[tuple[str, Mapping[str, str]], ...]
    row: Row


def articles(store: Store) -> list[Article]:
    """The articles in their order; none where the version holds no guide."""
    if TABLE not in {f.table for f in store.manifest.files}:
        return []
    return [_article(row) for row in store.rows(f'SELECT * FROM {TABLE} ORDER BY "order"')]


def _article(row: Row) -> Article:
    words = {language: _parts(row[f"links_{language}"]) for language in ("zh", "en")}
    return Article(
        id=row["id"],
        title={"zh": row["title_zh"], "en": row["title_en"]},
        paragraphs={language: tuple(row[f"text_{language}"].split("\n\n")) for language in ("zh", "en")},
        links=tuple((url, {k: w[n] for k, w in words.items()}) for n, url in enumerate(_parts(row["links"]))),
        row=row,
    )


def _parts(cell: str | None) -> list[str]:
    return cell.split("|") if cell else []
