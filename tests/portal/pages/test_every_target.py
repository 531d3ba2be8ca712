"""The page of every target of the real plan opens, quotes the plan, and in English speaks English."""

import re

import pytest

from portal.publication.store import Store
from tests.portal.pages.conftest import Open


@pytest.mark.slow
def test_every_target_has_a_page_that_opens(visit: Open, store: Store) -> None:
    for row in store.rows("SELECT id, quote FROM indicators"):
        page = visit("indicator", id=row["id"])
        assert row["quote"] in page.text
        assert 'class="failure"' not in page.html


@pytest.mark.slow
def test_in_english_no_target_is_left_with_chinese_words(visit: Open, store: Store) -> None:
    for row in store.rows("SELECT id FROM indicators"):
        page = visit("indicator", id=row["id"], lang="en")
        own = re.sub(r'<(blockquote|q) lang="zh-CN">.*?</\1>|<span class="source">.*?</span></span>', "", page.html)
        lead, figures = own[own.index('class="lead"') :], own[own.index('class="figures"') :]
        for part in (lead[: lead.index("</div>")], *re.findall(r'<span class="value">(.*?)</span>', figures)):
            assert not re.search("[\u4e00-\u9fff]", part), (row["id"], part)
