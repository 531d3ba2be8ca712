"""Which datasets a search of packages keeps: the forms of Solr queries CKAN's clients and harvesters send in `q` and `fq`.

luqum reads the query; what it holds for a dataset is decided here.
"""

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from luqum import tree
from luqum.exceptions import ParseError
from luqum.thread import parse

from portal.api.ckan.identities import dataset_id, slug, thing_id
from portal.api.ckan.parameters import InvalidError, words_of
from portal.datasets.formats import formats
from portal.publication.catalogue import Dataset
from portal.publication.json_object import JsonObject
from portal.publication.site import Site
from portal.texts.errors import sentence

_LENGTH_MAX = 2000
_BRACKETS_MAX = 20
_NOW = re.compile(r"NOW(?:/DAY)?(?:-([0-9]{1,5})(DAY|MONTH|YEAR)S?)?(?:/DAY)?")
_DAYS = {"DAY": 1, "MONTH": 30, "YEAR": 365}
# What datasets are counted by, in CKAN's names; more is told than asked for nowhere.
FACETS = ("organization", "groups", "tags", "license_id", "res_format")
Values = Mapping[str, tuple[str, ...]]


class _UnknownFieldError(Exception):
    """A query names a field no dataset has."""


def words_in(dataset: Dataset) -> str:
    """Every word a search of packages looks among, in lower case."""
    texts = (dataset.id, dataset.title_zh, dataset.title_en, dataset.summary_zh, dataset.summary_en, dataset.theme)
    return " ".join((*texts, dataset.provider, *dataset.keywords, *(c.title_zh for c in dataset.columns))).lower()


def values_of(site: Site, dataset: Dataset) -> Values:
    """What a dataset holds in the fields a query may name; organizations and groups by name, title and id."""
    provider, theme = dataset.provider, dataset.theme
    own = thing_id(site, "organization", provider)
    return {
        "id": (dataset_id(site, dataset), dataset.id),
        "name": (dataset.id,),
        "title": (dataset.title_zh, dataset.title_en),
        "notes": (dataset.summary_zh, dataset.summary_en),
        "text": (words_in(dataset),),
        "tags": dataset.keywords,
        "organization": (slug(provider), provider, own),
        "owner_org": (own,),
        "groups": (slug(theme), theme, thing_id(site, "group", theme)),
        "license_id": (dataset.license,),
        "license": (dataset.license,),
        "author": (provider,),
        "maintainer": (dataset.contact,),
        "res_format": tuple(f.upper() for f in formats(dataset)),
        "metadata_modified": (f"{dataset.updated.isoformat()}T00:00:00",),
        "metadata_created": (f"{dataset.first_published.isoformat()}T00:00:00",),
        "type": ("dataset",),
        "dataset_type": ("dataset",),
        "entity_type": ("package",),
        "state": ("active",),
        "private": ("false",),
        "capacity": ("public",),
    }


_PARTLY = {"title", "notes", "text", "author", "maintainer"}


def kept(site: Site, datasets: Iterable[Dataset], field: str, text: str) -> list[Dataset]:
    """The datasets a query keeps.

    Args:
        site: of the published version.
        datasets: to choose from.
        field: `q` or `fq`; a `q` that is no query in Solr's grammar is taken as plain words.
        text: the query.
    Raises:
        InvalidError: an `fq` that cannot be read, or too much of either.
    """
    found = list(datasets)
    if text.strip() in {"", "*", "*:*"}:
        return found
    if len(text) > _LENGTH_MAX or text.count("(") > _BRACKETS_MAX:
        raise InvalidError(field, sentence("ckan.query_long", most=_LENGTH_MAX, brackets=_BRACKETS_MAX))
    if field == "q":
        words = [w.lower() for w in words_of("q", text)]
    try:
        return _queried(site, found, text)
    except (ParseError, _UnknownFieldError, RecursionError) as error:
        if field == "q":
            return [d for d in found if _has_every(d, words)]
        raise _unreadable(site, found, field, str(error) if isinstance(error, _UnknownFieldError) else text) from None


def _queried(site: Site, datasets: list[Dataset], text: str) -> list[Dataset]:
    query = parse(text)
    return [d for d in datasets if _holds(query, values_of(site, d), "")]


def _has_every(dataset: Dataset, words: list[str]) -> bool:
    text = words_in(dataset)
    return all(w in text for w in words)


def _unreadable(site: Site, datasets: list[Dataset], field: str, part: str) -> InvalidError:
    known = [*values_of(site, datasets[0])] if datasets else []
    return InvalidError(field, sentence("ckan.filter", part=part[:80], known=known))


def _holds(node: Any, values: Values, field: str) -> bool:
    """Whether a part of a query holds for a dataset; `field` is the one it stands under, empty for any text."""
    match node:
        case tree.SearchField(name="*"):
            return True
        case tree.SearchField():
            if node.name not in values:
                raise _UnknownFieldError(node.name)
            return _holds(node.expr, values, node.name)
        case tree.OrOperation():
            return any(_holds(c, values, field) for c in node.children)
        case tree.Not() | tree.Prohibit():
            return not _holds(node.children[0], values, field)
        case tree.Word() | tree.Phrase():
            return _matches(str(node.value).strip('"'), values, field)
        case tree.Range():
            return _within(node, values, field)
        # Words that no sign joins must all occur, as on CKAN's own search page.
        case tree.BaseOperation() | tree.Group() | tree.FieldGroup() | tree.Plus() | tree.Boost() | tree.BaseApprox():
            return all(_holds(c, values, field) for c in node.children)
    raise ParseError(type(node).__name__)


def _matches(wanted: str, values: Values, field: str) -> bool:
    wanted = re.sub(r"\\(.)", r"\1", wanted).lower()
    held = [v.lower() for v in values[field or "text"]]
    if "*" in wanted or "?" in wanted:
        pattern = f"*{wanted}*" if not field or field in _PARTLY else wanted
        return any(fnmatchcase(v, pattern.replace("[", "[[]")) for v in held)
    if not field or field in _PARTLY:
        return any(wanted in v for v in held)
    return wanted in held


def _within(node: Any, values: Values, field: str) -> bool:
    """Whether a value lies in a range such as `[2024-01-01T00:00:00Z TO *]`; times are compared as texts."""
    low, high = (_bound(str(end)) for end in (node.low, node.high))
    for value in values[field or "metadata_modified"]:
        above = low == "*" or value >= low if node.include_low else low == "*" or value > low
        below = high == "*" or value <= high if node.include_high else high == "*" or value < high
        if above and below:
            return True
    return False


def _bound(text: str) -> str:
    text = text.strip().strip('"')
    if found := _NOW.fullmatch(text):
        days = int(found[1] or 0) * _DAYS[found[2] or "DAY"]
        return (datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=min(days, 300_000))).isoformat()[:19]
    return text.rstrip("Z")


def facets(site: Site, datasets: Iterable[Dataset], fields: Iterable[str], limit: int, least: int) -> JsonObject:
    """How many datasets hold each value of the fields: `facets` and `search_facets` of a reply.

    Args:
        site: of the published version.
        datasets: those found.
        fields: to count by; any a query may name.
        limit: most values a field, the most frequent first; negative: all.
        least: values that fewer hold are left out.
    Raises:
        InvalidError: a field no dataset has.
    """
    found = list(datasets)
    plain: JsonObject = {}
    listed: JsonObject = {}
    for field in dict.fromkeys(fields):
        if field not in FACETS:
            raise InvalidError("facet.field", sentence("ckan.facet", field=field[:80], known=list(FACETS)))
        best = _most_frequent(site, found, field, least)
        best = best if limit < 0 else best[:limit]
        plain[field] = {name: n for (name, _), n in best}
        items = [{"name": name, "display_name": shown, "count": n} for (name, shown), n in best]
        listed[field] = {"title": field, "items": items}
    return {"facets": plain, "search_facets": listed}


def _most_frequent(site: Site, datasets: list[Dataset], field: str, least: int) -> list[tuple[tuple[str, str], int]]:
    counted = Counter(v for d in datasets for v in _counted(site, d, field))
    return sorted((n for n in counted.items() if n[1] >= least), key=lambda n: (-n[1], n[0]))


def _counted(site: Site, dataset: Dataset, field: str) -> Iterable[tuple[str, str]]:
    """The values of a field, each with how it is shown."""
    values = values_of(site, dataset)[field]
    return [(values[0], values[1])] if field in {"organization", "groups"} else [(v, v) for v in values]


def ordered(datasets: Iterable[Dataset], text: str) -> list[Dataset]:
    """Datasets in the order `sort` asks for, such as `score desc, metadata_modified desc`.

    Raises:
        InvalidError: it names something they cannot be sorted by.
    """
    found = list(datasets)
    keys: dict[str, Callable[[Dataset], Any]] = {
        "title": lambda d: d.title_zh,
        "title_string": lambda d: d.title_zh,
        "name": lambda d: d.id,
        "id": lambda d: d.id,
        "metadata_modified": lambda d: d.updated,
        "metadata_created": lambda d: d.first_published,
        # Every word must occur: all that is found fits alike.
        "score": lambda _: 0,
        "relevance": lambda _: 0,
        "views_recent": lambda _: 0,
    }
    for part in reversed(text.split(",")):
        name, _, direction = part.strip().partition(" ")
        if name not in keys or direction.strip().lower() not in {"", "asc", "desc"}:
            raise InvalidError("sort", sentence("ckan.package_order", part=part.strip()[:80], known=list(keys)))
        found.sort(key=keys[name], reverse=direction.strip().lower() == "desc")
    return found
