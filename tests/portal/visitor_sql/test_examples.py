"""Every named query runs, finds something and is cut nowhere."""

import pytest

from portal.publication.store import Store
from portal.visitor_sql import service
from portal.visitor_sql.examples import EXAMPLES


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_runs_and_finds_something(city: Store, name: str) -> None:
    result = service.shared().run(city, EXAMPLES[name].sql)
    assert result.rows
    assert not result.truncated


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_named_in_both_languages(name: str) -> None:
    title = EXAMPLES[name].title
    assert title.zh
    assert title.en
    assert title.zh != title.en
