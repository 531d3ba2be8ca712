"""What pages and API say of a target's progress."""

import datetime

from portal.plan import progress
from portal.publication.store import Store


def test_every_target_has_one_of_the_four_statuses(store: Store) -> None:
    rows = progress.progress(store)
    assert len({r["id"] for r in rows}) == len(rows) == 52
    assert {r["status"] for r in rows} == {"met", "not_met", "not_comparable", "not_published"}


def test_the_verdicts_the_yearbook_supports(store: Store) -> None:
    status = {r["id"]: r["status"] for r in progress.progress(store)}
    assert status["road_area_per_capita"] == "not_met"
    for met in ("green_space_rate", "park_green_area_per_capita", "water_supply_coverage", "gas_coverage"):
        assert status[met] == "met"
    assert status["ev_chargers_new"] == "not_published"
    assert status["pocket_parks"] == "not_comparable"


def test_what_one_page_does_to_its_rows_no_other_sees(store: Store) -> None:
    for row in progress.progress(store):
        row["status"] = "synthetic"
    assert "synthetic" not in {r["status"] for r in progress.progress(store)}


def test_the_quote_stands_where_the_offsets_say(store: Store) -> None:
    texts = {r["clause"]: r["text"] for r in store.rows("SELECT clause, text FROM clauses")}
    for row in progress.progress(store):
        assert texts[row["clause"]][row["quote_start"] : row["quote_end"]] == row["quote"]


def test_targets_are_selected_by_section_status_and_words(store: Store) -> None:
    assert {r["id"] for r in progress.progress(store, status="not_met")} == {"road_area_per_capita"}
    assert {r["theme"] for r in progress.progress(store, theme="加强市容市貌整治")} == {"加强市容市貌整治"}
    assert "parking_spaces_new" in {r["id"] for r in progress.progress(store, query="车位")}
    assert {r["id"] for r in progress.progress(store, query="ev CHARGERS")} == {"ev_chargers_new"}
    assert progress.progress(store, query="火星基地") == []


def test_targets_are_arranged_by_a_column_and_those_without_a_value_come_last(store: Store) -> None:
    rows = progress.progress(store)
    by_result = [r["id"] for r in progress.arranged(rows, "due_value") if r["due_value"] is not None]
    assert [r["id"] for r in progress.arranged(rows, "due_value")][: len(by_result)] == by_result
    largest = [r["due_value"] for r in progress.arranged(rows, "due_value", descending=True) if r["unit"] == "%"]
    filled = [v for v in largest if v is not None]
    assert filled == sorted(filled, reverse=True)
    assert largest[len(filled) :] == [None] * (len(largest) - len(filled))
    statuses = [r["status"] for r in progress.arranged(rows, "status")]
    assert (statuses[0], statuses[7], statuses[8], statuses[-1]) == (
        "met",
        "not_met",
        "not_comparable",
        "not_published",
    )
    same = [r for r in progress.arranged(rows, "status") if r["status"] == "met"]
    assert same == [r for r in rows if r["status"] == "met"]


def test_sections_come_in_the_plans_order(store: Store) -> None:
    themes = list(progress.by_theme(progress.progress(store)))
    assert themes[0] == "主要目标"
    assert themes.index("提高城市绿化水平") < themes.index("加强交通秩序治堵")


def test_a_later_target_that_asks_for_less_is_told_apart(store: Store) -> None:
    def softer(indicator: str) -> list[float]:
        return [o["value"] for o in progress.observations(store, indicator) if o["softer"]]

    assert softer("road_area_per_capita") == [16.0]
    assert softer("resettlement_housing") == []
    assert softer("green_space_rate") == []


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
    assert progress.value_text(row) == "14.1031 平方米"
    assert progress.value_text(row, short=True) == "14.1 平方米"
    assert progress.value_text({"value": 99.9993, "value_text": "99.9993", "unit": "%"}, short=True) == "99.999%"
    assert progress.value_text({"value": 100.0, "value_text": "100.0", "unit": "%"}, short=True) == "100%"
    assert progress.value_text({"value": 10000.0, "value_text": "10000余", "unit": "个"}) == "10000余个"
    assert progress.value_text({"value": 1.0, "value_text": "揭牌开诊", "unit": "done"}) == "揭牌开诊"
    assert progress.value_text({"value": 28000.0, "value_text": None, "unit": "个"}) == "28,000 个"
