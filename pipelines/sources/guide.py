"""What the portal says about itself: `corpus/guide.toml` → the rows of `guide`, and the ways people ask for each article."""

import re
import string
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, Field

from pipelines.sources.problems import BuildError, read_toml
from portal.publication.site import Site
from portal.publication.store import NewRow, Row

FILE = "guide.toml"
# The first paragraph is an answer read on a phone.
FIRST_PARAGRAPH_MAX = {"zh": 120, "en": 350}
# An article answers many a question, also one that a yes would be untrue of (可以把我的数据卖给别人吗).
_YES_OR_NO = re.compile(
    r"(?:是的?|对|不是|不对|不|能|不能|可以|不可以|会|不会|有|没有|行|不行|全|不全)[，。：:！,.]|(?:yes|no)\b[,.:!]",
    re.IGNORECASE,
)
Filled = Annotated[str, Field(min_length=1)]


class Link(BaseModel):
    """An address to go on to, and its words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(pattern=r"^(/|tel:|https://)")
    zh: Filled
    en: Filled


class Article(BaseModel):
    """One article; `{…}` in titles, texts and links is filled from the site's description."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    needs: str | None = Field(None, description="a dataset without which the article has nothing to speak of")
    title_zh: Filled
    title_en: Filled
    text_zh: Filled
    text_en: Filled
    links: tuple[Link, ...] = ()
    asked_zh: tuple[Filled, ...] = Field((), description="how people ask for it")
    asked_en: tuple[Filled, ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    articles: tuple[Article, ...] = ()


@dataclass(frozen=True)
class Guide:
    """The articles as rows of `guide`, and how they are asked for: rows of `article`, `language`, `text`."""

    rows: list[Row]
    asked: list[dict[str, str]]


def _rows(
    articles: Iterable[Article], file: Path, site: Site, datasets: Collection[str]
) -> tuple[list[Row], list[str]]:
    """The articles' rows, and what is wrong with them."""
    rows, problems = [], []
    for number, article in enumerate(articles, 1):
        try:
            row = _row(article, number, site)
        except (KeyError, ValueError, IndexError) as error:
            problems.append(f"{file}：{article.id}：花括号里的词只能是 {_NAMES}，现有 {error}。")
            continue
        rows.append(row)
        problems += [f"{file}：{article.id}：{p}" for p in _problems(row, datasets)]
    return rows, problems


def read_guide(corpus: Path, site: Site, datasets: Collection[str]) -> Guide:
    """Read the articles; a city that has no such file has none.

    Args:
        corpus: the folder `guide.toml` lies in.
        site: what placeholders stand for.
        datasets: ids of the datasets that are published.
    Raises:
        BuildError: every broken rule of the file.
    """
    file = corpus / FILE
    if not file.exists():
        return Guide([], [])
    articles = [a for a in read_toml(file, _File).articles if a.needs is None or a.needs in datasets]
    rows, problems = _rows(articles, file, site, datasets)
    counted = Counter(a.id for a in articles)
    problems += [f"{file}：{i}：有两篇短文用了这个编号。" for i, n in sorted(counted.items()) if n > 1]
    if problems:
        raise BuildError(problems)
    titles = {row["id"]: row for row in rows}
    return Guide(rows, [q for a in articles for q in _asked(a, titles[a.id])])


_NAMES = "title、city、plan、from、to、hotline"


def _words(site: Site, language: str) -> dict[str, object]:
    named = (
        {"title": site.title, "city": site.city, "plan": site.plan_short}
        if language == "zh"
        else {"title": site.title_en, "city": site.city_en, "plan": site.plan_short_en}
    )
    return {**named, "from": site.period_start.year, "to": site.period_end.year, "hotline": site.hotline}


def _row(article: Article, number: int, site: Site) -> Row:
    row: NewRow = {"id": article.id, "order": number}
    for language in ("zh", "en"):
        words = _words(site, language)
        for part in ("title", "text"):
            row[f"{part}_{language}"] = _filled(getattr(article, f"{part}_{language}"), words)
        row[f"links_{language}"] = "|".join(_filled(getattr(k, language), words) for k in article.links) or None
    row["links"] = "|".join(_filled(k.url, _words(site, "zh")) for k in article.links) or None
    return row


def _filled(text: str, words: dict[str, object]) -> str:
    return string.Formatter().vformat(text.strip(), (), words)


def _problems(row: Row, datasets: Collection[str]) -> Iterable[str]:
    for language, most in FIRST_PARAGRAPH_MAX.items():
        length = len(row[f"text_{language}"].split("\n\n")[0])
        if length > most:
            yield f"text_{language} 的第一段有 {length} 个字符，不能超过 {most} 个。"
        if _YES_OR_NO.match(row[f"text_{language}"]):
            yield f"text_{language} 不能以“是”“不是”“可以”一类的话开头：问法很多，不是每一句都能这样答。"
    for url in (row["links"] or "").split("|"):
        for dataset in parse_qs(urlsplit(url).query).get("dataset", []):
            if dataset not in datasets:
                yield f"链接 {url} 指向不存在的数据集；没有它的城市可以用 needs 略去这一条。"


def _asked(article: Article, row: Row) -> Iterable[dict[str, str]]:
    for language in ("zh", "en"):
        titled = (row[f"title_{language}"], *getattr(article, f"asked_{language}"))
        yield from ({"article": article.id, "language": language, "text": text} for text in titled)
