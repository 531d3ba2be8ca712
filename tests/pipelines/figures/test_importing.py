"""Departments' tables of indicators: by year or district, wide or long; every figure with its cell, the same file twice the same rows.

All names, figures and files are synthetic.
"""

import csv
import io
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import portal.commands
import portal.commands.common
from pipelines.figures.importing import import_figures
from pipelines.figures.outcome import Choices, ImportedFigures
from pipelines.figures.report import describe
from pipelines.tables.errors import FileError
from tests.pipelines.tables.files import ods, xlsx
from tests.synthetic import SyntheticProject

GEOMETRY = {"type": "Polygon", "coordinates": [[[100, 30], [101, 30], [101, 31], [100, 31], [100, 30]]]}
DISTRICTS = [
    {"code": "990101", "name": "合成东区", "lon": 100.2, "lat": 30.5, "geometry": json.dumps(GEOMETRY)},
    {"code": "990102", "name": "合成西区", "lon": 100.7, "lat": 30.5, "geometry": json.dumps(GEOMETRY)},
]
TOLD = Choices(scope="合成市", kind="actual")


@pytest.fixture
def project(tmp_path: Path) -> SyntheticProject:
    made = SyntheticProject(tmp_path)
    made.write("districts", DISTRICTS)
    return made


def table(project: SyntheticProject, rows: list[list[Any]], name: str = "synthetic-table.csv") -> Path:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    file = project.root / name
    file.write_text(out.getvalue(), "utf-8")
    return file


def observations(project: SyntheticProject) -> dict[str, dict[str, str]]:
    with project.data("observations").open(encoding="utf-8", newline="") as file:
        return {r["id"]: r for r in csv.DictReader(file)}


def values(done: ImportedFigures) -> dict[tuple[str, str, str], str]:
    return {(r["indicator"], r["period"], r["scope"]): r["value"] for r in done.added}


WIDE = [
    ["合成市主要指标", "", "", "", ""],
    ["序号", "指标", "单位", "2021年", "2022年"],
    ["1", "合成率", "%", "38.5", "39"],
    ["2", "合成设施", "个", "1,280", "约1300"],
    ["注：合成局提供", "", "", "", ""],
]


def test_a_table_by_year_is_taken_with_the_cell_of_every_figure(project: SyntheticProject) -> None:
    done = import_figures(project.settings, table(project, WIDE), TOLD)
    assert values(done) == {
        ("synthetic_rate", "2021", "合成市"): "38.5",
        ("synthetic_rate", "2022", "合成市"): "39",
        ("synthetic_facilities", "2021", "合成市"): "1280",
        ("synthetic_facilities", "2022", "合成市"): "1300",
    }
    rows = observations(project)
    vague = rows["synthetic_facilities-2022-file-synthetic-table"]
    assert (vague["value_text"], vague["note"]) == ("约1300", "表格单元格 第 4 行第 5 列（synthetic-table.csv）")
    assert (vague["comparable"], vague["comparable_reason"]) == (
        "false",
        "由表格导入，还没有人核对口径是否与方案指标相同",
    )
    assert (vague["period_start"], vague["period_end"], vague["kind"], vague["source"]) == (
        "2022-01-01",
        "2022-12-31",
        "actual",
        "file-synthetic-table",
    )
    assert project.build().changed
    told = describe(done, dry_run=False)
    assert "读作一列一个时期的表。" in told
    assert "指标的对应：合成率 → synthetic_rate" in told
    assert "不是数据的行：标题 1 行、表头 1 行、注 1 行" in told
    assert "文件里有 4 个数：新收 4 个，改 0 个，没有变化 0 个，没有收 0 个。" in told


def test_a_workbooks_cells_are_named_as_people_name_them(project: SyntheticProject) -> None:
    file = xlsx(project.root / "synthetic.xlsx", [["指标", "2021年"], ["合成率", 0.385]], percents=["B2"])
    (row,) = import_figures(project.settings, file, TOLD).added
    assert (row["value"], row["value_text"], row["note"]) == ("38.5", "38.5%", "表格单元格 合成表!B2（synthetic.xlsx）")
    file = ods(project.root / "synthetic-other.ods", [["指标", "2021年"], ["合成率(%)", 39]])
    (row,) = import_figures(project.settings, file, TOLD).added
    assert row["note"] == "表格单元格 合成表!B2（synthetic-other.ods）"


@pytest.mark.parametrize(
    ("rows", "shape"),
    [
        ([["指标", "合成东区", "合成市合成西区"], ["合成率(%)", "38", "39"]], "一列一个区县"),
        ([["区县", "合成率（%）"], ["合成东", "38"], ["合成西区", "39"], ["合计", "38.5"]], "一列一个指标"),
        (
            [
                ["指标", "年份", "区县", "数值", "单位"],
                ["合成率", "2023", "合成东区", "38", "%"],
                ["合成率", "2023", "合成西区", "390", "‰"],
            ],
            "一行一个数",
        ),
        ([["区县", "2023年"], ["合成东区", "38%"], ["合成西区", "39%"]], "一列一个时期"),
    ],
)
def test_a_table_by_district_is_taken_in_every_shape(
    project: SyntheticProject, rows: list[list[str]], shape: str
) -> None:
    titled = [["合成市2023年合成率"], *rows] if shape == "一列一个时期" else rows
    choices = Choices(kind="actual", period="2023", indicators={"合成市2023年合成率": "synthetic_rate"})
    done = import_figures(project.settings, table(project, titled), choices)
    assert done.shape == shape
    assert values(done) == {
        ("synthetic_rate", "2023", "合成市合成东区"): "38",
        ("synthetic_rate", "2023", "合成市合成西区"): "39",
    }
    assert {r["id"] for r in done.added} == {
        "synthetic_rate-2023-file-synthetic-table-990101",
        "synthetic_rate-2023-file-synthetic-table-990102",
    }


def test_the_same_file_again_changes_nothing_and_a_later_one_tells_what_changed(project: SyntheticProject) -> None:
    file = table(project, WIDE)
    import_figures(project.settings, file, TOLD)
    before = (
        project.data("observations").read_bytes(),
        (project.datasets / "observations" / "dataset.toml").read_bytes(),
    )
    again = import_figures(project.settings, file)
    assert (again.changed, again.unchanged, again.added) == (False, 4, [])
    assert before == (
        project.data("observations").read_bytes(),
        (project.datasets / "observations" / "dataset.toml").read_bytes(),
    )
    later = [r[:] for r in WIDE[:4]]
    later[3][3], later[3][4] = "1,290", ""
    done = import_figures(project.settings, table(project, later))
    told = describe(done, dry_run=False)
    assert "改了　synthetic_facilities-2021-file-synthetic-table：1280个→1290个" in told
    assert "来源里不再有 1 处：synthetic_facilities-2022-file-synthetic-table。" in told
    assert observations(project)["synthetic_facilities-2022-file-synthetic-table"]["value"] == "1300"


def test_what_people_decided_of_a_row_stays(project: SyntheticProject) -> None:
    file = table(project, WIDE)
    import_figures(project.settings, file, TOLD)
    held = observations(project)
    row = held["synthetic_rate-2021-file-synthetic-table"]
    row |= {"comparable": "true", "comparable_reason": "合成口径已核对", "note": row["note"] + "；合成备注"}
    project.write("observations", held.values())
    again = import_figures(project.settings, file)
    assert not again.changed
    assert observations(project)["synthetic_rate-2021-file-synthetic-table"] == row


def test_the_mapping_is_kept_beside_the_data_for_the_next_time(project: SyntheticProject) -> None:
    rows = [["指标", "2021年"], ["合成的新叫法", "38"], ["合成人口", "5"]]
    first = import_figures(project.settings, table(project, rows), TOLD)
    assert [r.reason for r in first.refused] == [
        "“合成的新叫法”没有对应的指标；请用 --indicator 合成的新叫法=指标编号 写明，不收的写 --indicator 合成的新叫法=",
        "“合成人口”没有对应的指标；请用 --indicator 合成人口=指标编号 写明，不收的写 --indicator 合成人口=",
    ]
    choices = Choices(
        "合成市", "actual", indicators={"合成的新叫法": "synthetic_rate", "合成人口": ""}, units={"合成的新叫法": "%"}
    )
    import_figures(project.settings, table(project, rows), choices)
    kept = tomllib.loads(
        (project.datasets / "observations" / "mappings" / "file-synthetic-table.toml").read_text("utf-8")
    )
    assert kept == {
        "scope": "合成市",
        "kind": "actual",
        "indicators": {"合成的新叫法": "synthetic_rate", "合成人口": ""},
        "units": {"合成的新叫法": "%"},
    }
    rows[1][1] = "40"
    done = import_figures(project.settings, table(project, rows))
    assert done.altered == [("synthetic_rate-2021-file-synthetic-table", "38%", "40%")]
    assert project.build().changed


@pytest.mark.parametrize(
    ("header", "cell", "value", "written"),
    [
        ("2021年（万个）", "1.2", "12000", "1.2万个"),
        ("2021年", "1.2万个", "12000", "1.2万个"),
        ("2021年", "120个", "120", "120个"),
        ("2021年（个）", "三百二十", "320", "三百二十"),
        ("2021年（个）", "４万余", "40000", "４万余"),
    ],
)
def test_units_are_converted_to_the_indicators(
    project: SyntheticProject, header: str, cell: str, value: str, written: str
) -> None:
    (row,) = import_figures(project.settings, table(project, [["指标", header], ["合成设施", cell]]), TOLD).added
    assert (row["value"], row["unit"], row["value_text"]) == (value, "个", written)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([["指标", "2021年"], ["合成设施", "50"]], "没有写单位；请用 --unit 合成设施=单位 写明（指标的单位是个）"),
        ([["指标", "2021年（坪）"], ["合成设施", "50"]], "单位“坪”不认识；请用 --unit 合成设施=单位 写明"),
        ([["指标", "单位", "2021年"], ["合成设施", "公里", "50"]], "单位“公里”和“个”不是一类，不能换算"),
        ([["指标", "单位", "2021年"], ["合成设施", "个", "50-60"]], "“50-60”是一个范围，不是一个数"),
        ([["指标", "单位", "2021年"], ["合成设施", "个", "-5"]], "“-5”小于 0"),
        (
            [["指标", "单位", "年份", "数值"], ["合成设施", "个", "2021.1", "5"]],
            "“2021.1”可能是 2021 年 1 月，也可能是 10 月（末尾的 0 会被表格软件丢掉）；请写成 2021-01 或 2021-10",
        ),
        ([["指标", "单位", "数值"], ["合成设施", "个", "5"]], "没有写是哪一年的数；请用 --period 写明"),
        ([["指标", "单位", "2021年"], ["合成率", "%", "0.39"]], "“0.39”是 0.39% 还是 39%？请在格子里写上百分号"),
    ],
)
def test_a_figure_that_is_not_certain_is_refused_with_its_cell(
    project: SyntheticProject, rows: list[list[str]], reason: str
) -> None:
    done = import_figures(project.settings, table(project, rows), TOLD)
    (refused,) = done.refused
    assert refused.reason == reason
    assert refused.where.startswith("第 2 行第 ")
    assert not done.changed


@pytest.mark.parametrize(
    ("cell", "value"), [("0.39%", "0.39"), ("39%", "39"), ("39", "39"), ("1", "1"), ("0", "0"), ("3.9‰", "0.39")]
)
def test_a_per_cent_that_says_so_is_taken(project: SyntheticProject, cell: str, value: str) -> None:
    rows = [["指标", "单位", "2021年"], ["合成率", "%", cell]]
    assert [r["value"] for r in import_figures(project.settings, table(project, rows), TOLD).added] == [value]


def test_of_an_old_workbook_one_may_be_a_hundred_per_cent(project: SyntheticProject) -> None:
    file = ods(project.root / "synthetic.ods", [["指标", "单位", "2021年", "2022年"], ["合成率", "%", 1, 39]])
    done = import_figures(project.settings, file, TOLD)
    assert [r["value"] for r in done.added] == ["39"]
    assert [r.reason for r in done.refused] == ["“1”是 1% 还是 100%？请在格子里写上百分号"]


def test_a_part_is_not_taken_for_the_whole(project: SyntheticProject) -> None:
    done = import_figures(
        project.settings, table(project, [["指标", "单位", "2021"], ["其中：合成率", "%", "40"]]), TOLD
    )
    assert (done.added, list(done.unmapped)) == ([], ["其中：合成率"])


def test_another_citys_figures_are_not_taken_for_ours(project: SyntheticProject) -> None:
    rows = [
        ["indicator_zh", "city", "year", "value", "unit"],
        ["合成率", "合成市", "2021", "38", "%"],
        ["合成率", "合成外市", "2021", "39", "%"],
    ]
    done = import_figures(project.settings, table(project, rows), TOLD)
    assert values(done) == {("synthetic_rate", "2021", "合成市"): "38"}
    assert [r.reason for r in done.refused] == ["“合成外市”不是本市，没有收"]


def test_a_table_that_does_not_say_what_it_measures_can_be_told(project: SyntheticProject) -> None:
    file = table(project, [["合成栏", "年份", "数值", "单位"], ["合成率", "2021", "38", "%"]])
    with pytest.raises(
        FileError,
        match="看不出哪一列是指标的名称。文件的列：合成栏、年份、数值、单位。请用 --column indicator=列名 指定。",
    ):
        import_figures(project.settings, file, TOLD)
    done = import_figures(project.settings, file, Choices("合成市", "actual", columns={"indicator": "合成栏"}))
    assert values(done) == {("synthetic_rate", "2021", "合成市"): "38"}


def test_a_line_above_the_header_may_say_what_is_measured_as_the_statistical_bureaus_exports_do(
    project: SyntheticProject,
) -> None:
    rows = [["数据库：合成年度数据", ""], ["指标：合成率(%)", ""], ["时间：最近2年", ""], ["地区", "2022年", "2021年"]]
    rows += [["合成东区", "39", "38"], ["合成西区", "", "37"], ["注：合成", "", ""], ["数据来源：合成局", "", ""]]
    done = import_figures(project.settings, table(project, rows), TOLD)
    assert values(done) == {
        ("synthetic_rate", "2022", "合成市合成东区"): "39",
        ("synthetic_rate", "2021", "合成市合成东区"): "38",
        ("synthetic_rate", "2021", "合成市合成西区"): "37",
    }
    assert done.mapped == {"合成率(%)": "synthetic_rate"}


@pytest.mark.parametrize("header", [["", "", "2021年"], ["序号", "", "2021年"], ["合成栏", "", "2021年"]])
def test_columns_without_a_name_are_no_indicators_and_years_alone_say_not_what_is_measured(
    project: SyntheticProject, header: list[str]
) -> None:
    file = xlsx(project.root / "synthetic.xlsx", [header, [1, "合成率(%)", 38], [2, "合成设施(个)", 5]])
    with pytest.raises(FileError, match=r"看不出哪一列是指标的名称。.*请用 --column indicator=列名 指定"):
        import_figures(project.settings, file, Choices("合成市", "actual", header_row=1))
    for written in ("B 列", "B"):
        told = Choices("合成市", "actual", header_row=1, columns={"indicator": written})
        done = import_figures(project.settings, file, told, write=False)
        assert values(done) == {
            ("synthetic_rate", "2021", "合成市"): "38",
            ("synthetic_facilities", "2021", "合成市"): "5",
        }


@pytest.mark.parametrize(
    "rows",
    [
        [["合成市2022年指标", ""], ["月份", "合成设施(个)"], ["1月", "10"], ["2-3月", "12"], ["一季度", "22"]],
        [["年份", "月份", "合成设施(个)"], ["2022", "1", "10"], ["2022", "2-3月", "12"], ["2022年", "一季度", "22"]],
        [["指标", "单位", "1月", "2—3月", "一季度"], ["合成设施", "个", "10", "12", "22"]],
        [["指标", "单位", "2022年 1月", "2022年2-3月", "二〇二二年一季度"], ["合成设施", "个", "10", "12", "22"]],
    ],
)
def test_a_month_is_not_taken_for_its_year(project: SyntheticProject, rows: list[list[str]]) -> None:
    choices = Choices("合成市", "actual", period="2022" if rows[0][0] == "指标" else "")
    done = import_figures(project.settings, table(project, rows), choices)
    assert {r["period"]: r["value"] for r in done.added} == {
        "2022-01": "10",
        "2022-02至2022-03": "12",
        "2022年第1季度": "22",
    }
    assert not done.refused


def test_a_month_of_no_year_is_refused(project: SyntheticProject) -> None:
    for rows in ([["月份", "合成设施(个)"], ["1月", "10"]], [["指标", "单位", "1月"], ["合成设施", "个", "10"]]):
        done = import_figures(project.settings, table(project, rows), TOLD)
        assert [r.reason for r in done.refused] == ["“1月”没有写是哪一年；请用 --period 写明年份"]
        assert not done.added


@pytest.mark.parametrize(
    "header", ["2022年（预计）", "2022（预期）", "2022年预测", "2022年同比", "2022年（比上年增长）", "2022年排名"]
)
def test_a_forecast_a_change_or_a_rank_is_no_figure_of_its_year(project: SyntheticProject, header: str) -> None:
    rows = [["指标", "单位", "2021年", header], ["合成设施", "个", "5", "6"]]
    done = import_figures(project.settings, table(project, rows), TOLD)
    assert {r["period"]: r["value"] for r in done.added} == {"2021": "5"}
    assert f"没有用到的列：{header}" in done.told


@pytest.mark.parametrize("name", ["合成率（预计）", "合成率(同比增长%)", "合成率（比上年增减）"])
def test_a_forecast_or_change_of_an_indicator_is_not_the_indicator(project: SyntheticProject, name: str) -> None:
    done = import_figures(project.settings, table(project, [["指标", "单位", "2021年"], [name, "%", "5"]]), TOLD)
    assert (done.added, list(done.unmapped)) == ([], [name])
    done = import_figures(project.settings, table(project, [["年份", "合成率(%)", name], ["2021", "39", "5"]]), TOLD)
    assert [r["value"] for r in done.added] == ["39"]


def test_planned_figures_named_in_brackets_are_planned(project: SyntheticProject) -> None:
    rows = [["指标", "单位", "2022年（计划）", "2022年（完成）", "2023年全年", "二〇二一年"]]
    rows.append(["合成设施", "个", "6", "5", "7", "4"])
    done = import_figures(project.settings, table(project, rows), TOLD)
    assert {(r["period"], r["kind"]): r["value"] for r in done.added} == {
        ("2022", "annual_plan"): "6",
        ("2022", "actual"): "5",
        ("2023", "actual"): "7",
        ("2021", "actual"): "4",
    }


def test_two_figures_for_one_thing_are_not_both_taken(project: SyntheticProject) -> None:
    rows = [["指标", "单位", "2021年"], ["合成设施", "个", "5"], ["合成设施数", "个", "6"]]
    done = import_figures(project.settings, table(project, rows), TOLD)
    assert [r["value"] for r in done.added] == ["5"]
    assert done.refused[0].reason.startswith(
        "和 表格单元格 第 2 行第 3 列（synthetic-table.csv） 是同一指标、同一时期、同一范围"
    )


def test_scope_and_kind_are_asked_for_where_the_file_does_not_say(project: SyntheticProject) -> None:
    file = table(project, WIDE)
    with pytest.raises(FileError, match="文件没有写，请用 --scope 写明：这些数是哪个范围的"):
        import_figures(project.settings, file)
    answers = {"范围": "合成市", "实际数": "annual_plan"}
    done = import_figures(project.settings, file, ask=lambda q: next(a for w, a in answers.items() if w in q))
    assert {(r["scope"], r["kind"]) for r in done.added} == {("合成市", "annual_plan")}


def test_planned_and_real_figures_beside_each_other_are_told_apart(project: SyntheticProject) -> None:
    rows = [["指标", "单位", "2021年", ""], ["", "", "计划", "完成"], ["合成设施", "个", "50", "48"]]
    done = import_figures(project.settings, table(project, rows), Choices(scope="合成市"))
    assert {r["kind"]: r["value"] for r in done.added} == {"annual_plan": "50"} or len(done.added) + len(
        done.refused
    ) == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=12)
@given(st.lists(st.decimals(min_value=0, max_value=10**9, places=3, allow_nan=False), min_size=2, max_size=6))
def test_no_number_changes_between_cell_and_dataset(project: SyntheticProject, numbers: list[Any]) -> None:
    header = ["指标", "单位", *(f"{2000 + i}年" for i in range(len(numbers)))]
    file = xlsx(project.root / "synthetic.xlsx", [header, ["合成设施", "个", *(float(n) for n in numbers)]])
    done = import_figures(project.settings, file, TOLD, write=False)
    assert [float(r["value"]) for r in done.added] == [float(n) for n in numbers]


def test_the_command_reports_and_says_what_is_wrong(project: SyntheticProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal.commands.common, "settings", lambda: project.settings)
    file = table(project, WIDE)
    run = CliRunner()
    dry = run.invoke(
        portal.commands.app, ["import-figures", str(file), "--scope", "合成市", "--kind", "actual", "--dry-run"]
    )
    assert dry.exit_code == 0, dry.output
    assert "只是试算，没有写入。" in dry.stdout
    assert not (project.datasets / "observations" / "mappings").exists()
    wrong = run.invoke(portal.commands.app, ["import-figures", str(file), "--indicator", "合成率=nothing"])
    assert wrong.exit_code == 1
    assert "没有这个指标：合成率=nothing。" in wrong.output
