"""A dataset with everything a reader needs to understand it: Data Package descriptor, README, licence, one `.zip`."""

import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from portal.cite import citable, gbt7714
from portal.exports import export, sources
from portal.publication.catalogue import Column, Dataset
from portal.publication.store import Row, Store
from portal.rows import RowQuery, whole_table

Json = dict[str, Any]
_CHUNK = 1024 * 1024


def data_package(store: Store, urls: Mapping[str, str]) -> Json:
    """The descriptor of the whole publication (Data Package, datapackage.org), one CSV resource a dataset.

    Args:
        store: the published version.
        urls: the address of each dataset's CSV, by dataset id.
    """
    site, manifest = store.manifest.site, store.manifest
    datasets = [d for d in manifest.datasets if d.id in urls]
    resources = [resource(store, whole_table(d), urls[d.id], {d.table: d.id for d in datasets}) for d in datasets]
    return {
        "profile": "data-package",
        "name": f"{site.plan}-data",
        "title": site.title,
        "title_en": site.title_en,
        "version": store.version,
        "created": manifest.created.isoformat(),
        "licenses": _unique(_licence(d) for d in datasets),
        "resources": resources,
    }


def resource(
    store: Store, query: RowQuery, path: str, tables: Mapping[str, str], data: bytes | Path | None = None
) -> Json:
    """The descriptor of one table as CSV, its columns as a Table Schema.

    Args:
        store: the published version.
        query: the rows and columns the file holds.
        path: where the CSV is, relative to the descriptor or as an address.
        tables: resource names by table; references to other tables are left out.
        data: the CSV itself, for its size and checksum.
    """
    dataset = query.dataset
    described: Json = {
        "profile": "tabular-data-resource",
        "name": dataset.id,
        "title": dataset.title_zh,
        "title_en": dataset.title_en,
        "description": dataset.summary_zh,
        "description_en": dataset.summary_en,
        "path": path,
        "scheme": "https" if "://" in path else "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "version": store.version,
        "licenses": [_licence(dataset)],
        "sources": [_source(s) for s in sources(store, query)],
        "keywords": list(dataset.keywords),
        "caveats": dataset.caveats_zh,
        "schema": _schema(query, tables),
    }
    if "://" in path:
        described["scheme"] = path.partition("://")[0]
    if data is not None:
        described["bytes"], described["hash"] = _fingerprint(data)
    return described


def readme(store: Store, query: RowQuery, rows: int) -> str:
    """What the file is, column by column with units, its sources, licence and how to cite it, in Markdown."""
    dataset, site = query.dataset, store.manifest.site
    filters = "；".join(f"{n}={v}" for n, v in query.pairs()) or "无，整张表"
    lines = [
        f"# {dataset.title_zh} · {dataset.title_en}",
        "",
        dataset.summary_zh,
        "",
        dataset.summary_en,
        "",
        f"- 数据集：{dataset.id}（{site.title}）",
        f"- 发布版本：{store.version}，发布于 {store.manifest.created:%Y-%m-%d}",
        f"- 行数：{rows}；筛选条件：{filters}",
        f"- 数据提供单位：{dataset.provider}；更新日期：{dataset.updated}；更新频率：{dataset.update_frequency}",
        f"- 许可：{dataset.license} {dataset.license_url}".rstrip(),
        f"- 联系方式：{dataset.contact}",
        "",
        "空单元格表示没有公布，不表示零。CSV 为 UTF-8 编码；文字单元格若以 = + - @ 开头，前面加了一个撇号，以免表格软件当作公式执行。",
        "An empty cell means nothing is published, not zero. A text cell starting with = + - @ is preceded by an apostrophe.",
        "",
    ]
    if dataset.caveats_zh or dataset.caveats_en:
        lines += ["## 使用时注意 · Caveats", "", dataset.caveats_zh, "", dataset.caveats_en, ""]
    lines += [
        "## 字段 · Columns",
        "",
        "| 字段 | 名称 | Name | 类型 | 单位 | 说明 |",
        "|---|---|---|---|---|---|",
        *(_column_line(c) for c in query.columns),
        "",
    ]
    named = sources(store, query)
    if named:
        lines += ["## 来源 · Sources", "", *(_source_line(s) for s in named), ""]
    return "\n".join(lines) + f"\n## 引用 · Cite\n\n{citation(store, dataset)}\n"


def citation(store: Store, dataset: Dataset) -> str:
    """How to cite the dataset in this version (GB/T 7714)."""
    return gbt7714(citable(store.manifest, dataset))


def licence_text(dataset: Dataset, named: Iterable[Row]) -> str:
    """The licence of a dataset and those of the sources that state one of their own."""
    lines = [f"{dataset.title_zh}（{dataset.title_en}）", f"{dataset.license} {dataset.license_url}".rstrip(), ""]
    own = [s for s in named if s.get("licence")]
    if own:
        lines += ["来源自己的许可 · Licences of the sources:", *(f"- {s['title']}：{s['licence']}" for s in own), ""]
    return "\n".join(lines)


def write_zip(store: Store, query: RowQuery, path: Path) -> None:
    """The rows as CSV with README, Data Package descriptor and licence, in one archive.

    The same rows give the same bytes: members carry the time the version was published.
    """
    dataset = query.dataset
    stamp = store.manifest.created.timetuple()[:6]
    with tempfile.NamedTemporaryFile(suffix=".csv", dir=path.parent) as file:
        table = Path(file.name)
        export(store, query, "csv", table)
        rows = int(store.rows(*_count(query))[0]["n"])
        package = {
            "profile": "data-package",
            "name": dataset.id,
            "title": dataset.title_zh,
            "version": store.version,
            "created": store.manifest.created.isoformat(),
            "licenses": [_licence(dataset)],
            "resources": [resource(store, query, f"{dataset.id}.csv", {}, table)],
        }
        texts = {
            "README.md": readme(store, query, rows),
            "datapackage.json": json.dumps(package, ensure_ascii=False, indent=1),
            "LICENSE.txt": licence_text(dataset, sources(store, query)),
        }
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            with (
                table.open("rb") as plain,
                archive.open(_member(f"{dataset.id}.csv", stamp), "w", force_zip64=True) as packed,
            ):
                while chunk := plain.read(_CHUNK):
                    packed.write(chunk)
            for name, text in texts.items():
                archive.writestr(_member(name, stamp), text)


def _member(name: str, stamp: tuple[int, ...]) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (stamp[0], stamp[1], stamp[2], stamp[3], stamp[4], stamp[5]))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def _count(query: RowQuery) -> tuple[str, list[Any]]:
    source, parameters = query.source()
    return f"SELECT count(*) AS n FROM (SELECT 1{source})", list(parameters)


def _schema(query: RowQuery, tables: Mapping[str, str]) -> Json:
    names = [c.name for c in query.columns]
    schema: Json = {"fields": [_field(c) for c in query.columns], "missingValues": [""]}
    if set(query.dataset.primary_key) <= set(names):
        schema["primaryKey"] = list(query.dataset.primary_key)
    keys = []
    for column in query.columns:
        table, _, other = (column.references or "").partition(".")
        if table in tables and not column.separator:
            name = "" if tables[table] == query.dataset.id else tables[table]
            keys.append({"fields": [column.name], "reference": {"resource": name, "fields": [other]}})
    if keys:
        schema["foreignKeys"] = keys
    return schema


def _field(column: Column) -> Json:
    constraints: Json = {}
    if column.required:
        constraints["required"] = True
    if column.unique:
        constraints["unique"] = True
    if column.minimum is not None:
        constraints["minimum"] = column.minimum
    if column.maximum is not None:
        constraints["maximum"] = column.maximum
    if column.allowed and not column.separator:
        constraints["enum"] = list(column.allowed)
    if column.pattern and not column.separator:
        constraints["pattern"] = column.pattern
    field = {
        "name": column.name,
        "type": column.type,
        "title": column.title_zh,
        "title_en": column.title_en,
        "description": column.description_zh,
        "description_en": column.description_en,
        "unit": column.unit,
        "example": column.example,
        "constraints": constraints,
    }
    if column.separator:
        field["separator"] = column.separator
    return {k: v for k, v in field.items() if v not in ("", {})}


def _licence(dataset: Dataset) -> Json:
    licence = {"name": dataset.license, "path": dataset.license_url}
    return {k: v for k, v in licence.items() if v}


def _source(source: Row) -> Json:
    described = {"title": source["title"], "path": source["url"], "publisher": source["publisher"]}
    return {k: v for k, v in described.items() if v}


def _unique(items: Iterable[Json]) -> list[Json]:
    return list({json.dumps(i, sort_keys=True): i for i in items}.values())


def _column_line(column: Column) -> str:
    cells = (column.name, column.title_zh, column.title_en, column.type, column.unit, column.description_zh)
    return "| " + " | ".join(c.replace("|", "\\|").replace("\n", " ") for c in cells) + " |"


def _source_line(source: Row) -> str:
    parts = (source["publisher"], source["title"], source["published"], source["url"])
    return f"- `{source['id']}` " + "，".join(str(p) for p in parts if p)


def _fingerprint(data: bytes | Path) -> tuple[int, str]:
    with io.BytesIO(data) if isinstance(data, bytes) else data.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), f"sha256:{digest}"
