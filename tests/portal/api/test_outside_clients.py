"""The clients other people use, pointed at the API: frictionless, rdflib, schemathesis."""

import io
import json
import xml.etree.ElementTree as xml
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import frictionless
import jsonschema
import pytest
import rdflib
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient

from portal.api.app import create_api
from portal.publication.store import Store
from tests.portal.api.serving import served

DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
DCT = rdflib.Namespace("http://purl.org/dc/terms/")
# What search and reading are made of is published with a version and is no dataset.
_INTERNAL = {"passages", "guide_questions", "reading_models", "reading_terms"}


@pytest.fixture(scope="module")
def address(api: FastAPI) -> Iterator[str]:
    """The API on a port of this machine, for clients that speak HTTP only."""
    with served(api) as address:
        yield address


def test_frictionless_finds_nothing_wrong_with_the_whole_package(address: str, store: Store) -> None:
    """Every table against its own schema: types, ranges, allowed values, unique keys, references between tables."""
    report = frictionless.validate(f"{address}/datapackage.json")
    assert report.flatten(["name", "rowNumber", "fieldName", "message"]) == []
    assert report.valid
    assert len(report.tasks) == len(store.manifest.datasets)
    assert sum(t.stats["rows"] for t in report.tasks) == sum(
        f.rows for f in store.manifest.files if f.table not in _INTERNAL
    )


PROFILE = jsonschema.Draft7Validator(
    json.loads((Path(__file__).parents[1] / "datasets" / "profiles" / "datapackage-2.0.json").read_text("utf-8")),
    format_checker=jsonschema.FormatChecker(),
)


def test_the_whole_package_and_an_archive_keep_the_profile_of_version_2(client: TestClient) -> None:
    archive = zipfile.ZipFile(io.BytesIO(client.get("/api/v1/datasets/observations.zip").content))
    for package in (client.get("/datapackage.json").json(), json.loads(archive.read("datapackage.json"))):
        assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
        assert {r["type"] for r in package["resources"]} == {"table"}
        assert [f"{'/'.join(map(str, e.path))}: {e.message}" for e in PROFILE.iter_errors(package)] == []


def test_the_profile_would_see_what_is_wrong(client: TestClient) -> None:
    package = client.get("/datapackage.json").json()
    del package["resources"][0]["path"]
    package["resources"][1]["schema"]["fields"][0]["type"] = "letters"
    assert {e.path[1] for e in PROFILE.iter_errors(package)} == {0, 1}


def test_frictionless_would_see_a_wrong_cell(address: str, client: TestClient, tmp_path: Path) -> None:
    """The schema is strict enough to fail: one letter in a number, one dead reference."""
    archive = zipfile.ZipFile(io.BytesIO(client.get("/api/v1/datasets/observations.zip").content))
    archive.extractall(tmp_path)
    assert frictionless.validate(str(tmp_path / "datapackage.json")).valid
    table = tmp_path / "observations.csv"
    table.write_text(table.read_text("utf-8").replace(",actual,", ",guess,", 1), "utf-8")
    broken = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert {e.type for t in broken.tasks for e in t.errors} >= {"constraint-error", "hash-count"}


@pytest.mark.parametrize("dataset", ["indicators", "places"])
def test_a_zip_explains_itself(client: TestClient, store: Store, dataset: str) -> None:
    reply = client.get(f"/api/v1/datasets/{dataset}.zip")
    archive = zipfile.ZipFile(io.BytesIO(reply.content))
    assert archive.testzip() is None
    assert archive.namelist() == [f"{dataset}.csv", "README.md", "datapackage.json", "LICENSE.txt"]
    described = store.dataset(dataset)
    readme = archive.read("README.md").decode()
    assert described.title_zh in readme
    assert store.version in readme
    for column in described.columns:
        assert f"| {column.name} | {column.title_zh} |" in readme
    assert described.license in archive.read("LICENSE.txt").decode()
    assert archive.read(f"{dataset}.csv") == client.get(f"/api/v1/datasets/{dataset}.csv").content


def test_a_filtered_zip_says_how_it_was_filtered(client: TestClient) -> None:
    reply = client.get("/api/v1/datasets/places.zip?filter.kind=park&select=id,name,kind")
    archive = zipfile.ZipFile(io.BytesIO(reply.content))
    assert "筛选条件：select=id,name,kind；filter.kind=park" in archive.read("README.md").decode()
    assert archive.read("places.csv").decode().splitlines()[0] == "id,name,kind"


def test_rdflib_reads_the_catalogue_and_finds_what_dcat_ap_requires(client: TestClient, store: Store) -> None:
    reply = client.get("/catalog.jsonld")
    assert reply.headers["content-type"] == "application/ld+json"
    graph = rdflib.Graph().parse(data=reply.text, format="json-ld")
    (catalogue,) = graph.subjects(rdflib.RDF.type, DCAT.Catalog)
    for required in (DCT.title, DCT.description, DCT.publisher):
        assert list(graph.objects(catalogue, required))
    datasets = list(graph.objects(catalogue, DCAT.dataset))
    assert len(datasets) == len(store.manifest.datasets)
    for dataset in datasets:
        for wanted in (DCT.title, DCT.description, DCAT.contactPoint, DCT.publisher, DCAT.keyword, DCT.modified):
            assert list(graph.objects(dataset, wanted)), (dataset, wanted)
        for distribution in graph.objects(dataset, DCAT.distribution):
            for wanted in (DCAT.accessURL, DCAT.downloadURL, DCT["format"], DCT.license, DCAT.mediaType):
                assert list(graph.objects(distribution, wanted)), (distribution, wanted)


def test_rdflib_reads_titles_dates_and_checksums(client: TestClient, store: Store) -> None:
    graph = rdflib.Graph().parse(data=client.get("/catalog.jsonld").text, format="json-ld")
    places = rdflib.URIRef("http://portal.test/api/v1/datasets/places")
    assert rdflib.Literal("公园、停车场与地铁站", lang="zh") in set(graph.objects(places, DCT.title))
    assert graph.value(places, DCT.modified).toPython() == store.dataset("places").updated
    assert str(graph.value(places, DCT.accrualPeriodicity)).endswith("/frequency/IRREG")
    sums = {str(o) for o in graph.objects(None, rdflib.URIRef("http://spdx.org/rdf/terms#checksumValue"))}
    assert sums == {f.sha256 for f in store.manifest.files if f.table not in _INTERNAL}


def test_every_file_the_catalogues_name_is_there_and_is_what_they_say(client: TestClient, store: Store) -> None:
    package = client.get("/datapackage.json").json()
    named = {urljoin("http://portal.test/datapackage.json", r["path"]): r for r in package["resources"]}
    graph = rdflib.Graph().parse(data=client.get("/catalog.jsonld").text, format="json-ld")
    files = {str(o): s for s, o in graph.subject_objects(DCAT.downloadURL)}
    formats = {"csv", "xlsx", "parquet", "json", "zip"}
    assert {url.rpartition(".")[2] for url in files} == formats | {"geojson"}
    assert len(files) >= len(store.manifest.datasets) * len(formats)
    assert set(named) <= set(files)
    for url, distribution in files.items():
        reply = client.get(url)
        assert reply.status_code == 200, url
        media_type = str(graph.value(distribution, DCAT.mediaType)).rpartition("media-types/")[2]
        assert reply.headers["content-type"].partition(";")[0] == media_type, url
        size = graph.value(distribution, DCAT.byteSize)
        assert size is None or int(str(size)) == len(reply.content), url
    for page in {str(o) for o in graph.objects(None, DCAT.accessURL)} - set(files):
        assert page.startswith("http://portal.test/"), page


def test_the_sitemap_names_every_indicator_clause_and_dataset(client: TestClient, store: Store) -> None:
    reply = client.get("/sitemap.xml")
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    pages = {e.text for e in xml.fromstring(reply.content).iterfind("s:url/s:loc", names)}
    assert reply.headers["content-type"] == "application/xml"
    assert "http://portal.test/" in pages
    for table, key, page in (
        ("indicators", "id", "indicator?id="),
        ("clauses", "clause", "policy?clause="),
    ):
        assert {f"http://portal.test/{page}{r[key]}" for r in store.rows(f"SELECT {key} FROM {table}")} <= pages
    assert "Sitemap: http://portal.test/sitemap.xml" in client.get("/robots.txt").text


def test_the_feed_has_an_entry_a_version(client: TestClient, store: Store) -> None:
    names = {"a": "http://www.w3.org/2005/Atom"}
    root = xml.fromstring(client.get("/feed.atom").content)
    entries = root.findall("a:entry", names)
    assert [e.findtext("a:title", namespaces=names) for e in entries] == [f"发布版本 {store.version}"]
    assert entries[0].findtext("a:updated", namespaces=names) == store.manifest.created.isoformat()
    for required in ("a:id", "a:title", "a:updated", "a:author/a:name"):
        assert root.findtext(required, namespaces=names)


# The description needs no services: it is made from the routes.
DESCRIPTION = create_api(lambda: None).openapi()  # type: ignore[arg-type,return-value]
OPERATIONS = [(path, method) for path, operations in DESCRIPTION["paths"].items() for method in operations]
WITH_INPUT = [
    (path, method)
    for path, method in OPERATIONS
    if "requestBody" in DESCRIPTION["paths"][path][method] or DESCRIPTION["paths"][path][method].get("parameters")
]
# Names of columns, kinds and measures come from the data and SQL has a grammar of its own: a made-up one is rightly refused.
BEYOND_A_SCHEMA = {
    "/api/v1/contributions",
    "/api/v1/datasets/{dataset}/rows",
    "/api/v1/datasets/{dataset}.{extension}",
    "/api/v1/measures/query",
    "/api/v1/places/near",
    "/api/v1/query",
    "/feed.atom",
}


# What schemathesis itself takes for a refusal.
REFUSED = [400, 401, 403, 404, 405, 406, 409, 415, 422, 428, 429, "5xx"]


@pytest.fixture(scope="module")
def described(api: FastAPI) -> schemathesis.BaseSchema:
    # A body over the limit is turned away as too large before anything reads what is in it.
    refused = {"checks": {"negative_data_rejection": {"expected-statuses": [*REFUSED, 413]}}}
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", api, config=schemathesis.Config.from_dict(refused))


def hold(cases: SearchStrategy[schemathesis.Case], excluded: list[Any]) -> None:
    """Send the cases and check each reply: no 5xx, no undocumented reply, no content that breaks its schema."""

    @settings(max_examples=8, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=cases)
    def every(case: schemathesis.Case) -> None:
        case.call_and_validate(excluded_checks=excluded)

    every()


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_operation_answers_what_its_description_allows(
    described: schemathesis.BaseSchema, path: str, method: str
) -> None:
    excluded = [positive_data_acceptance] if path in BEYOND_A_SCHEMA else []
    hold(described[path][method].as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE), excluded)


@pytest.mark.parametrize(("path", "method"), WITH_INPUT)
def test_every_operation_refuses_what_its_description_forbids(
    described: schemathesis.BaseSchema, path: str, method: str
) -> None:
    hold(described[path][method].as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE), [])
