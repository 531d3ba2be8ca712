"""总览 answers at first sight how many targets were met, and leads to every one of them."""

from portal.progress import counts, progress
from portal.services import Services
from tests.portal.pages.conftest import Open


def test_the_first_screen_counts_every_status_and_says_as_of_when(visit: Open, shared: Services) -> None:
    page = visit()
    found = counts(progress(shared.publications.current()))
    assert sum(found.values()) == 50
    for status, word in {
        "met": "达标",
        "not_met": "未达标",
        "not_comparable": "口径不同",
        "not_published": "未公布",
    }.items():
        assert f'<span class="count-number">{found[status]}</span>' in page.html
        assert word in page.text
    assert "2023 年底" in page.text
    assert "数据更新至 20" in page.text


def test_every_target_is_listed_with_its_goal_and_the_reason_for_its_status(visit: Open) -> None:
    page = visit()
    assert len([link for link in page.links() if link.startswith("/indicator?id=")]) == 50
    assert "到期结果 14.1 平方米（2023），没有达到目标“17平方米”。" in page.text
    assert "到期结果 39.35%（2023），达到目标“39%”。" in page.text


def test_a_filtered_address_opens_filtered(visit: Open) -> None:
    page = visit(status="not_met")
    assert [link for link in page.links() if link.startswith("/indicator?id=")] == [
        "/indicator?id=road_area_per_capita"
    ]
    page = visit(theme="加强交通秩序治堵")
    assert "/indicator?id=parking_spaces_new" in page.links()
    assert "/indicator?id=green_space_rate" not in page.links()


def test_filters_keep_each_other(visit: Open) -> None:
    page = visit(theme="主要目标", status="met")
    assert "/?theme=%E4%B8%BB%E8%A6%81%E7%9B%AE%E6%A0%87" in page.links()
    assert "/?status=met" in page.links()


def test_a_filter_nobody_offers_is_ignored(visit: Open) -> None:
    assert len([x for x in visit(status="wonderful").links() if x.startswith("/indicator?id=")]) == 50


def test_a_word_of_the_people_finds_the_target_and_the_clauses_that_hold_it(visit: Open) -> None:
    page = visit(q="停车位")
    assert "/indicator?id=parking_spaces_new" in page.links()
    assert "/indicator?id=green_space_rate" not in page.links()
    page = visit(q="城市乐道")
    assert any(link.startswith("/policy?clause=3.3.5&span=") for link in page.links())


def test_what_nothing_holds_says_so_and_offers_a_way_back(visit: Open) -> None:
    page = visit(q="火星基地")
    assert "没有符合这些条件的目标。" in page.text
    assert "/" in page.links()


def test_a_search_can_be_put_to_the_chat(visit: Open) -> None:
    page = visit(q="停车位")
    page.app.button(key="ask_search").click().run()
    assert "4.5万个" in page.text


def test_the_report_on_what_is_shown_can_be_printed(visit: Open) -> None:
    assert "/report.pdf" in visit("").links()
    page = visit("", theme="提高城市绿化水平")
    assert "/report.pdf?theme=%E6%8F%90%E9%AB%98%E5%9F%8E%E5%B8%82%E7%BB%BF%E5%8C%96%E6%B0%B4%E5%B9%B3" in page.links()
    assert "“提高城市绿化水平”的进展报告（PDF，可打印）" in page.text
