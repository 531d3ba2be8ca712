"""A draft of a dataset: what the person says beforehand, its columns, and what came of it."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pipelines.drafts.profile import Profile, Spelling
from pipelines.tables.units import Unit


@dataclass(frozen=True)
class Answers:
    """What the person says of the dataset beforehand: id, and any of the questions, by field."""

    id: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    sheet: str | None = None
    header_row: int | None = None


@dataclass
class Draft:
    """What was drafted: the folder, its columns with their type, rows written, cells that kept their wording beside, what to answer."""

    folder: Path
    columns: list[tuple[str, str, str]] = field(default_factory=list)
    rows: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    refused_count: int = 0
    kept: list[tuple[str, str]] = field(default_factory=list)
    kept_count: int = 0
    set_aside: list[tuple[str, str, str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    count: int = 0


@dataclass
class Column:
    """A column of the draft and how its cells are written."""

    profile: Profile
    name: str
    given: Unit | None
    unit: Unit | None

    @property
    def type(self) -> str:
        return self.profile.type

    @cached_property
    def spelling(self) -> Spelling:
        profile = self.profile
        return Spelling(self.type, profile.is_time, self.given, self.unit, profile.mixed, profile.unsaid)

    @cached_property
    def names(self) -> list[str]:
        """Its column, and the one beside it for cells that are no numbers."""
        return [self.name, f"{self.name}_text"] if self.profile.has_odd else [self.name]
