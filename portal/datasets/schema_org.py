"""A dataset as schema.org describes one, for search engines; stands in the head of its page."""

from portal.datasets.formats import MEDIA_TYPES, formats
from portal.publication.catalogue import Dataset
from portal.publication.json_object import JsonObject
from portal.publication.store import Store


def dataset(store: Store, entry: Dataset, base: str) -> JsonObject:
    """The JSON-LD of a dataset.

    Args:
        store: the published version.
        entry: one of its datasets.
        base: the portal's address, without a slash at the end.
    """
    site = store.manifest.site
    file = next(f for f in store.manifest.files if f.table == entry.table)
    described: JsonObject = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": f"{base}/api/v1/datasets/{entry.id}",
        "identifier": entry.id,
        "name": entry.title_zh,
        "alternateName": entry.title_en,
        "description": "\n".join(t for t in (entry.summary_zh, entry.caveats_zh, entry.summary_en) if t),
        "url": f"{base}/data?dataset={entry.id}",
        "inLanguage": ["zh-CN", "en"],
        "keywords": list(entry.keywords),
        "version": store.version,
        "datePublished": entry.first_published.isoformat(),
        "dateModified": entry.updated.isoformat(),
        "isAccessibleForFree": True,
        "license": entry.license_url or entry.license,
        "creator": {"@type": "Organization", "name": entry.provider},
        "publisher": {"@type": "Organization", "name": site.title, "url": f"{base}/"},
        "spatialCoverage": {"@type": "Place", "name": site.city},
        "includedInDataCatalog": {"@type": "DataCatalog", "name": site.title, "url": f"{base}/data"},
        "variableMeasured": [_variable(c.name, c.title_zh, c.description_zh, c.unit) for c in entry.columns],
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": MEDIA_TYPES[kind].partition(";")[0],
                "contentUrl": f"{base}/api/v1/datasets/{entry.id}.{kind}",
                **(
                    {"sha256": file.sha256, "contentSize": f"{file.bytes} B"}
                    if kind == "parquet" and not file.parts
                    else {}
                ),
            }
            for kind in formats(entry)
        ],
    }
    return {k: v for k, v in described.items() if v not in ("", [])}


def _variable(name: str, title: str, meaning: str, unit: str) -> JsonObject:
    described = {
        "@type": "PropertyValue",
        "name": name,
        "alternateName": title,
        "description": meaning,
        "unitText": unit,
    }
    return {k: v for k, v in described.items() if v}
