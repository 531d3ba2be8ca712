"""The lines that places lie on (1号线), as a question names them."""

import re

from portal.answering.knowledge import Knowledge
from portal.texts.folding import fold
from portal.texts.numerals import chinese_number


def line_named(text: str, knowledge: Knowledge) -> str | None:
    """The line a folded text names, as the data write it, known or not (3号线); None where it names none."""
    for line, english in _lines(knowledge).items():
        for name in (line, english):
            # The number may be another one: how a line is written is taken from those the data hold.
            form = re.sub(r"\d+", r"(\\d+|[一二三四五六七八九十]+)", re.escape(fold(name)))
            if match := re.search(rf"(?<![a-z0-9]){form}(?![0-9])", text):
                number = match.group(1) if match.groups() else ""
                return re.sub(r"\d+", _digits(number), line) if number else line
    return None


def kinds_on_lines(knowledge: Knowledge) -> tuple[str, ...]:
    """The kinds of place that lie on lines."""
    return tuple(sorted({p["kind"] for p in knowledge.places.values() if p["lines"]}))


def _lines(knowledge: Knowledge) -> dict[str, str]:
    """The lines the data hold, each with its English name."""
    lines: dict[str, str] = {}
    for place in knowledge.places.values():
        shown = (place.get("lines_en") or place["lines"] or "").split("|")
        lines |= dict(zip((place["lines"] or "").split("|"), shown, strict=False))
    lines.pop("", None)
    return lines


def _digits(numeral: str) -> str:
    return numeral if numeral.isdigit() else str(chinese_number(numeral))
