"""What a cell says in numbers: the same number, or a sentence; never another number."""

import contextlib
import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.tables.errors import CellError
from pipelines.tables.numbers import amount, chinese_integer, plain, text_of
from pipelines.tables.units import unit_of


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("128", "128", None),
        ("1,280", "1280", None),
        ("1，280", "1280", None),
        ("1 280", "1280", None),
        ("３２０", "320", None),
        ("1,280.50", "1280.50", None),
        ("-5", "-5", None),
        ("−5", "-5", None),
        ("三百二十", "320", None),
        ("一千二百八十个", "1280", "个"),
        ("十二", "12", None),
        ("两百", "200", None),
        ("一万零五十", "10050", None),
        ("壹佰贰拾", "120", None),
        ("120个", "120", "个"),
        ("120 个车位", "120", "个"),
        ("1.2万㎡", "1.2", "万平方米"),
        ("1.2万", "1.2", "万"),
        ("3亿元", "3", "亿元"),
        ("39%", "39", "%"),
        ("３９％", "39", "%"),
        ("百分之三十九", "39", "%"),
        ("5‰", "5", "‰"),
        ("30m²", "30", "平方米"),
        ("2.5hm²", "2.5", "公顷"),
        ("1.2E+3", "1200", None),
    ],
)
def test_a_number_is_read_however_it_is_written(written: str, value: str, unit: str | None) -> None:
    read = amount(written)
    assert read is not None
    assert (read.value, read.unit and read.unit.name, read.vague) == (Decimal(value), unit, False)


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("约50", "50", None),
        ("近50", "50", None),
        ("50余个", "50", "个"),
        ("4万余", "4", "万"),
        ("3.5万余平方米", "3.5", "万平方米"),
        ("120个以上", "120", "个"),
        ("不少于50", "50", None),
        ("≥50", "50", None),
        ("50左右", "50", None),
        ("二十来个", "20", "个"),
    ],
)
def test_a_vague_number_says_that_it_is_one_and_keeps_its_wording(written: str, value: str, unit: str | None) -> None:
    read = amount(written)
    assert read is not None
    assert (read.value, read.unit and read.unit.name, read.vague, read.written) == (Decimal(value), unit, True, written)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("50;30", "“50;30”里有 2 个数，不知用哪一个；请只写一个，其余写进备注"),
        ("50-60", "“50-60”是一个范围，不是一个数"),
        ("50～60个", "“50～60个”是一个范围，不是一个数"),
        ("1,28", "“1,28”的逗号或点不在千位上，不知是千位分隔还是小数；请写成 1280 或 1280.5"),
        ("1.280.500", "“1.280.500”的逗号或点不在千位上，不知是千位分隔还是小数；请写成 1280 或 1280.5"),
        ("(50)", "“(50)”带括号，不知是负数还是注记；负数请写成 -1"),
        ("128①", "“128①”里有角标或分数符号，不能确定是哪个数；请只写数字"),
        ("120²", "“120²”里有角标或分数符号，不能确定是哪个数；请只写数字"),
        ("½", "“½”里有角标或分数符号，不能确定是哪个数；请只写数字"),
        ("三万五", "“三万五”里的“三万五”读法不止一种；请用阿拉伯数字写全"),
        ("一百五", "“一百五”里的“一百五”读法不止一种；请用阿拉伯数字写全"),
        ("3万5千", "“3万5千”里有 2 个数，不知用哪一个；请只写一个，其余写进备注"),
        ("若干", "“若干”不是数字"),
        ("300坪", "单位“坪”不认识，没有换算；请改写成常用单位，或在 pipelines/tables/units.toml 里登记"),
        (datetime.date(2021, 3, 1), "“2021-03-01”不是数字，是日期或时间"),
        (True, "“True”不是数字"),
        (float("inf"), "“inf”不是数字"),
    ],
)
def test_what_may_be_another_number_is_refused_with_advice(written: object, reason: str) -> None:
    with pytest.raises(CellError) as caught:
        amount(written)  # type: ignore[arg-type]
    assert str(caught.value) == reason


@pytest.mark.parametrize("written", ["", None, "-", "—", "/", "无", "N/A", "null", "…", " "])
def test_nothing_is_stated_by_the_marks_for_it(written: str | None) -> None:
    assert amount(written) is None


def test_a_number_shown_as_a_percentage_is_one() -> None:
    assert amount(0.39, percent=True).said_in(unit_of("%")) == 39  # type: ignore[union-attr]
    assert amount(0.39).said_in(unit_of("%"), unit_of("%")) == Decimal("0.39")  # type: ignore[union-attr]


def test_ten_thousands_are_not_counted_twice() -> None:
    read = amount("1.2万")
    assert read is not None
    assert read.said_in(unit_of("平方米"), unit_of("平方米")) == 12_000
    assert read.said_in(unit_of("平方米"), unit_of("公顷")) == 120_000_000
    with pytest.raises(CellError, match=r"“1\.2万”带“万”，列的单位又是“万平方米”，不知是否重复；请只写一处"):
        read.said_in(unit_of("平方米"), unit_of("万平方米"))


def test_a_spreadsheets_number_is_what_it_shows() -> None:
    assert plain(amount(0.1 + 0.2).value) == "0.3"  # type: ignore[union-attr]
    assert plain(amount(1280.0).value) == "1280"  # type: ignore[union-attr]
    with pytest.raises(CellError, match="“410303197801011264”超过 15 位，表格软件已丢掉后面的数字"):
        text_of(410303197801011264.0)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_no_written_number_changes(value: Decimal) -> None:
    for written in (f"{value:f}", f"{value:,f}", f" {value:f} ", f"{value:,f}个"):
        read = amount(written)
        assert read is not None
        assert (read.value, read.vague) == (value, False)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e14, max_value=1e14))
def test_no_spreadsheet_number_changes_but_beyond_its_fifteen_digits(value: float) -> None:
    read = amount(value)
    assert read is not None
    assert float(f"{value:.15g}") == float(read.value) == float(plain(read.value))


_SCALES = [(10**8, "亿"), (10**4, "万"), (1, "")]


def chinese(number: int) -> str:
    """A whole number in Chinese numerals, by the rule of a schoolbook."""
    if number == 0:
        return "零"
    parts, text, gap = [], "", False
    for scale, name in _SCALES:
        group, number = divmod(number, scale)
        if not group:
            gap = bool(parts)
            continue
        text, zero = "", bool(parts) and (gap or group < 1000)
        for place, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit, group = divmod(group, place)
            if digit:
                text += ("零" if zero and (text or parts) else "") + "零一二三四五六七八九"[digit] + sign
                zero = False
            else:
                zero = zero or bool(text)
        parts.append(text + name)
        gap = False
    return "".join(parts)


@given(st.integers(min_value=0, max_value=10**9))
def test_chinese_numerals_are_the_number_they_are(number: int) -> None:
    assert chinese_integer(chinese(number)) == number


@given(st.text(alphabet="0123456789.,，;；-~～约余多万亿千百十个㎡%％‰①½²  ()（）一二三两零eE+", max_size=12))
def test_a_cell_of_signs_is_a_number_or_a_sentence(text: str) -> None:
    """Where a number comes out, its digits are the cell's, in order: none is dropped, none added."""
    with contextlib.suppress(CellError):
        check_digits(text)


def check_digits(text: str) -> None:
    read = amount(text)
    if read is not None and not set(text) & set("一二三两零十百千eE"):
        digits = "".join(c for c in text if c.isascii() and c.isdigit()).lstrip("0")
        assert "".join(c for c in f"{read.value:f}" if c.isdigit()).lstrip("0") == digits
