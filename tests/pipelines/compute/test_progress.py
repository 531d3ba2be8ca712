"""Progress: a status is computed from published results alone, and says what it was computed from."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from pipelines.compute.progress import compute_progress
from pipelines.sources.problems import BuildError
from portal.publication.store import Store
from tests.synthetic import INDICATORS, OBSERVATIONS, SyntheticProject

Row = dict[str, Any]
START = datetime.date(2021, 1, 1)


def indicator(**changes: Any) -> Row:
    return {
        "id": "synthetic_rate",
        "direction": "at_least",
        "target": 50.0,
        "due": datetime.date(2023, 12, 31),
        **changes,
    }


def result(year: int, value: float, **changes: Any) -> Row:
    return {
        "id": f"synthetic-{year}",
        "indicator": "synthetic_rate",
        "kind": "actual",
        "comparable": True,
        "period": str(year),
        "period_start": datetime.date(year, 1, 1),
        "period_end": datetime.date(year, 12, 31),
        "value": value,
        **changes,
    }


def progress(target: Row, *observations: Row) -> Row:
    (row,) = compute_progress([target], observations, START)
    return row


@pytest.mark.parametrize(
    ("direction", "value", "status"),
    [
        ("at_least", 50.0, "met"),
        ("at_least", 49.99, "not_met"),
        ("at_most", 50.0, "met"),
        ("at_most", 50.01, "not_met"),
        ("exactly", 50.0, "met"),
        ("exactly", 51.0, "not_met"),
    ],
)
def test_a_comparable_result_for_the_due_year_decides(direction: str, value: float, status: str) -> None:
    row = progress(indicator(direction=direction), result(2023, value))
    assert row["status"] == status
    assert (row["due_observation"], row["due_value"], row["due_period"]) == ("synthetic-2023", value, "2023")


@pytest.mark.parametrize(("value", "status"), [(1.0, "met"), (0.0, "not_met")])
def test_a_promise_without_a_number_is_met_when_it_is_done(value: float, status: str) -> None:
    assert progress(indicator(direction="done", target=None), result(2023, value))["status"] == status


def test_a_later_result_is_shown_beside_the_status_and_never_changes_it() -> None:
    row = progress(indicator(), result(2023, 45.0), result(2024, 55.0))
    assert row["status"] == "not_met"
    assert row["due_value"] == 45.0
    assert (row["latest_observation"], row["latest_value"], row["latest_period"]) == ("synthetic-2024", 55.0, "2024")


def test_a_later_result_alone_leaves_the_due_year_unpublished() -> None:
    row = progress(indicator(), result(2022, 45.0), result(2024, 55.0))
    assert (row["status"], row["reason"]) == ("not_published", "no_result_for_due_year")
    assert row["due_value"] is None
    assert row["latest_value"] == 55.0


def test_the_last_result_of_the_due_year_counts() -> None:
    spring = result(2023, 60.0, id="synthetic-2023-q1", period_end=datetime.date(2023, 3, 31))
    assert progress(indicator(), result(2023, 45.0), spring)["due_value"] == 45.0


@pytest.mark.parametrize("kind", ["annual_plan", "later_target", "earlier_target"])
def test_tasks_and_other_documents_targets_never_pass_for_results(kind: str) -> None:
    row = progress(indicator(), result(2023, 60.0, kind=kind))
    assert (row["status"], row["reason"]) == ("not_published", "no_comparable_result")
    assert row["due_value"] is row["latest_value"] is row["baseline_value"] is None


def test_a_result_of_the_plans_time_in_another_scope_is_not_comparable() -> None:
    row = progress(indicator(), result(2022, 60.0, comparable=False))
    assert (row["status"], row["reason"]) == ("not_comparable", "only_other_scope")
    assert row["due_value"] is row["latest_value"] is None


@pytest.mark.parametrize("year", [2019, 2020, 2024])
def test_another_scope_outside_the_plans_time_says_nothing(year: int) -> None:
    assert progress(indicator(), result(year, 60.0, comparable=False))["status"] == "not_published"


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [
        (datetime.date(2019, 1, 1), datetime.date(2021, 1, 1), "not_comparable"),
        (datetime.date(2023, 12, 31), datetime.date(2025, 1, 1), "not_comparable"),
        (datetime.date(2023, 1, 1), None, "not_comparable"),
        (None, datetime.date(2022, 6, 30), "not_comparable"),
        (None, datetime.date(2020, 12, 31), "not_published"),
        (datetime.date(2024, 1, 1), None, "not_published"),
        (None, None, "not_published"),
    ],
)
def test_a_period_reaches_into_the_plans_time_or_does_not(
    start: datetime.date | None, end: datetime.date | None, status: str
) -> None:
    other = result(2022, 60.0, comparable=False, period_start=start, period_end=end)
    assert progress(indicator(), other)["status"] == status


def test_a_comparable_due_result_outweighs_another_scope() -> None:
    row = progress(indicator(), result(2023, 60.0, id="other", comparable=False), result(2023, 45.0))
    assert (row["status"], row["due_observation"]) == ("not_met", "synthetic-2023")


def test_what_cannot_be_compared_rests_on_the_latest_result_of_the_plans_time() -> None:
    early = result(2019, 70.0, comparable=False)
    later = result(2025, 80.0, comparable=False)
    inside = [result(year, 60.0 + year - 2021, comparable=False) for year in (2021, 2022)]
    row = progress(indicator(), later, *inside, early)
    assert (row["other_observation"], row["other_value"], row["other_period"]) == ("synthetic-2022", 61.0, "2022")
    assert progress(indicator(), early, later)["other_observation"] is None


def test_another_scope_is_not_told_where_a_result_decides() -> None:
    row = progress(indicator(), result(2022, 60.0, comparable=False), result(2023, 45.0))
    assert row["other_observation"] is None


@pytest.mark.parametrize(
    ("baseline", "between", "before", "dip"),
    [
        (60.0, 55.0, True, None),
        (50.0, 50.0, True, None),
        (60.0, 49.0, True, "synthetic-2022"),
        (49.0, 48.0, False, None),
    ],
)
def test_a_target_reached_before_the_plan_and_missed_meanwhile_is_told(
    baseline: float, between: float, before: bool, dip: str | None
) -> None:
    row = progress(indicator(), result(2020, baseline), result(2022, between), result(2023, 60.0))
    assert (row["above_target_before"], row["dip_observation"]) == (before, dip)


def test_without_a_result_before_the_plan_nothing_was_reached_before() -> None:
    assert progress(indicator(), result(2023, 60.0))["above_target_before"] is False


def test_a_ceiling_kept_before_the_plan_was_reached_before() -> None:
    row = progress(
        indicator(direction="at_most", target=9.0),
        result(2020, 8.0),
        result(2021, 12.0),
        result(2022, 10.0),
        result(2023, 7.0),
    )
    assert (row["above_target_before"], row["dip_observation"]) == (True, "synthetic-2021")


def test_nothing_at_all_is_not_published() -> None:
    row = progress(indicator())
    assert (row["status"], row["reason"]) == ("not_published", "no_comparable_result")
    assert row["share_covered"] is None


@pytest.mark.parametrize(
    ("baseline", "due", "share"),
    [(40.0, 45.0, 0.5), (40.0, 60.0, 1.0), (40.0, 30.0, 0.0), (40.0, 40.0, 0.0), (55.0, 60.0, None)],
)
def test_share_of_the_way_from_the_last_result_before_the_plan(
    baseline: float, due: float, share: float | None
) -> None:
    row = progress(indicator(), result(2019, 1.0), result(2020, baseline), result(2023, due))
    assert (row["baseline_observation"], row["baseline_value"]) == ("synthetic-2020", baseline)
    assert row["share_covered"] == share


def test_share_of_the_way_down_to_a_ceiling() -> None:
    row = progress(indicator(direction="at_most", target=9.0), result(2020, 12.0), result(2023, 10.0))
    assert row["share_covered"] == pytest.approx(2 / 3)


def test_each_indicator_gets_one_row_in_order() -> None:
    rows = compute_progress([indicator(id="b"), indicator(id="a")], [result(2023, 60.0, indicator="a")], START)
    assert [(r["indicator"], r["status"]) for r in rows] == [("b", "not_published"), ("a", "met")]


# What would make a status wrong is told before anything is computed.


def broken(project: SyntheticProject) -> list[str]:
    with pytest.raises(BuildError) as raised:
        project.build()
    return raised.value.problems


def test_a_numeric_direction_without_a_target_is_told(project: SyntheticProject) -> None:
    project.write("indicators", [INDICATORS[0] | {"target": ""}, INDICATORS[1]])
    assert broken(project) == [f"{project.data('indicators')} 第 2 行 target 列，值“”：direction 为 at_least 时必填"]


def test_a_comparable_value_in_another_unit_is_told(project: SyntheticProject) -> None:
    project.write("observations", [OBSERVATIONS[0], OBSERVATIONS[1] | {"unit": "万个"}])
    assert broken(project) == [
        f"{project.data('observations')} 第 3 行 unit 列，值“万个”：指标 synthetic_rate 的单位是“%”，单位不同不能比较"
    ]


def test_a_value_in_another_unit_may_stand_where_it_is_not_compared(project: SyntheticProject) -> None:
    project.write("observations", [OBSERVATIONS[0] | {"unit": "万个", "comparable": "false"}])
    assert project.build().changed


# The real plan, as its figures stand today.


@pytest.mark.parametrize(
    ("name", "before", "dip"),
    [
        ("park_green_area_per_capita", True, None),
        ("sewage_treatment_rate", True, None),
        ("gas_coverage", True, 95.7426),
        ("green_space_rate", False, None),
        ("water_supply_coverage", False, None),
        ("road_area_per_capita", False, None),
    ],
)
def test_which_targets_were_reached_before_the_plan_began(
    real: Callable[[str], Row], name: str, before: bool, dip: float | None
) -> None:
    assert (real(name)["above_target_before"], real(name)["dip_value"]) == (before, dip)


@pytest.fixture(scope="module")
def real(store: Store) -> Callable[[str], Row]:
    rows = {r["indicator"]: r for r in store.rows("SELECT * FROM progress")}
    return rows.__getitem__


def test_roads_per_person_missed_the_target(real: Callable[[str], Row]) -> None:
    roads = real("road_area_per_capita")
    assert (roads["status"], roads["due_value"], roads["due_period"]) == ("not_met", 14.1031, "2023")
    assert (roads["latest_value"], roads["latest_period"]) == (15.3372, "2024")
    assert roads["share_covered"] == pytest.approx(0.2055, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("green_space_rate", 39.353),
        ("park_green_area_per_capita", 16.3493),
        ("water_supply_coverage", 100.0),
        ("gas_coverage", 99.4085),
        ("sewage_treatment_rate", 99.9993),
        ("tcm_hospital_yibin", 1.0),
        ("national_regional_medical_centres", 2.0),
    ],
)
def test_what_the_yearbook_and_the_hospital_show_as_met(real: Callable[[str], Row], name: str, value: float) -> None:
    assert (real(name)["status"], real(name)["due_value"]) == ("met", value)


@pytest.mark.parametrize(
    "name",
    [
        "parking_spaces_new",
        "public_car_parks_new",
        "pocket_parks",
        "resettlement_housing",
        "second_childrens_hospital",
        "yibin_hospital",
        "old_community_renovation",
        "kitchen_waste_separate_disposal",
    ],
)
def test_what_was_published_in_another_scope_only(real: Callable[[str], Row], name: str) -> None:
    assert (real(name)["status"], real(name)["due_value"]) == ("not_comparable", None)


def test_most_targets_have_no_published_result(store: Store) -> None:
    counted = store.rows("SELECT status, count(*) AS n FROM progress GROUP BY status ORDER BY status")
    assert {r["status"]: r["n"] for r in counted} == {
        "met": 7,
        "not_met": 1,
        "not_comparable": 8,
        "not_published": 36,
    }


def test_progress_of_the_plan_rests_on_comparable_results_only(store: Store) -> None:
    used = store.rows(
        """SELECT o.id, o.kind, o.comparable FROM progress p JOIN observations o
           ON o.id IN (p.due_observation, p.latest_observation, p.baseline_observation)"""
    )
    assert len(used) >= 18
    assert {(r["kind"], r["comparable"]) for r in used} == {("actual", True)}
