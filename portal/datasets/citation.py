"""How to cite a dataset: GB/T 7714—2015, APA (7th edition) and BibTeX, each with the version and the file's checksum."""

import datetime
import re
from dataclasses import dataclass, replace

from portal.publication.catalogue import Dataset
from portal.publication.manifest import Manifest

_TEX = {"\\": r"\textbackslash{}", **{c: f"\\{c}" for c in "&%$#_{}"}, "~": r"\textasciitilde{}", "^": r"\^{}"}


@dataclass(frozen=True)
class Citable:
    """What a citation names; `sha256` is of the dataset's published Parquet file, `url` and `accessed` may be unknown."""

    id: str
    author: str
    author_en: str
    title: str
    title_en: str
    version: str
    published: datetime.date
    sha256: str
    url: str = ""
    accessed: datetime.date | None = None


def citable(manifest: Manifest, dataset: Dataset, url: str = "", accessed: datetime.date | None = None) -> Citable:
    """A dataset of a published version as something to cite.

    Args:
        manifest: the version.
        dataset: one of its datasets.
        url: the page of the dataset in that version, where the portal's address is known.
        accessed: the day it was looked at, which GB/T 7714 asks for with a URL.
    """
    return Citable(
        id=dataset.id,
        author=manifest.site.title,
        author_en=manifest.site.title_en,
        title=dataset.title_zh,
        title_en=dataset.title_en,
        version=manifest.version,
        published=manifest.created.date(),
        sha256=next(f.sha256 for f in manifest.files if f.table == dataset.table),
        url=url,
        accessed=accessed,
    )


def part(data: Citable, title: str, title_en: str) -> Citable:
    """The rows of a dataset about one thing, as something to cite: named by the thing, then by the dataset.

    Args:
        data: the dataset.
        title: of the thing in Chinese; `title_en` in English.
    """
    return replace(data, title=f"{title}（{data.title}）", title_en=f"{title_en} ({data.title_en})")


def gbt7714(data: Citable) -> str:
    """GB/T 7714—2015, section 8.5 (electronic resources): 责任者. 题名: 其他题名信息[DS/OL]. (更新日期)[引用日期]. 获取路径."""
    kind = "DS/OL" if data.url else "DS"
    accessed = f"[{data.accessed.isoformat()}]" if data.url and data.accessed else ""
    where = f" {data.url}." if data.url else ""
    return (
        f"{data.author}. {data.title}: 版本 {data.version}[{kind}]. ({data.published.isoformat()}){accessed}.{where} "
        f"SHA-256: {data.sha256}."
    )


def apa(data: Citable) -> str:
    """APA, 7th edition, section 10.9 (data sets): Author. (year). Title (Version) [Data set]. URL."""
    where = f" {data.url}" if data.url else ""
    return f"{data.author_en}. ({data.published.year}). {data.title_en} (Version {data.version}) [Data set; SHA-256 {data.sha256}].{where}"


def bibtex(data: Citable) -> str:
    """A BibLaTeX `@dataset` entry, which BibTeX reads as `@misc`; the author is a body, hence the second pair of braces."""
    key = re.sub(r"[^a-z0-9]+", "-", f"{data.id}-{data.version}".lower()).strip("-")
    fields = {
        "author": f"{{{_tex(data.author)}}}",
        "title": _tex(data.title),
        "year": str(data.published.year),
        "date": data.published.isoformat(),
        "version": data.version,
        "note": f"SHA-256 {data.sha256}",
        "url": data.url,
        "urldate": data.accessed.isoformat() if data.url and data.accessed else "",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@dataset{{{key},", *lines, "}"])


def _tex(text: str) -> str:
    return "".join(_TEX.get(c, c) for c in text)
