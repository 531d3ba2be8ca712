"""The interface's words in Chinese and English, all from `interface.toml`."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Literal, cast

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
HTML_LANG: dict[Language, str] = {"zh": "zh-CN", "en": "en"}
"""How each language is named in HTML."""
_CATALOGUE = Path(__file__).with_name("interface.toml")
_language: ContextVar[Language] = ContextVar("language", default="zh")


def use(language: str | None) -> Language:
    """Speak this language from here on in this run; anything but a known language means Chinese."""
    chosen = cast(Language, language) if language in LANGUAGES else "zh"
    _language.set(chosen)
    return chosen


def preferred(accepted: str) -> Language:
    """The language that a browser or program asks for; Chinese where it prefers neither.

    Args:
        accepted: its `Accept-Language`, such as `en-GB,en;q=0.9,zh-TW;q=0.8`.
    """
    best: dict[str, float] = {}
    for part in accepted.split(","):
        tag, _, weight = part.partition(";")
        try:
            quality = float(weight.partition("=")[2]) if weight else 1.0
        except ValueError:
            quality = 0.0
        spoken = tag.strip().lower().partition("-")[0]
        best[spoken] = max(quality, best.get(spoken, 0.0))
    return "en" if best.get("en", 0.0) > best.get("zh", 0.0) else "zh"


def language() -> Language:
    """The language of this run."""
    return _language.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak a language for a while, whatever that of the run is."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def t(key: str, **values: object) -> str:
    """The text of a key in the language of this run, `{name}` replaced by the values.

    Raises:
        KeyError: the catalogue has no such key, or the text names a value that was not given.
    """
    text = catalogue()[key][language()]
    return text.format(**values) if values else text


def known(key: str, fallback: str) -> str:
    """The text of a key made from data (a category, a status), or the data's own word where the catalogue has none."""
    return t(key) if key in catalogue() else fallback


def either(row: object, name: str) -> str:
    """A field in the language of this run: `title` → `title_en` in English where it is filled, else `title_zh` or `title`."""
    field = row.get if isinstance(row, dict) else lambda key: getattr(row, key, None)
    return str((language() == "en" and field(f"{name}_en")) or field(f"{name}_zh") or field(name) or "")


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[Language, str]]:
    """Every text by dotted key and language."""
    return read_catalogue(_CATALOGUE)


def read_catalogue(path: Path) -> dict[str, dict[Language, str]]:
    """The texts of a TOML file by dotted key and language.

    Raises:
        ValueError: an entry is no table of zh and en.
    """
    return dict(_flat(tomllib.loads(path.read_text("utf-8"))))


def _flat(table: dict[str, object], prefix: str = "") -> list[tuple[str, dict[Language, str]]]:
    found: list[tuple[str, dict[Language, str]]] = []
    for name, value in table.items():
        if not isinstance(value, dict):
            raise ValueError(f"{prefix}{name} is not a table of zh and en")
        if all(isinstance(v, str) for v in value.values()):
            found.append((prefix + name, cast(dict[Language, str], value)))
        else:
            found += _flat(value, f"{prefix}{name}.")
    return found
