"""A reply for a text message has whole sentences, the address of the rest, and never more characters than it may."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.chat.brief import short_reply

URL = "https://portal.example/answer/AbCdEfGhIjK"


def test_it_is_what_fits_of_the_answer_in_whole_sentences_and_where_the_rest_is() -> None:
    text = "目标是50%。到期结果是45%，没有达到。\n" + "说明" * 60 + "。"
    assert short_reply(text, URL, "zh") == f"目标是50%。到期结果是45%，没有达到。详见 {URL}"
    assert short_reply("The target was 50%. It was missed: 45.5%.", URL, "en", 80) == f"The target was 50%. More: {URL}"


def test_a_quotation_is_not_torn_from_its_mark() -> None:
    told = short_reply("方案写着“完成合成任务。”后来完成了。", URL, "zh")
    assert told == f"方案写着“完成合成任务。”后来完成了。详见 {URL}"


@pytest.mark.parametrize("text", ["好" * 200 + "。", ""])
def test_where_no_sentence_fits_it_says_where_to_read(text: str) -> None:
    assert short_reply(text, URL, "zh") == f"详见 {URL}"
    assert short_reply(text, URL, "zh", 10) == URL


@given(some.text(alphabet="合成一二。！？.\n ”5", max_size=400), some.integers(60, 200))
def test_it_is_never_longer_than_it_may_be_and_cuts_nothing(text: str, most: int) -> None:
    told = short_reply(text, URL, "zh", most)
    assert len(told) <= most
    assert told.endswith(URL)
    words = "".join(told.removesuffix(f"详见 {URL}").split())
    assert "".join(text.split()).startswith(words)
    assert not words or words[-1] in "。！？.”" or "".join(text.split()) == words or "\n" in text
