"""What was asked most at the enquiry desk in a time, those meant alike together, and what had no answer."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from portal.desk import workbook
from portal.desk.database import Database
from portal.texts.interface import t

_WORDINGS = 300
"""So many wordings are read for what they mean, the most asked: one asked once a month tells nothing here."""
_SHOWN = 5


@dataclass(frozen=True)
class Asked:
    """Questions meant alike: the most asked wording first, how often in all, how often without an answer."""

    wordings: tuple[str, ...]
    count: int
    unanswered: int
    newest: datetime.datetime


class MostAsked:
    """Counts enquiries. Safe to use from several threads.

    Args:
        database: where they are.
        meant: what a question is taken for, the same text for all that are meant alike.
    """

    def __init__(self, database: Database, meant: Callable[[str], str]) -> None:
        self._database, self._meant = database, meant

    def groups(self, first: datetime.date, last: datetime.date, unanswered: bool = False) -> list[Asked]:
        """What was asked from one day to another, the most asked first.

        Args:
            first: the first day, here.
            last: the last one, which counts too.
            unanswered: only what had no answer, the most often without one first.

        Raises:
            DatabaseUnavailableError: they could not be read.
        """
        begins, ends = _begin(first), _begin(last + datetime.timedelta(days=1))
        with self._database.reading() as session:
            from portal.desk import enquiry_rows as rows

            found = rows.wordings(session, begins, ends, unanswered, _WORDINGS)
        alike: dict[str, list[tuple[str, int, int, datetime.datetime]]] = {}
        for wording in found:
            alike.setdefault(self._meant(wording[0]), []).append(wording)
        groups = [_group(members) for members in alike.values()]
        return sorted(groups, key=lambda g: (-(g.unanswered if unanswered else g.count), g.wordings[0]))

    def export(self, file: Path, first: datetime.date, last: datetime.date, unanswered: bool = False) -> None:
        """Write them as an Excel workbook.

        Args:
            file: where to.
            first: as for `groups`.
            last: as for `groups`.
            unanswered: as for `groups`.

        Raises:
            DatabaseUnavailableError: they could not be read.
        """
        heads = [t(f"desk.{head}") for head in ("asked_wordings", "asked_count", "asked_unanswered", "asked_newest")]
        rows = (
            ("\n".join(g.wordings), str(g.count), str(g.unanswered), f"{g.newest.astimezone():%Y-%m-%d %H:%M}")
            for g in self.groups(first, last, unanswered)
        )
        workbook.write(file, t("desk.asked"), heads, rows, {0: 60, 3: 18})


def _begin(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min).astimezone()


def _group(members: list[tuple[str, int, int, datetime.datetime]]) -> Asked:
    often = sorted(members, key=lambda m: -m[1])
    return Asked(
        tuple(m[0] for m in often[:_SHOWN]),
        sum(m[1] for m in members),
        sum(m[2] for m in members),
        max(m[3] for m in members),
    )
