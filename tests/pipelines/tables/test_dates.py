"""Times as tables write them: the day, month or year they name, or a sentence."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.tables.dates import period, year_of
from pipelines.tables.errors import CellError


@pytest.mark.parametrize(
    ("written", "text", "start", "end"),
    [
        ("2021.3", "2021-03", "2021-03-01", "2021-03-31"),
        ("2021.10", "2021-10", "2021-10-01", "2021-10-31"),
        ("2021年3月", "2021-03", "2021-03-01", "2021-03-31"),
        ("2021年3月1日", "2021-03-01", "2021-03-01", "2021-03-01"),
        ("2021/3/1", "2021-03-01", "2021-03-01", "2021-03-01"),
        ("2021.03.01", "2021-03-01", "2021-03-01", "2021-03-01"),
        ("20210301", "2021-03-01", "2021-03-01", "2021-03-01"),
        ("202103", "2021-03", "2021-03-01", "2021-03-31"),
        ("2021", "2021", "2021-01-01", "2021-12-31"),
        ("2021.0", "2021", "2021-01-01", "2021-12-31"),
        ("2021年底", "2021", "2021-01-01", "2021-12-31"),
        ("二〇二一年三月", "2021-03", "2021-03-01", "2021-03-31"),
        ("2021年一季度", "2021年第1季度", "2021-01-01", "2021-03-31"),
        ("2021年上半年", "2021年上半年", "2021-01-01", "2021-06-30"),
        ("2021年1-6月", "2021-01至2021-06", "2021-01-01", "2021-06-30"),
        (44561.0, "2021-12-31", "2021-12-31", "2021-12-31"),
        (2021.3, "2021-03", "2021-03-01", "2021-03-31"),
        (2021.0, "2021", "2021-01-01", "2021-12-31"),
        (datetime.date(2021, 3, 1), "2021-03-01", "2021-03-01", "2021-03-01"),
    ],
)
def test_a_time_is_read_however_it_is_written(written: object, text: str, start: str, end: str) -> None:
    read = period(written)  # type: ignore[arg-type]
    assert read is not None
    assert (read.text, str(read.start), str(read.end)) == (text, start, end)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (
            "2021.1",
            "“2021.1”可能是 2021 年 1 月，也可能是 10 月（末尾的 0 会被表格软件丢掉）；请写成 2021-01 或 2021-10",
        ),
        (2021.1, "“2021.1”可能是 2021 年 1 月，也可能是 10 月（末尾的 0 会被表格软件丢掉）；请写成 2021-01 或 2021-10"),
        ("3/1/2021", "“3/1/2021”分不清年、月、日的先后；请写成 2023-12-31"),
        ("2021-02-30", "“2021-02-30”没有这一天"),
        ("2021.13", "“2021.13”没有这个月份"),
        ("9999-12-31", "“9999-12-31”的年份 9999 不在 1900 到 2100 之间；请核对"),
        ("近年来", "“近年来”不是日期；请写成 2023-12-31、2023-12 或 2023"),
        ("44256", "“44256”像是表格软件里日期的序号（2021-03-01）；请写成日期"),
        (True, "“True”不是日期"),
    ],
)
def test_what_is_no_certain_time_is_refused(written: object, reason: str) -> None:
    with pytest.raises(CellError) as caught:
        period(written)  # type: ignore[arg-type]
    assert str(caught.value) == reason


def test_a_text_typed_into_a_workbook_keeps_its_last_zero() -> None:
    read = period("2021.1", workbook=True)
    assert read is not None
    assert read.text == "2021-01"


@pytest.mark.parametrize(
    ("header", "year"),
    [("2021", 2021), ("2021年", 2021), ("2021年度", 2021), ("二〇二一年", 2021), ("2021年目标", None), ("120", None)],
)
def test_a_header_may_name_a_year(header: str, year: int | None) -> None:
    assert year_of(header) == year


@given(st.dates(datetime.date(1955, 1, 1), datetime.date(2060, 12, 31)))
def test_every_way_to_write_a_day_names_the_same_day(day: datetime.date) -> None:
    serial = (day - datetime.date(1899, 12, 30)).days
    ways = (
        day,
        f"{day:%Y-%m-%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        f"{day:%Y%m%d}",
        serial,
    )
    assert {period(way).start for way in ways} == {day}  # type: ignore[union-attr]
