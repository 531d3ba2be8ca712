"""An invented city, named as invented, from nothing to an answer; and files of another city, refused."""

from pathlib import Path

import pytest

from pipelines.build import build
from pipelines.new_city import new_city
from pipelines.sources.problems import BuildError
from portal.answering.models import Ask
from portal.settings import Settings
from tests.portal.api.conftest import services_for
from tests.synthetic import CHECKOUT, SyntheticProject

TASKS = "虚构市重点任务清单（虚构文本，仅供测试）\n一、虚构任务\n1.新建虚构公园12座。\n2.改造虚构管网30公里。\n"


def test_an_invented_city_is_built_from_the_files_made_for_it_and_asked(tmp_path: Path) -> None:
    root = tmp_path / "invented"
    new_city(root, "虚构市", CHECKOUT / "datasets", 2025)
    (root / "corpus" / "plan.txt").write_text(TASKS, "utf-8")
    settings = Settings(
        corpus=root / "corpus", datasets=root / "datasets", published=root / "published", var=root / "var"
    )
    assert build(settings).changed
    shared = services_for(settings)
    answer = shared.answers.answer(Ask(question="要新建多少座虚构公园？"))
    assert answer.kind == "answer"
    assert "新建虚构公园12座" in answer.answer


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
