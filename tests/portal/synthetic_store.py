"""A published version with one synthetic table, for what the real data do not hold: hostile cells, a million rows."""

import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.publish import write_version
from portal.publication.catalogue import Dataset
from portal.publication.manifest import Manifest, switch
from portal.publication.site import Site
from portal.publication.store import Store
from portal.settings import Settings

SITE = Site(
    title="合成门户",
    title_en="Synthetic portal",
    city="合成市",
    city_en="Synthetic City",
    plan="synthetic-plan",
    plan_short="合成方案",
    plan_short_en="the synthetic plan",
    period_start=datetime.date(2021, 1, 1),
    period_end=datetime.date(2023, 12, 31),
    hotline="00000",
)


def described(columns: list[dict[str, Any]], **more: Any) -> Dataset:
    """A dataset `synthetic-table` with these columns; titles are made up where none are given."""
    filled = [{"title_zh": f"合成{c['name']}", "title_en": f"Synthetic {c['name']}", **c} for c in columns]
    return Dataset.model_validate(
        {
            "id": "synthetic-table",
            "title_zh": "合成表",
            "title_en": "Synthetic table",
            "summary_zh": "只供测试的合成数据",
            "provider": "测试",
            "theme": "测试",
            "openness": "无条件开放",
            "update_frequency": "不更新",
            "first_published": "2026-01-01",
            "updated": "2026-01-02",
            "license": "CC0-1.0",
            "license_url": "https://creativecommons.org/publicdomain/zero/1.0/",
            "columns": filled,
            **more,
        }
    )


def publish(folder: Path, dataset: Dataset, table: pa.Table, **others: pa.Table) -> Store:
    """The store of a version `synthetic-1` that holds the dataset's table, and other tables by name."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = Manifest(
        version="synthetic-1",
        created=datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC),
        git_revision=None,
        embedding="none",
        inputs={},
        files=(),
        datasets=(dataset,),
        documents=(),
        site=SITE,
        vocabulary={},
    )
    write_version(folder, manifest, {dataset.table: table, **others})
    switch(folder, "synthetic-1")
    return Store(folder / "synthetic-1", Settings(published=folder))
