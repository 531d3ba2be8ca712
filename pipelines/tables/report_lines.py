"""What a reading of a table set aside, in lines of a report."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

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
    # A row taken for the header again, or for one that numbers the columns, may be data: it is shown.
    first = next((place for place, (_, kind, _) in enumerate(rows) if kind == "header"), -1)
    shown = [
        f"　　{where}（{_KINDS[kind]}）：{text[:60]}"
        for place, (where, kind, text) in enumerate(rows)
        if kind != "blank" and place != first
    ]
    return told + some(shown, "　　", len(shown))


def some(lines: Iterable[str], what: str, count: int) -> list[str]:
    """The first lines, and how many there are where that is not all.

    Args:
        lines: as many as are shown, or more; no more are asked for.
        what: word a line begins with.
        count: how many there are.
    """
    return [*islice(lines, SHOWN), *([f"{what}　……共 {count:,} 处"] if count > SHOWN else [])]
