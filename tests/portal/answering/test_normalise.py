"""What is typed is cleaned and personal data masked before anything else sees it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.answering.normalise import normalise


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("２０２３年绿地率？", "2023年绿地率?"),
        ("  绿地率\u200b是\u202e多少\x00 ", "绿地率是多少"),
        ("我的身份证410305199001011234，绿地率多少", "我的身份证〔身份证号已隐去〕,绿地率多少"),
        ("电话13812345678问绿地率", "电话〔手机号已隐去〕问绿地率"),
        ("座机0379-63912345转8", "座机〔电话已隐去〕转8"),
        ("座机0379 63912345", "座机〔电话已隐去〕"),
        ("座机037963912345", "座机〔电话已隐去〕"),
        ("座机（0379）63912345", "座机〔电话已隐去〕"),
        ("call +86 379 63912345 please", "call 〔电话已隐去〕 please"),
        ("北京010-12345678", "北京〔电话已隐去〕"),
        ("电话+86 138-1234-5678", "电话〔手机号已隐去〕"),
        ("身份证41030519900101123x", "身份证〔身份证号已隐去〕"),
        ("卡号6222021234567890123", "卡号〔卡号已隐去〕"),
        ("卡号4000123412341234", "卡号〔卡号已隐去〕"),
        ("豫C12345乱停", "〔车牌已隐去〕乱停"),
        ("mail me a.b@example.com", "mail me 〔邮箱已隐去〕"),
    ],
)
def test_widths_hidden_characters_and_personal_data(typed: str, read: str) -> None:
    assert normalise(typed).text == read


def test_figures_of_the_plan_are_no_personal_data() -> None:
    for text in (
        "新增停车泊位是不是45000个,2023年",
        "0.03796391234",
        "28000-45000个",
        "2021-2023",
        "17.2550000平方米",
        "12345",
    ):
        assert normalise(text).text == text


def test_a_long_question_is_cut_at_300_characters_and_says_so() -> None:
    cleaned = normalise("绿" * 1_000_000)
    assert len(cleaned.text) == 300
    assert cleaned.cut


@pytest.mark.parametrize(
    ("text", "language"), [("How many parks?", "en"), ("绿地率", "zh"), ("LED路灯多少", "zh"), ("", "zh")]
)
def test_the_language_is_that_of_most_words(text: str, language: str) -> None:
    assert normalise(text).language == language


@given(st.text(max_size=2_000))
def test_nothing_hidden_is_left_of_any_text(text: str) -> None:
    cleaned = normalise(text).text
    assert len(cleaned) <= 300
    assert not {unicodedata.category(c) for c in cleaned} & {"Cc", "Cf", "Cs", "Co", "Cn"}
