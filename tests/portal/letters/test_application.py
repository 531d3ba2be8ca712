"""An application quotes the plan, is whole, and names nobody the data do not."""

import io

import docx
import pytest

from portal.letters import application
from portal.plan import gaps
from portal.plan.gaps import Gap
from portal.publication.publications import Publications
from portal.publication.store import Store
from portal.texts.interface import use
from tests.synthetic import SyntheticProject


@pytest.fixture(scope="module")
def found(city: Store) -> dict[str, Gap]:
    return {g.row["id"]: g for g in gaps.gaps(city)}


def test_the_application_names_target_clause_quote_scope_period_and_form(found: dict[str, Gap], city: Store) -> None:
    text = application.text(found["synthetic_car_parks"], city.manifest)
    for words in (
        "政府信息公开申请",
        "合成市人民政府（政府信息公开工作机构）",
        "《合成方案》第 2.3 条　合成停车写明：",
        "    新建合成停车场20个\n",
        "截至2023年12月31日，“新建合成停车场”的实际结果（数值，单位：个）",
        "范围：中心城区",
        "时期：2021年1月1日至2023年12月31日，请分年度列出",
        "1. 2022，合成市合成东区：2个（合成报社）。不能比较的原因：合成口径：只含东区",
        "可机读的表格（如 .xlsx 或 .csv）",
        "第二十七条、第二十九条",
        "请依照第三十六条答复：所申请的信息不由贵机关负责公开的，请告知并说明理由",
        "姓名（名称）：[　　　　]",
        city.version,
    ):
        assert words in text


def test_a_task_that_is_known_is_no_result_to_send_again(found: dict[str, Gap], city: Store) -> None:
    text = application.text(found["synthetic_chargers"], city.manifest)
    assert "2023（年度任务），合成市：20个（年度任务，" in text


def test_a_promise_without_a_number_is_asked_about_as_one(found: dict[str, Gap], city: Store) -> None:
    text = application.text(found["synthetic_pilot"], city.manifest)
    assert "“合成试点任务”是否完成、完成日期" in text
    assert "单位：" not in text


def test_the_application_is_chinese_whatever_the_page_speaks(found: dict[str, Gap], city: Store) -> None:
    chinese = application.text(found["synthetic_pocket_parks"], city.manifest)
    use("en")
    try:
        assert application.text(found["synthetic_pocket_parks"], city.manifest) == chinese
    finally:
        use("zh")


def test_every_quote_is_the_plans_and_every_application_is_whole(found: dict[str, Gap], city: Store) -> None:
    clauses = {r["clause"]: r["text"] for r in city.rows("SELECT clause, text FROM clauses")}
    for gap in found.values():
        text = application.text(gap, city.manifest)
        assert gap.row["quote"] in clauses[gap.row["clause"]]
        assert gap.row["quote"] in text
        assert "None" not in text
        assert "{" not in text


def test_no_department_is_named_where_the_clause_names_none(found: dict[str, Gap], city: Store) -> None:
    assert [g.bodies for g in found.values() if g.bodies] == []
    assert "条款写明的负责单位" not in application.text(found["synthetic_pocket_parks"], city.manifest)


def test_a_body_the_clause_names_is_in_the_application(project: SyntheticProject) -> None:
    project.replace(project.plan, "到2023年底，合成率达到50%", "由合成市住建局牵头，到2023年底，合成率达到50%")
    project.write("observations", [])
    project.build()
    store = Publications(project.settings).current()
    first = gaps.gaps(store)[0]
    assert first.bodies == ("合成市住建局",)
    assert "条款写明的负责单位：合成市住建局" in application.text(first, store.manifest)
    assert first.known == ()
    assert "已经查到的公开信息" not in application.text(first, store.manifest)


def test_the_word_document_says_what_the_text_says(found: dict[str, Gap], city: Store) -> None:
    gap = found["synthetic_car_parks"]
    document = docx.Document(io.BytesIO(application.docx(gap, city.manifest)))
    paragraphs = [p.text for p in document.paragraphs]
    assert paragraphs[0] == "政府信息公开申请"
    assert "新建合成停车场20个" in paragraphs
    assert any("“新建合成停车场”的实际结果" in p for p in paragraphs)
    assert application.docx(gap, city.manifest) == application.docx(gap, city.manifest)
