"""Coverage as pages and maps read it: what is known, from how many places, and nothing made of what is not."""

import pytest

from portal.plan import coverage as coverage_rows
from portal.plan.coverage import coverage, shares
from portal.publication.store import Store
from portal.texts.interface import use
from portal.ui.coverage import section
from tests.synthetic import SyntheticProject

PARKS = "park_500m"
DISTRICT = "990102"


def test_a_district_has_a_row_a_measure_with_its_inputs(city: Store) -> None:
    rows = coverage(city, DISTRICT)
    assert [r["measure"] for r in rows] == ["park_500m", "park_300m", "bus_stop_500m"]
    assert [r["radius_m"] for r in rows] == [500, 300, 500]
    assert rows[0]["name_zh"] == "合成公园500米内"
    assert (rows[2]["share"], rows[2]["reason"], rows[2]["indicator"]) == (None, "no_place", "synthetic_facilities")


def test_the_city_is_told_of_where_no_district_is_named(city: Store) -> None:
    assert [(r["district"], r["area_name"]) for r in coverage(city)] == [(None, "合成市")] * 3


def test_shares_are_there_for_every_district_unknown_ones_too(city: Store) -> None:
    found = shares(city, PARKS)
    # Of the east only a park's landmark is known; of the hills no park.
    assert found == {"990101": None, "990102": 0.006119, "990103": None}
    assert shares(city, "castle") == {}


def test_the_section_says_what_it_is_computed_from_and_that_it_is_not_official(city: Store) -> None:
    use("zh")
    html = section(city, DISTRICT)
    assert "不是官方数字" in html
    assert "覆盖2.6平方公里，共 427.4；由 3 处场所算出" in html
    assert "0.61%" in html
    assert "数据里这里一处也没有，无从计算" in html
    assert "OpenStreetMap contributors" in html


def test_the_section_speaks_english_and_of_the_city(city: Store) -> None:
    use("en")
    html = section(city)
    use("zh")
    assert "not an official figure" in html
    assert "Within 500 m of a synthetic park" in html


def test_of_a_handful_of_places_the_section_says_how_many_and_that_it_cannot_be_computed(
    city: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {
        "name_zh": "合成覆盖",
        "name_en": "Synthetic",
        "area_name": "合成市",
        "district": None,
        "indicator": None,
        "share": None,
        "reason": "few",
        "covered_km2": None,
        "area_km2": 2_000.4,
        "places_used": 1,
        "places_held": 4,
        "places_rough": 1,
        "places_without_position": 2,
    }
    monkeypatch.setattr(coverage_rows, "coverage", lambda store, district=None: [few])
    use("zh")
    html = section(city)
    assert "算不出" in html
    assert "只知道 4 处" in html
    assert "%" not in html


def test_a_version_without_coverage_has_no_section(built: SyntheticProject) -> None:
    (version,) = (p for p in built.settings.published.iterdir() if p.is_dir())
    bare = Store(version, built.settings)
    assert (coverage(bare), shares(bare, PARKS), section(bare)) == ([], {}, "")


def test_shares_and_areas_are_written_as_numbers_are_everywhere(city: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    synthetic = {
        "name_zh": "合成覆盖",
        "name_en": "Synthetic",
        "area_name": "合成市",
        "district": None,
        "indicator": None,
        "share": 0.9997,
        "reason": None,
        "covered_km2": 1_999.96,
        "area_km2": 2_000.4,
        "places_used": 1_200,
        "places_held": 1_200,
        "places_rough": 0,
        "places_without_position": 1_300,
    }
    monkeypatch.setattr(coverage_rows, "coverage", lambda store, district=None: [synthetic])
    use("zh")
    html = section(city)
    # Nearly all is not all, and what is covered is not the whole.
    assert "99.97%" in html
    assert "100" not in html
    assert "覆盖1,999.96平方公里，共 2,000.4；由 1,200 处场所算出" in html
    assert "没有坐标的 1,300 处" in html
