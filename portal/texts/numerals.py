"""Numbers as Chinese policy texts and tables write them."""

import re

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"万": 10_000, "亿": 100_000_000}
_NUMBER = re.compile(r"(\d+(?:,\d{3})+|\d+)(\.\d+)?\s*([万亿])?")


def chinese_number(numeral: str) -> int:
    """Read a Chinese numeral below ten thousand: 十二 → 12, 一百零五 → 105.

    Raises:
        KeyError: a character that is no numeral.
    """
    total, digit = 0, 0
    for char in numeral:
        if char in _UNITS:
            total += (digit or 1) * _UNITS[char]
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + digit


def numbers_in(text: str) -> list[tuple[float, int]]:
    """The numbers a text writes in digits, as (value, decimals): `4.5万` → (45000.0, 0), `17.26` → (17.26, 2)."""
    found = []
    for whole, fraction, scale in _NUMBER.findall(text):
        value = float(whole.replace(",", "") + fraction)
        decimals = len(fraction) - 1 if fraction else 0
        found.append((value * _SCALES[scale], 0) if scale else (value, decimals))
    return found


def added_numbers(original: str, translation: str) -> list[float]:
    """The numbers a translation states in digits that its original does not."""
    stated = {value for value, _ in numbers_in(original)}
    return [value for value, _ in numbers_in(translation) if value not in stated]
