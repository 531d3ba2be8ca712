"""What files, feeds and the names of downloads say of themselves, in both languages; the words are in `files.toml`."""

from functools import lru_cache
from pathlib import Path

from portal.texts.errors import Sentence, filled
from portal.texts.interface import Language, read_catalogue

FILE_TEXTS = Path(__file__).with_name("files.toml")


def told(key: str, /, **values: object) -> Sentence:
    """A text of `files.toml`, filled in.

    Args:
        key: its dotted key.
        values: by name; a list or tuple is written out with each language's comma, a `Sentence` in each language.
    Raises:
        KeyError: there is no such text, or it names a value that was not given.
    """
    return filled(texts()[key], values)


@lru_cache(maxsize=1)
def texts() -> dict[str, dict[Language, str]]:
    """Every text by dotted key and language."""
    return read_catalogue(FILE_TEXTS)
