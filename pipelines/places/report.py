"""What an import did, in sentences."""

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pipelines.places.importing import Altered, Imported
from pipelines.sources.changes import Cells

_SHOWN = 10
_KINDS = {
    "title": "标题",
    "unit": "单位",
    "header": "表头",
    "note": "注",
    "total": "合计",
    "section": "分组",
    "blank": "空行",
}


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
    lines += [f"合并　{m.where} {m.name} → {m.into}（{m.into_name}）" for m in imported.merged[:_SHOWN]]
    lines += _more(len(imported.merged), "合并")
    lines += [f"没有收　{r.where} {r.name}：{r.reason}" for r in imported.refused[:_SHOWN]]
    lines += _more(len(imported.refused), "没有收")
    lines += [f"照原文保留　{d.where} {d.name}：{d.reason}" for d in imported.doubtful[:_SHOWN]]
    lines += _more(len(imported.doubtful), "照原文保留")
    lines += since(imported.gone, imported.altered)
    if dry_run:
        lines.append("只是试算，没有写入。")
    elif imported.changed:
        lines.append(f"已写入 datasets/places，来源 {imported.source}。运行 portal build 后发布。")
    else:
        lines.append("数据没有变化。")
    return "\n".join(lines)


def set_aside(rows: Sequence[tuple[str, str, str]]) -> list[str]:
    """What of a table was no row of data: how many of each kind, and what they say."""
    if not rows:
        return []
    counts = Counter(_KINDS[kind] for _, kind, _ in rows)
    told = [f"不是数据的行：{'、'.join(f'{kind} {n} 行' for kind, n in counts.items())}"]
    shown = [(where, kind, text) for where, kind, text in rows if kind not in {"header", "blank"}]
    told += [f"　　{where}（{_KINDS[kind]}）：{text[:60]}" for where, kind, text in shown[:_SHOWN]]
    return told + _more(len(shown), "　　")


def since(gone: Sequence[Cells], altered: Sequence[Altered]) -> list[str]:
    """What a source tells otherwise than before: values changed, and places it names no more."""
    told = [f"改了　{a.name} {a.column}：{a.before}→{a.after}" for a in altered[:_SHOWN]]
    told += _more(len(altered), "改了")
    if gone:
        names = "、".join(r["name"] for r in gone[:_SHOWN]) + ("等" if len(gone) > _SHOWN else "")
        told.append(f"来源里不再有 {len(gone)} 处：{names}。仍保留在数据里；如已不存在，请核对后自行删去。")
    return told


def write_refused(imported: Imported, file: Path) -> None:
    """Every refused row and doubtful cell with its reason, as a CSV file for people (with the mark Excel reads Chinese by)."""
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["位置", "名称", "原因"])
        writer.writerows((r.where, r.name, r.reason) for r in [*imported.refused, *imported.doubtful])


def _more(count: int, what: str) -> list[str]:
    return [f"{what}　……共 {count} 处"] if count > _SHOWN else []
