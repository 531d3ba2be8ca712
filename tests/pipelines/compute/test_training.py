"""What is learned from the examples is kept beside them, so that a build need not learn it again."""

from pathlib import Path

import pytest

from pipelines.compute import training
from portal.settings import settings


def test_what_is_kept_was_learned_from_todays_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else every build of every checkout learns anew, twenty seconds each: run `python -m pipelines.compute.training`."""
    monkeypatch.setattr(training, "train", _not_again)
    assert set(training.trained(settings().embedding_model)) == {"reading_models", "reading_terms"}


def test_an_example_more_is_learned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The models kept are those of other examples then."""
    asked = "question,operation,facet,subject,kind,turn\n合成的问法,value,result,indicator,in,new\n"
    (tmp_path / "synthetic.csv").write_text(asked, encoding="utf-8")
    monkeypatch.setattr(training, "FOLDER", tmp_path)
    monkeypatch.setattr(training, "train", _not_again)
    with pytest.raises(_LearnedAgain):
        training.trained(settings().embedding_model)


class _LearnedAgain(Exception):
    pass


def _not_again(*_args: object) -> None:
    raise _LearnedAgain
