"""What a web page says of the document on it: in the names its head carries, in a table of number, body and days above it."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pipelines.sources.document_facts import day_in, number_in

_LABELS = {
    "number": ("发文字号", "文号", "文件编号"),
    "issuer": ("发布机构", "发文机关", "发布机关", "制定机关", "发文机构"),
    "issued": ("成文日期", "发文日期", "印发日期", "公布日期"),
    "effective": ("施行日期", "实施日期", "生效日期"),
}
# The names that the rules for government websites give a page's head.
_TITLE = ("articletitle",)
_ISSUER_MAX = 40
# An element with more words than this is no label with its value.
_PAIR_MAX = 80


def named_in_head(page: Any) -> dict[str, str]:
    """The title a page's head gives of the document, if it does."""
    for meta in page.iter("meta"):
        content = " ".join((meta.get("content") or "").split())
        if (meta.get("name") or "").lower() in _TITLE and content:
            return {"title": content}
    return {}


def stated_on(page: Any) -> dict[str, str]:
    """What a page says of its document, label by label (发文字号：…), by the names of `Facts`; days as ISO."""
    found: dict[str, str] = {}
    for cells in _pairs(page):
        for name, value in pairwise(cells):
            key = next((k for k, labels in _LABELS.items() if re.sub(r"[\s：:]", "", name) in labels), None)
            if key and key not in found and (read := _value(key, value)):
                found[key] = read
    return found


def _pairs(page: Any) -> Iterator[list[str]]:
    """Labels and values as they follow each other: the cells of a row, the two sides of a colon."""
    for element in page.iter("tr", "li", "p", "div", "span", "dl"):
        words = "".join(element.itertext()).strip()
        if element.tag in {"tr", "dl"}:
            yield ["".join(c.itertext()).strip() for c in element.iter("td", "th", "dt", "dd")]
        elif len(words) <= _PAIR_MAX:
            yield [part.strip() for part in re.split("[：:]", words, maxsplit=1)]


def _value(key: str, value: str) -> str:
    if key in {"issued", "effective"}:
        return day_in(value)
    if key == "number":
        return number_in(value)
    return value if len(value) <= _ISSUER_MAX else ""
