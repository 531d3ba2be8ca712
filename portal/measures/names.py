"""What a measure is called in both languages: as its section says, as what it refers to is called, or as its cell says."""

from collections.abc import Iterable

from portal.measures.facts import Shape, label_column
from portal.publication.catalogue import Dataset
from portal.publication.semantic import MeasureName, Semantic
from portal.publication.sql_text import quoted
from portal.publication.store import Row, Store
from portal.publication.translations import phrases
from portal.texts.interface import Language


def cells_told(store: Store, dataset: Dataset, section: Semantic) -> dict[str | None, Row]:
    """A cell of the aliases and of the thing of each measure of a section, where columns hold them."""
    also = {"aliases": section.aliases, "thing": section.thing.column if section.thing else None}
    cells = [f"any_value({quoted(c)}) AS {name}" for name, c in also.items() if c]
    if not section.measure or not cells:
        return {}
    columns = ", ".join([f"{quoted(section.measure)} AS key", *cells])
    return {row["key"]: row for row in store.rows(f"SELECT {columns} FROM {quoted(dataset.table)} GROUP BY 1")}


def names_of(
    store: Store, shape: Shape, name: MeasureName | None, row: Row
) -> tuple[str, str, list[tuple[str, Language]]]:
    """Names in both languages and aliases: as the section says, else as what the measure refers to is called, else its cell."""
    section, key = shape.section, shape.key
    if key is None:
        return section.name_zh, section.name_en, _aliases(section.aliases_zh, section.aliases_en)
    aliases: list[tuple[str, Language]] = _split(row.get("aliases"))
    zh, en = key, phrases(store).get(key, key)
    referred = _referred(store, shape)
    if referred:
        zh, en = referred["zh"] or zh, referred["en"] or en
        aliases += _split(referred["aliases"])
    if name:
        zh, en = name.name_zh or zh, name.name_en or en
        aliases = _aliases(name.aliases_zh, name.aliases_en) + aliases
    return zh, en, aliases


def _referred(store: Store, shape: Shape) -> Row | None:
    """Names and aliases of the row that a measure column's cell refers to."""
    target = shape.dataset.column(str(shape.section.measure)).references
    if target is None or target.split(".")[0] not in shape.datasets:
        return None
    table, key = target.split(".")
    other = shape.datasets[table]
    names = {c.name for c in other.columns}
    label = label_column(other)
    cells = {"zh": label, "en": "name_en", "aliases": "aliases"}
    columns = [f"{quoted(c) if c in names else 'NULL'} AS {as_name}" for as_name, c in cells.items() if c]
    rows = store.rows(f"SELECT {', '.join(columns)} FROM {quoted(table)} WHERE {quoted(key)} = ?", [shape.key])
    return {"zh": None, **rows[0]} if rows else None


def _aliases(zh: Iterable[str], en: Iterable[str]) -> list[tuple[str, Language]]:
    chinese: list[tuple[str, Language]] = [(a, "zh") for a in zh]
    english: list[tuple[str, Language]] = [(a, "en") for a in en]
    return chinese + english


def _split(cell: str | None) -> list[tuple[str, Language]]:
    """Aliases of a cell, each told to be English where it is written in Latin letters with a space or in lower case."""
    parts = [p.strip() for p in (cell or "").split("|") if p.strip()]
    return [(p, "en" if p.isascii() and any(c.islower() for c in p) else "zh") for p in parts]
