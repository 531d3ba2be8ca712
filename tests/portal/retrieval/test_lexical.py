import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.retrieval.lexical import LexicalIndex, terms
from portal.texts.folding import fold

SYNTHETIC_TEXTS = [
    "甲市新建公共停车场十处，新增泊位3,000个。",
    "乙市公园绿地免费开放。",
    "丙市污水处理率达到98%以上，PM2.5浓度下降。",
    "停放车辆应当有序，公共场所禁止吸烟。",
]


def best(index: LexicalIndex, query: str) -> int:
    return int(np.argmax(index.scores(query)))


def test_terms_are_characters_and_their_neighbours_and_whole_words() -> None:
    assert terms("停车场") == ["停", "车", "场", "停车", "车场"]
    assert terms("新建LED灯，4.5万") == ["新", "建", "新建", "led", "灯", "4.5", "万"]


def test_neighbours_do_not_reach_across_punctuation() -> None:
    assert "园绿" not in terms("公园，绿地")


def test_width_case_script_and_thousands_make_no_difference() -> None:
    assert fold("ＰＭ２．５ ＬＥＤ") == "pm2.5 led"
    assert terms("公共停車場") == terms("公共停车场")
    assert terms("3,000") == terms("３０００")


def test_an_exact_phrase_is_found_before_its_scattered_characters() -> None:
    assert best(LexicalIndex(SYNTHETIC_TEXTS), "公共停车场") == 0


@pytest.mark.parametrize("query", ["ＰＭ２．５", "pm2.5", "污水處理率", "98％"])
def test_a_query_typed_another_way_finds_the_same_text(query: str) -> None:
    assert best(LexicalIndex(SYNTHETIC_TEXTS), query) == 2


def test_a_text_that_shares_no_term_scores_nothing() -> None:
    assert LexicalIndex(SYNTHETIC_TEXTS).scores("zzz").tolist() == [0, 0, 0, 0]
    assert LexicalIndex(SYNTHETIC_TEXTS).scores("").tolist() == [0, 0, 0, 0]


def test_the_score_is_lucenes_bm25() -> None:
    # Two texts of the lengths 1 and 3; "a" is in one of them: idf = ln(1 + 1.5/1.5) = ln 2, and the mean length is 2.
    index = LexicalIndex(["a", "b b c"], k1=1.2, b=0.75)
    assert index.scores("a")[0] == pytest.approx(np.log(2) * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 0.5)))
    assert index.scores("b")[1] == pytest.approx(np.log(2) * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 1.5)))


def test_a_term_asked_twice_counts_twice() -> None:
    index = LexicalIndex(SYNTHETIC_TEXTS)
    assert index.scores("led pm pm")[2] == pytest.approx(2 * index.scores("pm")[2])


@pytest.mark.parametrize("texts", [[], [""], ["", "，。"]])
def test_a_corpus_without_words_scores_nothing(texts: list[str]) -> None:
    assert LexicalIndex(texts).scores("停车").tolist() == [0.0] * len(texts)


def test_coverage_is_the_share_of_the_question_a_text_holds() -> None:
    index = LexicalIndex(SYNTHETIC_TEXTS)
    assert index.coverage("公共停车场", SYNTHETIC_TEXTS[0]) == 1.0
    assert index.coverage("护照", SYNTHETIC_TEXTS[0]) == 0.0
    assert index.coverage("", SYNTHETIC_TEXTS[0]) == 0.0


def test_a_rare_term_weighs_more_in_coverage_than_a_common_one() -> None:
    index = LexicalIndex(SYNTHETIC_TEXTS)
    assert index.idf("护") > index.idf("污") > index.idf("市")
    assert index.coverage("市 污", "污") > index.coverage("市 污", "市")


@given(st.text(), st.lists(st.text(), max_size=5))
def test_any_text_gives_finite_scores_and_a_coverage_within_bounds(query: str, texts: list[str]) -> None:
    index = LexicalIndex(texts)
    scores = index.scores(query)
    assert scores.shape == (len(texts),)
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()
    assert all(0 <= index.coverage(query, text) <= 1 + 1e-9 for text in texts)
