"""The plan asked about itself: who issued it, when, its number and years; what was not seen is said, and nothing else is taken for it."""

from pathlib import Path

import pytest

from portal.answering.kinds import AnswerKind, Outcome
from portal.answering.models import Ask
from portal.answering.service import AnswerService
from portal.publication.publications import Publications
from portal.retrieval.retriever import LazyEncoder
from tests.synthetic import DESCRIPTION, SyntheticProject


def asked_of(described: str, folder: Path) -> AnswerService:
    """A portal whose plan is described by these lines beside its title."""
    project = SyntheticProject(folder)
    (project.corpus / "synthetic-plan.toml").write_text(DESCRIPTION + described, "utf-8")
    project.build()
    encoder = LazyEncoder(project.settings.embedding_model)
    encoder.get()
    return AnswerService(Publications(project.settings), encoder, project.settings)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> AnswerService:
    """A plan of which everything is known."""
    held = 'issuer = "合成市人民政府"\nnumber = "合成〔2021〕7号"\ndate = "2021-03-04"\n'
    return asked_of(held, tmp_path_factory.mktemp("known-plan"))


@pytest.fixture(scope="module")
def unknown(tmp_path_factory: pytest.TempPathFactory) -> AnswerService:
    """A plan of which nothing is known but its text."""
    return asked_of("", tmp_path_factory.mktemp("unknown-plan"))


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("方案是谁发的？", "方案由合成市人民政府印发。"),
        ("这个方案什么时候印发的", "方案的成文日期是2021年3月4日。"),
        ("方案的文号是多少", "方案的文号是合成〔2021〕7号。"),
        ("方案管到哪一年", "方案管的是2021–2023年。"),
        ("方案是2020年12月印发的吗", "方案的成文日期是2021年3月4日。"),
        ("Who issued the plan?", "The plan was issued by 合成市人民政府."),
        ("When was the plan published?", "The plan is dated 4 March 2021."),
        ("The plan covers 2021 to 2025, right?", "The plan is for 2021–2023."),
    ],
)
def test_what_is_asked_of_the_plan_itself_is_told_first(question: str, first: str, known: AnswerService) -> None:
    answer = known.answer(Ask(question=question))
    assert (answer.kind, answer.sort) == (Outcome.ANSWER, AnswerKind.DOCUMENT_CARD)
    assert answer.answer.startswith(first)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("方案是谁发的？", "方案由谁印发，没有见到。"),
        ("这个方案什么时候印发的", "方案的成文日期没有见到。"),
        ("方案的文号是多少", "方案的文号没有见到。"),
        ("Who issued the plan?", "Who issued the plan was not seen."),
    ],
)
def test_what_was_not_seen_is_said(question: str, first: str, unknown: AnswerService) -> None:
    assert unknown.answer(Ask(question=question)).answer.startswith(first)


@pytest.mark.parametrize(
    "question", ["方案里的合成设施是谁建的", "合成率的目标到哪年", "方案要求谁负责合成试点", "方案规定合成率由谁发布"]
)
def test_a_matter_of_the_plan_is_no_question_of_who_issued_it(question: str, known: AnswerService) -> None:
    assert known.answer(Ask(question=question)).sort != AnswerKind.DOCUMENT_CARD
