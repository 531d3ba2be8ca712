"""What a spreadsheet might run comes after an apostrophe; what it would only show stays as it is, in Python and in DuckDB alike."""

import re

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.datasets.export_csv import _csv_cell
from portal.datasets.formats import FORMULA_STARTS, without_formulas
from portal.publication.catalogue import Column

_COLUMN = Column(name="cell", type="string", title_zh="格", title_en="cell")


def in_duckdb(text: str) -> str:
    (row,) = duckdb.execute(f"SELECT {_csv_cell(_COLUMN)} FROM (SELECT ? AS cell)", [text]).fetchall()
    return str(row[0])


@pytest.mark.parametrize(
    "text", ["-", "—", "——", "－", "−5 %", "-5 %", "-5%", "+3.2", "-1,234.5", "－5％", "--", "- 5"]
)
def test_dashes_and_numbers_stay_as_they_are(text: str) -> None:
    assert without_formulas(text) == in_duckdb(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "-1+1",
        "+1+cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "＝1",
        "-A1",
        "-5 %+A1",
        "--1",
        "-5\n=1",
        "-1-1",
        "-(1)",
    ],
)
def test_formulas_come_after_an_apostrophe(text: str) -> None:
    assert without_formulas(text) == in_duckdb(text) == f"'{text}"


@given(st.text("-+=@0159,.% ％A(\n－—\t", max_size=8))
def test_python_and_duckdb_agree_and_nothing_that_names_a_cell_or_calculates_is_left(text: str) -> None:
    told = without_formulas(text)
    assert told == in_duckdb(text)
    if told == text and text[:1] in tuple(FORMULA_STARTS):
        assert re.fullmatch(r"[-+－]+|[-+－] ?[0-9.,]+ ?[%％]?", text)
