"""关于: what the portal says of itself."""

from portal.publication.guide import articles
from portal.services import Services
from tests.portal.pages.conftest import Open


def test_every_article_is_on_the_page_with_an_anchor(visit: Open, shared: Services) -> None:
    page = visit("about")
    for article in articles(shared.publications.current()):
        assert f'id="{article.id}"' in page.html
        assert article.title["zh"] in page.text
        assert article.paragraphs["zh"][0] in page.text


def test_the_article_named_in_the_address_stands_first(visit: Open) -> None:
    page = visit("about", article="privacy", lang="en")
    assert page.html.index('id="privacy"') < page.html.index('id="what"')
    assert "they are forgotten six hours after the last use" in page.text


def test_links_keep_the_language_and_the_hotline_can_be_called(visit: Open) -> None:
    links = visit("about", lang="en").links()
    assert "/gaps?lang=en" in links
    assert "/data?dataset=progress&lang=en" in links
    assert "/report.pdf" in links
    assert "tel:12345" in links


def test_an_article_that_is_not_there_gets_a_sentence_and_all_the_others(visit: Open) -> None:
    page = visit("about", article="<script>alert(1)</script>")
    assert "没有编号为“<script>alert(1)</script>”的说明" in page.text
    assert "<script>alert" not in page.html
    assert 'id="method"' in page.html
