"""Folding: what is seen to be simplified already is not converted, and nothing comes out otherwise for that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from portal.texts.folding import fold, simplified

CONVERTER = OpenCC("t2s")
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)


@given(st.text(st.one_of(HAN, st.sampled_from("乾隆皇后臺灣著作瞭解麼余甲市停车场，。 a1"))))
def test_a_text_is_simplified_as_the_dictionaries_say(text: str) -> None:
    assert simplified(text) == CONVERTER.convert(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("綠地率", "绿地率"),
        ("乾隆", "乾隆"),
        ("乾淨", "干净"),
        ("绿地率", "绿地率"),
        ("Ｐ＋Ｒ　停車場", "p+r 停车场"),
        ("plan’s", "plan's"),
    ],
)
def test_a_text_is_folded(text: str, folded: str) -> None:
    assert fold(text) == folded
