"""The words of a city's plan and its people, as kept in `corpus/vocabulary.toml`, `elsewhere.toml` and `english.toml`."""

import re
from collections.abc import Callable, Mapping, Set
from functools import cached_property, lru_cache
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field, field_validator

from portal.texts.folding import fold

# Texts whose canonical form, or whose words in the plan's language, are kept: a question and what it is compared with.
_REMEMBERED = 8192


class ScopeWords(BaseModel):
    """A part of the territory: how people ask for it (patterns) and what an indicator's `scope` then says (one of)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    asked: tuple[str, ...]
    stated: tuple[str, ...]


class PlaceWords(BaseModel):
    """A sort of place: what people call it, the `kind` values it covers, the plan's indicator about it if any."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: tuple[str, ...]
    kinds: tuple[str, ...]
    indicator: str = ""


class Vocabulary(BaseModel):
    """Reviewable words; every pattern compiles or the build says which does not."""

    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))

    synonyms: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    glossary: dict[str, str] = Field(default_factory=dict, description="English pattern → the plan's words")
    different: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="a word people say → words of the plan that it does not mean, though it sounds like them",
    )
    scopes: tuple[ScopeWords, ...] = ()
    clauses: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="what people call a clause of the plan whose own title does not say it"
    )
    places: dict[str, PlaceWords] = Field(default_factory=dict)
    off_topic: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    suggestions: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    own: tuple[str, ...] = Field((), description="the city's own names, which say nothing of what is asked")
    names: tuple[str, ...] = Field((), description="other cities and regions")
    names_en: tuple[str, ...] = ()
    english: dict[str, str] = Field(default_factory=dict, description="the data's own words → English")

    @field_validator("glossary", "off_topic", "scopes")
    @classmethod
    def _patterns_compile(cls, value: object) -> object:
        for pattern in _patterns(value):
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"“{pattern}”不是有效的正则表达式（{error}）") from None
        return value

    @field_validator("synonyms")
    @classmethod
    def _words_are_words(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """An empty word would be found between any two signs."""
        for word, said in value.items():
            if odd := [w for w in (word, *said) if not w.strip() or "\n" in w]:
                raise ValueError(f"synonyms 的“{word}”这一条里有空的或分行的词（{odd[0]!r}），请写成一个词或删去")
            if not said:
                raise ValueError(f"synonyms 的“{word}”没有写人们的说法，请写上或删去这一条")
        return value

    @cached_property
    def _canonical(self) -> dict[str, str]:
        pairs = {fold(variant): fold(word) for word, variants in self.synonyms.items() for variant in (word, *variants)}
        return pairs | {fold(word): fold(word) for word in self.synonyms}

    def mistaken(self, question: str, name: str) -> bool:
        """Whether a question says a word that sounds like one of a name and means another thing (充电站, not 充电桩)."""
        asked = fold(question)
        return any(
            fold(said) in asked and any(fold(meant) in fold(name) and fold(meant) not in asked for meant in others)
            for said, others in self.different.items()
        )

    def without_scopes(self, text: str) -> str:
        """A folded text without the words for parts of the territory."""
        return self._scope_words.sub(" ", text)

    @cached_property
    def _scope_words(self) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{said})" for scope in self.scopes for said in scope.asked) or r"(?!)")

    @cached_property
    def _variants(self) -> re.Pattern[str] | None:
        words = sorted(self._canonical, key=len, reverse=True)
        return re.compile("|".join(_bounded(w) for w in words)) if words else None

    @cached_property
    def _elsewhere(self) -> re.Pattern[str]:
        english = sorted(map(re.escape, self.names_en), key=len, reverse=True)
        # 一天门, 3天水: what follows a number is counted, no name.
        chinese = [
            rf"(?<![\d一二三四五六七八九十两几半]){re.escape(n)}" for n in sorted(self.names, key=len, reverse=True)
        ]
        return re.compile("|".join([*chinese, *(rf"(?<![\w']){name}(?![\w'])" for name in english)]) or r"(?!)")

    def elsewhere(self, text: str, unless_in: Set[str] = frozenset()) -> str | None:
        """Another city or region that a folded text names, or None; words that the city's own names hold too are none."""
        return next((m.group() for m in self._elsewhere.finditer(text) if m.group() not in unless_in), None)

    def canonical(self, text: str) -> str:
        """The text folded and with people's words replaced by the plan's, for matching; never shown."""
        return self._remembered(text)

    @cached_property
    def _remembered(self) -> Callable[[str], str]:
        """One question is compared with the same evidence reading after reading, and the next with much of it again."""
        return lru_cache(_REMEMBERED)(self._canonical_of)

    def _canonical_of(self, text: str) -> str:
        folded = _HYPHEN.sub(" ", fold(text))
        if self._variants is None:
            return folded
        return self._variants.sub(lambda m: self._canonical[m.group()], folded)

    def translated(self, text: str) -> Mapping[str, str]:
        """The plan's words for each English expression of a folded text, by the expression as it stands there."""
        return self._in_chinese(text)

    @cached_property
    def _in_chinese(self) -> Callable[[str], Mapping[str, str]]:
        return lru_cache(_REMEMBERED)(self._translated)

    @cached_property
    def _expressions(self) -> list[tuple[re.Pattern[str], str]]:
        return [(re.compile(rf"\b(?:{pattern})\b"), chinese) for pattern, chinese in self.glossary.items()]

    def _translated(self, text: str) -> Mapping[str, str]:
        found = [
            (match.span(), match.group(), chinese)
            for pattern, chinese in self._expressions
            for match in pattern.finditer(text)
        ]
        # "Yellow River" is no river among others: an expression inside a longer one does not count.
        return MappingProxyType(
            {
                words: chinese
                for (start, end), words, chinese in found
                if not any(s <= start and end <= e and e - s > end - start for (s, e), _, _ in found)
            }
        )


# “Sponge-city share” is the share of the sponge city; e-bikes stay e-bikes.
_HYPHEN = re.compile(r"(?<=[a-z]{3})-(?=[a-z]{3})")


def _bounded(word: str) -> str:
    escaped = re.escape(word)
    return rf"(?<![a-z]){escaped}(?![a-z])" if word.isascii() else escaped


def _patterns(value: object) -> list[str]:
    if isinstance(value, dict):
        return [p for k, v in value.items() for p in ([k] if isinstance(v, str) else v)]
    return [p for scope in value for p in scope.asked] if isinstance(value, tuple) else []
