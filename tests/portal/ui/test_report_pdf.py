"""The printed report says of every target what the page says, on numbered pages, and is the same whenever it is made."""

import re

import pypdfium2
import pytest

from portal.plan.progress import progress
from portal.plan.report import report
from portal.publication.store import Store
from portal.texts.interface import speaking
from portal.ui.report_pdf import pdf


def _pages(made: bytes) -> list[str]:
    """The words of each page without spaces: lines break inside Chinese words, and type puts space beside digits."""
    return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(made)]


@pytest.fixture(scope="module")
def made(city: Store) -> bytes:
    with speaking("zh"):
        return pdf(report(city))


def test_every_target_is_there_with_its_status_in_words(made: bytes, city: Store) -> None:
    text = "".join(_pages(made))
    words = {"met": "达标", "not_met": "未达标", "not_comparable": "不能比", "not_published": "未公布"}
    for row in progress(city):
        said = text[text.index(re.sub(r"\s", "", row["name_zh"]) + f"第{row['clause']}条") :]
        assert re.match(rf"[^●■▲○]*[●■▲○]{words[row['status']]}", said), row["id"]


def test_the_road_area_is_told_with_its_result_and_its_reason(made: bytes) -> None:
    text = "".join(_pages(made))
    assert (
        "合成道路人均面积第1条；合成市12平方米到2023年底9.8平方米（2023）■未达标到期结果9.8平方米（2023），没有达到目标“12平方米”。"
        in text
    )
    # Its chart stands in the report, letters and all.
    assert "方案目标12平方米" in text
    assert "2025年的后来目标11" in text


def test_it_names_the_plan_the_datas_date_and_version_on_numbered_pages(made: bytes, city: Store) -> None:
    pages = _pages(made)
    assert pages[0].startswith("《合成方案》进展报告全部目标数据更新至2026-11-22，数据版本" + city.version)
    assert "2●达标" in pages[0]
    assert "4○未公布" in pages[0]
    for number, page in enumerate(pages, 1):
        assert f"第{number}页，共{len(pages)}页" in page
        assert f"版本{city.version}" in page


def test_what_is_not_published_the_method_sources_and_licence_are_there(made: bytes) -> None:
    text = "".join(_pages(made))
    assert "新建合成停车场不能比实际结果2个（2022，合成市合成东区）" in text
    assert "合成试点任务未公布没有找到任何公开数字" in text
    for said in (
        "方法每项目标都来自方案原文",
        "年度任务和后来的目标不是结果",
        "合成统计单位·合成年鉴2023可靠程度：中",
        "CC-BY-4.0",
    ):
        assert said in text


def test_it_is_the_same_whenever_it_is_made_and_carries_its_fonts(made: bytes, city: Store) -> None:
    with speaking("zh"):
        assert pdf(report(city)) == made
    document = pypdfium2.PdfDocument(made)
    meta = document.get_metadata_dict()
    assert (meta["Title"], meta["CreationDate"][:10]) == (
        "《合成方案》进展报告",
        "D:20261122",
    )
    fonts = {f.get_base_name() for o in document[0].get_objects(filter=[1]) if (f := o.get_font())}
    assert {f.partition("+")[2] or f for f in fonts} == {"NotoSansSC-Regular", "NotoSerifSC-Regular"}
    assert len(made) < 600_000
    assert document[0].get_size() == pytest.approx((595.28, 841.89), abs=0.1)


def test_a_section_and_a_district_have_reports_of_their_own(city: Store) -> None:
    with speaking("zh"):
        section = "".join(_pages(pdf(report(city, theme="增加合成绿地"))))
        district = "".join(_pages(pdf(report(city, district="合成东区"))))
    assert "主题：增加合成绿地" in section
    assert "合成绿地率" in section
    assert "合成道路人均面积" not in section
    assert "区县：合成东区" in district
    assert "筹划合成东区垃圾园区建设" in district
    assert "地铁站1公园3" in district
    assert "合成报社·合成报道2025-10-11可靠程度：高" in district


def test_in_english_the_frame_is_english(city: Store) -> None:
    with speaking("en"):
        text = "".join(_pages(pdf(report(city, theme="增加合成绿地"))))
        district = "".join(_pages(pdf(report(city, district="合成东区"))))
    assert text.startswith("Progressreport:ThesyntheticplanSection:MoresyntheticgreenspaceDataupdated")
    assert "增加合成绿地" not in text
    assert "Page1of" in text
    assert "●Met" in text
    assert "Whatisnotpublished" in text
    assert "District:SyntheticEast" in district
