"""What went wrong, said in two languages: the one class of errors whose sentences visitors read; the sentences are in `errors.toml`."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from portal.texts.interface import LANGUAGES, Language, language, read_catalogue

_SENTENCES = Path(__file__).with_name("errors.toml")
_COMMAS: dict[Language, str] = {"zh": "、", "en": ", "}


@dataclass(frozen=True)
class Sentence:
    """The same in Chinese and in English."""

    zh: str
    en: str

    def told(self, wanted: Language | None = None) -> str:
        """The sentence in a language, or in that of this run."""
        return self.en if (wanted or language()) == "en" else self.zh

    def then(self, more: "Sentence") -> "Sentence":
        """This sentence and another after it."""
        return Sentence(self.zh + more.zh, self.en + more.en)


class BilingualError(Exception):
    """Something cannot be done; the sentence says what, why, and what to do instead."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.zh)
        self.sentence = sentence

    def told(self, wanted: Language | None = None) -> str:
        """The sentence in a language, or in that of this run."""
        return self.sentence.told(wanted)


class OperatorError(Exception):
    """What stops a command, a build or the opening of a version: a sentence in Chinese, the one language of commands and logs."""


def sentence(key: str, /, **values: object) -> Sentence:
    """A sentence of `errors.toml`, filled in.

    Args:
        key: its dotted key.
        values: by name; a list or tuple is written out with each language's comma, a `Sentence` in each language.
    Raises:
        KeyError: there is no such sentence, or it names a value that was not given.
    """
    return filled(sentences()[key], values)


def filled(texts: dict[Language, str], values: dict[str, object]) -> Sentence:
    """A text of each language with its values filled in, as `sentence` does.

    Raises:
        KeyError: it names a value that is not given.
    """
    return Sentence(*(texts[of].format(**{n: _written(v, of) for n, v in values.items()}) for of in LANGUAGES))


def is_known(key: str) -> bool:
    """Whether there is such a sentence."""
    return key in sentences()


@lru_cache(maxsize=1)
def sentences() -> dict[str, dict[Language, str]]:
    """Every sentence by dotted key and language."""
    return read_catalogue(_SENTENCES)


def _written(value: object, of: Language) -> object:
    if isinstance(value, Sentence):
        return value.told(of)
    return _COMMAS[of].join(str(_written(v, of)) for v in value) if isinstance(value, list | tuple) else value
