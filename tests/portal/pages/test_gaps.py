"""未公布清单: what is missing, what is known instead, and a letter to ask for it."""

import pytest

from portal.plan.gaps import gaps
from portal.services import Services
from tests.portal.pages.conftest import Open


@pytest.fixture
def shared(city_services: Services) -> Services:
    return city_services


def test_every_gap_is_listed_with_its_reason_and_a_way_to_apply(visit: Open, shared: Services) -> None:
    page = visit("gaps")
    found = gaps(shared.publications.current())
    assert [g.row["id"].removeprefix("synthetic_") for g in found] == [
        "facilities",
        "pilot",
        "pocket_parks",
        "car_parks",
        "parking_spaces",
        "chargers",
        "waste_capacity",
    ]
    assert f"{len(found)} 项目标，没有公布可比的结果" in page.text
    for gap in found:
        assert f"/gaps?id={gap.row['id']}" in page.links()
        assert gap.row["quote"] in page.text
    assert "只有算法或范围不一样的数字" in page.text
    assert f"其中 {len(found)} 项所在的条款没有写明由哪个部门负责" in page.text
    assert (
        "/api/v1/datasets/progress.csv?filter.status=not_comparable&filter.status=not_published&bom=1" in page.links()
    )


def test_the_list_is_filtered_by_state_and_section(visit: Open) -> None:
    page = visit("gaps", status="not_comparable", theme="增加合成绿地")
    assert [x for x in page.links() if x.startswith("/gaps?id=")] == ["/gaps?id=synthetic_pocket_parks"]
    assert "/gaps?theme=%E5%A2%9E%E5%8A%A0%E5%90%88%E6%88%90%E7%BB%BF%E5%9C%B0" in page.links()
    assert "没有符合这些条件的目标。" in visit("gaps", status="not_published", theme="增加合成绿地").text


def test_the_application_can_be_copied_and_downloaded(visit: Open) -> None:
    page = visit("gaps", id="synthetic_pocket_parks")
    (letter,) = (c.value for c in page.app.code)
    assert letter.startswith("政府信息公开申请\n")
    assert "中心城区合成游园达到30处" in letter
    labels = [b.proto.label for b in page.app.get("download_button")]
    assert labels == ["下载 .docx", "下载 .txt"]
    assert "29处" in page.text
    assert "/policy?clause=2.2.1&span=28-41" in page.links()


@pytest.mark.parametrize("wanted", ["synthetic_green_rate", "nope", "<script>alert(1)</script>"])
def test_what_is_no_gap_gets_a_sentence_and_the_list(visit: Open, wanted: str) -> None:
    page = visit("gaps", id=wanted)
    assert f"清单里没有编号为“{wanted}”的目标" in page.text
    assert "<script>alert" not in page.html
    assert "/gaps?id=synthetic_pocket_parks" in page.links()


def test_in_english_the_page_speaks_english_and_the_letter_chinese(visit: Open) -> None:
    page = visit("gaps", id="synthetic_pocket_parks", lang="en")
    assert "The clause names no department" in page.text
    assert page.app.code[0].value.startswith("政府信息公开申请")


def test_a_target_without_a_result_leads_to_its_application_and_one_with_a_result_does_not(visit: Open) -> None:
    assert "/gaps?id=synthetic_pocket_parks" in visit("indicator", id="synthetic_pocket_parks").links()
    assert "/gaps?id=synthetic_green_rate" not in visit("indicator", id="synthetic_green_rate").links()
