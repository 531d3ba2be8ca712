"""A department's table as the draft of a dataset: its data in one spelling, its dictionary, the questions only a person can answer.

All files are synthetic.
"""

import csv
import datetime
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.drafts.description import QUESTIONS
from pipelines.drafts.draft import Answers, Draft
from pipelines.drafts.drafting import describe, new_dataset
from pipelines.sources.datasets import read_descriptions
from pipelines.sources.problems import BuildError
from pipelines.tables.errors import FileError
from tests.pipelines.tables.files import xlsx
from tests.synthetic import SyntheticProject

ANSWERS = {
    "title_en": "Synthetic list",
    "summary_zh": "仅供测试",
    "provider": "合成局",
    "theme": "合成",
    "openness": "无条件开放",
    "update_frequency": "每年",
    "license": "CC0-1.0",
}
ROWS = [
    ["合成市停车场一览表", "", "", "", "", ""],
    ["编号", "停车场名称", "占地面积(万㎡)", "泊位数", "建成时间", "收费率"],
    ["001", "合成甲停车场", 1.2, 1280, "2021年3月1日", 0.39],
    ["002", "合成乙停车场", 0.3, "约50", 44561, 0.4],
    ["003", "合成丙停车场", "-", "３２０", "2021.3", 0.45],
    ["合计", "", "", 1650, "", ""],
    ["填报人：某某", "", "", "", "", ""],
]


@pytest.fixture
def project(tmp_path: Path) -> SyntheticProject:
    return SyntheticProject(tmp_path)


def drafted(project: SyntheticProject, rows: list[list[Any]], answers: Answers | None = None, **more: Any) -> Draft:
    return new_dataset(project.settings, xlsx(project.root / "synthetic-list.xlsx", rows, **more), answers)


def held(draft: Draft) -> tuple[dict[str, Any], list[dict[str, str]]]:
    with (draft.folder / "data.csv").open(encoding="utf-8", newline="") as file:
        return tomllib.loads((draft.folder / "dataset.toml").read_text("utf-8")), list(csv.DictReader(file))


def test_types_units_keys_and_odd_cells_are_drafted(project: SyntheticProject) -> None:
    draft = drafted(project, ROWS, percents=["F3", "F4", "F5"])
    described, rows = held(draft)
    columns = {c["name"]: (c["type"], c.get("unit", ""), c["title_zh"]) for c in described["columns"]}
    assert columns == {
        "id": ("string", "", "编号"),
        "name": ("string", "", "停车场名称"),
        "area_m2": ("number", "平方米", "占地面积(万㎡)"),
        "capacity": ("integer", "", "泊位数"),
        "capacity_text": ("string", "", "泊位数（原写法）"),
        "opened": ("string", "", "建成时间"),
        "shou_fei_lv": ("number", "%", "收费率"),
    }
    assert [(r["area_m2"], r["capacity"], r["capacity_text"], r["opened"]) for r in rows] == [
        ("12000", "1280", "", "2021-03-01"),
        ("3000", "", "约50", "2021-12-31"),
        ("", "320", "", "2021-03"),
    ]
    assert list(rows[0].values())[-1] == "39"
    assert (described["title_zh"], described["primary_key"]) == ("合成市停车场一览表", ["id"])
    assert (draft.rows, len(draft.set_aside), draft.count) == (3, 4, 7)
    assert "某某" not in (draft.folder / "dataset.toml").read_text("utf-8")


def test_the_questions_are_told_and_keep_the_draft_from_being_published_unanswered(project: SyntheticProject) -> None:
    draft = drafted(project, ROWS)
    assert [q.split("：")[0] for q in draft.questions][: len(QUESTIONS)] == list(QUESTIONS)
    assert "还要人来答（写在 dataset.toml 里）：" in describe(draft)
    with pytest.raises(BuildError) as caught:
        read_descriptions(project.datasets)
    told = [p.split("dataset.toml：")[1] for p in caught.value.problems]
    assert "provider：不能为空" in told
    assert "openness：不能为空，应为“无条件开放”、“有条件开放”、“不予开放”之一" in told
    assert not any(word in p for p in told for word in ("Input", "should", "String", "valid", "None", "'"))


def test_an_answered_draft_is_published(project: SyntheticProject) -> None:
    draft = drafted(project, ROWS, Answers("synthetic-car-parks", ANSWERS))
    file = draft.folder / "dataset.toml"
    file.write_text(file.read_text("utf-8").replace('name_en = ""', 'name_en = "Synthetic"'), "utf-8")
    assert project.build().changed
    with pytest.raises(FileError, match="synthetic-car-parks 已经有了。请用 --id 另取一个编号"):
        drafted(project, ROWS, Answers("synthetic-car-parks"))


def test_a_fraction_among_per_cents_keeps_its_wording(project: SyntheticProject) -> None:
    rows = [["合成编号", "占比(%)"], ["a", 94.24], ["b", 0.39], ["c", "39%"], ["d", 0]]
    draft = drafted(project, rows)
    assert [(r["zhan_bi"], r["zhan_bi_text"]) for r in held(draft)[1]] == [
        ("94.24", ""),
        ("", "0.39"),
        ("39", ""),
        ("0", ""),
    ]
    assert draft.kept == [("合成表!B3", "“0.39”是小数还是百分数？原写法在 zhan_bi_text 列；请在原表写上百分号")]


def test_a_day_that_is_not_certain_is_told(project: SyntheticProject) -> None:
    file = project.root / "synthetic.csv"
    file.write_text("合成编号,日期\na,2021-03-01\nb,44256\nc,2021.3\n", "utf-8")
    draft = new_dataset(project.settings, file)
    assert [r["ri_qi"] for r in held(draft)[1]] == ["2021-03-01", "44256", "2021-03"]
    assert draft.kept == [("第 3 行第 2 列", "“44256”不能确定是哪一天，照原写法留在 ri_qi 列")]


def test_a_number_of_a_telephone_or_a_post_code_is_none_and_one_cut_short_is_told(project: SyntheticProject) -> None:
    rows = [["合成编号", "联系电话", "邮编", "身份证号"], ["a", "0379-00000000", 471000, 990101199901010000]]
    rows += [["b", 63930001, 471001, "99010119990101000X"]]
    draft = drafted(project, rows)
    described, held_rows = held(draft)
    assert {c["type"] for c in described["columns"]} == {"string"}
    assert [list(r.values()) for r in held_rows] == [
        ["a", "0379-00000000", "471000", ""],
        ["b", "63930001", "471001", "99010119990101000X"],
    ]
    ((where, why),) = draft.kept
    assert where == "合成表!D2"
    assert "超过 15 位，表格软件已丢掉后面的数字；请把这一格设为文本重新填写" in why


def test_columns_beside_never_take_the_name_of_another(project: SyntheticProject) -> None:
    draft = drafted(project, [["a", "a_text", "a_2", "a"], ["1", "x", 2, 5], ["约3", "y", 4, 6]])
    described, rows = held(draft)
    names = [c["name"] for c in described["columns"]]
    assert len(names) == len(set(names)) == len(rows[0])
    assert list(rows[1].values())[:3] == ["", "约3", "y"]


def test_a_number_without_a_unit_among_several_units_keeps_its_wording(project: SyntheticProject) -> None:
    draft = drafted(project, [["名称", "占地"], ["合成甲", "1.2万㎡"], ["合成乙", "3公顷"], ["合成丙", 2]])
    assert [list(r.values())[1:] for r in held(draft)[1]] == [["1.2", ""], ["3", ""], ["", "2"]]
    assert draft.kept == [("合成表!B4", "“2”没有写单位，别的格写了几种，原写法在 zhan_di_text 列；请在原表写上单位")]


def test_a_number_without_a_unit_beside_one_unit_is_read_in_it_and_told(project: SyntheticProject) -> None:
    draft = drafted(project, [["名称", "泊位"], ["合成甲", "120个"], ["合成乙", 30]])
    assert [list(r.values())[1] for r in held(draft)[1]] == ["120", "30"]
    assert "“泊位”有 1 格没有写单位，按别的格写的个读，请核对" in draft.told


def test_per_cents_that_are_all_below_one_are_asked_about(project: SyntheticProject) -> None:
    draft = drafted(project, [["名称", "比例(%)"], ["合成甲", 0.39], ["合成乙", 0.41]])
    assert "“比例(%)”的数都小于 1：是百分之零点几，还是写成了小数？请核对" in draft.told
    assert [list(r.values())[1] for r in held(draft)[1]] == ["0.39", "0.41"]


def test_a_length_of_time_is_written_in_hours(project: SyntheticProject) -> None:
    rows = [["名称", "时长"], ["合成甲", datetime.timedelta(hours=30)], ["合成乙", datetime.timedelta(minutes=5)]]
    assert [list(r.values())[1] for r in held(drafted(project, rows))[1]] == ["30:00:00", "0:05:00"]


def test_an_answer_to_no_question_is_refused(project: SyntheticProject) -> None:
    with pytest.raises(FileError, match="没有 nonsense 这一项可以先答。能先答的是 title_zh、title_en"):
        drafted(project, ROWS, Answers(fields={"nonsense": "1"}))


def test_a_unit_of_no_column_is_told(project: SyntheticProject) -> None:
    draft = drafted(project, [["合成支出表", ""], ["单位：万元", ""], ["部门", "支出"], ["合成甲局", 1234.5]])
    assert "单位行写着万元，没有一列能确定用它；请核对各列的 unit" in draft.told


def test_without_a_key_the_row_of_the_file_is_one(project: SyntheticProject) -> None:
    draft = drafted(project, [["区县", "数"], ["合成", 5], ["合成", 5], ["合成", 7]])
    described, rows = held(draft)
    assert described["primary_key"] == ["row"]
    assert [r["row"] for r in rows] == ["2", "3", "4"]
    assert "没有一列的值各不相同，加了 row 列（原表的行号）作编号；有稳定编号的请换掉" in draft.told


def test_a_table_by_year_and_district_gets_a_semantic_section(project: SyntheticProject) -> None:
    described, _ = held(
        drafted(project, [["年份", "绿地率(%)", "备注"], [2021, 38, "甲"], [2022, 39, "乙"], [2022, 39, "丙"]])
    )
    (section,) = described["semantic"]
    assert (section["name_zh"], section["period"], section["value"]) == (
        "绿地率",
        described["columns"][0]["name"],
        described["columns"][1]["name"],
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20)
@given(st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=3, allow_nan=False), min_size=1, max_size=8))
def test_no_number_changes_between_cell_and_draft(project: SyntheticProject, numbers: list[Any]) -> None:
    rows = [["名称", "合成数"], *([f"合成{i}号", float(n)] for i, n in enumerate(numbers))]
    draft = drafted(project, rows)
    _, written = held(draft)
    shutil.rmtree(draft.folder)
    assert [float(list(r.values())[1]) for r in written] == [float(n) for n in numbers]


NOT_DATA = {
    "short": "合成,少一格",
    "long": "合成,多一格,1,2",
    "total": "合计,,9",
    "average": "平均,,3",
    "note": "注：合成,,",
    "section": "一、合成部分,,",
    "header": "名称,类,数",
    "blank": ",,",
    "page": "第1页 共2页,,",
}
SORTS = ["row", *NOT_DATA]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(SORTS), min_size=1, max_size=20))
def test_rows_of_a_file_are_written_refused_or_set_aside_and_each_once(
    project: SyntheticProject, sorts: list[str]
) -> None:
    lines = [NOT_DATA.get(sort, f"合成{n}号,a,{n}") for n, sort in enumerate(["row", *sorts])]
    file = project.root / "synthetic.csv"
    file.write_text("名称,类,数\n" + "".join(f"{line}\n" for line in lines), "utf-8")
    draft = new_dataset(project.settings, file)
    _, rows = held(draft)
    shutil.rmtree(draft.folder)
    kept = [n for n, sort in enumerate(["row", *sorts]) if sort == "row"]
    assert [next(v for v in r.values() if v.startswith("合成")) for r in rows] == [f"合成{n}号" for n in kept]
    refused = [n for n, sort in enumerate(sorts, 3) if sort in {"short", "long"}]
    aside = [1, *(n for n, sort in enumerate(sorts, 3) if sort not in {"row", "short", "long"})]
    assert [where for where, _ in draft.refused] == [f"第 {n} 行" for n in refused]
    assert [where for where, _, _ in draft.set_aside] == [f"第 {n} 行" for n in aside]
    assert (draft.rows, draft.refused_count) == (len(kept), len(refused))
    assert draft.rows + draft.refused_count + len(draft.set_aside) == draft.count == len(lines) + 1
