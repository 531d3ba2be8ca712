"""总览 answers at first sight how many targets were met, and leads to every one of them."""

import pytest

from portal.plan.progress import counts, progress
from portal.publication.catalogue import latest_updates
from portal.services import Services
from tests.portal.pages.conftest import Open, Visit


@pytest.fixture
def shared(city_services: Services) -> Services:
    return city_services


def test_the_first_screen_counts_every_status_and_says_as_of_when(visit: Open, shared: Services) -> None:
    page = visit()
    found = counts(progress(shared.publications.current()))
    assert sum(found.values()) == 13
    for status, word in {
        "met": "达标",
        "not_met": "未达标",
        "not_comparable": "不能比",
        "not_published": "未公布",
    }.items():
        assert f'<span class="count-number">{found[status]}</span>' in page.html
        assert word in page.text
    assert "2023 年底" in page.text
    assert "数据更新至 20" in page.text


def test_the_news_is_told_in_a_sentence(visit: Open) -> None:
    assert "13 项承诺：2 项做到了，4 项没有做到，3 项有数字但不能和目标比，4 项没有人公布过结果。" in visit().text
    english = visit(lang="en").text
    assert "13 promises: 2 kept, 4 not kept, 3 with figures that cannot be compared with the target, 4 whose" in english


def test_every_target_has_a_mark_that_names_it_and_its_status(visit: Open) -> None:
    page = visit()
    assert page.html.count('class="mark-link ') == 13
    assert (
        'class="mark-link is-not_met" title="合成道路人均面积：未达标" aria-label="合成道路人均面积：未达标"'
        in page.html
    )
    assert "/?theme=%E5%90%88%E6%88%90%E5%81%9C%E8%BD%A6" in page.links()
    assert 'class="mark-link ' not in visit(q="停车").html
    assert 'class="mark-link ' not in visit(view="table").html


def test_figure_and_filters_call_sections_by_a_word_or_two(visit: Open) -> None:
    assert 'class="board-name">合成总目标 <span>4</span></a>' in visit().html
    assert 'class="board-name">Synthetic aims <span>4</span></a>' in visit(lang="en").html
    narrowed = visit(status="not_met")
    assert "合成总目标</a>" in narrowed.html
    assert "<h2>合成目标</h2>" in narrowed.html


def test_a_section_without_a_short_name_is_called_by_its_title(visit: Open) -> None:
    assert 'class="board-name">合成停车 <span>' in visit().html
    assert 'class="board-name">More synthetic green space <span>' in visit(lang="en").html


def test_rows_draw_where_before_result_and_target_lie(visit: Open) -> None:
    page = visit(status="not_met").html
    row = page[page.index("id=synthetic_road_area") :].partition("</li></ul></div></li>")[0]
    assert row.count('class="mark mark-') == 4
    assert '<li><span class="key mark-baseline"></span>方案前 2020 <b>8.9</b></li>' in row
    assert '<span class="key mark-target"></span>目标 <b>12平方米</b>' in row
    assert 'class="bar"' not in visit(status="not_published").html


def test_the_promise_that_was_missed_is_told_as_a_story(visit: Open) -> None:
    page = visit()
    told = " ".join(page.text.split())
    assert "从8.9平方米（2020）到9.8平方米（2023），方案要求的是“12平方米”。 到期结果是更正后的数。" in told
    assert "后来的文件要求得更低：2025（规划目标） 11平方米。 最新为 10.3平方米（2024）。" in told
    assert "2024 年在有可信数字的 4 个城市里排第 3（连存疑的也算，5 个里排第 4）" in told
    assert "/compare?measure=synthetic_road_area&dataset=city-comparison" in page.links()


def test_every_target_is_listed_with_its_goal_and_the_reason_for_its_status(visit: Open) -> None:
    page = visit()
    assert len(set(named(page))) == 13
    assert "到期结果 9.8平方米（2023），没有达到目标“12平方米”。" in page.text
    assert "到期结果 39.4%（2023），达到目标“39%”。" in page.text


def test_a_filtered_address_opens_filtered(visit: Open) -> None:
    page = visit(status="not_met")
    assert [link for link in page.links() if link.startswith("/indicator?id=")] == [
        "/indicator?id=synthetic_rate",
        "/indicator?id=synthetic_road_area",
        "/indicator?id=synthetic_water_treatment",
        "/indicator?id=synthetic_park_area",
    ]
    page = visit(theme="合成停车")
    assert "/indicator?id=synthetic_parking_spaces" in page.links()
    assert "/indicator?id=synthetic_green_rate" not in page.links()


def test_filters_keep_each_other(visit: Open) -> None:
    page = visit(theme="合成目标", status="met")
    assert "/?theme=%E5%90%88%E6%88%90%E7%9B%AE%E6%A0%87" in page.links()
    assert "/?status=met" in page.links()


def test_a_filter_nobody_offers_is_ignored(visit: Open) -> None:
    assert len(set(named(visit(status="wonderful")))) == 13


def test_a_word_of_the_people_finds_the_target_and_the_clauses_that_hold_it(visit: Open) -> None:
    page = visit(q="合成车位")
    assert "/indicator?id=synthetic_parking_spaces" in page.links()
    assert "/indicator?id=synthetic_green_rate" not in page.links()
    page = visit(q="合成古树")
    assert any(link.startswith("/policy?clause=2.2.2&span=") for link in page.links())


def test_what_is_found_leads_to_the_page_that_shows_it(visit: Open) -> None:
    assert "/nearby?place=synthetic-park-central" in visit(q="合成中央公园").links()
    assert "/projects?project=synthetic-recycling-parks" in visit(q="合成回收园区").links()
    assert "/nearby?place=synthetic-park-central&lang=en" in visit(q="合成园", lang="en").links()


def test_a_place_without_a_position_leads_to_its_row_in_the_data(visit: Open) -> None:
    assert "/data?dataset=places&filter.id=synthetic-park-lake" in visit(q="合成湖公园").links()
    assert "合成湖公园" in visit("data", **{"dataset": "places", "filter.id": "synthetic-park-lake"}).text


def test_what_nothing_holds_says_so_and_offers_a_way_back(visit: Open) -> None:
    page = visit(q="火星基地")
    assert "没有符合这些条件的目标。" in page.text
    assert "/" in page.links()


def test_a_search_can_be_put_to_the_chat(visit: Open) -> None:
    page = visit(q="合成泊位")
    page.app.button(key="ask_search").click().run()
    assert "500个" in page.text


def test_what_changed_last_is_told_with_its_day_and_its_tables(visit: Open, shared: Services) -> None:
    page = visit()
    (newest, *_) = latest_updates(shared.publications.current().manifest.datasets, 1)
    date = newest.change.date
    assert f"最近更新{date.year}年{date.month}月{date.day}日{newest.change.reason}：" in page.text.replace("\n", "")
    assert f"/data?dataset={newest.datasets[0].id}" in page.links()
    assert page.text.index("最近更新") > page.text.index("合成垃圾")
    assert "最近更新" not in visit(status="met").text


def test_every_target_is_in_one_table_that_is_sorted_by_its_headings(visit: Open) -> None:
    page = visit(view="table")
    rows = named(page)
    assert len(rows) == len(set(rows)) == 13
    assert rows[0] == "/indicator?id=synthetic_rate"
    assert page.html.count('aria-sort="none"') == 6
    assert "/?view=table&order=status" in page.links()
    assert "/?status=met&view=table" in page.links()
    assert "/api/v1/datasets/progress.xlsx" in page.links()

    page = visit(view="table", order="status")
    assert page.html.count('aria-sort="ascending"') == 1
    assert "/?view=table&order=-status" in page.links()
    assert named(page)[2] == "/indicator?id=synthetic_rate"
    page = visit(view="table", order="-status", status="met")
    assert len(named(page)) == 2
    assert "/?status=met&view=table" in page.links()


def test_an_order_nobody_offers_is_the_plans_own(visit: Open) -> None:
    assert named(visit(view="table", order="--no")) == named(visit(view="table"))


def test_the_table_says_plainly_where_there_is_no_result(visit: Open) -> None:
    page = visit(view="table", status="not_met")
    assert "9.8平方米（2023）" in page.text
    assert "10.3平方米（2024）" in page.text
    assert "<td>—</td>" in visit(view="table", status="not_published").html


def named(page: Visit) -> list[str]:
    return [link for link in page.links() if link.startswith("/indicator?id=")]


def test_the_report_on_what_is_shown_can_be_printed(visit: Open) -> None:
    assert "/report.pdf" in visit("").links()
    page = visit("", theme="增加合成绿地")
    assert "/report.pdf?theme=%E5%A2%9E%E5%8A%A0%E5%90%88%E6%88%90%E7%BB%BF%E5%9C%B0" in page.links()
    assert "“增加合成绿地”的进展报告（PDF，可打印）" in page.text


def test_sections_have_english_titles_in_english(visit: Open) -> None:
    page = visit(lang="en")
    assert "<h2>Synthetic targets</h2>" in page.html
    assert "<h2>合成目标</h2>" not in page.html
    assert "/?theme=%E5%90%88%E6%88%90%E7%9B%AE%E6%A0%87&lang=en" in page.links()
    assert "Synthetic targets" in visit(lang="en", view="table").text
    assert "Synthetic targets" in visit("gaps", lang="en").text
    assert "Progress report on Synthetic targets (PDF, to print)" in visit(lang="en", theme="合成目标").text
    assert "Synthetic targets" in visit("indicator", id="synthetic_road_area", lang="en").text


def test_the_city_has_its_english_name_in_english(visit: Open) -> None:
    assert "How much of Synthetic City lies near a park" in visit("nearby", lang="en").text
    assert (
        "How much of Synthetic West lies near a park" in visit("nearby", lang="en", place="synthetic-park-central").text
    )


def test_english_words_find_clauses_projects_and_places(visit: Open) -> None:
    page = visit(lang="en", q="dogs")
    assert "…ate stays at 39%, and synthetic dogs are kept on a lead.…" in page.text
    assert "/policy?clause=3&span=7-36&lang=en" in page.links()
    assert "/nearby?place=synthetic-park-central&lang=en" in visit(lang="en", q="central park").links()
    assert "/projects?project=synthetic-childrens-hospital&lang=en" in visit(lang="en", q="Children's Hospital").links()


@pytest.mark.parametrize("words", ["İ", "ß", "ﬁ", "%", "_", "'", "\\\\", "\x00"])
def test_no_letter_breaks_the_search(visit: Open, words: str) -> None:
    assert not visit(lang="en", q=words).app.exception


def test_what_is_found_has_its_english_title_in_english(visit: Open) -> None:
    page = visit(lang="en", q="合成")
    assert ">1 Synthetic targets</a>" in page.html
    assert ">Synthetic cities compared</a>" in page.html
    assert ">1 合成目标</a>" in visit(q="合成").html


def test_places_on_a_road_are_found_before_anything_else_and_a_part_of_the_road_is_the_road(visit: Open) -> None:
    for words in ("合成路", "合成东路"):
        page = visit(q=words)
        assert "/nearby?place=synthetic-park-central" in page.links()
        assert "合成路1号" in page.text
        assert page.text.index("在哪里") < page.text.index("没有哪一项目标提到")


def test_a_place_is_told_by_its_kind_and_district_and_whether_its_position_is_known(visit: Open) -> None:
    assert "公园合成湖公园合成东区，没有公布坐标" in visit(q="合成湖公园").text.replace("\n", "")


def test_words_of_a_clause_that_stand_in_no_target_lead_to_the_clauses_targets(visit: Open) -> None:
    page = visit(q="合成古树")
    assert "没有哪一项目标提到“合成古树”。" in page.text
    page = visit(q="合成停车平台")
    assert "没有哪一项目标提到“合成停车平台”；写到它的条款里有这些目标：" in page.text
    assert "/indicator?id=synthetic_car_parks" in page.links()
    assert "/indicator?id=synthetic_green_rate" not in page.links()


def test_what_nothing_says_is_looked_for_by_meaning(visit: Open) -> None:
    page = visit(q="回收合成园区")
    assert "意思相近的其他内容" in page.text
    assert "/projects?project=synthetic-recycling-parks" in page.links()


def test_who_searches_sees_what_was_found_not_the_news_again(visit: Open) -> None:
    assert 'class="counts"' in visit().html
    page = visit(q="合成绿地率")
    assert 'class="counts"' not in page.html
    assert 'class="news"' not in page.html
    assert 'class="counts"' in visit(q="合成绿地率", status="met").html
