"""A dataset as CKAN describes one: a package and its resources; which packages a search keeps, and in which order."""

from collections.abc import Callable
from typing import Any

from fastapi import Request

from portal.api.ckan_parameters import InvalidError
from portal.api.datasets import count
from portal.api.shared import base_url
from portal.datasets.formats import MEDIA_TYPES, formats, published_parquet
from portal.datasets.row_query import whole_table
from portal.publication.catalogue import Dataset
from portal.publication.json_object import JsonObject
from portal.publication.statuses import Openness
from portal.publication.store import Store
from portal.texts.errors import sentence


def package(request: Request, store: Store, dataset: Dataset) -> JsonObject:
    """A dataset as a package with its resources."""
    base = base_url(request)
    return {
        "id": dataset.id,
        "name": dataset.id,
        "type": "dataset",
        "state": "active",
        "private": False,
        "isopen": dataset.openness == Openness.OPEN,
        "title": dataset.title_zh,
        "notes": "\n\n".join(t for t in (dataset.summary_zh, dataset.caveats_zh) if t),
        "url": f"{base}/data?dataset={dataset.id}",
        "version": store.version,
        "author": dataset.provider,
        "maintainer": dataset.contact,
        "license_id": dataset.license,
        "license_title": dataset.license,
        "license_url": dataset.license_url,
        "metadata_created": f"{dataset.first_published.isoformat()}T00:00:00",
        "metadata_modified": f"{dataset.updated.isoformat()}T00:00:00",
        "organization": {"name": "provider", "title": dataset.provider, "type": "organization", "state": "active"},
        "groups": [{"name": dataset.theme, "title": dataset.theme, "display_name": dataset.theme}],
        "tags": [{"name": k, "display_name": k, "state": "active"} for k in dataset.keywords],
        "num_tags": len(dataset.keywords),
        "extras": [
            {"key": "title_en", "value": dataset.title_en},
            {"key": "summary_en", "value": dataset.summary_en},
            {"key": "openness", "value": dataset.openness},
            {"key": "update_frequency", "value": dataset.update_frequency},
            {"key": "rows", "value": str(count(store, whole_table(dataset)))},
        ],
        "num_resources": len(formats(dataset)),
        "resources": [_resource(store, dataset, kind, base) for kind in formats(dataset)],
    }


def _resource(store: Store, dataset: Dataset, kind: str, base: str) -> JsonObject:
    file = None
    if kind == "parquet":
        name = published_parquet(store, dataset).name
        file = next(f for f in store.manifest.files if f.path == name)
    return {
        "id": f"{dataset.id}.{kind}",
        "package_id": dataset.id,
        "name": f"{dataset.title_zh}（{kind.upper()}）",
        "description": dataset.summary_zh,
        "format": kind.upper(),
        "mimetype": MEDIA_TYPES[kind].partition(";")[0],
        "url": f"{base}/api/v1/datasets/{dataset.id}.{kind}",
        "size": file.bytes if file else None,
        "hash": file.sha256 if file else "",
        "created": f"{dataset.first_published.isoformat()}T00:00:00",
        "last_modified": f"{dataset.updated.isoformat()}T00:00:00",
        "datastore_active": kind == "csv",
        "state": "active",
    }


def words_in(dataset: Dataset) -> str:
    """Every word a search of packages looks among, in lower case."""
    texts = (dataset.id, dataset.title_zh, dataset.title_en, dataset.summary_zh, dataset.summary_en, dataset.theme)
    return " ".join((*texts, *dataset.keywords, *(c.title_zh for c in dataset.columns))).lower()


def is_kept(dataset: Dataset, part: str) -> bool:
    """Whether a part of `fq`, written field:value, keeps a dataset."""
    name, colon, value = part.partition(":")
    value = value.strip("\"'()")
    fields: dict[str, Callable[[], bool]] = {
        "name": lambda: dataset.id == value,
        "id": lambda: dataset.id == value,
        "tags": lambda: value in dataset.keywords,
        "license_id": lambda: dataset.license == value,
        "groups": lambda: dataset.theme == value,
        "res_format": lambda: value.lower() in formats(dataset),
    }
    if not colon or name not in fields:
        raise InvalidError("fq", sentence("ckan.filter", part=part[:80], known=list(fields)))
    return fields[name]()


def package_order(text: str) -> tuple[Callable[[Dataset], Any], bool]:
    """What `sort` sorts packages by, and whether downwards."""
    name, _, direction = text.partition(",")[0].strip().partition(" ")
    keys: dict[str, Callable[[Dataset], Any]] = {
        "title": lambda d: d.title_zh,
        "name": lambda d: d.id,
        "id": lambda d: d.id,
        "metadata_modified": lambda d: d.updated,
        "metadata_created": lambda d: d.first_published,
        # Every word must occur: all that is found fits alike.
        "score": lambda _: 0,
        "relevance": lambda _: 0,
    }
    if name not in keys or direction.strip().lower() not in {"", "asc", "desc"}:
        raise InvalidError("sort", sentence("ckan.package_order", part=text[:80], known=list(keys)))
    return keys[name], direction.strip().lower() == "desc"
