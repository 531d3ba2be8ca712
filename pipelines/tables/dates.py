"""Days, months and years as tables write them. What could be two dates is taken as neither."""

import calendar
import datetime
import re
import unicodedata
from dataclasses import dataclass

from pipelines.tables.errors import CellError
from pipelines.tables.lexicon import clean
from pipelines.tables.numbers import Value, chinese_integer, exact, is_missing, plain

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
# Days since 30 December 1899; outside these a number in a column of dates is no date (1954 to 2064).
_SERIALS = range(20_000, 60_001)
_DAY_ZERO = datetime.date(1899, 12, 30)
_NUMERALS = "零〇一二三四五六七八九十"
_HALVES = {"上半年": (1, 6), "下半年": (7, 12)}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_WRITTEN = re.compile(r"(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})[日号])?)?")
_PARTED = re.compile(r"(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2}))?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?")
# A year that was a number once, as programs write it, is 2021.0.
_PLAIN = re.compile(r"(\d{4})(?:\.0|(\d{2})(\d{2})?)?")
_QUARTER = re.compile(r"(\d{4})年?(?:第?([一二三四1-4])季度|q([1-4]))")
_SPAN = re.compile(r"(\d{4})年?(\d{1,2})月?(?:-|~|至|到|—)(\d{1,2})月(?:份)?")
_PART = re.compile(r"\d{1,2}(?:(?:-|~|至|到|—)\d{1,2})?月(?:份)?|第?[一二三四1-4]季度|[上下]半年|全年")
_ENDED = re.compile(r"(?:截至|截止|到)?(\d{4})年?(?:底|末|年底|年末|12月底|12月末)")


@dataclass(frozen=True)
class Period:
    """A day, a month, a quarter, a half or a year: `text` as the tables of the portal write it (2023, 2023-03)."""

    text: str
    start: datetime.date
    end: datetime.date


def period(value: Value, workbook: bool = False) -> Period | None:
    """The time a cell names, or None where it states nothing.

    Args:
        value: a date, an Excel serial number (44561), or a text: 2021, 2021.3, 2021年3月1日, 2021年一季度, 二〇二一年三月.
        workbook: texts are kept as they were typed; in CSV 2021.1 may have been 2021.10 once.
    Raises:
        CellError: it is no time, or may be two.
    """
    if is_missing(value):
        return None
    if isinstance(value, datetime.datetime):
        return _day(value.year, value.month, value.day, clean(value))
    if isinstance(value, datetime.date):
        return _day(value.year, value.month, value.day, clean(value))
    if isinstance(value, bool | datetime.time | datetime.timedelta):
        raise CellError(f"“{clean(value)}”不是日期")
    if isinstance(value, int | float):
        return _number(value)
    return _text(clean(value), workbook)


def part_of_year(text: str) -> str:
    """A text that names a part of a year and no year (1月, 1-9月, 一季度, 上半年, 全年), in one spelling; empty for any other."""
    folded = "".join(_digits(unicodedata.normalize("NFKC", text)).lower().split())
    return folded if _PART.fullmatch(folded) else ""


def within(year: Period | None, part: str) -> Period:
    """The part of a year.

    Args:
        year: a whole year.
        part: of `part_of_year`.
    Raises:
        CellError: no year is known, or it is no whole one.
    """
    if year is None or not year.text.isdigit():
        raise CellError(f"“{part}”没有写是哪一年；请用 --period 写明年份")
    return year if part == "全年" else _text(f"{year.text}年{part}", workbook=True)


def with_digits(text: str) -> str:
    """A text with the Chinese numerals of its dates as digits: 二〇二一年 → 2021年."""
    return _digits(unicodedata.normalize("NFKC", text))


def year_of(text: str) -> int | None:
    """The year a header names (`2021`, `2021年`, `2021年度`, `二〇二一年`), or None."""
    folded = "".join(_digits(unicodedata.normalize("NFKC", text)).split())
    match = re.fullmatch(r"(\d{4})(?:年|年度|年末|年底)?", folded)
    return int(match[1]) if match and _FIRST_YEAR <= int(match[1]) <= _LAST_YEAR else None


def _number(value: int | float) -> Period:
    written = plain(exact(value))
    if value == int(value):
        whole = int(value)
        if _FIRST_YEAR <= whole <= _LAST_YEAR:
            return _year(whole)
        if whole in _SERIALS:
            day = _DAY_ZERO + datetime.timedelta(days=whole)
            return _day(day.year, day.month, day.day, written)
        return _text(written, workbook=True)
    # A number drops its last zero: 2021.1 may be January or October.
    return _text(written, workbook=False)


def _text(written: str, workbook: bool) -> Period:
    text = _digits(
        "".join(unicodedata.normalize("NFKC", written).lower().split(" "))
        if "年" in written
        else unicodedata.normalize("NFKC", written).lower()
    )
    for read in (_span, _as_written, _as_plain, _as_parted):
        found = read(text, written, workbook)
        if found is not None:
            return found
    if re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}", text):
        raise CellError(f"“{written}”分不清年、月、日的先后；请写成 2023-12-31")
    if re.fullmatch(r"\d{5}", text) and int(text) in _SERIALS:
        day = _DAY_ZERO + datetime.timedelta(days=int(text))
        raise CellError(f"“{written}”像是表格软件里日期的序号（{day}）；请写成日期")
    raise CellError(f"“{written}”不是日期；请写成 2023-12-31、2023-12 或 2023")


def _span(text: str, written: str, _workbook: bool) -> Period | None:
    """Quarters, halves, months from and to, and the end of a year."""
    if match := _QUARTER.fullmatch(text):
        quarter = _QUARTERS[match[2] or match[3]]
        return _months(int(match[1]), quarter * 3 - 2, quarter * 3, f"{match[1]}年第{quarter}季度", written)
    if match := _SPAN.fullmatch(text):
        first, last = int(match[2]), int(match[3])
        return _months(int(match[1]), first, last, f"{match[1]}-{first:02}至{match[1]}-{last:02}", written)
    if match := _ENDED.fullmatch(text):
        return _year(int(match[1]))
    for half, (first, last) in _HALVES.items():
        if match := re.fullmatch(rf"(\d{{4}})年?{half}", text):
            return _months(int(match[1]), first, last, f"{match[1]}年{half}", written)
    return None


def _as_written(text: str, written: str, _workbook: bool) -> Period | None:
    match = _WRITTEN.fullmatch(text.removesuffix("份").removesuffix("度"))
    return _made(match[1], match[2], match[3], written) if match else None


def _as_parted(text: str, written: str, workbook: bool) -> Period | None:
    match = _PARTED.fullmatch(text)
    if match is None:
        return None
    if match[2] == "." and match[4] is None and match[3] == "1" and not workbook:
        raise CellError(
            f"“{written}”可能是 {match[1]} 年 1 月，也可能是 10 月（末尾的 0 会被表格软件丢掉）；请写成 {match[1]}-01 或 {match[1]}-10"
        )
    return _made(match[1], match[3], match[4], written)


def _as_plain(text: str, written: str, _workbook: bool) -> Period | None:
    match = _PLAIN.fullmatch(text)
    return _made(match[1], match[2], match[3], written) if match else None


def _made(year: str, month: str | None, day: str | None, written: str) -> Period:
    if month is None:
        return _year(int(year), written)
    if day is None:
        return _months(int(year), int(month), int(month), f"{year}-{int(month):02}", written)
    return _day(int(year), int(month), int(day), written)


def _year(year: int, written: str = "") -> Period:
    _check_year(year, written)
    return Period(str(year), datetime.date(year, 1, 1), datetime.date(year, 12, 31))


def _months(year: int, first: int, last: int, text: str, written: str) -> Period:
    _check_year(year, written)
    if not 1 <= first <= last <= 12:
        raise CellError(f"“{written}”没有这个月份")
    return Period(text, datetime.date(year, first, 1), datetime.date(year, last, calendar.monthrange(year, last)[1]))


def _day(year: int, month: int, day: int, written: str) -> Period:
    _check_year(year, written)
    try:
        found = datetime.date(year, month, day)
    except ValueError:
        raise CellError(f"“{written}”没有这一天") from None
    return Period(found.isoformat(), found, found)


def _check_year(year: int, written: str) -> None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise CellError(f"“{written}”的年份 {year} 不在 {_FIRST_YEAR} 到 {_LAST_YEAR} 之间；请核对")


def _digits(text: str) -> str:
    """Chinese numerals of a date as digits: 二〇二一年三月十五日 → 2021年3月15日."""
    return re.sub(
        rf"[{_NUMERALS}]+(?=[年月日号]|$)",
        lambda m: str(found) if (found := chinese_integer(m[0])) is not None else m[0],
        text,
    )
