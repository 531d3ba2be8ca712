"""An invented city, named as invented, from nothing to an answer; and files of another city, refused."""

import re
from pathlib import Path

import pytest

from pipelines.new_city import new_city
from pipelines.sources.datasets import read_descriptions
from pipelines.sources.problems import BuildError
from portal.answering.models import Ask
from portal.services import Services
from tests.invented_city import city_of_tables, invented_city
from tests.portal.api.conftest import services_for
from tests.synthetic import CHECKOUT, SyntheticProject


def _neighbour(made: pytest.TempPathFactory) -> Path:
    corpus = SyntheticProject(made.mktemp("neighbour")).corpus
    (corpus / "elsewhere.toml").write_text('names = ["另一市", "虚构市", "虚构"]\nnames_en = ["other"]\n', "utf-8")
    return corpus


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Services:
    """The invented city beside a synthetic one whose files it was begun from, its model ready."""
    services = services_for(invented_city(tmp_path_factory.mktemp("invented"), _neighbour(tmp_path_factory)))
    services.encoder.get()
    return services


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("要新建多少座虚构公园？", "新建虚构公园12座"),
        ("食品抽检合格率要达到多少", "食品抽检合格率不低于98%"),
        ("老旧小区改造多少个", "改造老旧小区86个"),
        ("供水漏损率是多少", "供水管网漏损率不高于8%"),
        ("校园食堂有什么要求", "明厨亮灶”全覆盖"),
        ("这个方案讲什么", "分这几部分：虚构民生，虚构设施，虚构食品。"),
        ("谁发的这个方案", "方案由谁印发，没有见到。"),
        ("这个方案管哪一年", "方案管的是2025年。"),
        ("这个方案一共有多少项目标", "方案里的目标还没有整理成表，不能数"),
    ],
)
def test_an_invented_city_is_asked_of_its_list_of_one_line_items(question: str, told: str, invented: Services) -> None:
    answer = invented.answers.answer(Ask(question=question))
    assert answer.kind == "answer"
    assert told in answer.answer


@pytest.mark.parametrize(
    "question", ["另一市要建多少座公园", "合成市的食品抽检合格率", "明天天气怎么样", "虚构的房价会涨吗"]
)
def test_of_another_city_and_of_other_things_an_invented_city_tells_nothing(question: str, invented: Services) -> None:
    answer = invented.answers.answer(Ask(question=question))
    assert answer.kind == "refusal"
    assert "公园12座" not in answer.answer
    assert "98%" not in answer.answer


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Services:
    """The invented city whose plan is tables, its model ready."""
    services = services_for(city_of_tables(tmp_path_factory.mktemp("tables"), _neighbour(tmp_path_factory)))
    services.encoder.get()
    return services


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("要新建多少座口袋公园？", "新建口袋公园的目标是15座（2024年9月底）"),
        ("绿地率要达到多少", "建成区绿地率的目标是40.5%"),
        ("停车泊位的目标是多少", "> 新增公共停车泊位 | 3200个"),
        ("口袋公园什么时候完成", "2024年9月底"),
        ("老旧小区改造的期限", "2024年12月底"),
        ("有哪些目标", "更新供水管网"),
        ("一共有多少项目标", "方案一共有5项目标和承诺"),
        ("公园绿地有哪些目标", "方案里有2项目标"),
        ("口袋公园建成了吗", "没有人公布过新建口袋公园的完成结果"),
        ("虚表湖公园要建什么", "| 1 | 虚表湖公园 | 建设步道6公里 | 虚表市园林局 |"),
        ("虚表路拓宽到多少米", "| 2 | 虚表路改造 | 拓宽至30米 | 虚表市住建局 |"),
        ("督查多久通报一次", "市督查室每月通报一次任务进度。"),
        ("谁发的这个方案", "方案由虚表市人民政府印发。"),
        ("方案的文号", "方案的文号是虚表政〔2024〕3号。"),
        ("方案哪天印发的", "方案的成文日期是2024年1月15日。"),
        ("这个方案讲什么", "分这几部分：总体要求，重点任务分解表，重点项目表，保障措施。"),
    ],
)
def test_a_plan_of_tables_is_asked_of_its_rows_its_targets_and_itself(
    question: str, told: str, tables: Services
) -> None:
    answer = tables.answers.answer(Ask(question=question))
    assert answer.kind == "answer"
    assert told in answer.answer


@pytest.mark.parametrize("question", ["另一市的绿地率目标是多少", "虚表市的房价会涨吗", "充电桩要建多少"])
def test_a_city_of_tables_tells_nothing_of_what_its_tables_do_not_hold(question: str, tables: Services) -> None:
    answer = tables.answers.answer(Ask(question=question))
    assert answer.kind == "refusal"
    assert "40.5" not in answer.answer


def test_what_is_written_for_a_city_tells_nothing_of_the_one_it_was_begun_from(tmp_path: Path) -> None:
    model = read_descriptions(CHECKOUT / "datasets")
    examples = {c.example for d in model for c in d.columns if len(c.example) > 3}
    reasons = {change.reason for d in model for change in d.changelog} - {"首次发布"}
    assert examples
    assert reasons
    new_city(tmp_path / "invented", "虚构市", CHECKOUT / "datasets", 2025)
    made = read_descriptions(tmp_path / "invented" / "datasets")
    assert {c.example for d in made for c in d.columns} == {""}
    assert not {change.reason for d in made for change in d.changelog} & reasons
    assert {len(d.changelog) for d in made} == {1}
    texts = "".join(f"{d.title_zh}{d.summary_zh}{d.summary_en}{d.caveats_zh}{d.caveats_en}{d.keywords}" for d in made)
    assert not re.search(r"20[0-2]\d", texts)
    assert not [word for word in ("三年行动", "高新技术", "静脉") if word in texts]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("合成", "utf-8")
    with pytest.raises(BuildError, match="里已经有文件。请给一个空文件夹。"):
        new_city(tmp_path, "虚构市", CHECKOUT / "datasets", 2025)


@pytest.mark.parametrize(
    ("file", "words", "sentence"),
    [
        ("elsewhere.toml", 'names = ["合成市", "别处市"]\n', "names 把“合成市”算作别处"),
        ("elsewhere.toml", 'names_en = ["Synthetic City"]\n', "names_en 把 Synthetic City 算作别处"),
        ("vocabulary.toml", 'own = ["虚构市"]\n', "own 写的是虚构市，没有 site.toml 的城市合成市。"),
        ("vocabulary.toml", '[clauses]\n"9.9" = ["合成"]\n', "没有的条款 9.9。"),
    ],
)
def test_words_of_another_city_are_refused(project: SyntheticProject, file: str, words: str, sentence: str) -> None:
    (project.corpus / file).write_text(words, "utf-8")
    with pytest.raises(BuildError) as raised:
        project.build()
    assert sentence in "".join(raised.value.problems)
