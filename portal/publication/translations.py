"""The data's own words in English, where people have translated them; the rest stays as published."""

from collections.abc import Iterable, Mapping

from portal.publication.store import Row, Store


def phrases(store: Store) -> dict[str, str]:
    """The translations a version was built with (`corpus/english.toml`): a cell's text → its English."""
    found: dict[str, str] = store.manifest.vocabulary.get("english", {})
    return found


def with_english(rows: Iterable[Row], english: Mapping[str, str]) -> list[Row]:
    """The rows with a column `<name>_en` beside every cell that has a translation.

    Args:
        rows: of any table.
        english: as `phrases` gives it.
    """
    return [{**row, **_translated(row, english)} for row in rows]


def _translated(row: Row, english: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}_en": english[value] for name, value in row.items() if isinstance(value, str) and value in english}
