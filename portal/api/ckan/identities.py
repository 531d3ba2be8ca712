"""The ids and names CKAN's clients keep of things: the same from one version, and one host, to the next."""

import re
import uuid
from functools import lru_cache

from portal.publication.catalogue import Dataset
from portal.publication.site import Site

_NAMESPACE = uuid.UUID("5b0d3b0e-6a0c-4f7d-9a35-2f6f6f1c8d11")
_NAME_MAX = 100


def dataset_id(site: Site, dataset: Dataset) -> str:
    """The UUID of a dataset."""
    return _identity(site, "dataset", dataset.id)


def resource_id(site: Site, dataset: Dataset, kind: str) -> str:
    """The UUID of a dataset in one format."""
    return _identity(site, "resource", f"{dataset.id}.{kind}")


def thing_id(site: Site, kind: str, title: str) -> str:
    """The UUID of an organization, a group or a tag."""
    return _identity(site, kind, title)


@lru_cache(512)
def slug(title: str) -> str:
    """A title as CKAN takes it for a name: small Latin letters, digits and hyphens; Chinese in Pinyin."""
    from pypinyin import lazy_pinyin

    latin = re.sub(r"[^a-z0-9]+", "-", "-".join(lazy_pinyin(title)).lower()).strip("-")
    return latin[:_NAME_MAX].strip("-") or uuid.uuid5(_NAMESPACE, title).hex


@lru_cache(4096)
def _named(name: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, name))


def _identity(site: Site, kind: str, name: str) -> str:
    return _named(f"{site.plan}/{kind}/{name}")
