"""A download is known by all its bytes depend on: what differs in them has a key of its own."""

from portal.api.downloads import cache_key
from portal.datasets.formats import Format
from portal.datasets.row_parameters import parse
from portal.datasets.row_query import RowQuery
from portal.publication.store import Store


def query(city: Store, *pairs: tuple[str, str]) -> RowQuery:
    return parse(city.dataset("observations"), pairs, 1000, None)


def test_what_gives_other_bytes_has_another_key(city: Store) -> None:
    formats: tuple[Format, ...] = ("csv", "xlsx", "json", "parquet")
    asked = [(query(city, *p), f) for p in ((), (("select", "id"),), (("filter.value", "45"),)) for f in formats]
    asked += [(query(city, ("order", "value")), "csv"), (query(city, ("limit", "1")), "csv")]
    keys = [cache_key(city, q, f) for q, f in asked] + [cache_key(city, query(city), "csv", bom=True)]
    assert len(set(keys)) == len(keys) == 15


def test_the_same_bytes_have_the_same_key(city: Store) -> None:
    one = query(city, ("filter.value", "45"))
    assert cache_key(city, one, "csv") == cache_key(city, query(city, ("filter.value", "45")), "csv")
    assert cache_key(city, one, "json") == cache_key(city, one, "json", bom=True)
