"""Figures of a made-up city: what is said follows from its rows, whatever they are."""

import pytest

from portal.answering.knowledge import Knowledge
from portal.answering.query import Claim
from portal.publication.publications import Publications
from portal.retrieval.retriever import LazyEncoder
from tests.portal.answering.lookup.asked import first_line, query, told
from tests.synthetic import INDICATORS, OBSERVATIONS, SyntheticProject

RATE, FACILITIES = "synthetic_rate", "synthetic_facilities"


def _knowledge(project: SyntheticProject) -> Knowledge:
    encoder = LazyEncoder(project.settings.embedding_model)
    return Knowledge(Publications(project.settings).current(), encoder, project.settings.dense_weight)


@pytest.fixture
def synthetic(built: SyntheticProject) -> Knowledge:
    """The synthetic city as published."""
    return _knowledge(built)


def test_a_result_short_of_its_target(synthetic: Knowledge) -> None:
    assert first_line(query("value", "status", RATE), synthetic) == "没有做到：2023年合成率是45%，目标是50%。"
    assert first_line(query("difference", "result", RATE), synthetic) == ("差5个百分点：2023年合成率是45%，目标是50%。")
    assert first_line(query("value", "status", RATE, language="en"), synthetic) == (
        "Not met: Synthetic rate was 45% in 2023; the target was 50%."
    )


def test_a_target_without_a_result(synthetic: Knowledge) -> None:
    line = first_line(query("value", "status", FACILITIES), synthetic)
    assert line == "没有人公布过合成设施的完成结果（未公布），所以不知道做到没有。方案的目标是200个（到2023年底）。"
    claim = Claim(about="result", value=200, unit="个")
    said = first_line(query("check", "result", FACILITIES, claim=claim), synthetic)
    assert said == "没有人公布过合成设施2023年的结果（未公布），所以不能说是或不是。目标是200个。"


def test_the_list_of_what_was_not_met(synthetic: Knowledge) -> None:
    text = told(query("list", "status", status=("not_met",)), synthetic).text
    assert text.startswith("2项里只有1项没有做到。\n另外1项没有人公布结果，不能说没做到。")


def test_the_years_of_the_plan(synthetic: Knowledge) -> None:
    line = first_line(query("series", "result", RATE), synthetic)
    assert line == "合成市合成率从2020年的40%到2023年的45%，升了5个百分点。"


def test_nothing_is_rounded_up_to_the_target(project: SyntheticProject) -> None:
    near = {**OBSERVATIONS[1], "value": 49.96, "value_text": "49.96"}
    project.write("observations", [OBSERVATIONS[0], near])
    project.build()
    line = first_line(query("value", "status", RATE), _knowledge(project))
    assert line == "没有做到：2023年合成率是49.96%，目标是50%。"


@pytest.mark.parametrize(
    ("value", "status", "gap"),
    [
        (51, "没有做到：2023年合成率是51%，目标是不超过50%。", "差1个百分点：2023年合成率是51%，目标是不超过50%。"),
        (50, "做到了：2023年合成率是50%，目标是不超过50%。", "没有差：2023年合成率正好是50%，目标不超过50%。"),
        (
            49,
            "做到了：2023年合成率是49%，目标是不超过50%。",
            "没有差：2023年合成率是49%，目标不超过50%，超出1个百分点。",
        ),
    ],
)
def test_above_a_limit_is_not_met_and_below_it_is(project: SyntheticProject, value: int, status: str, gap: str) -> None:
    project.replace(project.plan, "合成率达到50%", "合成率不超过50%")
    limit = {**INDICATORS[0], "direction": "at_most", "quote": "合成率不超过50%", "target_text": "不超过50%"}
    project.write("indicators", [limit, INDICATORS[1]])
    project.write("observations", [OBSERVATIONS[0], {**OBSERVATIONS[1], "value": value, "value_text": str(value)}])
    project.build()
    knowledge = _knowledge(project)
    assert first_line(query("value", "status", RATE), knowledge) == status
    assert first_line(query("difference", "result", RATE), knowledge) == gap
    claim = Claim(about="result", relation="at_most", value=50, unit="%")
    assert first_line(query("check", "result", RATE, claim=claim), knowledge) == status
