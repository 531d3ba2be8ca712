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
def made(store: Store) -> bytes:
    with speaking("zh"):
        return pdf(report(store))


def test_every_target_is_there_with_its_status_in_words(made: bytes, store: Store) -> None:
    text = "".join(_pages(made))
    words = {"met": "达标", "not_met": "未达标", "not_comparable": "不能比", "not_published": "未公布"}
    for row in progress(store):
        said = text[text.index(re.sub(r"\s", "", row["name_zh"]) + f"第{row['clause']}条") :]
        assert re.match(rf"[^●■▲○]*[●■▲○]{words[row['status']]}", said), row["id"]


def test_the_road_area_is_told_with_its_result_and_its_reason(made: bytes) -> None:
    text = "".join(_pages(made))
    assert (
        "人均道路面积第2条；城市17平方米到2023年底14.1平方米（2023）■未达标到期结果14.1平方米（2023），没有达到目标“17平方米”。"
        in text
    )
    # Its chart stands in the report, letters and all.
    assert "方案目标17平方米" in text
    assert "2025年的后来目标16" in text


def test_it_names_the_plan_the_datas_date_and_version_on_numbered_pages(made: bytes, store: Store) -> None:
    pages = _pages(made)
    assert pages[0].startswith(
        "《洛阳市城市建设提质工程三年行动方案》进展报告全部目标数据更新至2026-11-27，数据版本" + store.version
    )
    assert "7●达标" in pages[0]
    assert "36○未公布" in pages[0]
    for number, page in enumerate(pages, 1):
        assert f"第{number}页，共{len(pages)}页" in page
        assert f"版本{store.version}" in page


def test_what_is_not_published_the_method_sources_and_licence_are_there(made: bytes) -> None:
    text = "".join(_pages(made))
    assert "基本建成安置房不能比年度任务10,496套（2023（年度任务），洛阳市）" in text
    assert "老旧小区改造（2000年前建成）不能比" in text
    for said in (
        "方法每项目标都来自方案原文",
        "年度任务和后来的目标不是结果",
        "住房和城乡建设部·中国城市建设统计年鉴2023",
        "CC-BY-4.0",
    ):
        assert said in text


def test_it_is_the_same_whenever_it_is_made_and_carries_its_fonts(made: bytes, store: Store) -> None:
    with speaking("zh"):
        assert pdf(report(store)) == made
    document = pypdfium2.PdfDocument(made)
    meta = document.get_metadata_dict()
    assert (meta["Title"], meta["CreationDate"][:10]) == (
        "《洛阳市城市建设提质工程三年行动方案》进展报告",
        "D:20261127",
    )
    fonts = {f.get_base_name() for o in document[0].get_objects(filter=[1]) if (f := o.get_font())}
    assert {f.partition("+")[2] or f for f in fonts} == {"NotoSansSC-Regular", "NotoSerifSC-Regular"}
    assert len(made) < 600_000
    assert document[0].get_size() == pytest.approx((595.28, 841.89), abs=0.1)


def test_a_section_and_a_district_have_reports_of_their_own(store: Store) -> None:
    with speaking("zh"):
        section = "".join(_pages(pdf(report(store, theme="提高城市绿化水平"))))
        district = "".join(_pages(pdf(report(store, district="洛龙区"))))
    assert "主题：提高城市绿化水平" in section
    assert "建成区绿地率" in section
    assert "人均道路面积" not in section
    assert "区县：洛龙区" in district
    assert "筹划洛龙区建筑垃圾资源化利用专业园区建设" in district
    assert "地铁站9" in district


def test_in_english_the_frame_is_english(store: Store) -> None:
    with speaking("en"):
        text = "".join(_pages(pdf(report(store, theme="提高城市绿化水平"))))
    assert "Page1of" in text
    assert "●Met" in text
    assert "Whatisnotpublished" in text
