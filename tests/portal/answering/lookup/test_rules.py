"""Rules answer beside the plan: article, exception and penalty in their own words; what they do not state is refused."""

from pathlib import Path

import pytest

from portal.answering.facts import Facts, Nothing
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.rules import CardFacts, RuleFacts, beside_the_plan, look_up_rules
from portal.answering.query import Query
from portal.answering.refusals import Refusal
from portal.answering.telling import tell
from portal.answering.verify import verify
from portal.publication.manifest import current_version
from portal.publication.store import Store
from tests.portal.answering.lookup.test_documents import PARKS
from tests.synthetic import SyntheticProject


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    project = SyntheticProject(tmp_path_factory.mktemp("rules"))
    (project.corpus / "parks.txt").write_text(PARKS, "utf-8")
    (project.corpus / "parks.toml").write_text('id = "parks"\ntitle = "合成市公园管理条例"\n', "utf-8")
    project.build()
    published = Path(str(project.settings.published))
    return Knowledge(Store(published / str(current_version(published)), project.settings), None, 0.7)


def _look_up(question: str, knowledge: Knowledge) -> Facts:
    return look_up_rules(Query(text=question, question=question), knowledge)


def test_rule_is_told_with_its_article_and_who_punishes(knowledge: Knowledge) -> None:
    assert beside_the_plan(knowledge)
    facts = _look_up("公园里宿营烧烤罚多少", knowledge)
    assert isinstance(facts, RuleFacts)
    draft = tell(facts, knowledge)
    verify(draft.text, draft.citations, draft.rows, draft.computed, knowledge)
    assert "二百元以上二千元以下罚款" in draft.text
    assert {"第三条第一款第（二）项", "第四条"} <= {c.label for c in draft.citations}
    assert {c.document_title for c in draft.citations} == {"合成市公园管理条例"}
    assert "不是法律意见" in draft.text


def test_article_that_is_not_there_is_refused_by_its_number(knowledge: Knowledge) -> None:
    facts = _look_up("公园管理条例第三十条写的是什么", knowledge)
    assert isinstance(facts, Nothing)
    assert facts.why == Refusal.NO_ARTICLE


def test_dates_of_a_document_come_from_its_own_lines(knowledge: Knowledge) -> None:
    facts = _look_up("公园管理条例哪天起施行", knowledge)
    assert isinstance(facts, CardFacts)
    draft = tell(facts, knowledge)
    verify(draft.text, draft.citations, draft.rows, draft.computed, knowledge)
    assert "2021年10月1日" in draft.text


def test_question_that_names_only_the_plan_is_left_to_it(knowledge: Knowledge) -> None:
    assert isinstance(_look_up(f"{knowledge.site.plan_short}里公园怎么写", knowledge), Nothing)
