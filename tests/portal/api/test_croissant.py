"""What Croissant's own reader makes of our descriptions: every dataset loads, row by row as it was published."""

import json
import math
from pathlib import Path
from typing import Any

import mlcroissant
import pytest
from starlette.testclient import TestClient

from portal.datasets.croissant import croissant
from portal.publication.catalogue import Dataset
from portal.publication.manifest import sha256
from portal.publication.sql_text import quoted
from portal.publication.store import Store

BASE = "https://synthetic.test"


def loaded(store: Store, dataset: Dataset, folder: Path) -> mlcroissant.Dataset:
    """The dataset as the reader opens it, its file taken from the version's folder."""
    path = folder / "croissant.json"
    path.write_text(json.dumps(croissant(store, dataset, BASE), ensure_ascii=False), "utf-8")
    return mlcroissant.Dataset(path, mapping={"parquet": store.folder / file(store, dataset).path})


def file(store: Store, dataset: Dataset) -> Any:
    return next(f for f in store.manifest.files if f.table == dataset.table)


def plain(value: Any) -> Any:
    """A cell as the store gives it; the reader has bytes for text and its own days."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, float) and math.isnan(value):
        return None
    return value.date() if hasattr(value, "date") and not isinstance(value, str) else value


def test_every_dataset_loads_row_by_row(city: Store, tmp_path: Path) -> None:
    for dataset in city.manifest.datasets:
        opened = loaded(city, dataset, tmp_path)
        issues = opened.metadata.ctx.issues
        assert (set(issues.errors), set(issues.warnings)) == (set(), set()), dataset.id
        records = [{k.partition("/")[2]: plain(v) for k, v in r.items()} for r in opened.records(dataset.id)]
        rows = city.rows(f"SELECT {', '.join(quoted(c.name) for c in dataset.columns)} FROM {quoted(dataset.table)}")
        assert records == rows, dataset.id


def test_a_description_names_the_published_file_by_its_checksum(city: Store, city_client: TestClient) -> None:
    told = city_client.get("/api/v1/datasets/observations/croissant.json")
    assert told.headers["content-type"] == "application/ld+json"
    (given,) = told.json()["distribution"]
    at = city.folder / file(city, city.dataset("observations")).path
    assert given["sha256"] == sha256(at)
    assert city_client.get(given["contentUrl"]).content == at.read_bytes()


@pytest.mark.parametrize("path", ["none-of-that-name/croissant.json", "observations/croissant.json?vesion=1"])
def test_what_is_not_there_is_refused(city_client: TestClient, path: str) -> None:
    assert city_client.get(f"/api/v1/datasets/{path}").status_code in {400, 404}
