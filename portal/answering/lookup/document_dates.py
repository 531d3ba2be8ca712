"""Where a document says when it was adopted, approved, amended, issued and from when it holds."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from portal.publication.store import Row

_DATE = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日")
_FACTS = (
    ("effective", re.compile(r"起\s*(?:施行|实施|执行|生效)")),
    ("repeals", re.compile(r"废止")),
    ("amended", re.compile(r"修正|修订")),
    ("approved", re.compile(r"批准")),
    ("adopted", re.compile(r"通过")),
    ("issued", re.compile(r"公布|发布|印发")),
)
_LINE = re.compile(r"[^。\n]+。?")


@dataclass(frozen=True)
class Dated:
    """A line that says a date: what of, the clause it stands in, its span there."""

    fact: str
    document: str
    clause: str
    label: str
    start: int
    end: int
    quote: str


def dated(clauses: Iterable[Row]) -> list[Dated]:
    """The lines of a document's opening and the sentences on coming into force that hold a date, in the document's order.

    Args:
        clauses: of one document, in order.
    """
    found = []
    for row in clauses:
        for match in _LINE.finditer(row["text"]):
            fact = _fact(match.group(), opening=row["clause"] == "0")
            if fact:
                start = match.end() - len(match.group().lstrip())
                end = start + len(match.group().strip())
                label = row.get("label") or row["clause"]
                found.append(Dated(fact, row["document"], row["clause"], label, start, end, row["text"][start:end]))
    return found


def _fact(line: str, opening: bool) -> str:
    if not opening:
        return "effective" if _FACTS[0][1].search(line) and (_DATE.search(line) or "之日起" in line) else ""
    return next((name for name, said in _FACTS if said.search(line)), "") if _DATE.search(line) else ""
