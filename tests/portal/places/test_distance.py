"""How far one thing is from another is told no more exactly than both positions are known."""

import pytest

from portal.places.distance import Told, is_borrowed, told


@pytest.mark.parametrize(
    ("metres", "borrowed", "value", "unit"),
    [
        (0, False, 10, "m"),
        (4, False, 10, "m"),
        (104, False, 100, "m"),
        (994, False, 990, "m"),
        (996, False, 1.0, "km"),
        (1_660, False, 1.7, "km"),
        (0.4, True, None, "m"),
        (49, True, None, "m"),
        (120, True, 100, "m"),
        (970, True, 1.0, "km"),
    ],
)
def test_a_distance_is_rounded_as_far_as_it_may_be_relied_upon(
    metres: float, borrowed: bool, value: float | None, unit: str
) -> None:
    assert told(metres, borrowed) == Told(value, unit, borrowed)


def test_a_position_is_borrowed_where_it_is_a_landmarks() -> None:
    assert is_borrowed({"position_basis": "near:合成站"})
    assert not is_borrowed({"position_basis": "osm"})
    assert not is_borrowed({"code": "100001"})
