"""How a number is written: the one formatter of pages, charts, answers, letters and reports."""

import re
from decimal import ROUND_HALF_EVEN, Decimal

_MILLION = 1_000_000
_EXACT = 4
_DECIMALS_MAX = 12
_HAN = re.compile(r"[\u3400-\u9fff]")
# What Chinese writes after the unit.
_BOUNDS = ("以上", "以下", "左右", "以内")


def number(value: float | None) -> str:
    """A number as it is kept, to four decimals, thousands grouped: 14.1031, 28,000; empty for none.

    A value closer than that to a whole number keeps what tells it from it: 99.99999 is no 100.
    """
    if value is None:
        return ""
    return _written(value, _enough(value, _EXACT, None))


def brief(value: float, against: float | None = None, decimals: int = 1) -> str:
    """A number as a sentence, a label or a headline says it: one decimal, one more below 1, thousands grouped; more where fewer would
    make it whole (99.9993 is no 100), or bring it up to, past or off the number it is held against (15.66 is no 15.7).

    Args:
        value: any finite number.
        against: the target it stands beside.
        decimals: the fewest; two where places are compared.
    """
    return _written(value, _enough(value, decimals if abs(value) >= 1 else decimals + 1, against))


def millions(value: float) -> str:
    """A large number as English says it: 1583000 → 1.583 million; below a million as `number`."""
    share = value / _MILLION
    return f"{_written(share, _enough(share, 3, None))} million" if abs(value) >= _MILLION else number(value)


def is_plain(text: str) -> bool:
    """Whether a value as published is digits alone: `14.1031` and `10,000` are, `4万余`, `98以上`, `约20万套` and `<9.0` are not."""
    digits = text.replace(",", "").replace(".", "", 1)
    return digits.isascii() and digits.isdigit()


def said(published: str | None, value: float | None, *, short: bool = False, against: float | None = None) -> str:
    """A value in words: as published where the words say more than digits do (4万余 never becomes 40,000), else as a number.

    Args:
        published: the value as its source writes it; None where the wording was not kept.
        value: the number it stands for; None where there is none.
        short: rounded for reading (`brief`).
        against: the target it stands beside.
    """
    text = published or ""
    if value is None or (text and not is_plain(text)):
        return text
    return brief(value, against) if short else number(value)


def with_unit(words: str, unit: str) -> str:
    """A value in words with its unit, said once and where it belongs: 98以上 and % → 98%以上, 4万余 and 个 → 4万余个.

    A Chinese unit and % follow the number at once, one in letters after a space: 14.1平方米, 14.1 m².

    Args:
        words: as `said` gives them.
        unit: empty where it goes without saying; `done` is none.
    """
    if unit in {"", "done"} or words.endswith(unit):
        return words
    bound = next((b for b in _BOUNDS if words.endswith(b)), "")
    amount = words.removesuffix(bound)
    if bound and amount.endswith(unit):
        return words
    return f"{amount}{' ' if _in_letters(unit) else ''}{unit}{bound}"


def _in_letters(unit: str) -> bool:
    return unit[0].isalpha() and not _HAN.match(unit)


def rounded(value: float, decimals: int) -> float:
    """A number rounded as it is written: by its decimal digits, where `round` goes by the binary ones (78.35 is 78.4, not 78.3)."""
    return float(_rounded(Decimal(repr(float(value))), decimals))


def _enough(value: float, decimals: int, against: float | None) -> int:
    exact = Decimal(repr(float(value)))
    while decimals < _DECIMALS_MAX and _misleads(exact, decimals, against):
        decimals += 1
    return decimals


def _misleads(exact: Decimal, decimals: int, against: float | None) -> bool:
    rounded = _rounded(exact, decimals)
    if rounded == exact:
        return False
    if rounded == rounded.to_integral_value():
        return True
    if against is None:
        return False
    target = Decimal(repr(float(against)))
    return target in {rounded, exact} or (rounded < target) != (exact < target)


def _rounded(exact: Decimal, decimals: int) -> Decimal:
    return round(exact, decimals) if exact.is_finite() else exact


def _written(value: float, decimals: int) -> str:
    exact = Decimal(repr(float(value)))
    text = f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN):,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
