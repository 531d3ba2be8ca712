"""A chart shows results as results, gaps as gaps and targets as targets."""

import datetime
from typing import Any

from portal.texts.interface import use
from portal.ui.charts import results_chart, target_chart

INDICATOR = {
    "target": 39.0,
    "target_text": "39%",
    "unit": "%",
    "due": datetime.date(2023, 12, 31),
}


def _observation(year: int, value: float, kind: str = "actual", comparable: bool = True) -> dict[str, Any]:
    return {
        "kind": kind,
        "comparable": comparable,
        "period_end": datetime.date(year, 12, 31),
        "value": value,
        "value_text": str(value),
    }


def _data(*observations: dict[str, Any]) -> list[list[dict[str, Any]]]:
    use("zh")
    chart = results_chart(INDICATOR, list(observations))
    assert chart is not None
    return list(chart.to_dict()["datasets"].values())


def test_a_year_without_a_result_is_a_gap_not_a_line() -> None:
    data = _data(_observation(2020, 36.5), _observation(2022, 38.0), _observation(2023, 39.4))
    line = next(d for d in data if len(d) == 4)
    assert [(p["year"], p["value"]) for p in line] == [(2020, 36.5), (2021, None), (2022, 38.0), (2023, 39.4)]


def test_the_target_is_a_labelled_line() -> None:
    data = _data(_observation(2022, 38.0), _observation(2023, 39.4))
    assert [{"value": 39.0, "year": 2022, "label": "方案目标 39%"}] in data


def test_tasks_and_later_targets_are_no_points_of_the_line() -> None:
    data = _data(
        _observation(2022, 38.0),
        _observation(2023, 39.4),
        _observation(2023, 99.0, kind="annual_plan"),
        _observation(2025, 30.0, kind="later_target", comparable=False),
        _observation(2021, 12.0, comparable=False),
    )
    line = next(d for d in data if len(d) == 4)
    assert [p["value"] for p in line] == [38.0, 39.4, None, None]
    assert [{"year": 2025, "value": 30.0, "label": "2025 年的后来目标 30.0"}] in data


def test_one_result_is_no_chart() -> None:
    assert results_chart(INDICATOR, [_observation(2023, 39.4)]) is None
    assert results_chart(INDICATOR | {"target": None}, [_observation(2022, 1), _observation(2023, 1)]) is None


def test_a_single_result_is_a_bar_beside_the_target() -> None:
    use("zh")
    row = INDICATOR | {"baseline_value": None, "baseline_observation": None}
    for name in ("due", "latest"):
        row |= {f"{name}_value": 36.504, f"{name}_observation": "a-2023", f"{name}_period": "2023"}
    chart = target_chart(row, [_observation(2023, 36.504)])
    assert chart is not None
    data = list(chart.to_dict()["datasets"].values())
    assert [{"label": "到期 2023", "value": 36.504, "figure": "36.5"}] in data
    assert [{"value": 39.0, "label": "方案目标 39%"}] in data


def test_nothing_published_or_no_number_promised_is_no_chart() -> None:
    nothing = {
        f"{name}_{column}": None for name in ("baseline", "due", "latest") for column in ("value", "observation")
    }
    assert target_chart(INDICATOR | nothing, []) is None
    done = INDICATOR | nothing | {"target": None, "due_value": 1.0, "due_observation": "b", "due_period": "2023"}
    assert target_chart(done, []) is None


def test_the_result_when_due_is_written_at_its_point() -> None:
    assert [{"year": 2023, "value": 39.353, "label": "39.4"}] in _data(
        _observation(2022, 38.0), _observation(2023, 39.353)
    )
    assert [] in _data(_observation(2021, 38.0), _observation(2022, 39.353))


def test_the_plans_years_are_shaded_where_they_are_given() -> None:
    seen = [_observation(2020, 36.5), _observation(2023, 39.4)]
    shaded = target_chart(INDICATOR, seen, (2021, 2023))
    assert shaded is not None
    told = shaded.to_dict()
    assert told["layer"][0]["mark"]["type"] == "rect"
    band = [{"year": 2020.5, "until": 2023.5, "middle": 2022.0, "label": "方案期 2021–2023"}]
    assert band in told["datasets"].values()
    plain = target_chart(INDICATOR, seen)
    assert plain is not None
    assert "rect" not in [layer["mark"]["type"] for layer in plain.to_dict()["layer"]]
