"""政策原文 is the document word for word, opens at a clause and highlights exactly the quoted span."""

import html
import re

import pytest

from portal.services import Services
from tests.portal.pages.conftest import Open


def _marked(page: str) -> list[str]:
    return [html.unescape(m) for m in re.findall(r"<mark[^>]*>(.*?)</mark>", page, flags=re.S)]


def test_the_text_is_the_document_word_for_word(visit: Open, shared: Services) -> None:
    page = visit("policy")
    texts = re.findall(r'<div class="clause-text">(.*?)</div>', page.html, flags=re.S)
    rows = shared.publications.current().rows('SELECT text FROM clauses ORDER BY "order"')
    assert [html.unescape(re.sub(r"<[^>]+>", "", t)) for t in texts] == [r["text"] for r in rows]


def test_the_quoted_span_is_highlighted(visit: Open) -> None:
    page = visit("policy", clause="2", span="173-188")
    assert _marked(page.html) == ["城市人均道路面积达到17平方米"]


def test_a_span_that_is_none_highlights_nothing_and_opens_the_clause(visit: Open) -> None:
    for span in ("9-3", "1-999999", "abc", "-5-9", "１-２", "0-" + "9" * 40):
        page = visit("policy", clause="3.4.1", span=span)
        assert _marked(page.html) == []
        assert 'data-focus="3.4.1:' in page.html


def test_a_clause_names_its_targets_with_their_status(visit: Open) -> None:
    page = visit("policy", clause="3.5.1")
    assert "本条的 5 项目标" in page.text
    assert "/indicator?id=parking_spaces_new" in page.links()


def test_an_unknown_clause_or_document_gets_a_sentence(visit: Open) -> None:
    assert "没有编号为“9.9”的条款" in visit("policy", clause="9.9").text
    assert "没有这份文件。" in visit("policy", document="another").text


def test_in_english_each_clause_has_its_title_in_english_above_the_plans_own_words(visit: Open) -> None:
    page = visit("policy", lang="en")
    assert '<p class="clause-title" lang="en">Put traffic in order and reduce congestion</p>' in page.html
    assert "3.5.1 Put traffic in order and reduce congestion" in page.text
    assert "1.加强交通秩序治堵。" in page.text
    assert "Put traffic in order" not in visit("policy").text


@pytest.mark.parametrize(
    ("path", "query", "named"),
    [
        ("indicator", {"id": "road_area_per_capita"}, "Clause 2 Main targets"),
        ("gaps", {"id": "pocket_parks"}, "Clause 3.4.1 Make the city greener"),
        ("projects", {"status": "completed"}, "Clause 3.6.3 Protect and show the city’s natural landscape"),
    ],
)
def test_a_clause_is_named_in_english_wherever_it_is_cited(
    visit: Open, path: str, query: dict[str, str], named: str
) -> None:
    assert f">{named}</a>" in visit(path, lang="en", **query).html


def test_what_an_answer_cites_is_named_in_english(visit: Open) -> None:
    page = visit(lang="en").ask("Road area per person target")
    assert ">Clause 2 Main targets</a>" in page.html
    assert "主要目标</a>" not in page.html
