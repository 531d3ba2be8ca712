"""What a reading of a table set aside, in lines of a report."""

from collections import Counter
from collections.abc import Sequence

SHOWN = 10
_KINDS = {
    "title": "标题",
    "unit": "单位",
    "header": "表头",
    "note": "注",
    "total": "合计",
    "section": "分组",
    "blank": "空行",
}


def set_aside(rows: Sequence[tuple[str, str, str]]) -> list[str]:
    """What of a table was no row of data: how many of each kind, and what they say.

    Args:
        rows: where, kind and text of each.
    """
    if not rows:
        return []
    counts = Counter(_KINDS[kind] for _, kind, _ in rows)
    told = [f"不是数据的行：{'、'.join(f'{kind} {n} 行' for kind, n in counts.items())}"]
    shown = [
        f"　　{where}（{_KINDS[kind]}）：{text[:60]}" for where, kind, text in rows if kind not in {"header", "blank"}
    ]
    return told + some(shown, "　　")


def some(lines: Sequence[str], what: str) -> list[str]:
    """The first lines, and how many there are where that is not all."""
    return [*lines[:SHOWN], *([f"{what}　……共 {len(lines)} 处"] if len(lines) > SHOWN else [])]
