"""Every row of a file of figures is read, refused or set aside, and every cell of a row that is read is taken, refused or blank.

All files are synthetic. What each row and cell must become is known from how it was made, not asked of the code.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from pipelines.figures.importing import import_figures
from pipelines.figures.outcome import Choices, ImportedFigures
from pipelines.figures.report import describe
from portal.settings import Settings
from tests.pipelines.tables.files import xlsx
from tests.synthetic import SyntheticProject

TOLD = Choices(scope="合成市", kind="actual")
WIDE = ["序号", "指标", "区县", "单位", "2021年", "2022年", "2023年（预计）", "备注"]
LONG = ["指标", "年份", "区县", "城市", "数值", "单位", "备注"]
HEADS: dict[str, list[list[str]]] = {
    "wide": [["合成市主要指标"], ["单位：个"], WIDE],
    "long": [["合成市主要指标"], LONG],
}
# Where figures stand, from 1.
FIGURES = {"wide": (5, 6), "long": (5,)}


class Made(NamedTuple):
    """A row of a file: its cells; what it becomes as a whole (read, empty, refused, aside); of a row that is read the value taken from
    each of its cells of figures, "refused" or "blank"."""

    cells: list[str]
    becomes: str
    figures: tuple[str, ...] = ()


def asides(n: int, width: int) -> dict[str, Made]:
    """Rows that are no rows of data."""
    texts = {
        "total": ["合计", *[""] * (width - 2), "1234"],
        "subtotal": ["", "合成区小计", *[""] * (width - 3), "123"],
        "average": ["平均", *[""] * (width - 2), "12"],
        "note": [f"注：合成第{n}条"],
        "signed": ["填报人：某某", "", "审核人：某某"],
        "section": [f"一、合成部分{n}"],
        "page": ["第1页 共3页"],
        "unit": ["单位：个"],
        "header": WIDE if width == len(WIDE) else LONG,
        "blank": [""],
    }
    return {sort: Made([*cells, *[""] * (width - len(cells))], "aside") for sort, cells in texts.items()}


def wide_row(sort: str, n: int, before: Made | None) -> Made:
    """A row by year, with a district of its own."""
    area = f"合成{n}号片区"
    start, end = [str(n), "合成率", area, "%"], ["99", ""]
    facilities = [str(n), "合成设施", area, "个"]
    unknown = [str(n), f"合成未知数{n}", area, "%"]
    made = {
        "figures": Made([*start, "38.5", "39%", *end], "read", ("38.5", "39")),
        "vague": Made([*facilities, "约1,300", "1.2万个", *end], "read", ("1300", "12000")),
        "one of two": Made([*start, "-", "40", *end], "read", ("blank", "40")),
        "not filled": Made([*start, "41", "暂无", *end], "read", ("41", "blank")),
        "bad numbers": Made([*facilities, "12,34", "3至5", *end], "read", ("refused", "refused")),
        "negative": Made([*facilities, "-3", "7", *end], "read", ("refused", "7")),
        "forecast": Made([*start[:1], "合成率（预计）", area, "%", "38", "39", *end], "read", ("refused", "refused")),
        "part": Made([str(n), "其中：合成率", area, "%", "38", "", *end], "read", ("refused", "blank")),
        "unknown indicator": Made([*unknown, "38", "39", *end], "read", ("refused", "refused")),
        "no unit": Made([*start[:3], "", "38", "39%", *end], "read", ("refused", "39")),
        "unknown unit": Made([*start[:3], "合成尺", "38", "39", *end], "read", ("refused", "refused")),
        "wrong unit": Made([*start[:3], "公里", "38", "39", *end], "read", ("refused", "refused")),
        "lost": Made([*start, "3\ufffd8", "锟斤拷", *end], "read", ("refused", "refused")),
        "fraction": Made([*start, "0.39", "39", *end], "read", ("refused", "39")),
        "empty": Made([*start, "", "—", *end], "empty"),
        "short": Made([*start, "38"], "refused"),
        "long": Made([*start, "38", "39", *end, "1"], "refused"),
        **asides(n, len(WIDE)),
    }
    return again(before) if sort == "twice" else made[sort]


def long_row(sort: str, n: int, before: Made | None) -> Made:
    """A row of one figure, with a district of its own."""
    area = f"合成{n}号片区"
    rate, facilities = ["合成率", "2022", area, "合成市"], ["合成设施", "2022", area, ""]
    made = {
        "figures": Made([*rate, "38.5", "%", "合成备注"], "read", ("38.5",)),
        "month": Made(["合成率", "2022年3月", *rate[2:], "385", "‰", ""], "read", ("38.5",)),
        "vague": Made([*facilities, "近50", "个", ""], "read", ("50",)),
        "bad numbers": Made([*facilities, "合成若干", "个", ""], "read", ("refused",)),
        "negative": Made([*facilities, "-3", "个", ""], "read", ("refused",)),
        "forecast": Made(["合成率（预计）", *rate[1:], "39", "%", ""], "read", ("refused",)),
        "unknown indicator": Made([f"合成未知数{n}", *rate[1:], "39", "%", ""], "read", ("refused",)),
        "no unit": Made([*rate, "39", "", ""], "read", ("refused",)),
        "unknown unit": Made([*rate, "39", "合成尺", ""], "read", ("refused",)),
        "no time": Made([rate[0], "", *rate[2:], "39", "%", ""], "read", ("refused",)),
        "other city": Made([*rate[:3], "合成外市", "39", "%", ""], "read", ("refused",)),
        "lost": Made([*facilities, "\ufffd", "个", ""], "read", ("refused",)),
        "bad time": Made([rate[0], "合成某年", *rate[2:], "39", "%", ""], "refused"),
        "month of no year": Made([rate[0], "3月", *rate[2:], "39", "%", ""], "refused"),
        "empty": Made([*rate, "-", "%", ""], "empty"),
        "short": Made(rate, "refused"),
        "long": Made([*rate, "39", "%", "", "1"], "refused"),
        **asides(n, len(LONG)),
    }
    return again(before) if sort == "twice" else made[sort]


def again(row: Made | None) -> Made:
    """A row told before: every figure of it is refused."""
    assert row is not None
    return row._replace(figures=tuple("blank" if f == "blank" else "refused" for f in row.figures))


ROWS: dict[str, Callable[[str, int, Made | None], Made]] = {"wide": wide_row, "long": long_row}
SORTS = {
    "wide": [
        "figures",
        "vague",
        "one of two",
        "not filled",
        "bad numbers",
        "negative",
        "forecast",
        "part",
        "unknown indicator",
        "no unit",
        "unknown unit",
        "wrong unit",
        "lost",
        "fraction",
        "twice",
        "empty",
        "short",
        "long",
    ],
    "long": [
        "figures",
        "month",
        "vague",
        "bad numbers",
        "negative",
        "forecast",
        "unknown indicator",
        "no unit",
        "unknown unit",
        "no time",
        "other city",
        "lost",
        "twice",
        "bad time",
        "month of no year",
        "empty",
        "short",
        "long",
    ],
}
CUT = {"short", "long"}


def rows_of(shape: str, sorts: list[str]) -> Iterator[Made]:
    """A row of figures, so that the file is a table, and rows of these sorts."""
    before = None
    for n, sort in enumerate(["figures", *sorts]):
        made = ROWS[shape](sort, n, before)
        before = made if made.figures and sort != "twice" else before
        yield made


def files(shape: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from([*SORTS[shape], *asides(0, len(LONG))]), max_size=25)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return SyntheticProject(tmp_path_factory.mktemp("figures")).settings


def written(folder: Path, rows: list[list[str]]) -> Path:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    file = folder / "synthetic.csv"
    file.write_text(out.getvalue(), "utf-8")
    return file


def place(where: str) -> tuple[int, int]:
    """Row and column of a place as it is told, both from 1; column 0 of a whole row."""
    if cell := re.search(r"!([A-Z])(\d+)", where):
        return int(cell[2]), ord(cell[1]) - ord("A") + 1
    if cell := re.search(r"第 (\d+) 行第 (\d+) 列", where):
        return int(cell[1]), int(cell[2])
    row = re.search(r"第 (\d+) 行", where)
    assert row is not None
    return int(row[1]), 0


def check(done: ImportedFigures, shape: str, head: int, made: list[Made]) -> None:
    """What became of each row and cell is what had to; together they are the file, and the report says so."""
    rows = dict(enumerate(made, head + 1))
    cells = {(n, c): f for n, m in rows.items() for c, f in zip(FIGURES[shape], m.figures, strict=False)}
    taken = {at: f for at, f in cells.items() if f not in {"refused", "blank"}}
    becomes = Counter(m.becomes for m in made)
    # Of a row of no known time, the cell that names it is to blame.
    whole = [(n, 2 * (len(m.cells) == len(HEADS[shape][-1]))) for n, m in rows.items() if m.becomes == "refused"]
    assert [(place(r["note"]), r["value"]) for r in done.added] == list(taken.items())
    assert sorted(place(r.where) for r in done.refused) == sorted(
        [*whole, *(at for at, f in cells.items() if f == "refused")]
    )
    assert [place(r.where)[0] for r in done.empty] == [n for n, m in rows.items() if m.becomes == "empty"]
    assert [place(where)[0] for where, _, _ in done.set_aside] == [
        *range(1, head + 1),
        *(n for n, m in rows.items() if m.becomes == "aside"),
    ]
    assert done.blank == Counter(cells.values())["blank"] + becomes["empty"] * len(FIGURES[shape])
    assert done.refused_rows == becomes["refused"]
    assert done.figures == len(done.added) + len(done.refused) - done.refused_rows
    # Every cell of figures of every row that is read, once.
    assert done.figures + done.blank == (becomes["read"] + becomes["empty"]) * len(FIGURES[shape])
    # Taken, refused and set aside: all the rows of the file.
    assert becomes["read"] + done.refused_rows + len(done.empty) + len(done.set_aside) == done.rows == head + len(made)
    told = describe(done, dry_run=True)
    assert f"新收 {len(taken)} 个，改 0 个，没有变化 0 个，没有收 {done.figures - len(taken)} 个。" in told
    assert (f"另有 {done.refused_rows} 行整行没有收。" in told) == (done.refused_rows > 0)
    assert (f"一个数也没有的行 {len(done.empty):,} 行" in told) == (becomes["empty"] > 0)


def headed(shape: str, titled: bool) -> list[list[str]]:
    """The header, and what stands above it, in as many cells."""
    rows = HEADS[shape] if titled else HEADS[shape][-1:]
    return [[*r, *[""] * (len(rows[-1]) - len(r))] for r in rows]


@pytest.mark.parametrize("shape", ["wide", "long"])
@settings_of(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(data=st.data(), titled=st.booleans())
def test_every_row_and_figure_of_a_text_file_is_accounted_for(
    city: Settings, tmp_path: Path, shape: str, data: st.DataObject, titled: bool
) -> None:
    made, head = list(rows_of(shape, data.draw(files(shape)))), headed(shape, titled)
    done = import_figures(city, written(tmp_path, [*head, *(m.cells for m in made)]), TOLD, write=False)
    check(done, shape, len(head), made)


@pytest.mark.parametrize("shape", ["wide", "long"])
@settings_of(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
@given(data=st.data(), titled=st.booleans())
def test_every_row_and_figure_of_a_workbook_is_accounted_for(
    city: Settings, tmp_path: Path, shape: str, data: st.DataObject, titled: bool
) -> None:
    # A workbook's rows have no end that could be missing; a last row of blanks is none.
    sorts = [s for s in data.draw(files(shape)) if s not in CUT]
    made, head = list(rows_of(shape, [*sorts, "total"])), headed(shape, titled)
    done = import_figures(city, xlsx(tmp_path / "synthetic.xlsx", [*head, *(m.cells for m in made)]), TOLD, write=False)
    check(done, shape, len(head), made)


@settings_of(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=12)
@given(fates=st.lists(st.sampled_from(["same", "changed", "gone", "new"]), min_size=1, max_size=8), moved=st.booleans())
def test_every_figure_of_a_later_file_is_new_changed_the_same_or_only_stands_elsewhere(
    tmp_path_factory: pytest.TempPathFactory, fates: list[str], moved: bool
) -> None:
    project = SyntheticProject(tmp_path_factory.mktemp("later"))

    def rows(value: str, without: str) -> list[list[str]]:
        return [
            ["合成率", "2022", f"合成{n}号片区", "合成市", value if fate == "changed" else "38", "%", ""]
            for n, fate in enumerate(["same", *fates])
            if fate != without
        ]

    first, second = rows("39", "new"), rows("40", "gone")
    import_figures(project.settings, written(project.root, [LONG, *first]), TOLD)
    above = [["合成市主要指标", *[""] * 6]] if moved else []
    done = import_figures(project.settings, written(project.root, [*above, LONG, *second]), TOLD)
    count = Counter(["same", *fates])
    # A title above moves every row down, one that is gone moves those below it up again.
    elsewhere = sum(row in first and first.index(row) != n + moved for n, row in enumerate(second) if row[4] == "38")
    assert (len(done.added), len(done.altered), len(done.gone)) == (count["new"], count["changed"], count["gone"])
    assert (done.unchanged, done.renoted) == (count["same"] - elsewhere, elsewhere)
    assert done.figures == len(done.added) + len(done.altered) + done.unchanged + done.renoted == len(second)
    assert (f"只改出处或备注 {elsewhere} 个" in describe(done, dry_run=False)) == (elsewhere > 0)
