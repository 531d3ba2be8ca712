"""逐年对照 puts every target beside what each year was set to do and what was published of it."""

import pytest

from portal.services import Services
from tests.portal.pages.conftest import Open


@pytest.fixture
def shared(city_services: Services) -> Services:
    return city_services


def test_every_target_has_a_row_and_every_year_of_the_plan_a_column(visit: Open) -> None:
    page = visit("years")
    assert page.html.count('<td data-label="目标"><a href="/indicator?id=') == 13
    for year in (2021, 2022, 2023):
        assert f'<th scope="col">{year} 年</th>' in page.html
        assert f"/years?year={year}" in page.links()
    row = page.html[page.html.index("id=synthetic_parking_spaces") :].partition("</tr>")[0]
    assert 'data-label="2021 年"><span>任务 120个（合成市）</span></td>' in row
    assert 'data-label="2022 年"><span>任务 10个以上（合成市合成东区）</span><br><span>不能比 ' in row
    road = page.html[page.html.index("id=synthetic_road_area") :].partition("</tr>")[0]
    assert 'data-label="2023 年"><span>结果 9.8平方米</span></td>' in road
    assert "13 项承诺：2 项做到了" in page.text


def test_a_year_tells_its_tasks_its_results_and_what_nobody_told(visit: Open) -> None:
    page = visit("years", year="2021")
    text = page.text
    tasks, results = text.index("这一年打算做的"), text.index("公布了的结果")
    assert tasks < text.index("120个") < results
    assert "2021 年，2 项目标定过年度任务" in text
    assert "没有公布不等于没有做。" in text
    silent = page.html[page.html.index("这一年什么也没有公布的") :]
    assert "/indicator?id=synthetic_pilot" in silent
    assert "/indicator?id=synthetic_parking_spaces" not in silent.partition("</p>")[2].partition("</p>")[0]


def test_a_figure_that_cannot_be_compared_is_no_result(visit: Open) -> None:
    page = visit("years", year="2022")
    others = page.html[page.html.index("有数字，但不能和目标比") :]
    assert "合成口径：只含东区" in others


def test_a_year_the_plan_has_not_says_so_and_shows_all(visit: Open) -> None:
    page = visit("years", year="1999")
    assert "方案里没有 1999 年；下面是 2021–2023 年。" in page.text
    assert '<th scope="col">2022 年</th>' in page.html
    assert "&lt;script" in visit("years", year="<script>").html


def test_it_speaks_english_and_says_where_a_printed_page_came_from(visit: Open) -> None:
    page = visit("years", year="2023", lang="en")
    assert "2023: what was planned, what was published" in page.text
    assert "task" not in page.text.partition("What the year was set to do")[0].lower().partition("annual task")[0]
    assert "/years?year=2023&lang=en · data version " in page.text


def test_the_overview_leads_there(visit: Open) -> None:
    assert "/years" in visit().links()
