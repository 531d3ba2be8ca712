"""CKAN's own client, ckanapi, pointed at the API: its commands, and the calls its users make."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import ckanapi
import pytest
from starlette.testclient import TestClient

from portal.api.ckan import package_search
from portal.publication.store import Store
from tests.portal.api.serving import served


@pytest.fixture(scope="module")
def address(api: Any) -> Iterator[str]:
    with served(api) as address:
        yield address


@pytest.fixture(params=[True, False], ids=["get", "post"])
def ckan(request: pytest.FixtureRequest, address: str) -> Iterator[ckanapi.RemoteCKAN]:
    with ckanapi.RemoteCKAN(address, get_only=request.param) as client:
        yield client


def test_ckanapi_lists_and_shows_datasets(ckan: ckanapi.RemoteCKAN, address: str, store: Store) -> None:
    assert ckan.action.package_list() == sorted(d.id for d in store.manifest.datasets)
    package = ckan.action.package_show(id="places")
    assert (package["name"], package["license_id"], package["version"]) == ("places", "ODbL-1.0", store.version)
    formats = {r["format"]: r for r in package["resources"]}
    assert set(formats) == {"CSV", "XLSX", "PARQUET", "JSON", "GEOJSON", "ZIP"}
    assert formats["CSV"]["url"] == f"{address}/api/v1/datasets/places.csv"
    (file,) = (f for f in store.manifest.files if f.table == "places")
    assert (formats["PARQUET"]["hash"], formats["PARQUET"]["size"]) == (file.sha256, file.bytes)


def test_ckanapi_searches_datasets(ckan: ckanapi.RemoteCKAN, store: Store) -> None:
    assert [p["name"] for p in ckan.action.package_search(q="停车场 坐标")["results"]] == ["places"]
    every = ckan.action.package_search(rows=3, sort="name desc")
    assert every["count"] == len(store.manifest.datasets)
    assert [p["name"] for p in every["results"]] == sorted((d.id for d in store.manifest.datasets), reverse=True)[:3]
    assert {p["name"] for p in ckan.action.package_search(fq="res_format:GeoJSON")["results"]} >= {
        "places",
        "districts",
    }


def test_ckanapi_reads_rows(ckan: ckanapi.RemoteCKAN, store: Store) -> None:
    # As text in a URL, as an object in a body: CKAN takes both.
    filters: Any = {"kind": ["park", "car_park"]}
    if ckan.get_only:
        filters = json.dumps(filters)
    found = ckan.action.datastore_search(
        resource_id="places.csv", filters=filters, sort="kind desc, id asc", fields="id,kind", limit=5, offset=1
    )
    expected = store.rows("SELECT id, kind FROM places WHERE kind IN ('park', 'car_park') ORDER BY kind DESC, id")
    assert found["records"] == expected[1:6]
    assert found["total"] == len(expected)
    assert [(f["id"], f["type"]) for f in found["fields"]] == [("id", "text"), ("kind", "text")]


def test_ckanapi_searches_rows_by_words(ckan: ckanapi.RemoteCKAN) -> None:
    found = ckan.action.datastore_search(resource_id="places", q="周王城广场")
    assert "car-park-zhouwangcheng" in {r["id"] for r in found["records"]}


def test_ckanapi_is_told_what_is_wrong(ckan: ckanapi.RemoteCKAN) -> None:
    with pytest.raises(ckanapi.NotFound, match="没有数据集“nope”"):
        ckan.action.package_show(id="nope")
    with pytest.raises(ckanapi.ValidationError) as caught:
        ckan.action.datastore_search(resource_id="places", sort="nope asc")
    assert "没有字段“nope”" in caught.value.error_dict["order"][0]
    with pytest.raises(ckanapi.ValidationError, match="没有这个参数"):
        ckan.action.package_list(colour="red")


def ckanapi_command(*words: str) -> list[Any]:
    """The objects a command of ckanapi writes, one a line."""
    folder = Path(sys.executable).parent
    # It starts itself again by its name for each of its workers.
    path = {"PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [str(folder / "ckanapi"), *words]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False, env={**os.environ, **path})
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_ckanapi_dumps_every_dataset(address: str, store: Store) -> None:
    dumped = ckanapi_command("dump", "datasets", "--all", "-r", address, "--get-request")
    assert sorted(d["name"] for d in dumped) == sorted(d.id for d in store.manifest.datasets)
    assert all(d["resources"] for d in dumped)


def test_ckanapi_dumps_organizations_and_groups(address: str, store: Store) -> None:
    organizations = ckanapi_command("dump", "organizations", "--all", "-r", address, "--get-request")
    groups = ckanapi_command("dump", "groups", "--all", "-r", address, "--get-request")
    assert {o["title"] for o in organizations} == {d.provider for d in store.manifest.datasets}
    assert {g["title"] for g in groups} == {d.theme for d in store.manifest.datasets}


def test_ckanapi_searches_and_acts(address: str, store: Store) -> None:
    found = ckanapi_command("search", "datasets", "q=停车场 坐标", "-r", address, "--get-request")
    assert [d["name"] for d in found] == ["places"]
    every = ckanapi_command("search", "datasets", "-r", address)
    assert len(every) == len(store.manifest.datasets)
    (status,) = ckanapi_command("action", "status_show", "-j", "-r", address, "--get-request")
    assert status["version"] == store.version


def test_the_next_page_keeps_the_filter(client: TestClient, store: Store) -> None:
    """The rows of every page together are those of the filter, each once."""
    expected = store.rows("SELECT id FROM places WHERE kind = 'park' ORDER BY id")
    link = '/api/3/action/datastore_search?resource_id=places&filters={"kind":"park"}&sort=id&fields=id&limit=7'
    seen: list[Any] = []
    while page := client.get(link).json()["result"]["records"]:
        seen += page
        link = client.get(link).json()["result"]["_links"]["next"]
        assert len(seen) <= len(expected)
    assert seen == expected


def test_links_of_a_post_keep_what_its_body_held(client: TestClient) -> None:
    asked = {
        "resource_id": "places",
        "filters": {"kind": ["park", "car_park"]},
        "q": {"name": "广场"},
        "fields": ["id", "kind"],
        "sort": "id desc",
        "distinct": True,
        "records_format": "lists",
        "include_total": False,
        "limit": 2,
        "offset": 2,
    }
    links = client.post("/api/3/action/datastore_search", json=asked).json()["result"]["_links"]
    assert set(links) == {"start", "next", "prev"}
    for link, offset in ((links["start"], None), (links["next"], "4"), (links["prev"], None)):
        told = {k: v[0] for k, v in parse_qs(urlsplit(link).query).items()}
        assert told.pop("offset", None) == offset
        assert json.loads(told.pop("filters")) == asked["filters"]
        assert json.loads(told.pop("q")) == asked["q"]
        assert json.loads(told.pop("fields")) == asked["fields"]
        assert told == {
            "resource_id": "places",
            "sort": "id desc",
            "distinct": "true",
            "records_format": "lists",
            "include_total": "false",
            "limit": "2",
        }
        same = client.post("/api/3/action/datastore_search", json=asked | {"offset": int(offset or 0)}).json()
        assert client.get(link).json()["result"]["records"] == same["result"]["records"]


def test_harmless_parameters_are_taken(ckan: ckanapi.RemoteCKAN) -> None:
    assert ckan.action.package_list(include_private=True, include_drafts=False, include_deleted="false")
    assert ckan.action.package_show(id="places", use_default_schema=True, include_tracking=True)["name"] == "places"
    assert ckan.action.package_search(q="*:*", include_private=True, fl="id,name", facet="false")["count"]
    assert ckan.action.datastore_search(resource_id="places", plain=True, language="english", limit=1)["records"]
    with pytest.raises(ckanapi.ValidationError, match="没有这个参数"):
        ckan.action.datastore_search(resource_id="places", filter={"kind": "park"})


def test_limits_are_clipped(ckan: ckanapi.RemoteCKAN) -> None:
    rows = ckan.action.datastore_search(resource_id="places", limit=32_000)
    assert rows["limit"] == 10_000
    assert len(rows["records"]) == rows["total"]
    assert ckan.action.package_search(rows=10**25)["results"]
    assert ckan.action.datastore_search(resource_id="places", limit=0)["records"] == []


def test_ids_are_uuids_that_find_what_they_name(ckan: ckanapi.RemoteCKAN, store: Store) -> None:
    package = ckan.action.package_show(id="places")
    assert uuid.UUID(package["id"]).version == 5
    assert ckan.action.package_show(id=package["id"]) == package
    for resource in package["resources"]:
        assert uuid.UUID(resource["id"]).version == 5
        assert resource["package_id"] == package["id"]
        assert ckan.action.resource_show(id=resource["id"]) == resource
    (table,) = [r for r in package["resources"] if r["datastore_active"]]
    rows = ckan.action.datastore_search(resource_id=table["id"], limit=1)["records"]
    assert rows == ckan.action.datastore_search(id="places", limit=1)["records"]
    every = [p["id"] for p in ckan.action.package_search(rows=1000)["results"]]
    assert len(set(every)) == len(store.manifest.datasets)


# What CKAN 2.11 gives of a package, a resource, a tag and an organization, and harvesters of other portals (udata's among them) require.
PACKAGE = [
    "author",
    "author_email",
    "creator_user_id",
    "extras",
    "groups",
    "id",
    "isopen",
    "license_id",
    "license_title",
    "license_url",
    "maintainer",
    "maintainer_email",
    "metadata_created",
    "metadata_modified",
    "name",
    "notes",
    "num_resources",
    "num_tags",
    "organization",
    "owner_org",
    "private",
    "relationships_as_object",
    "relationships_as_subject",
    "resources",
    "state",
    "tags",
    "title",
    "type",
    "url",
    "version",
]
RESOURCE = [
    "cache_last_updated",
    "cache_url",
    "created",
    "datastore_active",
    "description",
    "format",
    "hash",
    "id",
    "last_modified",
    "metadata_modified",
    "mimetype",
    "mimetype_inner",
    "name",
    "package_id",
    "position",
    "resource_type",
    "size",
    "state",
    "url",
    "url_type",
]
TAG = ["display_name", "id", "name", "state", "vocabulary_id"]
ORGANIZATION = [
    "approval_status",
    "created",
    "description",
    "id",
    "image_url",
    "is_organization",
    "name",
    "state",
    "title",
    "type",
]
GROUP = ["description", "display_name", "id", "image_display_url", "name", "title"]


def test_a_package_has_every_key_of_ckan(ckan: ckanapi.RemoteCKAN) -> None:
    for package in ckan.action.current_package_list_with_resources():
        assert set(package) == set(PACKAGE)
        assert all(set(r) == set(RESOURCE) for r in package["resources"])
        assert [r["position"] for r in package["resources"]] == list(range(package["num_resources"]))
        assert package["tags"]
        assert all(set(t) == set(TAG) for t in package["tags"])
        assert set(ORGANIZATION) <= set(package["organization"])
        assert package["owner_org"] == package["organization"]["id"]
        assert all(set(g) == set(GROUP) for g in package["groups"])


def test_rows_in_every_shape(ckan: ckanapi.RemoteCKAN, store: Store) -> None:
    def rows(shape: str) -> Any:
        return ckan.action.datastore_search(
            resource_id="districts", fields=["code", "name"], sort="code asc", limit=2, records_format=shape
        )["records"]

    expected = store.rows("SELECT code, name FROM districts ORDER BY code LIMIT 2")
    assert rows("objects") == expected
    assert rows("lists") == [[r["code"], r["name"]] for r in expected]
    assert rows("csv") == "".join(f"{r['code']},{r['name']}\n" for r in expected)
    assert rows("tsv") == "".join(f"{r['code']}\t{r['name']}\n" for r in expected)
    with pytest.raises(ckanapi.ValidationError, match="csv"):
        rows("xml")


def test_q_finds_numbers_and_dates_and_takes_an_object(ckan: ckanapi.RemoteCKAN, store: Store) -> None:
    (most,) = store.rows("SELECT id, value FROM observations WHERE value > 100 ORDER BY value DESC LIMIT 1")
    found = ckan.action.datastore_search(resource_id="observations", q=str(most["value"]))["records"]
    assert most["id"] in {r["id"] for r in found}
    query: Any = {"value": str(most["value"])}
    query = json.dumps(query) if ckan.get_only else query
    by_column = ckan.action.datastore_search(resource_id="observations", q=query)
    expected = store.rows("SELECT count(*) AS n FROM observations WHERE value = ?", [most["value"]])
    assert by_column["total"] == expected[0]["n"]
    with pytest.raises(ckanapi.ValidationError, match="没有字段“colour”"):
        ckan.action.datastore_search(resource_id="observations", q='{"colour": "red"}')


def test_distinct_rows_and_no_total(ckan: ckanapi.RemoteCKAN, store: Store) -> None:
    kinds = sorted(r["kind"] for r in store.rows("SELECT DISTINCT kind FROM places"))
    found = ckan.action.datastore_search(resource_id="places", fields="kind", distinct="true", sort="kind")
    assert [r["kind"] for r in found["records"]] == kinds
    assert found["total"] == len(kinds)
    assert "total" not in ckan.action.datastore_search(resource_id="places", include_total=False, limit=1)


def test_what_a_table_holds(ckan: ckanapi.RemoteCKAN, store: Store) -> None:
    info = ckan.action.datastore_info(id="places")
    assert info["meta"]["count"] == next(f.rows for f in store.manifest.files if f.table == "places")
    assert [f["id"] for f in info["fields"]] == [c.name for c in store.dataset("places").columns]
    assert info["fields"][0]["schema"] == {
        "native_type": "text",
        "notnull": True,
        "uniquekey": True,
        "is_index": False,
        "index_name": None,
    }


@pytest.mark.parametrize(
    "query",
    [
        'name:("places" OR districts) AND -name:districts',
        "+name:places",
        "name:pla*es",
        'res_format:GEOJSON AND title:"停车场与"',
        "id:places OR id:nothing",
        "name:places state:active capacity:public dataset_type:dataset",
    ],
)
def test_the_usual_forms_of_solr_queries(ckan: ckanapi.RemoteCKAN, query: str) -> None:
    assert [p["name"] for p in ckan.action.package_search(q=query)["results"]] == ["places"]
    assert [p["name"] for p in ckan.action.package_search(fq=query)["results"]] == ["places"]


def test_a_harvester_asks_for_what_has_changed(ckan: ckanapi.RemoteCKAN, store: Store) -> None:
    """The `fq` and `sort` of ckanext-harvest."""
    days = sorted({d.updated.isoformat() for d in store.manifest.datasets})
    newest = {d.id for d in store.manifest.datasets if d.updated.isoformat() == days[-1]}
    found = ckan.action.package_search(
        fq=f"metadata_modified:[{days[-1]}T00:00:00Z TO *]", sort="id asc", rows=100, start=0
    )
    assert {p["name"] for p in found["results"]} == newest
    (own,) = ckan.action.organization_list()
    every = len(store.manifest.datasets)
    assert ckan.action.package_search(fq=f"organization:{own}", rows=0)["count"] == every
    assert ckan.action.package_search(fq=f"-organization:{own}", rows=0)["count"] == 0
    assert ckan.action.package_search(fq=f"(organization:{own} OR organization:x)", rows=0)["count"] == every
    nobody = ckan.action.package_search(fq="metadata_modified:[NOW-1DAY TO NOW] AND name:nothing")
    assert nobody["count"] == 0


def test_words_that_are_no_query_are_words(ckan: ckanapi.RemoteCKAN) -> None:
    for q in ("公园 (", '停车场 "', "时间:8点", "nothing AND"):
        assert ckan.action.package_search(q=q)["count"] < 5
    assert ckan.action.package_search(q="公园 停车场")["count"] >= 1
    assert ckan.action.package_search(fq="-" * 900 + "name:nothing")["count"] == 0
    for fq in ("name:(", "colour:red", "-" * 3000, "(" * 40 + "a" + ")" * 40):
        with pytest.raises(ckanapi.ValidationError):
            ckan.action.package_search(fq=fq)


def test_facets(ckan: ckanapi.RemoteCKAN, store: Store) -> None:
    fields: Any = ["groups", "license_id", "res_format"]
    fields = json.dumps(fields) if ckan.get_only else fields
    found = ckan.call_action("package_search", {"rows": 0, "facet.field": fields, "facet.limit": 1})
    every = len(store.manifest.datasets)
    assert found["facets"]["license_id"] == {
        "CC-BY-4.0": sum(d.license == "CC-BY-4.0" for d in store.manifest.datasets)
    }
    assert found["facets"]["res_format"] == {"CSV": every}
    (item,) = found["search_facets"]["groups"]["items"]
    assert item["count"] == max(
        sum(d.theme == t for d in store.manifest.datasets) for t in {d.theme for d in store.manifest.datasets}
    )
    narrowed = ckan.action.package_search(fq=f"groups:{item['name']}", rows=0)
    assert narrowed["count"] == item["count"]


def test_organizations_groups_tags_and_licences(ckan: ckanapi.RemoteCKAN, store: Store) -> None:
    (name,) = ckan.action.organization_list()
    assert name.isascii()
    shown = ckan.action.organization_show(id=name, include_datasets=True)
    assert len(shown["packages"]) == shown["package_count"] == len(store.manifest.datasets)
    group = ckan.action.group_list(all_fields=True, sort="package_count desc")[0]
    assert ckan.action.group_show(id=group["id"])["title"] == group["title"]
    tags = ckan.action.tag_list()
    assert set(tags) == {k for d in store.manifest.datasets for k in d.keywords}
    assert ckan.action.tag_list(query="公园") == sorted(t for t in tags if "公园" in t)
    assert {p["name"] for p in ckan.action.tag_show(id="公园", include_datasets=True)["packages"]} >= {"places"}
    assert {i["id"]: i["url"] for i in ckan.action.license_list()} == {
        d.license: d.license_url for d in store.manifest.datasets
    }
    with pytest.raises(ckanapi.NotFound, match="没有“nobody”"):
        ckan.action.organization_show(id="nobody")


def test_resources_are_searched(ckan: ckanapi.RemoteCKAN, store: Store) -> None:
    found = ckan.action.resource_search(query="format:GEOJSON")
    assert found["count"] == sum(d.has_geometry for d in store.manifest.datasets)
    both = ckan.action.resource_search(query=["format:csv", "url:places"])
    assert [r["format"] for r in both["results"]] == ["CSV"]


def test_help_tells_what_an_action_takes(ckan: ckanapi.RemoteCKAN, client: TestClient) -> None:
    assert "records_format" in ckan.action.help_show(name="datastore_search")
    with pytest.raises(ckanapi.NotFound):
        ckan.action.help_show(name="nope")
    assert client.get(client.get("/api/3/action/site_read").json()["help"]).json()["success"] is True


def test_a_facet_asked_for_a_thousand_times_is_counted_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    real = package_search._most_frequent

    def counting(site: Any, datasets: Any, field: str, least: int) -> Any:
        counted.append(field)
        return real(site, datasets, field, least)

    monkeypatch.setattr(package_search, "_most_frequent", counting)
    package_search.facets(store.manifest.site, store.manifest.datasets, ["groups", "tags"] * 1000, 5, 1)
    assert counted == ["groups", "tags"]
