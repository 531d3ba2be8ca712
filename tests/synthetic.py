"""Projects with made-up texts and figures, for tests only. Everything in them says 合成 (synthetic) in its name.

A small one, which tests change and break, and the same grown to a whole city (`synthetic_city/`), which tests read.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipelines.build import Built, build
from pipelines.sources.datasets import read_descriptions
from portal.settings import Settings

CHECKOUT = Path(__file__).resolve().parent.parent
CITY = Path(__file__).with_name("synthetic_city")

SITE = """\
title = "合成门户"
title_en = "Synthetic portal"
city = "合成市"
city_en = "Synthetic City"
plan = "synthetic-plan"
plan_short = "合成方案"
plan_short_en = "the synthetic plan"
period_start = 2021-01-01
period_end = 2023-12-31
hotline = "00000"
"""

DESCRIPTION = 'id = "synthetic-plan"\ntitle = "合成方案"\n'

PLAN = """\
合成方案（仅供测试）
一、合成目标
到2023年底，合成率达到50%，合成设施达到200个。
二、合成措施
（一）合成试点。到2023年底，完成合成试点任务。
"""

INDICATORS = [
    {
        "id": "synthetic_rate",
        "family": "synthetic_rate",
        "name_zh": "合成率",
        "name_en": "Synthetic rate",
        "aliases": "合成比例",
        "theme": "合成目标",
        "clause": "1",
        "quote": "合成率达到50%",
        "unit": "%",
        "direction": "at_least",
        "target": 50,
        "target_text": "50%",
        "scope": "合成市",
        "due": "2023-12-31",
        "due_text": "到2023年底",
    },
    {
        "id": "synthetic_facilities",
        "family": "synthetic_facilities",
        "name_zh": "合成设施",
        "name_en": "Synthetic facilities",
        "aliases": "合成设施数",
        "theme": "合成目标",
        "clause": "1",
        "quote": "合成设施达到200个",
        "unit": "个",
        "direction": "at_least",
        "target": 200,
        "target_text": "200个",
        "scope": "合成市",
        "due": "2023-12-31",
        "due_text": "到2023年底",
    },
]

OBSERVATIONS = [
    {
        "id": "synthetic_rate-2020",
        "indicator": "synthetic_rate",
        "scope": "合成市",
        "period": "2020",
        "period_start": "2020-01-01",
        "period_end": "2020-12-31",
        "value": 40,
        "value_text": "40",
        "unit": "%",
        "kind": "actual",
        "comparable": "true",
        "comparable_reason": "合成数据",
        "source": "synthetic-source",
        "reliability": "high",
    },
    {
        "id": "synthetic_rate-2023",
        "indicator": "synthetic_rate",
        "scope": "合成市",
        "period": "2023",
        "period_start": "2023-01-01",
        "period_end": "2023-12-31",
        "value": 45,
        "value_text": "45",
        "unit": "%",
        "kind": "actual",
        "comparable": "true",
        "comparable_reason": "合成数据",
        "source": "synthetic-source",
        "reliability": "high",
    },
]

SOURCES = [{"id": "synthetic-source", "publisher": "合成单位", "title": "合成公报", "reliability": "high"}]

CHANGE = '{ date = 2026-11-23, reason = "合成更正：2023年的数改为46", reason_en = "Synthetic correction" }'

# A synthetic dataset has no history, whatever that of the real one is.
_UPDATES = re.compile(r"^(first_published|updated|changelog) = .*$", re.MULTILINE)
_NEVER_UPDATED = {
    "first_published": "first_published = 2026-11-22",
    "updated": "updated = 2026-11-22",
    "changelog": 'changelog = [{ date = 2026-11-22, reason = "首次发布", reason_en = "First publication" }]',
}

_DERIVED = ("clauses", "document-references", "documents", "progress", "sentences")
_EMPTY = ("background-figures", "districts", "places", "projects")
_OF_A_CITY = ("city-comparison", "coverage", "coverage-measures", "streets")


def _never_updated(line: re.Match[str]) -> str:
    return _NEVER_UPDATED[line.group(1)]


class SyntheticProject:
    """A corpus and datasets under a folder, described as the real ones are, that tests may change and break.

    Args:
        root: an empty folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.corpus = root / "corpus"
        self.datasets = root / "datasets"
        self.settings = Settings(
            corpus=self.corpus, datasets=self.datasets, published=root / "published", var=root / "var"
        )
        self.corpus.mkdir(parents=True)
        (self.corpus / "site.toml").write_text(SITE, "utf-8")
        (self.corpus / "vocabulary.toml").write_text("", "utf-8")
        (self.corpus / "elsewhere.toml").write_text("", "utf-8")
        (self.corpus / "english.toml").write_text("", "utf-8")
        (self.corpus / "synthetic-plan.toml").write_text(DESCRIPTION, "utf-8")
        (self.corpus / "synthetic-plan.txt").write_text(PLAN, "utf-8")
        for name in (*_DERIVED, *_EMPTY, "indicators", "observations", "sources"):
            self._describe(name, CHECKOUT / "datasets" / name / "dataset.toml")
        for name in _EMPTY:
            self.write(name, [])
        self.write("sources", SOURCES)
        self.write("indicators", INDICATORS)
        self.write("observations", OBSERVATIONS)

    def _describe(self, dataset: str, description: Path) -> None:
        (self.datasets / dataset).mkdir(parents=True, exist_ok=True)
        described = _UPDATES.sub(_never_updated, description.read_text("utf-8"))
        (self.datasets / dataset / "dataset.toml").write_text(described, "utf-8")

    def grow(self) -> "SyntheticProject":
        """Make it a whole city: a plan of several sections in two languages, districts, streets, places, projects, figures of many
        years, and other cities to compare with."""
        for path in (CITY / "corpus").iterdir():
            (self.corpus / path.name).write_bytes(path.read_bytes())
        for name in _OF_A_CITY:
            own = CITY / "datasets" / f"{name}.toml"
            self._describe(name, own if own.is_file() else CHECKOUT / "datasets" / name / "dataset.toml")
        for path in sorted((CITY / "datasets").glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as lines:
                self.write(path.stem, csv.DictReader(lines))
        return self

    @property
    def plan(self) -> Path:
        """The policy document."""
        return self.corpus / "synthetic-plan.txt"

    def data(self, dataset: str) -> Path:
        """A dataset's data file."""
        return self.datasets / dataset / "data.csv"

    def write(self, dataset: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write a dataset's data file; columns a row does not name are empty."""
        (description,) = (d for d in read_descriptions(self.datasets) if d.id == dataset)
        with self.data(dataset).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [c.name for c in description.columns])
            writer.writeheader()
            writer.writerows(rows)

    def replace(self, path: Path, old: str, new: str) -> None:
        """Change a file's text in one place.

        Raises:
            ValueError: the old text is not there exactly once.
        """
        text = path.read_text("utf-8")
        if text.count(old) != 1:
            raise ValueError(f"{old!r} is {text.count(old)} times in {path}")
        path.write_text(text.replace(old, new), "utf-8")

    def correct(self) -> None:
        """Correct one observation, saying why; take one away, add one; add a source."""
        corrected = {**OBSERVATIONS[1], "value": 46, "value_text": "46"}
        added = {**OBSERVATIONS[1], "id": "synthetic_rate-2022", "period": "2022"}
        added |= {"period_start": "2022-01-01", "period_end": "2022-12-31"}
        self.write("observations", [corrected, added])
        self.write("sources", [*SOURCES, {**SOURCES[0], "id": "synthetic-source-2"}])
        first = 'reason_en = "First publication" }'
        self.replace(self.datasets / "observations" / "dataset.toml", f"{first}]", f"{first}, {CHANGE}]")

    def build(self) -> Built:
        """Publish what the project says now."""
        return build(self.settings)
