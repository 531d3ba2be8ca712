"""A table that says what it measures can be asked about, without a line of code that knows it."""

import pytest

from portal.measures.query import MeasureQuery
from portal.measures.registry import UnknownMeasureError, measures
from portal.measures.result import MeasureResult
from portal.measures.run import run
from portal.publication.store import Store


def ask(store: Store, measure: str, operation: str = "value", *places: str, **more: object) -> MeasureResult:
    given = {"measure": measure, "operation": operation, "places": places, **more}
    return run(store, MeasureQuery.model_validate(given))


def told(result: MeasureResult) -> list[tuple[str | None, str | None, float]]:
    return [(r.place, r.period, r.value) for r in result.rows]


def codes(result: MeasureResult) -> list[str]:
    return [n.code for n in result.notes]


def test_measures_are_listed_by_id_with_names_in_both_languages(towns: Store) -> None:
    registry = measures(towns)
    (height,) = registry.offered("synthetic_height")
    assert height.described() == {
        "id": "synthetic_height",
        "dataset": "synthetic-towns",
        "name": {"zh": "合成高度", "en": "Synthetic height"},
        "aliases": {"zh": ["合成高"], "en": ["synthetic tallness"]},
        "unit": "米",
        "units": ["米", "厘米"],
        "places": ["丁镇", "丙镇", "乙镇", "合成市", "甲镇"],
        "place_kind": "city",
        "periods": [2020, 2021, 2022, 2023],
        "rows": 9,
        "thing": None,
    }
    named = registry.named()
    assert ("合成高", "synthetic_height", "zh") in named
    assert ("Synthetic inns", "synthetic_inns", "en") in named
    # A value nobody named is still a measure, by its own words.
    assert ("合成温度", "合成温度", "zh") in named
    # The plan's own indicators are called as the table of indicators calls them.
    assert {("合成率", "synthetic_rate", "zh"), ("Synthetic rate", "synthetic_rate", "en")} <= set(named)
    assert measures(towns) is registry


def test_a_value_is_the_latest_of_the_own_city_where_nothing_else_is_said(towns: Store) -> None:
    result = ask(towns, "synthetic_height")
    assert told(result) == [("合成市", "2023", 11.1)]
    (row,) = result.rows
    assert row.source is not None
    assert (row.source.id, row.source.title, row.source.publisher, row.reliability) == (
        "synthetic-source",
        "合成公报",
        "合成单位",
        "high",
    )


def test_a_value_of_a_year(towns: Store) -> None:
    assert told(ask(towns, "synthetic_height", "value", "甲镇", **{"from": 2020, "to": 2020})) == [("甲镇", "2020", 20)]


def test_a_place_may_be_written_as_people_do(towns: Store) -> None:
    for name in ("合成市", "合成", "Synthetic City", "synthetic city", "hecheng"):
        assert told(ask(towns, "synthetic_height", "value", name)) == [("合成市", "2023", 11.1)], name


def test_an_unknown_place_is_told_and_nothing_is_put_in_its_stead(towns: Store) -> None:
    result = ask(towns, "synthetic_height", "value", "合成外地")
    assert result.rows == ()
    assert [(m.place, m.reason) for m in result.missing] == [("合成外地", "unknown_place")]
    assert codes(result) == ["no_rows"]
    both = ask(towns, "synthetic_height", "compare", "甲镇", "合成外地")
    assert told(both) == [("甲镇", "2023", 30.4)]
    assert [m.place for m in both.missing] == ["合成外地"]


def test_a_year_without_a_row_is_missing(towns: Store) -> None:
    result = ask(towns, "synthetic_height", "series", "合成市", **{"from": 2020, "to": 2023})
    assert told(result) == [("合成市", "2020", 10), ("合成市", "2021", 12.5), ("合成市", "2023", 11.1)]
    assert [(m.place, m.year, m.reason) for m in result.missing] == [("合成市", 2022, "no_row")]


def test_plans_are_no_results(towns: Store) -> None:
    result = ask(towns, "synthetic_height", "series", "丁镇", unit="米")
    assert told(result) == [("丁镇", "2023", 7)]
    assert "kind" in result.rows_url


def test_a_rank_leaves_doubtful_rows_out_and_says_so(towns: Store) -> None:
    result = ask(towns, "synthetic_height", "rank", "合成市")
    assert [(r.place, r.rank) for r in result.rows] == [
        ("甲镇", 1),
        ("乙镇", 2),
        ("合成市", 2),
        ("丁镇", 4),
        ("丙镇", None),
    ]
    rank = result.number("rank")
    assert rank is not None
    assert (rank.value, rank.of, rank.place, rank.period) == (2, 4, "合成市", "2023")
    assert codes(result) == ["year_used", "doubtful_left_out", "other_basis", "rank_with_doubtful", "tied"]
    texts = {n.code: (n.zh, n.en) for n in result.notes}
    assert texts["rank_with_doubtful"][0] == "连存疑的也算进去，合成市在5个里排第3。"
    assert texts["tied"][0] == "2个并列第2：乙镇、合成市。"
    assert "丙镇 2023 99" in texts["doubtful_left_out"][0]


def test_a_rank_from_below(towns: Store) -> None:
    result = ask(towns, "synthetic_height", "rank", "丁镇", order="asc")
    rank = result.number("rank")
    assert rank is not None
    assert (rank.value, rank.of) == (1, 4)


def test_the_place_asked_for_is_in_a_short_ranking(towns: Store) -> None:
    result = ask(towns, "synthetic_height", "rank", "丁镇", limit=1)
    assert [r.place for r in result.rows if r.rank is not None] == ["甲镇", "丁镇"]


def test_the_highest_of_places_and_of_years(towns: Store) -> None:
    highest = ask(towns, "synthetic_height", "extreme", limit=1).number("highest")
    assert highest is not None
    assert (highest.place, highest.value, highest.of) == ("甲镇", 30.4, 4)
    year = ask(towns, "synthetic_height", "extreme", "合成市").number("highest")
    assert year is not None
    assert (year.period, year.value, year.of) == ("2021", 12.5, 3)
    lowest = ask(towns, "synthetic_height", "extreme", "合成市", order="asc").number("lowest")
    assert lowest is not None
    assert (lowest.period, lowest.value) == ("2020", 10)


def test_a_mean_over_places_and_over_years(towns: Store) -> None:
    mean = ask(towns, "synthetic_height", "mean", **{"from": 2023, "to": 2023}).number("mean")
    assert mean is not None
    # 30.4, 11.1, 11.1 and 7; the doubtful 99 is not among them.
    assert (mean.value, mean.of, mean.unit) == (14.9, 4, "米")
    assert mean.formula == "(30.4 + 11.1 + 11.1 + 7) ÷ 4 = 14.9"
    own = ask(towns, "synthetic_height", "mean", "合成市").number("mean")
    assert own is not None
    assert (own.value, own.of, own.period, own.place) == (11.2, 3, "2020–2023", "合成市")


def test_a_difference_of_places_and_of_years_is_exact(towns: Store) -> None:
    result = ask(towns, "synthetic_height", "difference", "甲镇", "合成市")
    difference, percent = result.derived
    assert (difference.value, difference.formula) == (19.3, "30.4 − 11.1 = 19.3")
    assert (percent.value, percent.unit) == (173.873874, "%")
    change = ask(towns, "synthetic_height", "difference", "合成市", **{"from": 2020, "to": 2023}).number("difference")
    assert change is not None
    assert (change.value, change.period) == (1.1, "2020–2023")


def test_no_percentage_of_nothing(towns: Store) -> None:
    result = ask(towns, "合成温度", "difference", "乙镇", "甲镇")
    assert [(d.name, d.value) for d in result.derived] == [("difference", 5.0)]
    assert "zero_base" in codes(result)


def test_one_row_has_nothing_to_be_compared_with(towns: Store) -> None:
    assert "one_row" in codes(ask(towns, "合成唯一", "rank", "甲镇"))
    assert ask(towns, "合成唯一", "difference", "甲镇").derived == ()


def test_only_doubtful_rows_give_no_mean_and_no_rank(towns: Store) -> None:
    assert ask(towns, "合成存疑", "mean").derived == ()
    ranked = ask(towns, "合成存疑", "rank", "甲镇")
    assert ranked.number("rank") is None
    assert [m.reason for m in ask(towns, "合成存疑", "rank", "甲镇", **{"from": 2023, "to": 2023}).missing] == [
        "doubtful"
    ]


def test_rows_in_another_unit_stay_apart(towns: Store) -> None:
    result = ask(towns, "synthetic_height", "list", "丁镇")
    assert [(r.unit, r.value) for r in result.rows] == [("米", 7)]
    assert [(r.unit, r.value) for r in result.aside] == [("厘米", 700)]
    assert "other_basis" in codes(result)
    assert [r.value for r in ask(towns, "synthetic_height", "list", "丁镇", unit="厘米").rows] == [700]
    assert codes(ask(towns, "synthetic_height", "list", "丁镇", unit="斤")) == ["no_rows"]


def test_thresholds_count_list_and_share(towns: Store) -> None:
    in_2023 = {"from": 2023, "to": 2023}
    count = ask(towns, "synthetic_height", "count", over=11.1, **in_2023).number("count")
    assert count is not None
    assert (count.value, count.of) == (1, 4)
    at_least = ask(towns, "synthetic_height", "count", at_least=11.1, **in_2023).number("count")
    assert at_least is not None
    assert at_least.value == 3
    none = ask(towns, "synthetic_height", "count", over=1000, **in_2023).number("count")
    assert none is not None
    assert (none.value, none.of) == (0, 4)
    share = ask(towns, "synthetic_height", "share", under=11, **in_2023).number("share")
    assert share is not None
    assert (share.value, share.formula) == (25.0, "1 ÷ 4 × 100 = 25")
    assert told(ask(towns, "synthetic_height", "list", at_most=10, **in_2023)) == [("丁镇", "2023", 7)]


def test_what_adds_up_has_a_sum_and_shares(towns: Store) -> None:
    total = ask(towns, "synthetic_beds", "value").number("sum")
    assert total is not None
    assert (total.value, total.unit, total.formula) == (100, "张", "(10 + 60 + 30) = 100")
    # The sum is of all rows, however few are shown.
    short = ask(towns, "synthetic_beds", "list", limit=1)
    assert (len(short.rows), short.number("sum").value) == (1, 100)  # type: ignore[union-attr]
    assert "limited" in codes(short)
    share = ask(towns, "synthetic_beds", "share", "合成店二").number("share")
    assert share is not None
    assert (share.value, share.place) == (30.0, "合成店二")
    assert "not_additive" in codes(ask(towns, "synthetic_height", "share", "甲镇"))


def test_rows_are_counted_by_place_and_listed_by_name(towns: Store) -> None:
    result = ask(towns, "synthetic_inns", "count")
    assert sorted((r.place or "", r.value) for r in result.rows) == [("", 1), ("东片", 2), ("西片", 1)]
    total = result.number("count")
    assert total is not None
    assert (total.value, total.unit) == (4, "家")
    assert "places_without_name" in codes(result)
    listed = ask(towns, "synthetic_inns", "list", "东片")
    assert [r.thing_name for r in listed.rows] == ["合成店一", "合成店二"]
    assert result.rows[0].source is not None
    assert result.rows[0].source.is_dataset


@pytest.mark.parametrize(
    ("measure", "operation", "places"),
    [
        ("synthetic_height", "value", ()),
        ("synthetic_height", "list", ("丁镇",)),
        ("synthetic_height", "rank", ("合成市",)),
        ("synthetic_height", "extreme", ()),
        ("synthetic_height", "series", ("甲镇", "合成市")),
        ("synthetic_height", "compare", ("甲镇", "合成市")),
        ("synthetic_height", "difference", ("合成市",)),
        ("synthetic_height", "mean", ()),
        ("synthetic_beds", "share", ("合成店二",)),
        ("synthetic_inns", "count", ()),
        ("synthetic_inns", "list", ("东片",)),
        ("synthetic_rate", "series", ()),
    ],
)
def test_the_sql_shown_runs_and_gives_the_rows_shown(
    towns: Store, measure: str, operation: str, places: tuple[str, ...]
) -> None:
    result = ask(towns, measure, operation, *places)
    assert "?" not in result.sql
    again = towns.rows(result.sql)
    assert [(r["place"], r["value"], r["unit"]) for r in again] == [(r.place, r.value, r.unit) for r in result.rows]
    assert result.rows


def test_hostile_names_stay_names(towns: Store) -> None:
    hostile = "甲镇'; DROP TABLE sources; --"
    result = ask(towns, "synthetic_height", "value", hostile, "甲镇", scope="' OR 1=1 --", unit="?")
    assert next(m.place for m in result.missing) == hostile
    assert towns.rows("SELECT count(*) AS n FROM sources")[0]["n"] == 1


def test_an_unknown_measure_names_those_there_are(towns: Store) -> None:
    with pytest.raises(UnknownMeasureError) as error:
        ask(towns, "合成没有")
    assert "synthetic_height" in error.value.allowed
    with pytest.raises(UnknownMeasureError) as error:
        ask(towns, "synthetic_height", dataset="synthetic-inns")
    assert error.value.allowed == ("synthetic-towns",)
