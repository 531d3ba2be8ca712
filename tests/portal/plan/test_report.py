"""A report holds the targets of its subject, everything published for them, and the sources of all it says."""

import pytest

from portal.plan.report import UnknownSubjectError, report
from portal.publication.store import Store


def test_the_whole_report_holds_every_target_and_its_figures(city: Store) -> None:
    told = report(city)
    assert len(told.rows) == 13
    assert [o["period"] for o in told.seen["synthetic_road_area"]][-3:] == ["2023", "2024", "2025（规划目标）"]
    assert told.updated == "2026-11-22"
    sources = [s["source"] for s in told.sources]
    assert "synthetic-yearbook-2023" in sources
    assert len(sources) == len(set(sources))


def test_a_sections_report_holds_its_targets_only(city: Store) -> None:
    told = report(city, theme="增加合成绿地")
    assert [r["name_zh"] for r in told.rows] == ["合成绿地率", "中心城区合成游园", "合成公园人均面积"]
    sources = [s["source"] for s in told.sources]
    assert "synthetic-news" in sources
    assert "synthetic-later-plan" not in sources


@pytest.mark.parametrize("named", ["合成东区", "990101"])
def test_a_districts_report_holds_what_names_it(city: Store, named: str) -> None:
    told = report(city, district=named)
    assert [r["id"] for r in told.rows] == ["synthetic_waste_capacity"]
    district = told.district
    assert district is not None
    assert [s["clause"] for s in district.sentences] == ["2.4"]
    assert {p["id"] for p in district.projects} == {"synthetic-childrens-hospital", "synthetic-waste-park"}
    assert [(o["name_zh"], o["value"], o["kind"]) for o in district.figures] == [
        ("中心城区合成游园", 8.0, "actual"),
        ("中心城区合成游园", 8.0, "annual_plan"),
        ("新建合成停车场", 2.0, "actual"),
        ("新增合成泊位", 100.0, "actual"),
        ("新增合成泊位", 10.0, "annual_plan"),
        ("合成充电桩", 5.0, "annual_plan"),
    ]
    assert district.places.kinds == {"car_park": 1, "charging": 1, "metro_station": 1, "park": 3, "pocket_park": 1}
    assert {o["source"] for o in district.figures} == {"synthetic-news", "synthetic-tasks"}
    # Its project is told by a source that is more reliable than what it says of it.
    assert {s["source"]: s["reliability"] for s in told.sources} == {
        "synthetic-news": "high",
        "synthetic-tasks": "high",
    }
    assert {p["reliability"] for p in district.projects} == {"medium", None}


def test_an_unknown_subject_names_those_there_are(city: Store) -> None:
    with pytest.raises(UnknownSubjectError) as theme:
        report(city, theme="没有的")
    assert theme.value.told("zh").startswith("方案没有“没有的”这个主题。可用的主题：合成目标、")
    assert theme.value.told("en").startswith('The plan has no section "没有的". Its sections: 合成目标, ')
    with pytest.raises(UnknownSubjectError) as district:
        report(city, district="没有的")
    assert district.value.told("zh").startswith("没有“没有的”这个区县。可用的区县：合成东区、合成西区、合成山县")
