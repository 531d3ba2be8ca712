"""A report holds the targets of its subject, everything published for them, and the sources of all it says."""

import pytest

from portal.plan.report import UnknownSubjectError, report
from portal.publication.store import Store


def test_the_whole_report_holds_every_target_and_its_figures(store: Store) -> None:
    told = report(store)
    assert len(told.rows) == 52
    assert [o["period"] for o in told.seen["road_area_per_capita"]][-3:] == ["2023", "2024", "2025（规划目标）"]
    assert told.updated == "2026-11-27"
    sources = [s["source"] for s in told.sources]
    assert "mohurd-yearbook-2023" in sources
    assert len(sources) == len(set(sources))


def test_a_sections_report_holds_its_targets_only(store: Store) -> None:
    told = report(store, theme="提高城市绿化水平")
    assert [r["name_zh"] for r in told.rows] == [
        "建成区绿地率",
        "人均公园绿地面积",
        "中心城区游园数量",
        "公园绿地服务半径覆盖率",
    ]
    assert "jiemian-2022-07-28-plan145" not in [s["source"] for s in told.sources]


@pytest.mark.parametrize("named", ["洛龙区", "410311"])
def test_a_districts_report_holds_what_names_it(store: Store, named: str) -> None:
    told = report(store, district=named)
    assert [r["id"] for r in told.rows] == ["construction_waste_capacity_new"]
    district = told.district
    assert district is not None
    assert [s["clause"] for s in district.sentences] == ["3.4.3"]
    assert {p["id"] for p in district.projects} == {"construction-waste-park-luolong", "second-childrens-hospital"}
    assert [(o["name_zh"], o["value"]) for o in district.figures] == [
        ("新建公共停车场", 32.0),
        ("新增停车泊位", 1000.0),
        ("新增停车泊位", 10000.0),
        ("公共停车场新能源车辆充电桩", 200.0),
    ]
    assert district.places.kinds["metro_station"] == 9
    assert {o["source"] for o in district.figures} <= {s["source"] for s in told.sources}


def test_an_unknown_subject_names_those_there_are(store: Store) -> None:
    with pytest.raises(UnknownSubjectError) as theme:
        report(store, theme="没有的")
    assert theme.value.told("zh").startswith("方案没有“没有的”这个主题。可用的主题：主要目标、")
    assert theme.value.told("en").startswith('The plan has no section "没有的". Its sections: 主要目标, ')
    with pytest.raises(UnknownSubjectError) as district:
        report(store, district="没有的")
    assert district.value.told("zh").startswith("没有“没有的”这个区县。可用的区县：老城区、西工区、")
