"""Literal search over what the portal holds besides targets, and where each thing found is shown."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from portal.publication import guide
from portal.publication.store import Row, Store
from portal.publication.translations import phrases, with_english
from portal.texts.roads import one_road

_BEFORE, _AFTER = 16, 44


@dataclass(frozen=True)
class Hit:
    """Something that holds the words, and the address of the page that shows it.

    `clause` is the number of a clause of the plan; `place_kind` and `positioned` tell of a place what it is and whether its position
    is known.
    """

    kind: Literal["clause", "project", "place", "guide", "dataset"]
    title_zh: str
    excerpt_zh: str
    url: str
    title_en: str | None = None
    excerpt_en: str | None = None
    clause: str | None = None
    place_kind: str | None = None
    positioned: bool = True


def project_url(project: Row) -> str:
    """The page of projects, scrolled to one."""
    return f"/projects?project={quote(project['id'])}"


def place_url(place: Row) -> str:
    """What is near a place, or its row in the data where its position is not known."""
    page = "/data?dataset=places&filter.id=" if place["lon"] is None else "/nearby?place="
    return page + quote(place["id"])


def found(store: Store, query: str, limit: int = 8) -> list[Hit]:
    """What holds the query as it stands, in Chinese or in English, at most `limit` of each kind: places first, which are also found by
    the road they stand on, then clauses, projects, articles of the guide and datasets, each in its own order."""
    words = query.strip()
    if not words:
        return []
    held = {file.table for file in store.manifest.files}
    tables = {"places": _places, "clauses": _clauses, "projects": _projects, guide.TABLE: _guide}
    rows = [hit for table, find in tables.items() if table in held for hit in find(store, words, limit)]
    return [*rows, *_datasets(store, words, limit)]


def _clauses(store: Store, words: str, limit: int) -> list[Hit]:
    plan = store.manifest.site.plan
    rows = store.rows(
        'SELECT * FROM clauses WHERE contains(text, ?) ORDER BY document <> ?, document, "order" LIMIT ?',
        [words, plan, limit],
    )
    titles = {d["id"]: d["title"] for d in store.manifest.documents if d["id"] != plan}
    return [_clause(row, words, titles) for row in rows] or _clauses_in_english(store, words, limit)


def _clauses_in_english(store: Store, words: str, limit: int) -> list[Hit]:
    """The first sentence of each clause whose English holds the words."""
    rows = store.rows(
        """
        SELECT c.clause, c.title, c.title_en, s.text, s.text_en, s.start, s."end"
        FROM clauses c JOIN sentences s ON s.document = c.document AND s.clause = c.clause
        WHERE c.document = ? AND NOT s.heading AND contains(lower(s.text_en), lower(?))
        QUALIFY row_number() OVER (PARTITION BY c.clause ORDER BY s.sentence) = 1 ORDER BY c."order" LIMIT ?
        """,
        [store.manifest.site.plan, words, limit],
    )
    return [
        Hit(
            "clause",
            f"{r['clause']} {r['title']}",
            f"{r['text'][: _BEFORE + _AFTER]}…",
            f"/policy?clause={r['clause']}&span={r['start']}-{r['end']}",
            f"{r['clause']} {r['title_en']}" if r["title_en"] else None,
            _english_excerpt(r["text_en"], words),
            clause=r["clause"],
        )
        for r in rows
    ]


def _english_excerpt(text: str, words: str) -> str:
    start = max(text.lower().find(words.lower()), 0)
    return f"…{text[max(0, start - 2 * _BEFORE) : start + len(words) + 2 * _AFTER]}…"


def _clause(row: Row, words: str, titles: dict[str, str]) -> Hit:
    """A clause that holds the words; one of another document than the plan goes by the document's title too."""
    clause, text = row["clause"], row["text"]
    start = text.index(words)
    end = start + len(words)
    excerpt = " ".join(text[max(0, start - _BEFORE) : end + _AFTER].split())
    english = f"{clause} {row['title_en']}" if row.get("title_en") else None
    url = f"/policy?clause={clause}&span={start}-{end}"
    if row["document"] in titles:
        name = f"{titles[row['document']]} {row.get('label') or clause}"
        return Hit("clause", name, f"…{excerpt}…", f"{url}&document={quote(row['document'])}")
    return Hit("clause", f"{clause} {row['title']}", f"…{excerpt}…", url, english, clause=clause)


def _projects(store: Store, words: str, limit: int) -> list[Hit]:
    rows = store.rows(
        """
        SELECT id, name, status_text FROM projects
        WHERE contains(name, $q) OR contains(coalesce(also_known_as, ''), $q) OR list_contains($names, name) LIMIT $n
        """,
        {"q": words, "names": _named_in_english(store, words), "n": limit},
    )
    return [
        Hit("project", r["name"], r["status_text"] or "", project_url(r), r.get("name_en"), r.get("status_text_en"))
        for r in with_english(rows, phrases(store))
    ]


def _places(store: Store, words: str, limit: int) -> list[Hit]:
    """Places by name, those with the shortest first, then by address; a part of a road is the road."""
    rows = store.rows(
        """
        SELECT id, kind, name, address, district, lon FROM places
        WHERE contains(name, $q) OR contains(coalesce(aliases, ''), $q) OR list_contains($names, name)
        ORDER BY length(name), id LIMIT $n
        """,
        {"q": words, "names": _named_in_english(store, words), "n": limit},
    )
    road, seen = one_road(words), {row["id"] for row in rows}
    rows += [
        row
        for row in store.remembered("SELECT id, kind, name, address, district, lon FROM places ORDER BY name, id")
        if road in one_road(row["address"] or "") and row["id"] not in seen
    ]
    return [_place(store, row) for row in with_english(rows[:limit], phrases(store))]


def _place(store: Store, row: Row) -> Hit:
    """A place, told by its address or else by its district."""
    districts = {d["code"]: d for d in store.remembered("SELECT code, name FROM districts")}
    (district,) = with_english([districts.get(row["district"], {"name": ""})], phrases(store))
    at = row["address"] or district["name"]
    english = None if row["address"] else district.get("name_en")
    known = {"place_kind": row["kind"], "positioned": row["lon"] is not None}
    return Hit("place", row["name"], at, place_url(row), row.get("name_en"), english, **known)


def _guide(store: Store, words: str, limit: int) -> list[Hit]:
    """Articles that hold the words, those that say them in their title or are asked for with them first."""
    asked: set[str] = set()
    if guide.QUESTIONS in {file.table for file in store.manifest.files}:
        rows = store.rows(
            f"SELECT DISTINCT article FROM {guide.QUESTIONS} WHERE contains(lower(text), lower(?))", [words]
        )
        asked = {row["article"] for row in rows}
    told = []
    for article in guide.articles(store):
        titled = any(words.lower() in title.lower() for title in article.title.values()) or article.id in asked
        texts = {k: " ".join(p) for k, p in article.paragraphs.items()}
        if titled or any(words.lower() in text.lower() for text in texts.values()):
            hit = Hit(
                "guide",
                article.title["zh"],
                article.paragraphs["zh"][0],
                f"/about?article={article.id}",
                article.title["en"],
                article.paragraphs["en"][0],
            )
            told.append((not titled, hit))
    return [hit for _, hit in sorted(told, key=lambda entry: entry[0])][:limit]


def _named_in_english(store: Store, words: str) -> list[str]:
    """What goes by an English name that holds the words."""
    return [chinese for chinese, english in phrases(store).items() if words.lower() in english.lower()]


def _datasets(store: Store, words: str, limit: int) -> list[Hit]:
    hits = [
        Hit("dataset", d.title_zh, d.summary_zh, f"/data?dataset={d.id}", d.title_en, d.summary_en)
        for d in store.manifest.datasets
        if words.lower() in " ".join((d.id, d.title_zh, d.title_en, d.summary_zh, d.summary_en, *d.keywords)).lower()
    ]
    return hits[:limit]
