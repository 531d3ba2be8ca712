"""A dataset as CSV with its papers: README, Data Package descriptor, licence, in one archive."""

import json
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from portal.datasets.citation import citable, gbt7714
from portal.datasets.data_package import licence, resource
from portal.datasets.export_csv import write_csv
from portal.datasets.row_query import RowQuery
from portal.datasets.sources import SourceRow, sources
from portal.publication.catalogue import Column, Dataset
from portal.publication.store import Store

_CHUNK = 1024 * 1024


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
        "空单元格表示没有公布，不表示零。CSV 为 UTF-8 编码；文字单元格若以 = + - @ 开头，前面加了一个撇号，以免表格软件当作公式执行；单独的短横和带正负号的数（如 -5 %）照原样。",
        "An empty cell means nothing is published, not zero. A text cell starting with = + - @ is preceded by an apostrophe, lone dashes and signed numbers (-5 %) are not.",
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
    return "\n".join(lines) + f"\n## 引用 · Cite\n\n{gbt7714(citable(store.manifest, dataset))}\n"


def licence_text(dataset: Dataset, named: Iterable[SourceRow]) -> str:
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
        write_csv(store, query, table)
        rows = int(store.rows(*_count(query))[0]["n"])
        package = {
            "profile": "data-package",
            "name": dataset.id,
            "title": dataset.title_zh,
            "version": store.version,
            "created": store.manifest.created.isoformat(),
            "licenses": [licence(dataset)],
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


def _column_line(column: Column) -> str:
    cells = (column.name, column.title_zh, column.title_en, column.type, column.unit, column.description_zh)
    return "| " + " | ".join(c.replace("|", "\\|").replace("\n", " ") for c in cells) + " |"


def _source_line(source: SourceRow) -> str:
    parts = (source["publisher"], source["title"], source["published"], source["url"])
    return f"- `{source['id']}` " + "，".join(str(p) for p in parts if p)
