"""Every row of a file of places is taken, merged, refused or set aside, and once: held over files of every mixture of rows.

All files are synthetic. What each row must become is known from how it was made, not asked of the code.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from pipelines.places import from_table
from pipelines.places.candidates import Defaults
from pipelines.places.importing import Imported, import_places
from portal.settings import Settings
from tests.benchmarks.large_files import EAST, NORTH, WEST, large_city
from tests.pipelines.tables.files import xlsx

HEADER = ["序号", "编号", "停车场名称", "地址", "经度", "纬度", "泊位数"]
# What a row is, and what must become of it.
SORTS = {
    "place": "taken",
    "vague": "taken",
    "unplaced": "taken",
    "twice": "again",
    "id of another": "refused",
    "elsewhere": "refused",
    "half a position": "refused",
    "no position": "refused",
    "part": "refused",
    "short": "refused",
    "lost": "refused",
    "nothing": "refused",
    "total": "aside",
    "average": "aside",
    "note": "aside",
    "signed": "aside",
    "header": "aside",
    "section": "aside",
    "blank": "aside",
}


class Made(NamedTuple):
    """A row of a file: its cells and what must become of it."""

    cells: list[str]
    becomes: str


def rows_of(sorts: list[str]) -> Iterator[Made]:
    """Rows of these sorts, each place with a name, an id and a position of its own."""
    before = None
    for n, sort in enumerate(sorts):
        lon, lat = f"{WEST + 0.0037 * (n + 1):.4f}", f"{NORTH - 0.0041 * (n + 1):.4f}"
        own = [str(n + 1), f"H{n}", f"合成{n}号停车场", f"合成路{n}号", lon, lat, str(100 + n)]
        made = {
            "place": own,
            "vague": [*own[:6], "约50"],
            "unplaced": [*own[:4], "", "", own[6]],
            "twice": before,
            "id of another": before and [own[0], before[1], *own[2:]],
            "elsewhere": [*own[:4], f"{EAST + 5}", lat, own[6]],
            "half a position": [*own[:5], "", own[6]],
            "no position": [*own[:4], "合成", lat, own[6]],
            "part": [own[0], "", f"其中：合成{n}", *own[3:]],
            "short": own[:5],
            "lost": [*own[:2], f"合成\ufffd{n}号停车场", *own[3:]],
            "nothing": [own[0], own[1], "", "", "", "", own[6]],
            "total": ["合计", "", "", "", "", "", "1234"],
            "average": ["", "平均", "", "", "", "", "12"],
            "note": [f"注：合成第{n}条", "", "", "", "", "", ""],
            "signed": ["填报人：某某", "", "", "审核人：某某", "", "", ""],
            "header": HEADER,
            "section": [f"一、合成片区{n}", "", "", "", "", "", ""],
            "blank": [""] * 7,
        }[sort]
        if made is None:
            # There is none before it that it could repeat.
            made, sort = own, "place"
        if sort in {"place", "vague", "unplaced"}:
            before = made
        yield Made(made, SORTS[sort])


_FILES = st.lists(st.sampled_from(list(SORTS)), min_size=1, max_size=25)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return large_city(tmp_path_factory.mktemp("rows") / "city").settings


def written(folder: Path, rows: list[list[str]]) -> Path:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    file = folder / "synthetic.csv"
    file.write_text(out.getvalue(), "utf-8")
    return file


def line(where: str) -> int:
    return int("".join(c for c in where.split("行")[0] if c.isdigit()))


def check(done: Imported, made: list[Made]) -> None:
    """What became of each row is what had to, row by row; together they are the file."""
    wanted = {n: m.becomes for n, m in enumerate(made, 2)}
    names = [m.cells[2] for m in made if m.becomes == "taken"]
    assert [r["name"] for r in done.taken] == names
    assert sorted(line(r.where) for r in done.refused) == [n for n, w in wanted.items() if w == "refused"]
    assert [line(where) for where, _, _ in done.set_aside] == [1, *(n for n, w in wanted.items() if w == "aside")]
    assert len(done.merged) + done.refreshed == Counter(wanted.values())["again"]
    whole = len(done.taken) + len(done.merged) + done.refreshed + len(done.refused) + len(done.set_aside)
    assert whole == done.rows == len(made) + 1


@settings_of(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(sorts=_FILES, block=st.integers(1, 30))
def test_every_row_of_a_text_file_is_accounted_for(
    city: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sorts: list[str], block: int
) -> None:
    monkeypatch.setattr(from_table, "_BLOCK", block)
    made = list(rows_of(sorts))
    done = import_places(city, written(tmp_path, [HEADER, *(m.cells for m in made)]), Defaults(), write=False)
    check(done, made)


@settings_of(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
@given(sorts=_FILES)
def test_every_row_of_a_workbook_is_accounted_for(city: Settings, tmp_path: Path, sorts: list[str]) -> None:
    # A workbook's rows have no end that could be missing; a last row of blanks is none.
    made = [*rows_of([s for s in sorts if s != "short"]), Made(["合计", *[""] * 6], "aside")]
    done = import_places(city, xlsx(tmp_path / "synthetic.xlsx", [HEADER, *(m.cells for m in made)]), write=False)
    done.set_aside = [(where.removeprefix("合成表 "), kind, text) for where, kind, text in done.set_aside]
    check(done, made)
