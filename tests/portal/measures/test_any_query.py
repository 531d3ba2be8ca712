"""Whatever is asked, the answer stands on its rows: the SQL shown gives them, nothing doubtful is ranked or averaged."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.measures.query import MeasureQuery
from portal.measures.registry import measures
from portal.measures.run import run
from portal.publication.store import Store

PLACES = [
    "合成市",
    "甲镇",
    "乙镇",
    "丙镇",
    "丁镇",
    "东片",
    "合成店二",
    "合成外地",
    "'; DROP TABLE sources; --",
    "?",
    "%",
]
MEASURES = [
    "synthetic_height",
    "合成温度",
    "合成唯一",
    "合成存疑",
    "synthetic_beds",
    "synthetic_inns",
    "synthetic_rate",
]
OPERATIONS = ["value", "list", "rank", "extreme", "series", "compare", "difference", "share", "count", "mean"]
NUMBERS = st.none() | st.floats(-1e6, 1e6) | st.sampled_from([0.0, 11.1, 30.4])
YEARS = st.none() | st.integers(2018, 2026)

QUERIES = st.builds(
    lambda years, **parts: MeasureQuery.model_validate({**parts, "from": years[0], "to": years[1]}),
    years=st.tuples(YEARS, YEARS).map(lambda y: tuple(sorted(y)) if None not in y else y),  # type: ignore[type-var]
    measure=st.sampled_from(MEASURES),
    operation=st.sampled_from(OPERATIONS),
    places=st.lists(st.sampled_from(PLACES), max_size=4).map(tuple),
    across=st.sampled_from([None, "places", "periods"]),
    order=st.sampled_from(["asc", "desc"]),
    limit=st.integers(1, 5),
    over=NUMBERS,
    at_most=NUMBERS,
    unit=st.sampled_from([None, None, None, "米", "厘米", "' OR 1=1 --"]),
)


def test_a_share_of_figures_that_are_all_doubtful_is_told_to_have_no_base(towns: Store) -> None:
    result = run(towns, MeasureQuery(measure="合成存疑", operation="share", over=0.0))
    assert result.rows
    assert all(r.doubtful for r in result.rows)
    assert not result.derived
    assert "zero_base" in {n.code for n in result.notes}


@settings(max_examples=150, deadline=None)
@given(query=QUERIES)
def test_any_query_is_answered_from_rows(towns: Store, query: MeasureQuery) -> None:
    result = run(towns, query)
    if result.rows:
        again = towns.rows(result.sql)
        assert [(r["place"], r["value"], r["unit"]) for r in again] == [(r.place, r.value, r.unit) for r in result.rows]
    assert len({r.unit for r in result.rows}) < 2
    assert all(r.rank is None for r in result.rows if r.doubtful)
    held = {p.name for p in measures(towns).places(measures(towns).offered(query.measure, result.dataset)[0])}
    assert {r.place for r in result.rows} <= held | {None}
    unknown = {m.place for m in result.missing if m.reason == "unknown_place"}
    assert unknown == {
        p for p in query.places if measures(towns).place(measures(towns).offered(query.measure)[0], p) is None
    }
    mean = result.number("mean")
    if mean is not None and mean.of == len([r for r in result.rows if not r.doubtful]):
        values = [Fraction(str(r.value)) for r in result.rows if not r.doubtful]
        assert abs(float(sum(values) / len(values)) - mean.value) < 1e-5
    assert bool(result.rows) or next(n.code for n in result.notes) == "no_rows"
