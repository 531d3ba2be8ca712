"""Text in places where Streamlit reads Markdown: labels of buttons, answers."""

import re

_MARKS = re.compile(r"([!-/:-@\[-`{-~])")


def plain(text: str) -> str:
    """Text that Markdown shows as it is: no picture, link, colour or formula in it comes to life."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def without_pictures(markdown: str) -> str:
    """Markdown whose pictures are only their words: a browser would fetch one from wherever it says."""
    return markdown.replace("![", "!\\[")
