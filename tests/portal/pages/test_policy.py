"""政策原文 is the document word for word, opens at a clause and highlights exactly the quoted span."""

import html
import re

import pytest

from portal.services import Services
from tests.portal.pages.conftest import Open


@pytest.fixture
def shared(city_services: Services) -> Services:
    return city_services


def _marked(page: str) -> list[str]:
    return [html.unescape(m) for m in re.findall(r"<mark[^>]*>(.*?)</mark>", page, flags=re.S)]


def test_the_text_is_the_document_word_for_word(visit: Open, shared: Services) -> None:
    page = visit("policy")
    texts = re.findall(r'<div class="clause-text">(.*?)</div>', page.html, flags=re.S)
    rows = shared.publications.current().rows('SELECT text FROM clauses ORDER BY "order"')
    assert [html.unescape(re.sub(r"<[^>]+>", "", t)) for t in texts] == [r["text"] for r in rows]


def test_the_quoted_span_is_highlighted(visit: Open) -> None:
    page = visit("policy", clause="1", span="35-50")
    assert _marked(page.html) == ["合成道路人均面积达到12平方米"]


def test_a_span_that_is_none_highlights_nothing_and_opens_the_clause(visit: Open) -> None:
    for span in ("9-3", "1-999999", "abc", "-5-9", "１-２", "0-" + "9" * 40):
        page = visit("policy", clause="2.2.1", span=span)
        assert _marked(page.html) == []
        assert 'data-focus="2.2.1:' in page.html


def test_a_clause_names_its_targets_with_their_status(visit: Open) -> None:
    page = visit("policy", clause="2.3")
    assert "本条的 3 项目标" in page.text
    assert "/indicator?id=synthetic_parking_spaces" in page.links()


def test_an_unknown_clause_or_document_gets_a_sentence(visit: Open) -> None:
    assert "没有编号为“9.9”的条款" in visit("policy", clause="9.9").text
    assert "没有这份文件。" in visit("policy", document="another").text


def test_in_english_each_clause_has_its_title_in_english_above_the_plans_own_words(visit: Open) -> None:
    page = visit("policy", lang="en")
    assert '<p class="clause-title" lang="en">More synthetic green space</p>' in page.html
    assert "2.2.1 More synthetic green space" in page.text
    assert "1.增加合成绿地。" in page.text
    assert "More synthetic green space" not in visit("policy").text


@pytest.mark.parametrize(
    ("path", "query", "named"),
    [
        ("indicator", {"id": "synthetic_road_area"}, "Clause 1 Synthetic targets"),
        ("gaps", {"id": "synthetic_pocket_parks"}, "Clause 2.2.1 More synthetic green space"),
        ("projects", {"status": "completed"}, "Clause 2.2.2 Look after synthetic trees"),
    ],
)
def test_a_clause_is_named_in_english_wherever_it_is_cited(
    visit: Open, path: str, query: dict[str, str], named: str
) -> None:
    assert f">{named}</a>" in visit(path, lang="en", **query).html


def test_what_an_answer_cites_is_named_in_english(visit: Open) -> None:
    page = visit(lang="en").ask("Synthetic road area per person target")
    assert ">Clause 1 Synthetic targets</a>" in page.html
    assert "合成目标</a>" not in page.html


def test_headings_of_the_text_are_headings_one_below_another(visit: Open) -> None:
    page = visit("policy", clause="2.2.1", span="2-6")
    assert '<h2 class="">一、合成目标\n</h2>' in page.html
    assert re.search(r'<h4 class="run-in">1\.<mark[^>]*>增加合成</mark>绿地。</h4>', page.html)
    assert _marked(page.html) == ["增加合成"]


def test_in_english_a_clause_has_its_sentences_in_english_and_says_whose_they_are(visit: Open) -> None:
    page = visit("policy", lang="en")
    assert "the synthetic rate reaches 50% and synthetic facilities reach 200. Synthetic road area" in page.text
    assert "not an official translation" in page.text
    assert "the synthetic rate reaches 50%" not in visit("policy").text


def test_an_open_clause_can_be_copied_with_where_it_stands(visit: Open) -> None:
    page = visit("policy", clause="2.2.1")
    (copied,) = re.findall(r"<textarea[^>]*>(.*?)</textarea>", page.html, flags=re.S)
    text, _, where = html.unescape(copied).rpartition("\n")
    assert text.startswith("1.增加合成绿地。")
    assert where.startswith("——《合成方案》")
    assert where.endswith("/policy?clause=2.2.1")
    assert "<textarea" not in visit("policy").html
