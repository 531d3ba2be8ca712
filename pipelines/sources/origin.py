"""Who an imported file is from: a row of the sources, found or made."""

import datetime
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from pipelines.sources.changes import Cells
from pipelines.tables.errors import FileError


@dataclass(frozen=True)
class SourceOfFile:
    """Who a file is from, for a row of sources. `id` may name a row that is there already."""

    id: str | None = None
    publisher: str = ""
    title: str = ""
    url: str = ""
    published: str = ""
    licence: str = ""
    reliability: str = "low"


def source_of(file: Path, origin: SourceOfFile, rows: list[Cells]) -> tuple[str, Cells | None]:
    """The id of a file's source, and a row for it where there is none yet.

    Args:
        file: its name makes an id where none is given.
        origin: what the person says of it.
        rows: of sources.
    Raises:
        FileError: an id is given that is neither known nor described, or is none.
    """
    known = {r["id"] for r in rows}
    if origin.id is not None and origin.id in known:
        return origin.id, None
    if origin.id is not None and not (origin.title or origin.publisher):
        raise FileError(
            f"来源“{origin.id}”不在 datasets/sources 里。请先登记，或同时用 --publisher 和 --title 写明是谁的什么资料。"
        )
    slug = re.sub(r"[^0-9a-z]+", "-", file.stem.lower()).strip("-")
    digest = hashlib.sha256(file.stem.encode()).hexdigest()[:8]
    source = origin.id or f"file-{slug or digest}"
    if source in known:
        return source, None
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", source):
        raise FileError(f"来源编号“{source}”只能用小写字母、数字和连字符。")
    described = {
        "id": source,
        "publisher": origin.publisher,
        "title": origin.title or f"导入的文件 {file.name}",
        "url": origin.url,
        "published": origin.published,
        "reliability": origin.reliability,
        "licence": origin.licence,
    }
    return source, source_row(described)


def source_row(described: Cells) -> Cells:
    """A row of sources, accessed today."""
    return {"accessed": datetime.date.today().isoformat(), **described}
