"""Which of the places of a kind a question chooses by a column: those of a year, those of which it is told, those of which it is not."""

from dataclasses import dataclass

from portal.answering.knowledge import Row
from portal.answering.lookup.columns import spoken_of, words_for
from portal.answering.lookup.cue_words import says, words_of
from portal.answering.query import Operation, Query

_COLUMNS = ("opened", "capacity", "area_m2")


@dataclass(frozen=True)
class Narrowed:
    """What a column of the places chosen holds: a date of a year, anything at all, or nothing."""

    column: str
    year: int | None = None
    told: bool = True

    def holds(self, place: Row) -> bool:
        """Whether a place is one of those chosen."""
        if self.year is not None:
            return str(place[self.column] or "").startswith(str(self.year))
        return (place[self.column] is not None) is self.told

    @property
    def words(self) -> str:
        """The words by which it is asked for."""
        said = words_of("told" if self.told else "untold")
        return f"{self.year or said} {words_for('places', self.column)}"


def narrowed(query: Query) -> Narrowed | None:
    """What a question narrows the places of a kind down to; None where it asks for all of them, or for one.

    Args:
        query: one of its kinds of place is asked for.
    """
    if not _chooses(query):
        return None
    column = next((c for c in spoken_of("places", query.text) if c in _COLUMNS), None)
    if query.where.years and column == "opened":
        return Narrowed(column, query.where.years[0])
    if says(query.question, "which_district") and not query.where.districts:
        column = "district"
    if column is None:
        return None
    if says(query.question, "untold"):
        return Narrowed(column, told=False)
    return Narrowed(column) if says(query.question, "told") else None


def asks_for_places(query: Query) -> bool:
    """Whether a question asks which places of a kind the data hold or which of them are such, not for a target that goes by their name."""
    if not query.where.kinds or query.unknown or says(query.question, "promised"):
        return False
    return narrowed(query) is not None or (_chooses(query) and says(query.question, "held"))


def _chooses(query: Query) -> bool:
    return says(query.question, "which_ones") or query.operation in {Operation.LIST, Operation.COUNT}
