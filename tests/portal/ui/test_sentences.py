"""What a page says of a target is made from its row: nothing is counted twice, and each figure says what it is."""

from typing import Any

import pytest

from portal.ui import sentences

ROW: dict[str, Any] = {
    "status": "not_published",
    "reason": "no_comparable_result",
    "due_value": None,
    "later_change": None,
    "actual_count": 0,
    "annual_plan_count": 0,
    "later_target_count": 0,
    "earlier_target_count": 0,
    "related_count": 0,
    "latest_observation": None,
    "due_observation": None,
}
OTHER = {"status": "not_comparable", "reason": "only_other_scope"}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, ""),
        ({"actual_count": 1}, "已知的是：1 个算法或范围不一样的数字。"),
        ({"actual_count": 3}, "已知的是：3 个算法或范围不一样的数字。"),
        # The one the status rests on is told in full before.
        (OTHER | {"actual_count": 1}, ""),
        (OTHER | {"actual_count": 3}, "另有：2 个算法或范围不一样的数字。"),
        (OTHER | {"actual_count": 1, "annual_plan_count": 2}, "另有：2 项年度任务（不是结果）。"),
        (
            {"annual_plan_count": 1, "later_target_count": 2},
            "已知的是：1 项年度任务（不是结果）、2 项后来的目标（不是结果）。",
        ),
    ],
)
def test_what_else_is_known_is_counted_and_named(row: dict[str, Any], said: str) -> None:
    assert sentences._instead(ROW | row) == said


def of_row(**changed: Any) -> dict[str, Any]:
    due = {"due_value": 10.0, "due_value_text": "10", "due_unit": "吨", "due_period": "2023"}
    told = {"due_reliability": "high", "due_corrected": False, "target": 9.0, "target_text": "不超过9吨"}
    return ROW | due | told | {"status": "not_met", "reason": "result_misses_target"} | changed


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (of_row(), "到期结果 10吨（2023），没有达到目标“不超过9吨”。"),
        (
            of_row(due_value=9.0, due_value_text="9", reason="result_reaches_target"),
            "到期结果 9吨（2023），达到目标“不超过9吨”。",
        ),
        (of_row(due_value=9.04, due_value_text="9.04"), "到期结果 9.04吨（2023），没有达到目标“不超过9吨”。"),
    ],
)
def test_a_result_is_told_beside_its_target_and_never_as_what_it_is_not(row: dict[str, Any], said: str) -> None:
    assert sentences.verdict(row) == said


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (of_row(), ""),
        (of_row(due_reliability="medium"), "可靠程度：中。"),
        (of_row(due_reliability="low"), "可靠程度：低。"),
        (of_row(due_corrected=True), "更正"),
        (of_row(due_corrected=True, due_value=None), ""),
    ],
)
def test_a_result_that_is_not_fully_reliable_says_so(row: dict[str, Any], said: str) -> None:
    told = sentences._reliance(row)
    assert said in told
    assert bool(told) is bool(said)
