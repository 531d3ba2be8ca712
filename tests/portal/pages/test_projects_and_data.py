"""项目 and 数据: what is known of each project and by whom; every table explained and downloadable."""

import pytest

from portal.services import Services
from tests.portal.pages.conftest import Open


def test_a_project_shows_state_report_source_and_clause(visit: Open) -> None:
    page = visit("projects")
    assert "豫西公共卫生中心（万安山医院）" in page.text
    assert "未见报道" in page.text
    assert "2023-07-01揭牌，伊滨院区正式开诊" in page.text
    assert "/policy?clause=3.7.2" in page.links()


def test_projects_are_filtered_by_category_and_state(visit: Open) -> None:
    page = visit("projects", category="hospital", status="completed")
    assert "市中医院伊滨医院" in page.text
    assert "隋唐大运河文化博物馆" not in page.text
    assert "没有符合这些条件的项目。" in visit("projects", category="waste", status="completed").text


def test_projects_are_filtered_by_district(visit: Open) -> None:
    page = visit("projects", district="洛龙区")
    assert "洛龙区建筑垃圾资源化利用专业园区" in page.text
    assert page.html.count('<li class="project') == 2
    assert "垃圾处理 · 洛龙区 · 位置未公布" in page.text
    assert "/api/v1/datasets/projects.csv?filter.district=%E6%B4%9B%E9%BE%99%E5%8C%BA&bom=1" in page.links()
    assert visit("projects", district="unknown").html.count('<li class="project') == 19
    assert visit("projects", district="nowhere").html.count('<li class="project') == 22


def test_a_filter_keeps_the_others_and_the_language(visit: Open) -> None:
    links = visit("projects", category="hospital", status="completed", lang="en").links()
    assert "/projects?category=hospital&district=unknown&status=completed&lang=en" in links
    assert "/projects?category=hospital&status=completed&lang=en" in links


def test_a_project_tells_first_the_plans_words_then_the_last_report(visit: Open) -> None:
    page = visit("projects", category="waste", status="unknown")
    told = page.html.split('<li class="project')[1:]
    (luolong,) = (p for p in told if "<h2>洛龙区建筑垃圾资源化利用专业园区</h2>" in p)
    (parks,) = (p for p in told if "<h2>静脉产业园区（4个）</h2>" in p)
    assert "重点抓好4个静脉产业园区建设。" in parks
    assert "筹划洛龙区建筑垃圾资源化利用专业园区建设，具备新增年处置100万吨建筑垃圾的能力。" in luolong
    assert luolong.index("筹划洛龙区") < luolong.index("此后") < luolong.index("未找到公开报道")
    assert any(link.startswith("/policy?clause=3.4.3&span=") for link in page.links())
    museum = visit("projects", category="culture", status="completed")
    assert "方案没有写到它。" in museum.text
    assert museum.html.index("2022-05-18") < museum.html.index("向公众开放")


def test_where_no_position_is_published_there_is_no_map_and_the_page_says_why(visit: Open) -> None:
    page = visit("projects")
    assert page.app.get("echarts_chart") == []
    assert "这些项目都没有公布位置，所以没有地图。" in page.text


@pytest.mark.slow
def test_every_dataset_is_listed_and_explained(visit: Open, shared: Services) -> None:
    listed = visit("data").links()
    for dataset in shared.publications.current().manifest.datasets:
        assert f"/data?dataset={dataset.id}" in listed
        page = visit("data", dataset=dataset.id)
        assert 'class="failure"' not in page.html
        assert dataset.summary_zh in page.text
        assert all(f"<code>{c.name}</code>" in page.html for c in dataset.columns)
        assert f"/api/v1/datasets/{dataset.id}.parquet" in page.links()
        assert (f"/api/v1/datasets/{dataset.id}.geojson" in page.links()) == dataset.has_geometry


def test_an_unknown_dataset_gets_a_sentence(visit: Open) -> None:
    assert "没有编号为“nope”的数据集" in visit("data", dataset="nope").text


def test_in_english_a_project_keeps_its_own_name_beside_the_translation(visit: Open) -> None:
    page = visit("projects", lang="en")
    assert "<h2>Henan Second Children&#39;s Hospital</h2>" in page.html
    assert "Also known as: 河南省第二儿童医院, 省第二儿童医院" in page.text
    assert "said to be in use at an official press conference" in page.text
    assert ">Luolong District</a>" in page.html
