"""Numbers as sentences say them."""

import pytest

from portal.texts.numerals import brief


@pytest.mark.parametrize(
    ("value", "against", "said"),
    [
        (14.1031, 17, "14.1"),
        (99.9993, 98, "99.999"),
        (100.0, 98, "100"),
        (15.66, 15.7, "15.66"),
        (15.7, 15.7, "15.7"),
        (38.96, 39, "38.96"),
        (45000, None, "45,000"),
        (0.07, None, "0.07"),
    ],
)
def test_a_number_is_said_briefly_but_never_as_what_it_is_not(value: float, against: float | None, said: str) -> None:
    assert brief(value, against) == said
