"""What an import of figures did, in sentences."""

from typing import Any

from pipelines.figures.outcome import ImportedFigures
from pipelines.tables.report_lines import set_aside, some

_SHOWN = 10
# Reasons counted one by one; of a table with more the rest are counted in all.
_REASONS_MAX = 10_000


def describe(done: ImportedFigures, dry_run: bool) -> str:
    """The report: how the table was understood, the mapping, what was taken, changed, gone and refused.

    Args:
        done: the import.
        dry_run: whether nothing was meant to be written.
    """
    lines = [f"读作{done.shape}的表。"]
    lines += [f"指标的对应：{name} → {indicator}" for name, indicator in done.mapped.items()]
    lines += [f"没有对应：{name}（{why}）" for name, why in done.unmapped.items()]
    lines += [f"请看　{sentence}" for sentence in done.told]
    lines += set_aside(done.set_aside)
    lines.append(
        f"文件里有 {done.figures} 个数：新收 {len(done.added)} 个，改 {len(done.altered)} 个，"
        f"没有变化 {done.unchanged} 个，{f'只改出处或备注 {done.renoted} 个，' if done.renoted else ''}"
        f"没有收 {len(done.refused) - done.refused_rows} 个。"
    )
    if done.refused_rows:
        lines.append(f"另有 {done.refused_rows} 行整行没有收。")
    if done.blank:
        lines.append(f"空着的格（空白、“-”、“暂无”等）{done.blank:,} 个。")
    if done.empty:
        lines.append(f"一个数也没有的行 {len(done.empty):,} 行")
        lines += some((f"没有数　{row.where}" for row in done.empty), "没有数", len(done.empty))
    altered = (f"改了　{row}：{before}→{after}" for row, before, after in done.altered)
    lines += some(altered, "改了", len(done.altered))
    refused = _refused(done)
    lines += some(refused, "没有收", len(refused))
    if done.gone:
        names = "、".join(done.gone[:_SHOWN]) + ("等" if len(done.gone) > _SHOWN else "")
        lines.append(f"来源里不再有 {len(done.gone)} 处：{names}。仍保留在数据里；如已作废，请核对后自行删去。")
    if dry_run:
        lines.append("只是试算，没有写入。")
    elif done.changed:
        lines.append(
            f"已写入 datasets/observations，来源 {done.source}。每行备注写明取自哪个单元格。运行 portal build 后发布。"
        )
        lines.append(f"对应关系存在 {done.mapping_file}，下次导入直接用；是否可与目标比较请逐项核对后改。")
    else:
        lines.append("数据没有变化。")
    return "\n".join(lines)


def _refused(done: ImportedFigures) -> list[str]:
    """Why figures were not taken, one line a reason with the first cell and how many."""
    reasons: dict[tuple[str, str], list[Any]] = {}
    for refused in done.refused:
        name = "" if f"“{refused.name}”" in refused.reason else f" {refused.name}"
        if (name, refused.reason) in reasons or len(reasons) < _REASONS_MAX:
            first_and_count = reasons.setdefault((name, refused.reason), [refused.where, 0])
            first_and_count[1] += 1
    return [
        f"没有收　{first}{f' 等 {count} 处' if count > 1 else ''}{name}：{reason}"
        for (name, reason), (first, count) in reasons.items()
    ]
