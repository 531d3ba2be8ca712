"""Units: one table, exact conversion, and no number in a unit nobody knows."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.tables.errors import CellError
from pipelines.tables.lexicon import table_words
from pipelines.tables.units import UnknownUnitError, convert, header_unit, unit_of, units_in


@pytest.mark.parametrize(
    ("value", "written", "metres"),
    [
        ("1.2", "万㎡", "12000"),
        ("1.2", "万平方米", "12000"),
        ("1.2", "万亩", "8000000"),
        ("3", "亩", "2000"),
        ("2.5", "公顷", "25000"),
        ("2.5", "ha", "25000"),
        ("2.5", "hm²", "25000"),
        ("2.5", "hm2", "25000"),
        ("0.4", "km²", "400000"),
        ("0.4", "平方公里", "400000"),
        ("7", "m²", "7"),
        ("7", "平米", "7"),
        ("7", "sqm", "7"),
    ],
)
def test_areas_come_to_square_metres(value: str, written: str, metres: str) -> None:
    assert convert(Decimal(value), unit_of(written), unit_of("平方米")) == Decimal(metres)


@pytest.mark.parametrize(
    ("value", "given", "wanted", "expected"),
    [
        ("12.6", "‰", "%", "1.26"),
        ("0.39", "小数", "%", "39"),
        ("1.2", "万个", "个", "12000"),
        ("3.4", "亿元", "万元", "34000"),
        ("1.5", "公里", "米", "1500"),
        ("2", "万吨/年", "吨/年", "20000"),
        ("10", "吨/公顷", "吨/平方公里", "1000"),
        ("30", "人/平方公里", "人/公顷", "0.3"),
        ("74", "μg/m³", "微克/立方米", "74"),
        ("5", "处", "个", "5"),
    ],
)
def test_other_units_are_converted(value: str, given: str, wanted: str, expected: str) -> None:
    assert convert(Decimal(value), unit_of(given), unit_of(wanted)) == Decimal(expected)


@pytest.mark.parametrize("written", ["坪", "英亩", "x", "㎡/", "/年"])
def test_an_unknown_unit_is_told(written: str) -> None:
    with pytest.raises(UnknownUnitError, match=f"单位“{written}”不认识，没有换算"):
        unit_of(written)


def test_units_of_different_things_are_not_converted() -> None:
    with pytest.raises(CellError, match="单位“公里”和“平方米”不是一类，不能换算"):
        convert(Decimal(1), unit_of("公里"), unit_of("平方米"))
    with pytest.raises(CellError, match="单位“百分点”和“%”不是一类，不能换算"):
        convert(Decimal(1), unit_of("个百分点"), unit_of("%"))


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("面积(万㎡)", "万平方米"),
        ("占地面积（亩）", "亩"),
        ("占地面积亩", "亩"),
        ("面积万平方米", "万平方米"),
        ("长度/公里", "公里"),
        ("金额：万元", "万元"),
        ("面积（单位：公顷）", "公顷"),
        ("建成区绿地率%", "%"),
        ("比例（‰）", "‰"),
        ("area_m2", "平方米"),
    ],
)
def test_a_header_states_its_unit(header: str, unit: str) -> None:
    found = header_unit(header, table_words().remarks).unit
    assert found is not None
    assert found.name == unit


@pytest.mark.parametrize(
    "header", ["泊位数", "所属区县/街道", "场所类别", "单位", "泊位数（含路内）", "单位名称", "park area"]
)
def test_a_header_without_a_unit_states_none(header: str) -> None:
    found = header_unit(header, table_words().remarks)
    assert (found.unit, found.unknown) == (None, "")


def test_a_bracketed_unit_that_is_not_known_is_not_overlooked() -> None:
    assert header_unit("面积（坪）", table_words().remarks).unknown == "坪"


def test_a_unit_line_names_units_or_nothing() -> None:
    assert [u.name for u in units_in("个、万平方米")] == ["个", "万平方米"]
    assert units_in("合成管理局") == []


_NAMES = ["㎡", "万㎡", "亩", "万亩", "公顷", "km²"]


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=0, max_value=10**6),
    st.sampled_from(_NAMES),
    st.sampled_from(_NAMES),
)
def test_there_and_back_is_the_same_number(value: Decimal, one: str, other: str) -> None:
    there = convert(value, unit_of(one), unit_of(other))
    back = convert(there, unit_of(other), unit_of(one))
    assert abs(back - value) <= value * Decimal("1e-17")
