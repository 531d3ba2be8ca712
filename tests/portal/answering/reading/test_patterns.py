"""Patterns are for closed forms: few, each shown by a text it matches and one it does not."""

import pytest

from portal.answering.reading.patterns import form, forms


@pytest.mark.parametrize("name", sorted(forms()))
def test_each_form_matches_its_example_and_not_its_counterexample(name: str) -> None:
    assert form(name).search(forms()[name]["must"])
    assert not form(name).search(forms()[name]["must_not"])


def test_there_are_at_most_sixty() -> None:
    assert len(forms()) <= 60
