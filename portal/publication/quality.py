"""The rules every dataset is held to when a version is built, and what came of them."""

import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from portal.publication.catalogue import Dataset

# Refused: nothing is published while one is broken. The others are published and told.
REFUSED = ("spaces", "broken_text")
WARNED = ("totals", "missing_marks", "duplicates", "percent", "outliers", "future")
RULES = (*REFUSED, *WARNED)
# How long after an update the next may be awaited, in days; with some grace for the time it takes to publish.
_AWAITED = {"实时": 7, "每日": 7, "每天": 7, "每周": 21, "每月": 62, "每季度": 184, "每半年": 366, "每年": 548}


class Example(BaseModel):
    """A cell that broke a rule: its line in the data file, its column and value."""

    model_config = ConfigDict(frozen=True)

    line: int
    column: str
    value: str


class RuleState(BaseModel):
    """What came of one rule: `ok`, `warned` with how often and some of the cells, or `none` where nothing fell under it."""

    model_config = ConfigDict(frozen=True)

    rule: str
    state: Literal["ok", "warned", "none"]
    count: int = 0
    examples: tuple[Example, ...] = ()


def overdue(dataset: Dataset, today: datetime.date) -> int | None:
    """Days a dataset is past the update its frequency promises.

    Args:
        dataset: its description.
        today: the day it is looked at.
    Returns:
        0 where it is in time; None where it promises none (不定期, 不更新).
    """
    awaited = _AWAITED.get(dataset.update_frequency)
    if awaited is None or dataset.derived:
        return None
    return max(0, (today - dataset.updated).days - awaited)
