"""What a cell says in numbers: exactly, vaguely, or not certainly enough to be taken."""

import datetime
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from pipelines.tables.errors import CellError
from pipelines.tables.lexicon import clean, fold, table_words
from pipelines.tables.units import Unit, convert, unit_of

Value = str | int | float | bool | datetime.date | datetime.time | datetime.timedelta | None

_DIGITS = "[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+"
_NUMERAL = "零〇一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟"
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟〇两", "一二三四五六七八九十百千零二")
_VALUES = {c: i for i, c in enumerate("零一二三四五六七八九")}
_PLACES = {"十": 10, "百": 100, "千": 1_000}
_SCALES = {"万": 10_000, "亿": 100_000_000}
# A place without a digit (十五) only begins a numeral.
_DIGIT = "[一二三四五六七八九]"
_BELOW = re.compile(
    rf"(?P<千>(?:{_DIGIT}|^)千)?(?:零?(?P<百>(?:{_DIGIT}|^)百))?(?:零?(?P<十>(?:{_DIGIT}|^)十))?(?:(?P<gap>零)?(?P<one>{_DIGIT}))?"
)
# As many digits as a spreadsheet keeps; what it shows as 0.3 it may hold as 0.30000000000000004.
_SPREADSHEET_DIGITS = 15
_MARK_MAX = 12
_EXACT_MAX = 10**_SPREADSHEET_DIGITS
_START = re.compile(
    rf"(?P<of>百分之|千分之)?(?P<sign>[+-])?\s*"
    rf"(?P<number>(?:{_DIGITS})(?:\.[0-9]+)?(?:e[+-]?[0-9]{{1,2}})?|\.[0-9]+|[{_NUMERAL}]+)(?![.0-9])"
)
_MIDDLE = re.compile(r"([十百千万亿]*)([余多来几])?(.*)", re.S)


@dataclass(frozen=True)
class Amount:
    """A number as a cell states it.

    `value` counts in `unit`, or in the column's own unit where the cell names none. `vague` numbers (约50) are the number
    that is named; `written` is the cell's wording, always.
    """

    value: Decimal
    written: str
    unit: Unit | None = None
    vague: bool = False

    def said_in(self, wanted: Unit | None, column: Unit | None = None) -> Decimal:
        """The value in another unit.

        Args:
            wanted: unit to say it in; None leaves the number as it stands.
            column: unit of the column, for a cell that names none.
        Raises:
            CellError: the units do not go together, or say 万 twice.
        """
        value, given = self.value, self.unit or column
        if self.unit is not None and self.unit.bare:
            if column is not None and column.name[0] in "十百千万亿":
                raise CellError(
                    f"“{self.written}”带“{self.unit.name}”，列的单位又是“{column.name}”，不知是否重复；请只写一处"
                )
            value, given = value * self.unit.factor.numerator, column
        return value if given is None or wanted is None else convert(value, given, wanted)


def amount(value: Value, percent: bool = False) -> Amount | None:
    """The number a cell states, or None where it states nothing (empty, `-`, `N/A`).

    Args:
        value: as a spreadsheet or CSV holds it.
        percent: the cell is shown as a percentage: 0.39 is 39 %.
    Raises:
        CellError: it is no number, or not certainly one.
    """
    if value is None or isinstance(value, str):
        return _text_amount(value or "")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CellError(f"“{clean(value)}”不是数字" + ("，是日期或时间" if not isinstance(value, bool) else ""))
    number = exact(value)
    if percent:
        return Amount((number * 100).normalize() + 0, f"{plain(number * 100)}%", unit_of("%"))
    return Amount(number, plain(number))


def exact(value: int | float) -> Decimal:
    """A spreadsheet's number as it is shown there: fifteen digits, no binary remainder.

    Raises:
        CellError: it is infinite or no number.
    """
    number = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.{_SPREADSHEET_DIGITS}g}")
    if not number.is_finite():
        raise CellError(f"“{value}”不是数字")
    return number


def plain(number: Decimal) -> str:
    """A number without exponent and needless zeros: `1280`, `0.39`."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def text_of(value: Value) -> str:
    """A cell as text: whole numbers without a point, dates as 2021-03-01, lengths of time as 30:05:00.

    Raises:
        CellError: a whole number of which a spreadsheet has lost the last digits.
    """
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        if abs(value) >= _EXACT_MAX:
            raise CellError(f"“{value:.0f}”超过 15 位，表格软件已丢掉后面的数字；请把这一格设为文本重新填写")
        return plain(exact(value))
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ") if value.time() != datetime.time() else value.date().isoformat()
    return clean(value)


def is_missing(value: Value) -> bool:
    """Whether a cell states nothing: empty, or one of the marks for it (`-`, `N/A`, `暂无`)."""
    if not isinstance(value, str):
        return value is None
    # A million cells are asked: what begins with a digit or is longer than every mark is none.
    if len(value) > _MARK_MAX or value[:1].isdigit():
        return False
    return not value or fold(value) in table_words().missing


def chinese_integer(numeral: str) -> int | None:
    """A whole number in Chinese numerals, formal ones too: 一千二百八十 → 1280, 二〇二一 → 2021; None where it is none."""
    text = numeral.translate(_FORMAL)
    if not text or set(text) - set(_VALUES) - set(_PLACES) - set(_SCALES):
        return None
    if set(text) <= set(_VALUES):
        # 一二 is one or two in speech; a year or a code has more places.
        return None if len(text) == 2 and "零" not in text else int("".join(str(_VALUES[c]) for c in text))
    scale = next((s for s in ("亿", "万") if s in text), None)
    return _below_ten_thousand(text) if scale is None else _scaled(text, scale)


def _scaled(text: str, scale: str) -> int | None:
    """A numeral with 万 or 亿 in it: what stands before it as often, and what follows."""
    high, _, low = text.rpartition(scale)
    over, under = chinese_integer(high), _below_scale(low, _SCALES[scale])
    return None if over is None or under is None else over * _SCALES[scale] + under


def _below_scale(text: str, scale: int) -> int | None:
    """What follows 万 or 亿: nothing, or a smaller number with its place named (一万零五, 一万五千)."""
    if not text:
        return 0
    # 三万五 is 35,000 in speech and 30,005 to a careless reader: it is not taken.
    if text[0] != "零" and not set(text) & set(_PLACES):
        return None
    value = chinese_integer(text.lstrip("零"))
    return value if value is not None and value < scale else None


def _below_ten_thousand(text: str) -> int | None:
    """A numeral of 千, 百, 十 and ones; None where a place is out of order or the last one is left unsaid."""
    match = _BELOW.fullmatch(text)
    if match is None:
        return None
    # 一百五 is 150 in speech: a last digit right after 百 or 千 is not taken.
    if match["one"] and not match["gap"] and (match["千"] or match["百"]) and not match["十"]:
        return None
    total = sum(_VALUES.get(said[0], 1) * _PLACES[place] for place in _PLACES if (said := match[place]))
    return total + _VALUES.get(match["one"] or "零", 0)


def _text_amount(written: str) -> Amount | None:
    if is_missing(written):
        return None
    shown = clean(written)
    if any(unicodedata.category(c) == "No" for c in re.sub("(?<=[mM])[²³]", "", shown)):
        raise CellError(f"“{shown}”里有角标或分数符号，不能确定是哪个数；请只写数字")
    text = unicodedata.normalize("NFKC", shown).replace("−", "-").replace("–", "-").lower().strip()
    before, rest = _without_start(text)
    start = _START.match(rest)
    if start is None:
        raise CellError(f"“{shown}”{_why(text)}")
    number = _number(start["number"])
    vague, unit = _tail(rest[start.end() :])
    if re.search(r"[0-9]", re.sub(r"(?<=[a-z^])[23]$", "", unit)) or re.search(
        r"[;；,，~()]", unit.replace("(市)", "")
    ):
        raise CellError(f"“{shown}”{_why(text)}")
    if number is None:
        raise CellError(f"“{shown}”里的“{start['number']}”读法不止一种；请用阿拉伯数字写全")
    if start["of"] and unit:
        raise CellError(f"“{shown}”不是一个数字")
    named = start["of"] or unit
    value = -number if start["sign"] == "-" else number
    return Amount(value, shown, unit_of(named) if named else None, bool(before or vague))


def _without_start(text: str) -> tuple[str, str]:
    """The word of vagueness a text begins with, and what follows it."""
    found = next((w for w in table_words().vague_before if text.startswith(w)), "")
    return found, text[len(found) :].strip()


def _tail(rest: str) -> tuple[bool, str]:
    """Whether what follows a number makes it vague, and the unit it names: 万余平方米 → (True, 万平方米)."""
    folded = "".join(rest.split())
    after = next((w for w in table_words().vague_after if folded.endswith(w)), "")
    folded = folded.removesuffix(after)
    multiplier, middle, unit = _MIDDLE.fullmatch(folded).groups(default="")  # type: ignore[union-attr]
    return bool(after or middle), multiplier + unit


def _number(text: str) -> Decimal | None:
    if text[0] in _NUMERAL:
        whole = chinese_integer(text)
        return None if whole is None else Decimal(whole)
    return Decimal(text.replace(",", "").replace(" ", ""))


def _why(text: str) -> str:
    """Why a text is no single number, with what to write instead."""
    found = re.findall(rf"(?:{_DIGITS})(?:\.[0-9]+)?", text)
    if re.fullmatch(r"\([0-9.,]+\)", text):
        return "带括号，不知是负数还是注记；负数请写成 -1"
    if re.search(r"[0-9],[0-9]{1,2}(?![0-9])|[0-9],[0-9]{4,}", text) or re.fullmatch(
        r"[0-9]{1,3}(\.[0-9]{3}){2,}", text
    ):
        return "的逗号或点不在千位上，不知是千位分隔还是小数；请写成 1280 或 1280.5"
    if re.fullmatch(r"[0-9.]+[^0-9.]*(-|~|至|到|—)\s*[0-9.]+.*", text):
        return "是一个范围，不是一个数"
    if len(found) > 1:
        return f"里有 {len(found)} 个数，不知用哪一个；请只写一个，其余写进备注"
    return "不是数字"
