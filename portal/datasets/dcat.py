"""The catalogue as linked data: DCAT-AP 3, for harvesters of open data portals; described in JSON-LD, written as Turtle and RDF/XML too."""

from typing import Literal
from urllib.parse import quote

from portal.datasets.formats import MEDIA_TYPES, formats, published_file
from portal.publication.catalogue import Dataset
from portal.publication.json_object import JsonObject
from portal.publication.statuses import Openness
from portal.publication.store import Store
from portal.texts.files import told

_EU = "http://publications.europa.eu/resource/authority"
FREQUENCY = {
    "实时": "CONT",
    "每日": "DAILY",
    "每周": "WEEKLY",
    "每月": "MONTHLY",
    "每季度": "QUARTERLY",
    "每半年": "ANNUAL_2",
    "每年": "ANNUAL",
    "不定期": "IRREG",
    "不更新": "NEVER",
}
RdfForm = Literal["turtle", "pretty-xml"]
_ACCESS = {Openness.OPEN: "PUBLIC", Openness.CONDITIONAL: "RESTRICTED", Openness.CLOSED: "NON_PUBLIC"}
_FILE_TYPE = {"csv": "CSV", "xlsx": "XLSX", "parquet": "PARQUET", "json": "JSON", "geojson": "GEOJSON", "zip": "ZIP"}
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "adms": "http://www.w3.org/ns/adms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def catalogue(store: Store, base: str) -> JsonObject:
    """The catalogue of a published version.

    Args:
        store: the version.
        base: the portal's address, without a slash at the end.
    """
    site, manifest = store.manifest.site, store.manifest
    return {
        "@context": _CONTEXT,
        "@id": f"{base}/catalog.jsonld#catalog",
        "@type": "dcat:Catalog",
        "dct:title": _texts(site.title, site.title_en),
        "dct:description": _told("catalogue.description", site=site.title, site_en=site.title_en),
        "dct:publisher": _agent(site.title, base),
        "dct:language": [_known("language/ZHO", "LinguisticSystem"), _known("language/ENG", "LinguisticSystem")],
        "dct:modified": _typed(manifest.created.isoformat(), "dateTime"),
        "dct:spatial": {"@type": "dct:Location", "skos:prefLabel": _texts(site.city, site.city_en)},
        "foaf:homepage": {"@id": f"{base}/", "@type": "foaf:Document"},
        "dcat:dataset": [dataset(store, d, base) for d in manifest.datasets],
        "dcat:service": {
            "@id": f"{base}/api/v1/openapi.json#service",
            "@type": "dcat:DataService",
            "dct:title": _told("catalogue.service"),
            "dcat:endpointURL": {"@id": f"{base}/api/v1"},
            "dcat:endpointDescription": {"@id": f"{base}/api/v1/openapi.json"},
            "dcat:servesDataset": [{"@id": _identity(d, base)} for d in manifest.datasets],
        },
    }


def written(described: JsonObject, form: RdfForm) -> bytes:
    """A description in another form of RDF."""
    import orjson
    import rdflib

    graph = rdflib.Graph().parse(data=orjson.dumps(described), format="json-ld")
    return graph.serialize(format=form, encoding="utf-8")


def dataset(store: Store, entry: Dataset, base: str) -> JsonObject:
    """One dataset of the catalogue, with a distribution a format."""
    site = store.manifest.site
    described: JsonObject = {
        "@id": _identity(entry, base),
        "@type": "dcat:Dataset",
        "dct:identifier": entry.id,
        "dct:title": _texts(entry.title_zh, entry.title_en),
        "dct:description": _texts(
            "\n".join(t for t in (entry.summary_zh, entry.caveats_zh) if t),
            "\n".join(t for t in (entry.summary_en, entry.caveats_en) if t),
        ),
        "dcat:keyword": [{"@value": k, "@language": "zh"} for k in entry.keywords],
        "dcat:theme": {
            "@id": f"{_identity(entry, base)}-theme",
            "@type": "skos:Concept",
            "skos:prefLabel": [{"@value": entry.theme, "@language": "zh"}],
        },
        "dct:publisher": _agent(entry.provider, base),
        "dcat:contactPoint": {"@type": "vcard:Kind", "vcard:fn": entry.contact or site.hotline},
        "dct:issued": _typed(entry.first_published.isoformat(), "date"),
        "dct:modified": _typed(entry.updated.isoformat(), "date"),
        "dct:accessRights": _known(f"access-right/{_ACCESS[entry.openness]}", "RightsStatement"),
        "dct:spatial": {"@type": "dct:Location", "skos:prefLabel": _texts(site.city, site.city_en)},
        "dct:language": _known("language/ZHO", "LinguisticSystem"),
        "dcat:landingPage": {"@id": f"{base}/data?dataset={entry.id}", "@type": "foaf:Document"},
        "dcat:version": store.version,
        "dcat:distribution": [_distribution(store, entry, kind, base) for kind in formats(entry)],
    }
    if entry.update_frequency in FREQUENCY:
        described["dct:accrualPeriodicity"] = _known(f"frequency/{FREQUENCY[entry.update_frequency]}", "Frequency")
    return described


def _distribution(store: Store, entry: Dataset, kind: str, base: str) -> JsonObject:
    address = f"{base}/api/v1/datasets/{entry.id}.{kind}"
    media = MEDIA_TYPES[kind].partition(";")[0]
    described: JsonObject = {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": _texts(f"{entry.title_zh}（{kind.upper()}）", f"{entry.title_en} ({kind.upper()})"),
        "dcat:accessURL": {"@id": f"{base}/data?dataset={entry.id}"},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media}", "@type": "dct:MediaType"},
        "dct:format": _known(f"file-type/{_FILE_TYPE[kind]}", "MediaTypeOrExtent"),
        "dct:license": _licence(entry, base),
        "dct:modified": _typed(entry.updated.isoformat(), "date"),
    }
    if kind == "parquet" and not (file := published_file(store, entry)).parts:
        described["dcat:byteSize"] = _typed(str(file.bytes), "nonNegativeInteger")
        described["spdx:checksum"] = {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": _typed(file.sha256, "hexBinary"),
        }
    return described


def _identity(entry: Dataset, base: str) -> str:
    return f"{base}/api/v1/datasets/{entry.id}"


def _known(name: str, kind: str) -> JsonObject:
    """A term of the EU's authority tables, with the class its place asks for: a validator does not fetch the table."""
    return {"@id": f"{_EU}/{name}", "@type": f"dct:{kind}"}


def _licence(entry: Dataset, base: str) -> JsonObject:
    """A licence by its address; one that has none is a thing of this catalogue, so that it can be referred to all the same."""
    address = entry.license_url or f"{base}/data#licence-{quote(entry.license)}"
    return {"@id": address, "@type": "dct:LicenseDocument", "dct:title": entry.license}


def _agent(name: str, base: str) -> JsonObject:
    homepage = {"@id": f"{base}/", "@type": "foaf:Document"}
    return {
        "@id": f"{base}/data#agent-{quote(name)}",
        "@type": "foaf:Agent",
        "foaf:name": name,
        "foaf:homepage": homepage,
    }


def _texts(zh: str, en: str) -> list[JsonObject]:
    return [{"@value": text, "@language": language} for language, text in (("zh", zh), ("en", en)) if text]


def _told(key: str, **values: str) -> list[JsonObject]:
    text = told(key, **values)
    return _texts(text.zh, text.en)


def _typed(value: str, kind: str) -> JsonObject:
    return {"@value": value, "@type": f"xsd:{kind}"}
