"""What a document says of itself: number, who adopted and approved it and when, from when it holds, what it amends and repeals.

Only what is written is taken. What a person wrote in the document's `.toml` goes before what is read here.
"""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from portal.texts.numerals import chinese_number

_DATE = r"(?:(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日|([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日)"
_A_DATE = re.compile(_DATE)
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,10}[〔﹝\[（(【]\s*(?:19|20)\d{2}\s*[〕﹞\]）)】]\s*第?\s*\d{1,4}\s*号")
_HELD_BY = re.compile(r"(\S{2,30}?)?第[零〇一二三四五六七八九十百]+届((?:全国)?人民代表大会(?:常务委员会)?)")
_SIGNATURE = re.compile(r"[\u4e00-\u9fff（）、 ]{2,40}(?:政府|办公室|办公厅|委员会|局|厅|部|院|会|中心|指挥部)")
_FROM = re.compile(rf"自\s*{_DATE}\s*起\s*(?:施行|实施|执行|生效)")
_FROM_ISSUE = re.compile(r"自(?:公布|发布|印发)之日起(?:施行|实施|执行|生效)")
_TITLE = re.compile(
    r"[《＜〈<]([^《》＜＞〈〉<>]{2,80}(?:[《＜〈<][^《》＜＞〈〉<>]{2,60}[》＞〉>][^《》＜＞〈〉<>]{0,30})?)[》＞〉>]"
)
_SENTENCE = re.compile(r"[^。\n]+")
_OPENING = 1500
_SIGNED_WITHIN = 12


@dataclass(frozen=True)
class Facts:
    """What a document says of itself; dates are ISO, empty where it does not say."""

    number: str = ""
    issuer: str = ""
    issued: str = ""
    adopted: str = ""
    approved: str = ""
    effective: str = ""
    amended: tuple[str, ...] = ()
    repeals: tuple[str, ...] = field(default=())


def read_facts(opening: str, text: str) -> Facts:
    """The facts a document states.

    Args:
        opening: what stands before its first number.
        text: all of it.
    """
    facts = _adoption(opening[:_OPENING])
    if found := _standing_alone(opening, _NUMBER):
        facts = replace(facts, number=found)
    facts = _signed(facts, text)
    if (found_date := _last(_FROM, text)) is not None:
        facts = replace(facts, effective=found_date)
    elif facts.issued and _FROM_ISSUE.search(text):
        facts = replace(facts, effective=facts.issued)
    return replace(facts, repeals=tuple(repealed(text)))


def repealed(text: str) -> Iterable[str]:
    """The titles a text says are repealed by it (《…》同时废止), each once."""
    found: dict[str, None] = {}
    for sentence in _SENTENCE.findall(text):
        if "废止" in sentence and ("同时废止" in sentence or "予以废止" in sentence):
            found |= dict.fromkeys(titles(sentence))
    return found


def titles(text: str) -> list[str]:
    """The titles in 《》 that a text names, in order; a title within a title stays part of it."""
    return [re.sub(r"\s+", "", m.group(1)) for m in _TITLE.finditer(text)]


def date_of(match: re.Match[str]) -> str:
    """A date written in digits or Chinese numerals as ISO; empty where there is no such day."""
    groups = match.groups()[-6:]
    if groups[0]:
        year, month, day = (int(g) for g in groups[:3])
    else:
        year = int("".join(str("〇一二三四五六七八九".index(c)) if c not in "零○" else "0" for c in groups[3] or ""))
        month, day = chinese_number(groups[4] or "零"), chinese_number(groups[5] or "零")
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else ""


def day_in(text: str) -> str:
    """The first day written in a text, 2022年4月6日 or 2022-04-06, as ISO; empty where there is none."""
    if written := re.search(r"(?<!\d)(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?!\d)", text):
        text = "{}年{}月{}日".format(*written.groups())
    found = _A_DATE.search(text)
    return date_of(found) if found else ""


def number_in(text: str) -> str:
    """The document number a text is; empty where it is none."""
    return _standing_alone(text, _NUMBER)


def _adoption(opening: str) -> Facts:
    """Adopted, approved and amended, from the lines under the title; each line's date opens what was done that day."""
    facts = Facts()
    dates = list(_A_DATE.finditer(opening))
    for number, match in enumerate(dates):
        end = dates[number + 1].start() if number + 1 < len(dates) else len(opening)
        day, done = date_of(match), opening[match.end() : end]
        if re.search(r"修正|修订", done):
            facts = replace(facts, amended=(*facts.amended, day))
        elif "批准" in done and not facts.approved:
            facts = replace(facts, approved=day)
        elif "通过" in done and not facts.adopted:
            body = _HELD_BY.search(done)
            facts = replace(facts, adopted=day, issuer=(body.group(1) or "") + body.group(2) if body else "")
        elif re.search(r"公布|发布|颁布", done) and not facts.issued:
            facts = replace(facts, issued=day)
    return facts


def _signed(facts: Facts, text: str) -> Facts:
    """The body and the day at the foot of a notice: before its annexes, or before what is issued by it."""
    body = re.split(r"\n[ \t\u3000]*附[件表录][^\n]{0,4}\n", text, maxsplit=1)[0]
    lines = [line.strip(" \t\u3000\r") for line in body.split("\n") if line.strip()]
    foot = max(0, len(lines) - _SIGNED_WITHIN)
    for before, line in itertools.chain(itertools.pairwise(lines[foot:]), itertools.pairwise(lines[:foot])):
        day = _A_DATE.fullmatch(line.strip("（）()"))
        if day and _SIGNATURE.fullmatch(before):
            return replace(facts, issued=facts.issued or date_of(day), issuer=facts.issuer or before)
    return facts


def _standing_alone(opening: str, pattern: re.Pattern[str]) -> str:
    """A document number on a line of its own; one within a sentence is another document's."""
    for line in opening.split("\n"):
        if found := pattern.fullmatch(line.strip(" \t\u3000\r#*")):
            return re.sub(r"\s", "", found.group())
    return ""


def _last(pattern: re.Pattern[str], text: str) -> str | None:
    every = list(pattern.finditer(text))
    return date_of(every[-1]) if every else None
