"""项目 and 数据: what is known of each project and by whom; every table explained and downloadable."""

import pytest

from portal.publication.store import Store
from portal.services import Services
from tests.portal.pages.conftest import Open


@pytest.fixture
def shared(city_services: Services) -> Services:
    return city_services


def test_a_project_shows_state_report_source_and_clause(visit: Open) -> None:
    page = visit("projects")
    assert "合成儿童医院" in page.text
    assert "未见报道" in page.text
    assert "2023-07-01正式开诊" in page.text
    assert "/policy?clause=2.1" in page.links()


def test_projects_are_filtered_by_category_and_state(visit: Open) -> None:
    page = visit("projects", category="hospital", status="completed")
    assert "合成医院" in page.text
    assert "合成博物馆" not in page.text
    assert "没有符合这些条件的项目。" in visit("projects", category="waste", status="completed").text


def test_projects_are_filtered_by_district(visit: Open) -> None:
    page = visit("projects", district="合成东区")
    assert "合成东区垃圾园区" in page.text
    assert page.html.count('<li class="project') == 2
    assert "垃圾处理 · 合成东区 · 位置未公布" in page.text
    assert "/api/v1/datasets/projects.csv?filter.district=%E5%90%88%E6%88%90%E4%B8%9C%E5%8C%BA&bom=1" in page.links()
    assert visit("projects", district="unknown").html.count('<li class="project') == 5
    assert visit("projects", district="nowhere").html.count('<li class="project') == 8


def test_a_filter_keeps_the_others_and_the_language(visit: Open) -> None:
    links = visit("projects", category="hospital", status="completed", lang="en").links()
    assert "/projects?category=hospital&district=unknown&status=completed&lang=en" in links
    assert "/projects?category=hospital&status=completed&lang=en" in links


def test_a_project_tells_first_the_plans_words_then_the_last_report(visit: Open) -> None:
    page = visit("projects", category="waste", status="unknown")
    told = page.html.split('<li class="project')[1:]
    (east,) = (p for p in told if "<h2>合成东区垃圾园区</h2>" in p)
    (parks,) = (p for p in told if "<h2>合成回收园区（2个）</h2>" in p)
    assert "重点抓好2个合成回收园区建设。" in parks
    assert "筹划合成东区垃圾园区建设，具备新增年处置3万吨合成垃圾的能力。" in east
    assert east.index("筹划合成东区") < east.index("此后") < east.index("未找到合成报道")
    assert any(link.startswith("/policy?clause=2.4&span=") for link in page.links())
    museum = visit("projects", category="culture", status="completed")
    assert "方案没有写到它。" in museum.text
    assert museum.html.index("2022-05-18") < museum.html.index("向合成公众开放")


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
    assert "<h2>Synthetic Children&#39;s Hospital</h2>" in page.html
    assert "Also known as: 合成儿童医院, 合成二院" in page.text
    assert "said to be in use at a synthetic press conference" in page.text
    assert ">Synthetic East</a>" in page.html


def test_a_search_says_which_large_tables_it_did_not_look_through(visit: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    found = visit("data", q="合成道路面积")
    assert "没有逐行找" not in found.text
    monkeypatch.setattr(Store, "is_remote", lambda _, file: file.table == "observations")
    # A search that was made before is remembered.
    page = visit("data", q="合成道路")
    assert "很大的表只找了名称、说明和列名，没有逐行找；点开来找它的行：" in page.text
    assert "/data?dataset=observations&q=%E5%90%88%E6%88%90%E9%81%93%E8%B7%AF" in page.links()
    assert "not their rows" in visit("data", q="合成道路", lang="en").text
