"""What the data say in words, in English: reading the translations people keep, and telling what has none yet."""

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import RootModel, model_validator

from portal.texts.numerals import added_numbers

# What pages and answers show of a dataset in words. Quotations and titles of sources stay as they are; a place may go by its
# own name alone.
SHOWN = {
    "indicators": ("target_text", "scope", "due_text", "unit", "note"),
    "observations": ("scope", "period", "value_text", "unit", "comparable_reason", "caveat", "note"),
    "background-figures": ("measure", "scope", "period", "value_text", "unit", "reason", "caveat"),
    "projects": ("name", "district", "status_text", "note"),
    "places": ("note", "lines"),
    "districts": ("name",),
}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class English(RootModel[dict[str, dict[str, str]]]):
    """`corpus/english.toml`: sections of a cell's text → its English. A translation states no number that its original does not."""

    @model_validator(mode="after")
    def _same_numbers(self) -> "English":
        wrong = [
            f"“{chinese}”的译文里有原文没有的数 {number:g}"
            for chinese, english in self.flat().items()
            for number in added_numbers(chinese, english)
        ]
        if wrong:
            raise ValueError("；".join(wrong))
        return self

    def flat(self) -> dict[str, str]:
        """All sections as one table."""
        return {chinese: english for section in self.root.values() for chinese, english in section.items()}


def untranslated(datasets: Path, dataset: str, english: Mapping[str, str]) -> Iterator[str]:
    """What a dataset says in Chinese words that has no English, each once.

    Args:
        datasets: the datasets' folder.
        dataset: its id; what is derived or not in `SHOWN` has nothing to translate.
        english: as `English.flat` gives it.
    """
    file = datasets / dataset / "data.csv"
    if dataset not in SHOWN or not file.is_file():
        return
    with file.open(encoding="utf-8-sig", newline="") as lines:
        try:
            cells = [row.get(column) or "" for row in csv.DictReader(lines) for column in SHOWN[dataset]]
        except (UnicodeDecodeError, csv.Error):
            # What is wrong with such a file, the build says.
            return
    yield from (c for c in dict.fromkeys(cells) if _CHINESE.search(c) and c not in english)
