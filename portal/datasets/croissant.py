"""A dataset as Croissant describes one (mlcommons.org/croissant, 1.0): its published file with checksum, and a field for each column."""

from portal.datasets.citation import apa, citable
from portal.publication.catalogue import Column, Dataset
from portal.publication.json_object import JsonObject
from portal.publication.store import Store

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
# The context the standard gives, whole and in its words: readers warn of any other.
_CONTEXT: JsonObject = {
    "@language": "zh-CN",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES = {"integer": "sc:Integer", "number": "sc:Float", "boolean": "sc:Boolean", "date": "sc:Date"}
_FILE = "parquet"


def croissant(store: Store, dataset: Dataset, base: str) -> JsonObject:
    """The description of a dataset of a version, which readers load its rows by.

    Args:
        store: the published version.
        dataset: one of its datasets.
        base: the portal's address, without a slash at the end.
    """
    site = store.manifest.site
    file = next(f for f in store.manifest.files if f.table == dataset.table)
    here = f"{base}/api/v1/datasets/{dataset.id}"
    described: JsonObject = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": dataset.id,
        "alternateName": [dataset.title_zh, dataset.title_en],
        "description": "\n".join(t for t in (dataset.summary_zh, dataset.caveats_zh, dataset.summary_en) if t),
        "url": f"{base}/data?dataset={dataset.id}",
        "license": dataset.license_url or dataset.license,
        "keywords": list(dataset.keywords),
        "version": store.version,
        "datePublished": dataset.first_published.isoformat(),
        "dateModified": dataset.updated.isoformat(),
        "creator": {"@type": "sc:Organization", "name": dataset.provider},
        "publisher": {"@type": "sc:Organization", "name": site.title, "url": f"{base}/"},
        "citeAs": apa(citable(store.manifest, dataset, f"{base}/data?dataset={dataset.id}")),
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": _FILE,
                "name": f"{dataset.id}.parquet",
                "contentUrl": f"{here}.parquet?version={store.version}",
                "contentSize": f"{file.bytes} B",
                # Its readers know Parquet by the name it had before it was registered.
                "encodingFormat": "application/x-parquet",
                "sha256": file.sha256,
            }
        ],
        "recordSet": [_rows(dataset)],
    }
    return {k: v for k, v in described.items() if v not in ("", [])}


def _rows(dataset: Dataset) -> JsonObject:
    rows: JsonObject = {
        "@type": "cr:RecordSet",
        "@id": dataset.id,
        "name": dataset.id,
        "description": dataset.title_zh,
        "field": [_field(dataset, column) for column in dataset.columns],
    }
    if dataset.primary_key:
        rows["key"] = [{"@id": f"{dataset.id}/{name}"} for name in dataset.primary_key]
    return rows


def _field(dataset: Dataset, column: Column) -> JsonObject:
    named = f"{column.title_zh}（{column.unit}）" if column.unit else column.title_zh
    return {
        "@type": "cr:Field",
        "@id": f"{dataset.id}/{column.name}",
        "name": column.name,
        "description": "\n".join(t for t in (named, column.description_zh, column.title_en) if t),
        "dataType": _TYPES.get(column.type, "sc:Text"),
        "source": {"fileObject": {"@id": _FILE}, "extract": {"column": column.name}},
    }
