"""What a question speaks of that is in no list of names: kinds of place, and names that the data do not hold."""

import re
from collections.abc import Iterable

from portal.answering.knowledge import Knowledge
from portal.answering.language.proper_names import proper_names
from portal.answering.lines import kinds_on_lines, line_named
from portal.answering.names_index import Mention
from portal.texts.folding import fold


def place_kinds(text: str, mentions: Iterable[Mention], knowledge: Knowledge) -> tuple[str, ...]:
    """The kinds of place a canonical text asks for: not one that a place or project is named by, nor one that a target's
    name goes on from."""
    taken = [(m.start, m.end, bool(m.ids("places") or m.ids("projects"))) for m in mentions]
    found = [
        (match.span(), words.kinds)
        for words in knowledge.vocabulary.places.values()
        for word in words.words
        for match in re.finditer(rf"\b{re.escape(word)}s?\b" if word.isascii() else re.escape(word), text)
    ]
    # A car park is no park.
    found = [f for f in found if not _belongs_to_a_name(*f, text, mentions, knowledge)]
    spans = [span for span, _ in found]
    outer = [f for f in found if not any(_inside(f[0], s) for s in spans)]
    free = [kinds for (b, e), kinds in outer if not any(s <= b and e <= f and (e < f or t) for s, f, t in taken)]
    if free:
        return free[0]
    # Stations of line 1 need not be called metro stations.
    return kinds_on_lines(knowledge) if line_named(text, knowledge) else ()


def _belongs_to_a_name(
    span: tuple[int, int], kinds: Iterable[str], text: str, mentions: Iterable[Mention], knowledge: Knowledge
) -> bool:
    """Whether a kind stands right after the name of a place of that kind, and only says which is meant (Peony Square metro)."""
    return any(
        m.end <= span[0] and not text[m.end : span[0]].strip() and knowledge.places[place]["kind"] in kinds
        for m in mentions
        for place in m.ids("places")
    )


def unknown_names(question: str, text: str, mentions: Iterable[Mention], knowledge: Knowledge) -> tuple[str, ...]:
    """Names of places, bodies and people in a question that the data do not hold.

    Args:
        question: as it was put.
        text: in canonical words.
        mentions: the names found in it.
        knowledge: the published version.
    """
    held = "|".join([*(m.text for m in mentions), *knowledge.vocabulary.own])
    return tuple(n for n in proper_names(question) if _is_new(fold(n), text, held, knowledge))


def _is_new(name: str, text: str, held: str, knowledge: Knowledge) -> bool:
    known = knowledge.vocabulary.canonical(name)
    return (
        name in text
        and known not in held
        and not any(h and h in name for h in held.split("|"))
        and (name not in knowledge.plan_text)
    )


def _inside(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1] and outer != inner
