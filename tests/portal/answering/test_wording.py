"""What a language model writes is sent only where it says what the verified answer says: no state, yes or no, number, name or
quotation comes in, goes or moves, whatever the words."""

from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.answering.wording import says_the_same, tokens

ZH = (
    "没有做到：2023年人均道路面积是14.1平方米，目标是17平方米。\n最近的数是2024年的：15.34平方米，仍没有达到目标。\n\n"
    "> 城市人均道路面积达到17平方米\n>\n> ——合成条款（[9.9.9](/policy?clause=9.9.9&span=1-9)）\n\n"
    "- **合成甲指标**：不低于96%（2022年底）\n- **合成乙指标**：不低于98%（2023年底）\n\n"
    "| 目标 | 方案要求 | 结果 |\n|---|---|---|\n| 甲 | 3处 | 未公布 |\n\n"
    "公布过的数字算法不同，不能比较，所以不知道。要留意：2023年的数是更正值。"
)
EN = (
    "Not met: synthetic road area was 14.1 m² in 2023; the target is 17 m².\nThe latest figure, for 2024, is 15.34 m²: still not "
    "the target.\n\n> 城市人均道路面积达到17平方米\n>\n> — 合成条款 ([9.9.9](/policy?clause=9.9.9))\n\nIt says “all of it”, so it is not "
    "known. Be careful: the figure was corrected and cannot be compared."
)
DRAFTS = {"zh": ZH, "en": EN}
STATES = {
    "zh": [
        *["做到了", "做到了：", "没有做到", "没有做到：", "没做到", "未做到", "已经做到", "达标", "未达标", "达到目标", "仍没有达到目标"],
        *["完成", "没完成", "对：", "对，", "不对：", "不对，", "是的：", "是，", "不是：", "否", "不能比较", "可以比较", "不知道", "知道"],
        *["没有人公布过", "公布过", "未公布", "不", "没有", "未", "建成", "开工", "按时", "提前", "超额", "差得远", "都", "只", "约", "不到"],
    ],
    "en": [
        *["met", "not met", "Met:", "Not met:", "done", "not done", "yes", "Yes:", "no", "No:", "That is right:", "That is not right:"],
        *["not", "never", "reached", "missed", "published", "not published", "known", "not known", "comparable", "cannot be compared"],
        *["only", "all", "about", "nearly", "more than", "on time", "ahead of time", "completed", "built", "open", "failed"],
    ],
}  # fmt: skip
NUMBERS = ["1", "17", "14.1", "2023", "2025年", "39%", "4.5万", "三", "百", "⑤", "½", "１７", "٣", "VIII"]
QUOTED = [
    "“应建尽建”",
    "> 应当建成\n\n",
    "《停车管理办法》",
    "（另有说明）",
    "[见](//evil.example)",
    "**要点**",
    "`x`",
    "<b>",
    "~~",
]
HARMLESS = {
    "zh": ["具体来说，", "也就是说，", "其中", "另外，", "，", "\n", "简单说："],
    "en": ["in short, ", "namely ", "also ", "here ", ", ", "\n", "on this point: "],
}
LANGUAGES = st.sampled_from(["zh", "en"])


@lru_cache(maxsize=2)
def pieces(language: str) -> tuple[str, ...]:
    """The pieces of the draft as they stand in it: what is inserted between two of them splits none."""
    text, at, found = DRAFTS[language], 0, []
    for token in tokens(text, language):
        found.append(text[at : at + len(token)])
        at += len(token)
    assert "".join(found) == text
    return tuple(found)


def put_in(language: str, words: str, at: int) -> str:
    split = pieces(language)
    at %= len(split) + 1
    space = " " if language == "en" else ""
    return "".join([*split[:at], space, words, space, *split[at:]])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_answer_given_back_as_it_was_says_the_same(language: str) -> None:
    assert says_the_same(DRAFTS[language], DRAFTS[language], language)


@pytest.mark.parametrize(
    ("known", "text", "language"),
    [
        ("甲的目标是17处。所以不知道。", "具体来说，甲的目标定为17处；因此，不知道", "zh"),
        ("没有人公布过甲的结果。要留意：口径。", "简单说，没人公布过甲的结果。\n请注意：口径。", "zh"),
        ("The target is 17. So it is not known.", "In short, the target stands at 17; therefore it is unknown.", "en"),
        ("Not met: it was 3.", "Not met. Here it was 3.", "en"),
    ],
)
def test_connecting_words_and_words_of_one_meaning_may_change(known: str, text: str, language: str) -> None:
    assert says_the_same(text, known, language)


@pytest.mark.parametrize(
    ("known", "text", "language"),
    [
        ("目标是17处。", "目标是17处吗？", "zh"),
        ("没有做到：是3处。", "没有，做到：是3处。", "zh"),
        ("不知道。", "不，知道。", "zh"),
        ("还没有建成。", "还没有。其中建成。", "zh"),
        ("它不在数据里。", "它不同时在数据里。", "zh"),
        ("甲做到了，乙没有做到。", "乙做到了，甲没有做到。", "zh"),
        ("甲：没有人公布过。乙：做到了。", "甲：做到了。乙：没有人公布过。", "zh"),
        ("It is not built.", "It is not, in short, built.", "en"),
        ("It is not built.", "It is. Built.", "en"),
        ("Alpha met, Beta not met.", "Beta met, Alpha not met.", "en"),
        ("Is it so.", "Is it so?", "en"),
        ("1234", "12 34", "en"),
        ("12, 34", "1234", "en"),
        ("目标是17处。", "    目标是17处。", "zh"),
        ("目标是17处。", "目标是\u200b17处。", "zh"),
        ("> 引文\n\n目标是17处。", "> 引文\n目标是17处。", "zh"),
    ],
)
def test_a_sentence_turned_round_does_not_say_the_same(known: str, text: str, language: str) -> None:
    assert not says_the_same(text, known, language)


@given(LANGUAGES, st.data(), st.integers(0, 10_000))
def test_no_state_number_or_quotation_comes_in_anywhere(language: str, data: st.DataObject, at: int) -> None:
    words = data.draw(st.sampled_from([*STATES[language], *NUMBERS, *QUOTED]))
    assert not says_the_same(put_in(language, words, at), DRAFTS[language], language)


@given(LANGUAGES, st.integers(0, 10_000))
def test_no_word_number_or_mark_goes(language: str, at: int) -> None:
    split = list(pieces(language))
    kept = [n for n, p in enumerate(split) if p.strip(" \n，。；：、,;:.")]
    gone = kept[at % len(kept)]
    assert not says_the_same("".join([*split[:gone], *split[gone + 1 :]]), DRAFTS[language], language)


@given(LANGUAGES, st.integers(0, 10_000), st.integers(0, 10_000))
def test_no_two_pieces_change_places(language: str, one: int, other: int) -> None:
    split = list(pieces(language))
    kept = [n for n, p in enumerate(split) if p.strip(" \n，。；：、,;:.")]
    a, b = kept[one % len(kept)], kept[other % len(kept)]
    split[a], split[b] = split[b], split[a]
    text = "".join(split)
    same = tokens(text, language) == tokens(DRAFTS[language], language)
    assert says_the_same(text, DRAFTS[language], language) is same


@given(LANGUAGES, st.integers(0, 10_000), st.sampled_from("0123456789"))
def test_no_digit_changes(language: str, at: int, digit: str) -> None:
    text = DRAFTS[language]
    places = [n for n, c in enumerate(text) if c.isdecimal() and c != digit]
    place = places[at % len(places)]
    assert not says_the_same(text[:place] + digit + text[place + 1 :], text, language)


@given(LANGUAGES, st.data(), st.integers(0, 10_000))
def test_what_states_nothing_may_come_in_between_sentences(language: str, data: st.DataObject, at: int) -> None:
    words = data.draw(st.sampled_from(HARMLESS[language]))
    split = pieces(language)
    ends = [n + 1 for n, p in enumerate(split) if p in "。." and n + 1 < len(split)]
    place = ends[at % len(ends)]
    text = "".join([*split[:place], " " if language == "en" else "", words, *split[place:]])
    assert says_the_same(text, DRAFTS[language], language)


@given(LANGUAGES, st.text(max_size=40))
def test_what_is_written_after_an_answer_is_connecting_words_or_is_not_sent(language: str, text: str) -> None:
    if any(c.isalnum() for c in text) and not says_the_same(text, "", language):
        assert not says_the_same(f"{DRAFTS[language]}\n{text}", DRAFTS[language], language)
