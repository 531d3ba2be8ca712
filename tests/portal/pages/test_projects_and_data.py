"""项目 and 数据: what is known of each project and by whom; every table explained and downloadable."""

from portal.services import Services
from tests.portal.pages.conftest import Open


def test_a_project_shows_state_report_source_and_clause(visit: Open) -> None:
    page = visit("projects")
    assert "豫西公共卫生中心（万安山医院）" in page.text
    assert "未见报道" in page.text
    assert "揭牌开诊" in page.text
    assert "/policy?clause=3.7.2" in page.links()


def test_projects_are_filtered_by_category_and_state(visit: Open) -> None:
    page = visit("projects", category="hospital", status="completed")
    assert "市中医院伊滨医院" in page.text
    assert "隋唐大运河文化博物馆" not in page.text
    assert "没有符合这些条件的项目。" in visit("projects", category="waste", status="completed").text


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
