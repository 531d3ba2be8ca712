"""What an import did, in sentences."""

import csv
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from pipelines.places.candidates import Refused
from pipelines.places.importing import Imported
from pipelines.places.merge import Altered
from pipelines.sources.changes import Cells
from pipelines.tables.report_lines import SHOWN, set_aside, some


def describe(imported: Imported, dry_run: bool) -> str:
    """The report of an import: columns understood, rows taken, merged and refused with their reasons.

    Args:
        imported: what was done.
        dry_run: whether nothing was meant to be written.
    """
    lines = []
    if imported.columns:
        lines.append("列的对应：" + "、".join(f"{c} ← {h}" for c, h in imported.columns.items()))
    if imported.unused:
        lines.append("没有用到的列：" + "、".join(imported.unused))
    lines += [f"请看　{sentence}" for sentence in imported.told]
    lines += set_aside(imported.set_aside)
    lines.append(
        f"新收 {len(imported.taken)} 处，与已有场所合并 {len(imported.merged)} 处，"
        f"本来源已有 {imported.refreshed} 处，没有收 {len(imported.refused)} 处。"
    )
    kinds = Counter(r["kind"] for r in imported.taken)
    if kinds:
        lines.append("新收的类别：" + "、".join(f"{kind} {n}" for kind, n in kinds.most_common()))
    lines += some(
        (f"合并　{m.where} {m.name} → {m.into}（{m.into_name}）" for m in imported.merged), "合并", len(imported.merged)
    )
    lines += _cells("没有收", imported.refused)
    lines += _cells("照原文保留", imported.doubtful)
    differing = (
        f"与已有不同　{d.name} {d.column}：已有 {d.before}，文件写 {d.after}；没有改" for d in imported.differing
    )
    lines += some(differing, "与已有不同", len(imported.differing))
    lines += since(imported.gone, imported.altered)
    if dry_run:
        lines.append("只是试算，没有写入。")
    elif imported.changed:
        lines.append(f"已写入 datasets/places，来源 {imported.source}。运行 portal build 后发布。")
    else:
        lines.append("数据没有变化。")
    return "\n".join(lines)


def _cells(what: str, cells: Sequence[Refused]) -> list[str]:
    return some((f"{what}　{c.where} {c.name}：{c.reason}" for c in cells), what, len(cells))


def since(gone: Sequence[Cells], altered: Sequence[Altered]) -> list[str]:
    """What a source tells otherwise than before: values changed, and places it names no more."""
    told = some((f"改了　{a.name} {a.column}：{a.before}→{a.after}" for a in altered), "改了", len(altered))
    if gone:
        names = "、".join(r["name"] for r in gone[:SHOWN]) + ("等" if len(gone) > SHOWN else "")
        told.append(f"来源里不再有 {len(gone)} 处：{names}。仍保留在数据里；如已不存在，请核对后自行删去。")
    return told


def write_refused(imported: Imported, file: Path) -> None:
    """Every refused row and doubtful cell with its reason, as a CSV file for people (with the mark Excel reads Chinese by)."""
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["位置", "名称", "原因"])
        writer.writerows((r.where, r.name, r.reason) for r in chain(imported.refused, imported.doubtful))
