"""Years and numbers a question states: closed forms, read by pattern."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from portal.answering.query import Where
from portal.answering.reading.patterns import form
from portal.texts.numerals import chinese_number

_SCALES = {"万": 1e4, "亿": 1e8, "千": 1e3, "thousand": 1e3, "million": 1e6}
_COUNTED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NUMBER_WORDS = {word: at + 1 for at, word in enumerate(_COUNTED)}
# How many years are meant by words for some.
_WORDS = NUMBER_WORDS | {"few": 5, "several": 5, "couple": 2}
_PERCENT = {"percent", "per cent", "%"}
_ORDINALS = (
    *(
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
    ),
    *("thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth"),
)
_DIGITS = "零一二三四五六七八九"
# “近几年” without a number means this many.
_RECENT = 5
# “历年” means all there are.
_EVERY = 1000


@dataclass(frozen=True)
class Quantity:
    """A number a question states: `value` in single units, `unit` as the words that follow it, where it stands."""

    value: float
    unit: str
    start: int
    end: int


@dataclass(frozen=True)
class Times:
    """The years a question states. `step` counts from the year of the question before (上一年 −1), `beside` are beside a range; `side` is
    −1 for all before that year (那之前), 1 for all after it; `same` where it points back to that very year (那一年)."""

    years: tuple[int, ...] = ()
    from_: int | None = None
    to: int | None = None
    recent: int | None = None
    step: int = 0
    side: int = 0
    same: bool = False
    latest: bool = False
    plan_years: bool = False
    beside: tuple[int, ...] = ()

    @property
    def any(self) -> bool:
        """Whether the question says anything about when."""
        stated = self.years or self.from_ or self.to or self.recent or self.plan_years
        return bool(stated or self.step or self.side or self.same)


def times(folded: str) -> Times:
    """The years and ranges a folded question states.

    Args:
        folded: the question, folded.
    """
    text = form("built").sub(" ", folded)
    found = form("year_range").search(text)
    if found:
        return Times(from_=int(found[1]), to=int(found[2]), beside=_beside(text, found))
    since = form("since").search(text)
    if since:
        return Times(from_=int(next(g for g in since.groups() if g)), beside=_beside(text, since))
    pointed = pointing(text)
    step = -1 if "previous" in pointed else 1 if "next" in pointed else 0
    # 前一年 is the year before, not the last one year.
    recent = None if step else form("recent_years").search(text)
    return Times(
        years=tuple(dict.fromkeys(_years(text))),
        recent=_recent(recent) if recent else None,
        step=step,
        side=-1 if "before" in pointed else 1 if "after" in pointed else 0,
        same="same" in pointed,
        latest=bool(form("latest").search(text)),
        plan_years=bool(form("plan_years").search(text)),
    )


def _beside(text: str, found: re.Match[str]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(_years(f"{text[: found.start()]} {text[found.end() :]}")))


def rank(folded: str) -> tuple[int, bool] | None:
    """The rank a folded question states (全省第八, ranked 8th), and whether one up to it is meant (全省前五); None where it states none."""
    match = form("rank").search(folded)
    if not match:
        return None
    said = next(g for g in match.groups() if g)
    if said in _ORDINALS:
        return _ORDINALS.index(said) + 1, False
    return counted(said), bool(match[1] or match[2])


def pointing(folded: str) -> set[str]:
    """How a folded question counts from the one before it: `previous` and `next` year, the `same`, all `before` or `after` it, the
    `former` thing."""
    return {m.lastgroup for m in form("counted_from_before").finditer(folded) if m.lastgroup}


def quantities(folded: str) -> list[Quantity]:
    """The numbers with units a folded question states, years left out, in order."""
    text = folded
    for not_counted in ("built", "clause_id"):
        text = form(not_counted).sub(lambda m: " " * len(m.group()), text)
    percent = (
        Quantity(_chinese_decimal(m[1]), "%", m.start(), m.end()) for m in form("percent_chinese").finditer(text)
    )
    return sorted([*_in_digits(text), *percent, *_in_chinese(text)], key=lambda q: q.start)


def _in_digits(text: str) -> Iterator[Quantity]:
    for match in form("quantity").finditer(text):
        number, scale, _, unit = match.groups()
        unit = _measured(unit, text[match.end() :])
        value = float(number.replace(",", "")) * _SCALES.get(scale or "", 1)
        is_year = not scale and (unit in _NO_UNIT or bool(form("year").match(text, match.start())))
        is_year = is_year and 1900 <= value < 2100
        if {text[match.start() - 1 : match.start()], text[match.end(1) : match.end(1) + 1]} & _OF_CODE:
            # {{7*7}} states no number.
            continue
        # 2023年7月前: a month and a day are no number of anything.
        if not is_year and not (unit[:1] in _OF_DATES and not scale):
            yield Quantity(value, "%" if unit in _PERCENT else unit, match.start(), match.end())


def _in_chinese(text: str) -> Iterator[Quantity]:
    for match in form("number_chinese").finditer(text):
        if (match[1] == "一" and not match[2] and not match[3]) or match[1] in _SCALES:
            # 编一个、写一条, 多少万个: no number is stated.
            continue
        value = _chinese_decimal(match[1] + (f"点{match[2]}" if match[2] else ""))
        unit = re.match(r"平方米|平米|[\u4e00-\u9fff]?", text[match.end() :])
        measured = _measured(unit.group() if unit else "", text[match.end() + 1 :])
        yield Quantity(value * (1e4 if match[3] else 1), measured, match.start(), match.end())


def _measured(unit: str, after: str) -> str:
    """The unit that is meant where people put 个 before it (十七个平方, 两个百分点)."""
    if unit != "个":
        return unit
    return next((meant for said, meant in _AFTER_GE.items() if after.startswith(said)), unit)


_OF_CODE = {*"*{}<>=`$\\|"}
_AFTER_GE = {"平": "平方米", "百分": "%"}
_OF_DATES = {"月", "日", "号"}
_OF_PLACES = ("个市", "个城", "个县", "个区", "座城", "city", "cities", "district", "county", "counties")
_NO_UNIT = {"in", "by", "at", "of", "and", "or", "to", "was", "is", "the"}


def counts_places(quantity: Quantity, text: str) -> bool:
    """Whether a number in a text counts the places among which something is compared (17个市), and is stated of none of them."""
    return f"{quantity.unit}{text[quantity.end : quantity.end + 1]}".startswith(_OF_PLACES)


def within(where: Where, folded: str) -> Where:
    """A filter with the threshold that a folded question states (超过40%的, below 15)."""
    over, under = form("over").search(folded), form("under").search(folded)
    update: dict[str, object] = {"lowest": bool(form("lowest").search(folded))}
    if over:
        update["over"] = _number(over)
    if under:
        update["under"] = _number(under)
    return where.model_copy(update=update)


def negated(folded: str) -> bool:
    """Whether a folded question states that something is not so (没到, failed to reach)."""
    return bool(form("negated").search(form("tag").sub(" ", folded)))


def _number(match: re.Match[str]) -> float | None:
    text = next((g for g in match.groups() if g), "").replace(",", "").rstrip(".")
    return float(text) if text else None


def _years(text: str) -> Iterator[int]:
    for match in form("year").finditer(text):
        yield int(match[1])
    for match in form("year_chinese").finditer(text):
        spoken = match[1] or match[2]
        yield 2000 + int("".join(str(_digit(c)) for c in spoken))


def counted(numeral: str) -> int:
    """A number in digits, Chinese numerals or an English word (four, fourth), below ten thousand."""
    if numeral.isdigit():
        return int(numeral)
    if numeral in _ORDINALS:
        return _ORDINALS.index(numeral) + 1
    return NUMBER_WORDS[numeral] if numeral in NUMBER_WORDS else chinese_number(numeral)


def _digit(char: str) -> int:
    return 0 if char in "零〇o0" else _DIGITS.index(char)


def _recent(match: re.Match[str]) -> int:
    if match[3]:
        return _EVERY
    word = next((g for g in match.groups()[:2] if g), "")
    if word.isdigit():
        return int(word)
    try:
        return _WORDS.get(word) or (chinese_number(word) if word else 0) or _RECENT
    except KeyError:
        return _RECENT


def _chinese_decimal(numeral: str) -> float:
    whole, _, fraction = numeral.partition("点")
    try:
        value = float(_chinese_whole(whole))
        return float(f"{value:g}.{''.join(str(_digit(c)) for c in fraction)}") if fraction else value
    except (KeyError, ValueError):
        return 0.0


def _chinese_whole(numeral: str) -> int:
    high, _, low = numeral.rpartition("万")
    return (chinese_number(high) * 10_000 if high else 0) + (chinese_number(low) if low else 0)
