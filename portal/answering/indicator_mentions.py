"""Which indicators a question names: outright, by an abbreviation, or as a part of an enumeration."""

import re

from portal.answering.english import english_words
from portal.answering.knowledge import Knowledge, Mention, share

_JOINED = re.compile(r"^[\s、,，;；和与及跟还有以及并?？]*$|\band\b")
_PARTS = re.compile(r"(?:(?!\band\b)[^、,，;；?？。和与及跟])+")
_PART_SHARE = 0.9
_TELLING_TERMS = 2


def indicators_named(mentions: list[Mention], text: str, knowledge: Knowledge) -> list[str]:
    """The indicators named: a name shared by several is settled by a more telling one beside it; a name that only says where
    (chargers *in public car parks*) is left out."""
    named = [(m, m.ids("indicators")) for m in mentions if m.ids("indicators")]
    kept: list[tuple[Mention, list[str]]] = []
    for mention, ids in named:
        narrowed = any(m is not mention and set(o) < set(ids) for m, o in named)
        if not narrowed and not any(_only_says_where(mention, ids, *other, text, knowledge) for other in named):
            kept.append((mention, _interrupted(mention, ids, text, knowledge) or ids))
    found = [i for _, ids in kept for i in ids]
    return list(dict.fromkeys([*found, *_unnamed_parts(kept, text, knowledge)]))


def _interrupted(mention: Mention, ids: list[str], text: str, knowledge: Knowledge) -> list[str]:
    """The indicators whose own name ends with a name of others and begins with words that stand before it (路内划的停车泊位)."""
    found = []
    for i, row in knowledge.indicators.items():
        name = knowledge.vocabulary.canonical(row["name_zh"])
        start = name.removesuffix(mention.text)
        if i not in ids and start != name and len(start) > 1 and start in text[: mention.start]:
            found.append(i)
    return found


def _unnamed_parts(kept: list[tuple[Mention, list[str]]], text: str, knowledge: Knowledge) -> list[str]:
    """Indicators of the parts of an enumeration that no name was found in, where all of a part's words point to one family."""
    parts = [
        p.group() for p in _PARTS.finditer(text) if not any(m.start < p.end() and p.start() < m.end for m, _ in kept)
    ]
    # 供热、供水和燃气的普及率: each part is how the name of one indicator begins.
    begun = [begun_by(part, knowledge) for part in parts]
    if sum(map(bool, begun)) + bool(kept) > 1:
        return [i for ids in begun for i in ids]
    return [i for part in parts for i in _pointed_to(part, knowledge)] if kept else []


def _pointed_to(part: str, knowledge: Knowledge) -> list[str]:
    """The indicators of the one family that all the words of a part point to, by English names or by Chinese terms."""
    content = knowledge.content_of(part)
    if words := english_words(content):
        return _of_one_family([i for i, held in knowledge.english_names.items() if words <= held], knowledge)
    weights = {t: w for t, w in knowledge.weighed(content).items() if len(t) > 1}
    if len(weights) < _TELLING_TERMS:
        return []
    fitting = [i for i, held in knowledge.indicator_terms.items() if share(weights, held) > _PART_SHARE]
    return _of_one_family(fitting, knowledge)


def _of_one_family(ids: list[str], knowledge: Knowledge) -> list[str]:
    """Indicators, where all are the same target for parts of the territory; else none."""
    return ids if len({knowledge.indicators[i]["family"] for i in ids}) == 1 else []


def begun_by(part: str, knowledge: Knowledge) -> list[str]:
    """The indicators of the one family whose name begins with a part of an enumeration, its 的… left out.

    Args:
        part: in canonical words.
        knowledge: the published version.
    """
    start = knowledge.content_of(part.split("的")[0]).replace(" ", "")
    if len(start) < 2:
        return []
    ids = [i for i, r in knowledge.indicators.items() if knowledge.vocabulary.canonical(r["name_zh"]).startswith(start)]
    return _of_one_family(ids, knowledge)


def _only_says_where(
    mention: Mention, ids: list[str], other: Mention, others: list[str], text: str, knowledge: Knowledge
) -> bool:
    if other is mention or set(ids) == set(others) or other.start < mention.end:
        return False
    if _JOINED.search(text[mention.end : other.start]):
        return False
    # The later indicator's own quotation names the earlier thing as its place.
    quotes = [knowledge.vocabulary.canonical(knowledge.indicators[o]["quote"]) for o in others]
    return all(mention.text in q and other.text in q and q.find(mention.text) < q.find(other.text) for q in quotes)
