"""An error says what is wrong in the language of the run, or in the one asked for."""

from portal.texts.errors import BilingualError
from portal.texts.interface import speaking


def test_the_sentence_is_in_the_language_of_the_run_or_the_one_asked_for() -> None:
    error = BilingualError("没有这一列。", "There is no such column.")
    assert str(error) == error.told() == "没有这一列。"
    assert error.told("en") == "There is no such column."
    with speaking("en"):
        assert error.told() == "There is no such column."
        assert error.told("zh") == "没有这一列。"
