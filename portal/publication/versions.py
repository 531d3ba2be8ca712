"""Published versions side by side: which there are, what changed in each and why, and two of them row by row."""

from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import BaseModel, Field

from portal.publication.catalogue import Dataset
from portal.publication.editions import Edition
from portal.publication.manifest import Manifest, PublishedFile
from portal.publication.sql_text import quoted
from portal.publication.store import NewRow, Row, Store
from portal.texts.errors import sentence

LISTED = 1000
Described = Manifest | Edition
_OLD, _NEW = "before", "after"


class TableChange(BaseModel):
    """A dataset whose published file differs from that of the version before; a count is null where the dataset is not there."""

    dataset: str
    title_zh: str
    title_en: str
    change: Literal["added", "changed", "removed"]
    rows_before: int | None
    rows_after: int | None


class Reason(BaseModel):
    """An entry of a dataset's changelog."""

    dataset: str
    date: str
    reason: str
    reason_en: str


class VersionEntry(BaseModel):
    """A published version; `changed` and `reasons` compare it with the one published before it, the first with nothing."""

    version: str
    created: str = Field(description="when it was published, ISO 8601")
    git_revision: str | None
    current: bool
    changed: list[TableChange]
    reasons: list[Reason]


class RowChange(BaseModel):
    """A row that is in both versions and differs: `changes` holds the two cells of each column that does."""

    key: Row
    changes: dict[str, Row]


class DatasetDiff(BaseModel):
    """What changed in a dataset. Counts are of all rows; the lists stop at a limit, `truncated` then says so.

    `problem` says why rows cannot be compared, where they cannot.
    """

    dataset: str
    title_zh: str
    title_en: str
    change: Literal["added", "changed", "removed"]
    primary_key: list[str]
    rows_before: int | None
    rows_after: int | None
    columns_added: list[str]
    columns_removed: list[str]
    added_count: int
    removed_count: int
    changed_count: int
    added: list[Row]
    removed: list[Row]
    changed: list[RowChange]
    truncated: bool
    reasons: list[Reason]
    problem: str | None = None
    problem_en: str | None = None


def history(known: Sequence[Edition], current: str) -> list[VersionEntry]:
    """What each version changed, newest first.

    Args:
        known: versions, newest first.
        current: the version being served.
    """
    earlier: list[Edition | None] = [*known[1:], None]
    return [
        VersionEntry(
            version=manifest.version,
            created=manifest.created.isoformat(),
            git_revision=manifest.git_revision,
            current=manifest.version == current,
            changed=changed_tables(before, manifest),
            reasons=reasons(before, manifest),
        )
        for manifest, before in zip(known, earlier, strict=True)
    ]


def changed_tables(before: Described | None, after: Described) -> list[TableChange]:
    """The datasets whose file is another, new ones and lost ones included, in the order of their ids."""
    old, new = _files(before), _files(after)
    described = {d.id: d for m in (before, after) if m for d in m.datasets}
    found = []
    for name in sorted(described):
        was, now = old.get(name), new.get(name)
        if was and now and was.sha256 == now.sha256:
            continue
        found.append(
            TableChange(
                dataset=name,
                title_zh=described[name].title_zh,
                title_en=described[name].title_en,
                change="changed" if was and now else "added" if now else "removed",
                rows_before=was.rows if was else None,
                rows_after=now.rows if now else None,
            )
        )
    return found


def reasons(before: Described | None, after: Described, dataset: str | None = None) -> list[Reason]:
    """The entries of the changelogs that the version before did not have, of one dataset or of all."""
    known = {d.id: set(d.changelog) for d in before.datasets} if before else {}
    return [
        Reason(dataset=d.id, date=c.date.isoformat(), reason=c.reason, reason_en=c.reason_en)
        for d in after.datasets
        if dataset in (None, d.id)
        for c in d.changelog
        if c not in known.get(d.id, set())
    ]


def diff(before: Store, after: Store, dataset: str | None = None, limit: int = LISTED) -> list[DatasetDiff]:
    """Every dataset that differs between two versions, its rows matched by primary key.

    Args:
        before: the version compared from.
        after: the version compared to.
        dataset: this dataset only.
        limit: rows listed at most of each kind (added, removed, changed) in a dataset.
    """
    return [
        _dataset_diff(before, after, change, limit)
        for change in changed_tables(before.manifest, after.manifest)
        if dataset in (None, change.dataset)
    ]


def _files(manifest: Described | None) -> dict[str, PublishedFile]:
    if manifest is None:
        return {}
    tables = {f.table: f for f in manifest.files}
    return {d.id: tables[d.table] for d in manifest.datasets if d.table in tables}


def _dataset_diff(before: Store, after: Store, change: TableChange, limit: int) -> DatasetDiff:
    described: NewRow = {
        **change.model_dump(),
        "primary_key": [],
        "columns_added": [],
        "columns_removed": [],
        "added_count": 0,
        "removed_count": 0,
        "changed_count": 0,
        "added": [],
        "removed": [],
        "changed": [],
        "truncated": False,
        "reasons": reasons(before.manifest, after.manifest, change.dataset),
    }
    store = before if change.change == "removed" else after
    entry = store.dataset(change.dataset)
    described["primary_key"] = list(entry.primary_key)
    if change.change != "changed":
        kind = "added" if change.change == "added" else "removed"
        described[kind] = store.rows(f"SELECT * FROM {quoted(entry.table)} LIMIT {limit:d}")
        described[f"{kind}_count"] = change.rows_after if kind == "added" else change.rows_before
    else:
        described |= _row_diff(before, after, change.dataset, limit)
    counts = [described[f"{k}_count"] for k in ("added", "removed", "changed")]
    described["truncated"] = any(c > limit for c in counts)
    return DatasetDiff.model_validate(described)


def _row_diff(before: Store, after: Store, dataset: str, limit: int) -> NewRow:
    """Rows of one dataset matched by primary key; the older version's file is read beside the newer's table."""
    old, new = before.dataset(dataset), after.dataset(dataset)
    had, has = [c.name for c in old.columns], [c.name for c in new.columns]
    found: NewRow = {"columns_added": _without(has, had), "columns_removed": _without(had, has)}
    if old.primary_key != new.primary_key:
        told = sentence("versions.keys", old=old.primary_key, new=new.primary_key)
        return found | {"problem": told.zh, "problem_en": told.en}
    earlier = before.source(_files(before.manifest)[dataset])
    source = f"{earlier} b", f"{quoted(new.table)} a"
    key = new.primary_key
    matched = " AND ".join(f"b.{quoted(k)} = a.{quoted(k)}" for k in key)
    listed = f"ORDER BY {', '.join(quoted(k) for k in key)} LIMIT {limit:d}"

    def only(here: str, there: str) -> tuple[int, list[Row]]:
        where = f"FROM {here} WHERE NOT EXISTS (SELECT 1 FROM {there} WHERE {matched})"
        (count,) = after.rows(f"SELECT count(*) AS n {where}")
        return count["n"], after.rows(f"SELECT * {where} {listed}")

    found["added_count"], found["added"] = only(source[1], source[0])
    found["removed_count"], found["removed"] = only(source[0], source[1])
    both = _without([c for c in has if c in had], key)
    differs = {c: f"{_cell('b', c, old, new)} IS DISTINCT FROM {_cell('a', c, old, new)}" for c in both}
    joined = f"FROM {source[0]} JOIN {source[1]} ON {matched} WHERE {' OR '.join(differs.values()) or 'false'}"
    (count,) = after.rows(f"SELECT count(*) AS n {joined}")
    keys_sql = [f"a.{quoted(k)} AS {quoted(k)}" for k in key]
    cells = [
        f"{alias}.{quoted(c)} AS {quoted(f'{side}:{c}')}" for c in both for alias, side in (("b", _OLD), ("a", _NEW))
    ]
    cells += [f"{sql} AS {quoted(f'differs:{c}')}" for c, sql in differs.items()]
    rows = after.rows(f"SELECT {', '.join([*keys_sql, *cells])} {joined} {listed}") if both else []
    found["changed_count"] = count["n"]
    found["changed"] = [_row_change(row, key, both) for row in rows]
    return found


def _without(names: Iterable[str], others: Iterable[str]) -> list[str]:
    left_out = set(others)
    return [n for n in names if n not in left_out]


def _row_change(row: Row, key: Iterable[str], columns: Iterable[str]) -> RowChange:
    changes = {c: {_OLD: row[f"{_OLD}:{c}"], _NEW: row[f"{_NEW}:{c}"]} for c in columns if row[f"differs:{c}"]}
    return RowChange(key={k: row[k] for k in key}, changes=changes)


def _cell(alias: str, name: str, old: Dataset, new: Dataset) -> str:
    """A cell to compare; as text where the column's type is another than it was."""
    cell = f"{alias}.{quoted(name)}"
    same = old.column(name).type == new.column(name).type
    return cell if same else f"CAST({cell} AS VARCHAR)"
