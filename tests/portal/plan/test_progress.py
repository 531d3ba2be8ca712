"""What pages and API say of a target's progress."""

import datetime

from portal.plan import progress
from portal.publication.store import Store


def test_every_target_has_one_of_the_four_statuses(city: Store) -> None:
    rows = progress.progress(city)
    assert len({r["id"] for r in rows}) == len(rows) == 13
    assert {r["status"] for r in rows} == {"met", "not_met", "not_comparable", "not_published"}


def test_what_one_page_does_to_its_rows_no_other_sees(city: Store) -> None:
    for row in progress.progress(city):
        row["status"] = "synthetic"
    assert "synthetic" not in {r["status"] for r in progress.progress(city)}


def test_the_quote_stands_where_the_offsets_say(city: Store) -> None:
    texts = {r["clause"]: r["text"] for r in city.rows("SELECT clause, text FROM clauses")}
    for row in progress.progress(city):
        assert texts[row["clause"]][row["quote_start"] : row["quote_end"]] == row["quote"]


def test_targets_are_selected_by_section_status_and_words(city: Store) -> None:
    assert {r["id"] for r in progress.progress(city, status="met")} == {"synthetic_hospital", "synthetic_green_rate"}
    assert {r["id"] for r in progress.progress(city, theme="合成停车")} == {
        "synthetic_car_parks",
        "synthetic_parking_spaces",
        "synthetic_chargers",
    }
    assert [r["id"] for r in progress.progress(city, query="车位")] == ["synthetic_parking_spaces"]
    assert [r["id"] for r in progress.progress(city, query="synthetic CHARGERS")] == ["synthetic_chargers"]
    assert progress.progress(city, query="火星基地") == []


def test_targets_are_arranged_by_a_column_and_those_without_a_value_come_last(city: Store) -> None:
    rows = progress.progress(city)
    by_result = [r["id"].removeprefix("synthetic_") for r in progress.arranged(rows, "due_value")]
    assert by_result[:6] == ["green_rate", "rate", "water_treatment", "hospital", "park_area", "road_area"]
    assert [r["due_value"] for r in progress.arranged(rows, "due_value")][6:] == [None] * 7
    largest = [r["due_value"] for r in progress.arranged(rows, "due_value", descending=True) if r["unit"] == "%"]
    assert largest == [99.9993, 45.0, 39.353]
    statuses = [r["status"] for r in progress.arranged(rows, "status")]
    assert statuses == ["met"] * 2 + ["not_met"] * 4 + ["not_comparable"] * 3 + ["not_published"] * 4
    same = [r for r in progress.arranged(rows, "status") if r["status"] == "met"]
    assert same == [r for r in rows if r["status"] == "met"]


def test_sections_come_in_the_plans_order(city: Store) -> None:
    themes = list(progress.by_theme(progress.progress(city)))
    assert themes == ["合成目标", "合成试点", "增加合成绿地", "合成停车", "合成垃圾"]


def test_a_later_target_that_asks_for_less_is_told_apart(city: Store) -> None:
    def softer(indicator: str) -> list[float]:
        return [o["value"] for o in progress.observations(city, indicator) if o["softer"]]

    assert softer("synthetic_road_area") == [11.0]
    assert softer("synthetic_chargers") == []
    assert softer("synthetic_green_rate") == []


def test_what_asks_for_less_depends_on_the_direction() -> None:
    later = {
        "kind": "later_target",
        "value": 10.0,
        "target": 9.0,
        "due": datetime.date(2023, 12, 31),
        "period_end": datetime.date(2025, 12, 31),
    }
    assert not progress.is_softer(later | {"direction": "at_least"})
    assert progress.is_softer(later | {"direction": "at_most"})
    assert not progress.is_softer(later | {"direction": "at_most", "kind": "annual_plan"})
    assert not progress.is_softer(later | {"direction": "at_most", "period_end": datetime.date(2022, 12, 31)})


def test_a_value_is_shown_as_published_and_never_rounded_to_what_it_is_not() -> None:
    row = {"value": 14.1031, "value_text": "14.1031", "unit": "平方米"}
    assert progress.value_text(row) == "14.1031平方米"
    assert progress.value_text(row, short=True) == "14.1平方米"
    assert progress.value_text({"value": 99.9993, "value_text": "99.9993", "unit": "%"}, short=True) == "99.999%"
    assert progress.value_text({"value": 100.0, "value_text": "100.0", "unit": "%"}, short=True) == "100%"
    assert progress.value_text({"value": 10000.0, "value_text": "10000余", "unit": "个"}) == "10000余个"
    assert progress.value_text({"value": 1.0, "value_text": "揭牌开诊", "unit": "done"}) == "揭牌开诊"
    assert progress.value_text({"value": 28000.0, "value_text": None, "unit": "个"}) == "28,000个"
