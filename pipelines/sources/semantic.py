"""What `[semantic]` sections say of other rows and other datasets, checked before anything is published."""

from collections.abc import Iterable, Iterator

from pipelines.sources.datasets import CheckedTable
from portal.publication.semantic import Semantic


def check_semantic(tables: Iterable[CheckedTable]) -> list[str]:
    """What would put figures together that do not belong together, or cite what is not there; one sentence each.

    Args:
        tables: every checked table, the pipelines' own included.
    """
    checked = list(tables)
    sources = {row.get("id") for t in checked if t.dataset.table == "sources" for row in t.rows}
    problems: list[str] = []
    units: dict[str, tuple[str, set[str]]] = {}
    for table in checked:
        problems += [f"{_file(table)}：{p}" for p in _within(table, sources)]
        for measure, own in _units(table):
            dataset, before = units.setdefault(measure, (table.dataset.id, own))
            if own and before and not own & before:
                told = (
                    f"统计项 {measure} 的单位是“{'、'.join(sorted(own))}”，{dataset} 里是“{'、'.join(sorted(before))}”"
                )
                problems.append(f"{_file(table)}：semantic：{told}。单位不同的不是同一项，请用不同的 id。")
    return problems


def _within(table: CheckedTable, sources: set[object]) -> Iterator[str]:
    """Ids used twice, and a whole or a source that does not exist."""
    ids = [measure for section in table.dataset.semantic for measure in _ids(table, section)]
    if doubled := sorted({i for i in ids if ids.count(i) > 1}):
        yield f"semantic：这些统计项的 id 重复：{'、'.join(doubled)}。"
    known = {section.id for section in table.dataset.semantic if not section.measure}
    for section in table.dataset.semantic:
        if section.whole and section.whole not in known:
            yield f"semantic：whole 写的 {section.whole} 不是本数据集的统计项（没有 measure 列的才是）。"
        cited = any(section.value is None or row.get(section.value) is not None for row in table.rows)
        if cited and section.source_is and section.source_is not in sources:
            yield f"semantic：source_is 写的 {section.source_is} 在 sources.id 中找不到。"


def _ids(table: CheckedTable, section: Semantic) -> list[str]:
    return [section.measure_id(key) for key in _keys(table, section)]


def _keys(table: CheckedTable, section: Semantic) -> list[str | None]:
    if not section.measure:
        return [None]
    return [key for key in dict.fromkeys(row.get(section.measure) for row in table.rows) if key is not None]


def _units(table: CheckedTable) -> Iterator[tuple[str, set[str]]]:
    """Every measure with the units its rows are in."""
    for section in table.dataset.semantic:
        own = table.dataset.column(section.value).unit if section.value else ""
        for key in _keys(table, section):
            rows = [r for r in table.rows if key is None or r.get(str(section.measure)) == key]
            units = {str(r[section.unit]) for r in rows if section.unit and r.get(section.unit)}
            yield section.measure_id(key), units or {section.unit_is or own}


def _file(table: CheckedTable) -> str:
    return f"{table.dataset.id}/dataset.toml"
