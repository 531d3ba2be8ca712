"""What comes from data is shown, never run."""

import re
from pathlib import Path

from markupsafe import Markup

from portal.publication.statuses import ProjectStatus, TargetStatus
from portal.texts.interface import use
from portal.ui import html, links

STYLE = Path(html.__file__).parent / "static" / "style.css"
HOSTILE = '"><script>alert(1)</script>'


def test_words_from_data_are_escaped_in_every_piece() -> None:
    drawn = [
        html.quote(HOSTILE, "/policy", HOSTILE),
        html.table([HOSTILE], [[HOSTILE]], HOSTILE),
        html.figure(HOSTILE, HOSTILE, HOSTILE),
        html.empty(HOSTILE, "/", HOSTILE),
        html.failure(HOSTILE),
        html.chips(HOSTILE, [(HOSTILE, HOSTILE, True)]),
        html.source_line(
            {"publisher": HOSTILE, "source_title": HOSTILE, "source_url": HOSTILE, "reliability": HOSTILE}
        ),
        html.heading(HOSTILE, 2, HOSTILE),
        html.link(links.page("indicator", id=HOSTILE), HOSTILE),
    ]
    for piece in drawn:
        assert isinstance(piece, Markup)
        assert "<script" not in piece


def test_only_addresses_of_the_web_become_links_to_sources() -> None:
    assert html.outside("javascript:alert(1)", "来源") == "来源"
    assert html.outside(None, "来源") == "来源"
    assert 'href="https://example.org/a"' in html.outside("https://example.org/a", "来源")


def test_a_status_is_an_icon_and_a_word_and_a_colour() -> None:
    use("zh")
    assert html.badge("not_comparable") == '<span class="badge is-not_comparable">不能比</span>'
    style = STYLE.read_text("utf-8")
    for status in [*TargetStatus, *ProjectStatus]:
        assert re.search(rf"^[^{{]*\.is-{status}\b[^{{]*{{ --shape: url", style, re.M)
        assert re.search(rf"\.badge:is\([^)]*\.is-{status}\b[^)]*\)::before", style)


def test_a_target_bar_needs_a_result_and_something_to_compare_it_with() -> None:
    row = {
        "target": 17.0,
        "target_text": "17平方米",
        "baseline_value": 13.35,
        "baseline_period": "2020",
        "due_value": 14.1,
        "due_period": "2023",
        "latest_value": 15.34,
        "latest_period": "2024",
    }
    bar = html.target_bar(row)
    assert [m in bar for m in ("mark-baseline", "mark-due", "mark-latest", "mark-target")] == [True] * 4
    assert html.target_bar(row | {"due_value": None}) == ""
    assert html.target_bar(row | {"target": None}) == ""


def test_a_result_short_of_its_target_is_never_drawn_as_the_target() -> None:
    row = {"target": 100.0, "target_text": "100%", "baseline_value": 99.9, "baseline_period": "2020"}
    row |= {"due_value": 99.9993, "due_period": "2023", "latest_value": 99.99996, "latest_period": "2024"}
    bar = html.target_bar(row)
    assert "<b>99.999</b>" in bar
    assert "<b>99.99996</b>" in bar
    assert "<b>100</b>" not in bar


def test_links_carry_the_language() -> None:
    use("en")
    assert links.localized("/policy?clause=3.4.1&span=12-40") == "/policy?clause=3.4.1&span=12-40&lang=en"
    use("zh")
    assert links.localized("/policy?clause=3.4.1&span=12-40") == "/policy?clause=3.4.1&span=12-40"
    assert links.page() == "/"
