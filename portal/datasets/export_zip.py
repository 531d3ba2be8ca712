"""A dataset as CSV with its papers: README, Data Package descriptor, licence, in one archive."""

import json
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from portal.datasets.citation import citable, gbt7714
from portal.datasets.data_package import PACKAGE, licence, resource
from portal.datasets.export_csv import write_csv
from portal.datasets.row_query import RowQuery
from portal.datasets.sources import SourceRow, sources
from portal.publication.catalogue import Column, Dataset
from portal.publication.store import Store
from portal.texts.errors import Sentence
from portal.texts.files import told

_CHUNK = 1024 * 1024
_COLUMN_HEADS = ("name", "title_zh", "title_en", "type", "unit", "description")


def readme(store: Store, query: RowQuery, rows: int) -> str:
    """What the file is, column by column with units, its sources, licence and how to cite it, in Markdown and both languages."""
    dataset = query.dataset
    facts = _facts(store, query, rows)
    lines = [
        f"# {dataset.title_zh} · {dataset.title_en}",
        *("", dataset.summary_zh, "", dataset.summary_en, ""),
        *(f.zh for f in facts),
        "",
        *(f.en for f in facts),
        *("", told("readme.empty").zh, told("readme.empty").en, ""),
    ]
    if dataset.caveats_zh or dataset.caveats_en:
        lines += [_both("readme.caveats"), "", dataset.caveats_zh, "", dataset.caveats_en, ""]
    heads = [_both(f"readme.column.{key}") for key in _COLUMN_HEADS]
    lines += [_both("readme.columns"), "", f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    lines += [*(_column_line(c) for c in query.columns), ""]
    named = sources(store, query)
    if named:
        lines += [_both("readme.sources"), "", *(_source_line(s) for s in named), ""]
    return "\n".join(lines) + f"\n{_both('readme.cite')}\n\n{gbt7714(citable(store.manifest, dataset))}\n"


def _facts(store: Store, query: RowQuery, rows: int) -> list[Sentence]:
    """A line a fact of the dataset and of these rows of it."""
    dataset, site = query.dataset, store.manifest.site
    filters = "；".join(f"{n}={v}" for n, v in query.pairs())
    given: dict[str, dict[str, object]] = {
        "dataset": {"id": dataset.id, "site": site.title, "site_en": site.title_en},
        "version": {"version": store.version, "day": f"{store.manifest.created:%Y-%m-%d}"},
        "rows": {"rows": rows, "filters": filters or told("readme.whole")},
        "provider": {
            "provider": dataset.provider,
            "updated": dataset.updated,
            "frequency": dataset.update_frequency,
        },
        "licence": {"licence": f"{dataset.license} {dataset.license_url}".rstrip()},
        "contact": {"contact": dataset.contact},
    }
    return [told(f"readme.{key}", **values) for key, values in given.items()]


def _both(key: str) -> str:
    text = told(key)
    return f"{text.zh} · {text.en}"


def licence_text(dataset: Dataset, named: Iterable[SourceRow]) -> str:
    """The licence of a dataset and those of the sources that state one of their own."""
    lines = [f"{dataset.title_zh}（{dataset.title_en}）", f"{dataset.license} {dataset.license_url}".rstrip(), ""]
    own = [s for s in named if s.get("licence")]
    if own:
        lines += [_both("readme.licences"), *(f"- {s['title']}：{s['licence']}" for s in own), ""]
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
            "$schema": PACKAGE,
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
