"""How a date is written."""

import datetime

from portal.texts.interface import Language

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day(date: datetime.date | str, language: Language) -> str:
    """A date for people: 2023年7月1日, 1 July 2023. One that is less exact (2022-05, 2019) keeps what it states.

    Raises:
        ValueError: the text is no date of ISO 8601.
    """
    year, *rest = map(int, str(date)[:10].split("-"))
    if language == "zh":
        return f"{year}年" + "".join(f"{n}{unit}" for n, unit in zip(rest, "月日", strict=False))
    month = [_MONTHS[rest[0] - 1]] if rest else []
    return " ".join([*map(str, rest[1:]), *month, str(year)])
