"""Facts about places: places by name, all of a kind, those nearest to one."""

from dataclasses import dataclass, field

from portal.answering.facts import Facts
from portal.answering.lookup.place_narrowing import Narrowed
from portal.places.nearby import RADIUS_DEFAULT_M
from portal.publication.store import Row


@dataclass(frozen=True)
class PlaceFacts(Facts):
    """Places by name. `asked` are the columns the question is about, those first that it speaks of most; `event` whether it asks what
    became of them."""

    places: tuple[Row, ...] = ()
    asked: tuple[str, ...] = ()
    event: bool = False


@dataclass(frozen=True)
class PlaceList(Facts):
    """The places of kinds, all or those of districts or of a line; `places` may be empty.

    Attributes:
        kinds: kinds of place, none for every kind.
        by: column they are ordered by, of an extreme; `unknown` counts those where it is empty.
        elsewhere: how many there are of these kinds in all the data.
        undecided: of one district's places, how many of these kinds have no district stated and may lie there too.
        narrowed: what a column of theirs holds, where they were chosen by one; `unknown` counts those where it is empty.
    """

    places: tuple[Row, ...] = ()
    kinds: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    line: str | None = None
    by: str | None = None
    unknown: int = 0
    elsewhere: int = 0
    undecided: int = 0
    narrowed: Narrowed | None = None


@dataclass(frozen=True)
class NearestPlaces(Facts):
    """The places nearest to one, by kind of place where none was asked for; each with `distance_m` in metres.

    Attributes:
        origin: a row of `places` or of `districts` (its seat).
        within: metres that count as nearby.
        without_position: how many of these kinds cannot be measured to.
    """

    origin: Row = field(default_factory=dict)
    places: tuple[Row, ...] = ()
    kinds: tuple[str, ...] = ()
    within: float = RADIUS_DEFAULT_M
    without_position: int = 0
