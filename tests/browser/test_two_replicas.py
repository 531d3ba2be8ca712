"""Two portals with object storage, PostgreSQL and Redis: a visitor's is killed in the middle of a conversation: the page comes back at the other one, and the conversation goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pipelines.publish import push
from tests.browser.conftest import Visitor
from tests.browser.test_chat import ask
from tests.portal.s3_server import serving
from tests.portal.traffic.replicas import Two, two_with_nothing_of_their_own
from tests.postgresql_server import empty_database, postgresql
from tests.synthetic import SyntheticProject

QUESTION = "合成率的目标是多少？"
FOLLOWING = "那2023年呢？"


@pytest.fixture
def two(built: SyntheticProject, tmp_path: Path) -> Iterator[Two]:
    with serving() as storage, postgresql() as server:
        push(built.settings.published, storage.storage())
        with two_with_nothing_of_their_own(storage, empty_database(server), tmp_path) as running:
            yield running


def test_a_conversation_outlives_the_portal_that_held_it(browser: Browser, two: Two) -> None:
    context = browser.new_context(locale="zh-CN", ignore_https_errors=True, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(20_000)
    try:
        page = context.new_page()
        visitor = Visitor(page, f"https://127.0.0.1:{two.port}/").open("about")
        ask(visitor, QUESTION)
        page.locator(".asked").evaluate("(asked) => asked.classList.add('of-the-lost')")
        held = two.pages()
        assert sorted(held) == [0, 1]
        lost = held.index(1)
        two.processes[lost].kill()
        two.processes[lost].wait()
        two.addresses.pop(lost)
        # Its browser connects anew by itself, and the other portal draws what was asked.
        expect(page.locator(".asked:not(.of-the-lost)")).to_have_text(QUESTION)
        visitor.drawn()
        expect(page.locator('[class*="st-key-actions_"]')).to_have_count(1)
        ask(visitor, FOLLOWING)
        expect(page.locator(".asked")).to_have_text([QUESTION, FOLLOWING])
        # What it goes on from, the lost one was asked.
        said = page.locator(".st-key-messages").inner_text().rpartition(FOLLOWING)[2]
        assert "45%" in said
        assert two.pages() == [1]
        visitor.keep("two-replicas-after-kill")
    finally:
        context.close()
