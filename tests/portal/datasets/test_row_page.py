"""A page of rows: those of the query, and how many there are on all pages, however both were found."""

import pytest

from portal.datasets.row_page import page
from portal.datasets.row_parameters import parse
from portal.publication.store import Store


@pytest.mark.parametrize(
    ("pairs", "shown", "total"),
    [
        ([], 46, 46),
        ([("limit", "0")], 0, 46),
        ([("filter.kind", "actual")], 38, 38),
        ([("filter.kind", "actual"), ("limit", "0")], 0, 38),
        ([("filter.kind", "actual"), ("order", "-value"), ("limit", "5")], 5, 38),
        ([("filter.kind", "actual"), ("order", "-value"), ("limit", "5"), ("offset", "36")], 2, 38),
        ([("filter.kind", "actual"), ("order", "-value"), ("limit", "5"), ("offset", "40")], 0, 38),
        ([("filter.kind", "synthetic-kind"), ("order", "id"), ("limit", "5")], 0, 0),
        ([("select", "id"), ("filter.kind", "actual"), ("order", "-value"), ("limit", "5")], 5, 38),
    ],
)
def test_a_page_and_the_rows_of_all_pages(city: Store, pairs: list[tuple[str, str]], shown: int, total: int) -> None:
    query = parse(city.dataset("observations"), pairs, 1000)
    found, counted = page(city, query)
    assert (len(found), counted) == (shown, total)
    assert found == city.rows(*query.sql())
