"""Which files of texts the desk changes beside the data: the names people use, and what the portal says of itself."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from portal.publication.catalogue import Dataset
from portal.settings import Settings

if TYPE_CHECKING:
    from pipelines.sources.text_edits import Layout

_DESCRIPTIONS = Path(__file__).with_name("maintained_texts")
_FILES = {"vocabulary": "vocabulary.toml", "guide": "guide.toml"}
_IN_CORPUS = "corpus:"


def files(settings: Settings) -> list[str]:
    """The ids of those a portal has; a guide only where it publishes one."""
    there = [id for id, name in _FILES.items() if (settings.corpus / name).is_file()]
    return [id for id in there if id != "guide" or (settings.datasets / id / "dataset.toml").is_file()]


@lru_cache
def described(id: str) -> Dataset:
    """One of them as if it were a dataset, so that it is listed, changed and drawn like one."""
    from pipelines.sources.problems import read_toml

    return read_toml(_DESCRIPTIONS / f"{id}.toml", Dataset)


def layout(id: str) -> "Layout":
    """How its texts are rows."""
    from pipelines.sources.text_edits import Articles, Synonyms

    return Synonyms() if id == "vocabulary" else Articles()


def is_text(id: str) -> bool:
    """Whether an id is one of a file of texts, and of no data file."""
    return id in _FILES


def path_of(id: str) -> str:
    """How a publication names the file."""
    return _IN_CORPUS + _FILES[id]


def place(settings: Settings, path: str) -> Path:
    """Where a file lies that a publication names: below the datasets' folder, or in the corpus."""
    if path.startswith(_IN_CORPUS):
        return settings.corpus / path.removeprefix(_IN_CORPUS)
    return settings.datasets / path
