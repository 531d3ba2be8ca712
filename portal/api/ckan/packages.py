"""A dataset as CKAN describes one, with every key CKAN itself gives: a package, its resources, organization, group and tags."""

from portal.api.ckan.identities import dataset_id, resource_id, slug, thing_id
from portal.datasets.formats import MEDIA_TYPES, Format, formats, published_file
from portal.datasets.row_page import count
from portal.datasets.row_query import whole_table
from portal.publication.catalogue import Dataset
from portal.publication.json_object import JsonObject
from portal.publication.site import Site
from portal.publication.statuses import Openness
from portal.publication.store import Store


def package(store: Store, dataset: Dataset, base: str) -> JsonObject:
    """A dataset as a package with its resources.

    Args:
        store: the published version.
        dataset: one of its datasets.
        base: the portal's address, without a slash at the end.
    """
    site, own = store.manifest.site, organization(store, dataset.provider)
    tags = [tag(site, k) for k in dataset.keywords]
    kinds = formats(dataset)
    return {
        "id": dataset_id(site, dataset),
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
        "author_email": "",
        "maintainer": dataset.contact,
        "maintainer_email": "",
        "creator_user_id": None,
        "license_id": dataset.license,
        "license_title": dataset.license,
        "license_url": dataset.license_url,
        "metadata_created": _midnight(dataset.first_published.isoformat()),
        "metadata_modified": _midnight(dataset.updated.isoformat()),
        "owner_org": own["id"],
        "organization": own,
        "groups": [group(site, dataset.theme)],
        "tags": tags,
        "num_tags": len(tags),
        "extras": _extras(store, dataset),
        "relationships_as_subject": [],
        "relationships_as_object": [],
        "num_resources": len(kinds),
        "resources": [_resource(store, dataset, kind, base, n) for n, kind in enumerate(kinds)],
    }


def _extras(store: Store, dataset: Dataset) -> list[JsonObject]:
    told = {
        "title_en": dataset.title_en,
        "summary_en": dataset.summary_en,
        "openness": dataset.openness,
        "update_frequency": dataset.update_frequency,
        "rows": str(count(store, whole_table(dataset))),
    }
    return [{"key": key, "value": value} for key, value in told.items()]


def _resource(store: Store, dataset: Dataset, kind: Format, base: str, position: int) -> JsonObject:
    site, file = store.manifest.site, None
    # In partitions a table is written into one file only when it is asked for.
    if kind == "parquet" and not (published := published_file(store, dataset)).parts:
        file = published
    created, modified = dataset.first_published.isoformat(), _midnight(dataset.updated.isoformat())
    return {
        "id": resource_id(site, dataset, kind),
        "package_id": dataset_id(site, dataset),
        "name": f"{dataset.title_zh}（{kind.upper()}）",
        "description": dataset.summary_zh,
        "format": kind.upper(),
        "mimetype": MEDIA_TYPES[kind].partition(";")[0],
        "mimetype_inner": None,
        "url": f"{base}/api/v1/datasets/{dataset.id}.{kind}",
        "url_type": None,
        "resource_type": "file",
        "size": file.bytes if file else None,
        "hash": file.sha256 if file else "",
        "position": position,
        "created": _midnight(created),
        "last_modified": modified,
        "metadata_modified": modified,
        "cache_url": None,
        "cache_last_updated": None,
        "datastore_active": kind == "csv",
        "state": "active",
    }


def organization(store: Store, provider: str) -> JsonObject:
    """Who provides datasets, as an organization."""
    first = min(d.first_published for d in store.manifest.datasets if d.provider == provider)
    return {
        "id": thing_id(store.manifest.site, "organization", provider),
        "name": slug(provider),
        "title": provider,
        "display_name": provider,
        "description": "",
        "type": "organization",
        "image_url": "",
        "image_display_url": "",
        "created": _midnight(first.isoformat()),
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
    }


def group(site: Site, theme: str) -> JsonObject:
    """A theme of datasets, as a group."""
    return {
        "id": thing_id(site, "group", theme),
        "name": slug(theme),
        "title": theme,
        "display_name": theme,
        "description": "",
        "image_display_url": "",
    }


def tag(site: Site, keyword: str) -> JsonObject:
    """A keyword, as a tag of no vocabulary."""
    identity = thing_id(site, "tag", keyword)
    return {"id": identity, "name": keyword, "display_name": keyword, "vocabulary_id": None, "state": "active"}


def _midnight(day: str) -> str:
    return f"{day}T00:00:00"
