"""A build embeds the sentences that are new and no others."""

import pytest

import pipelines.build
from portal.retrieval.bundled import BundledE5
from tests.synthetic import SyntheticProject

RULES = "合成市第{n}号合成规定\n第一条 第{n}号规定管合成设施。\n第二条 合成设施每{n}天查一次。\n第三条 本规定自2021年1月1日起施行。\n"


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts given to the model, in order."""
    given: list[str] = []
    encoder = BundledE5()
    own = encoder.encode_document

    class Counting:
        def encode_document(self, texts: list[str], **options: object) -> object:
            given.extend(texts)
            return own(texts, **options)

    monkeypatch.setattr(pipelines.build, "load_encoder", lambda model: Counting())
    return given


def add(project: SyntheticProject, number: int, more: str = "") -> None:
    text = RULES.format(n=number).replace("第三条", f"{more}第三条")
    (project.corpus / f"rules-{number}.txt").write_text(text, "utf-8")
    (project.corpus / f"rules-{number}.toml").write_text(
        f'id = "rules-{number}"\ntitle = "合成市第{number}号合成规定"\n', "utf-8"
    )


def test_of_several_documents_one_that_changed_has_only_its_new_sentence_embedded(
    built: SyntheticProject, embedded: list[str]
) -> None:
    for number in range(5):
        add(built, number)
    built.build()
    assert len(embedded) == 5 * 4
    embedded.clear()
    add(built, 3, "新来的一句合成的话。")
    built.build()
    assert len(embedded) == 1
    assert embedded[0].endswith("新来的一句合成的话。")


def test_a_document_taken_away_has_nothing_embedded(built: SyntheticProject, embedded: list[str]) -> None:
    add(built, 1)
    built.build()
    embedded.clear()
    for path in built.corpus.glob("rules-1.*"):
        path.unlink()
    built.build()
    assert embedded == []
