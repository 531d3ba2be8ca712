"""What docs/clients.md claims of other people's programs: versions are those tested with, and every call named stands in the test named."""

import re

import pytest

from tests.synthetic import CHECKOUT

_ROW = re.compile(r"^\| (?P<client>[^|]+) \| (?P<version>[^|]+) \| (?P<calls>[^|]+) \| (?P<test>[^|]+) \|$", re.M)
# A name as a client calls it; addresses and parts of a query are told in the tests by other means.
_CALL = re.compile(r"`([a-z]+(?:_[a-z/]+)+|[A-Za-z]+)`")
PINS = dict(re.findall(r"^([\w.-]+)==(\S+)", (CHECKOUT / ".ci" / "constraints.txt").read_text("utf-8"), re.M))


def rows() -> list[tuple[str, str, str, str]]:
    """Client, version, calls and test of each row; a test that is the same as above is named again."""
    found: list[tuple[str, str, str, str]] = []
    for match in _ROW.finditer((CHECKOUT / "docs" / "clients.md").read_text("utf-8")):
        test = re.search(r"`(tests/[^`]+)`", match["test"])
        if match["client"].startswith(("客户端", "---")):
            continue
        found.append((match["client"], match["version"].strip(), match["calls"], test[1] if test else found[-1][3]))
    return found


def test_there_is_a_row_for_every_client() -> None:
    told = " ".join(client for client, *_ in rows())
    for client in (
        "ckanapi",
        "ckanext-harvest",
        "mcp",
        "frictionless",
        "rdflib",
        "pyshacl",
        "mlcroissant",
        "schemathesis",
    ):
        assert client in told


@pytest.mark.parametrize("row", rows(), ids=lambda r: r[0])
def test_the_version_is_the_one_tested_with(row: tuple[str, str, str, str]) -> None:
    client, version, _, _ = row
    name = re.split(r"[（ (+]", client)[0]
    assert version == PINS.get(name, "–")


@pytest.mark.parametrize("row", rows(), ids=lambda r: r[0])
def test_every_call_stands_in_its_test(row: tuple[str, str, str, str]) -> None:
    _, _, calls, test = row
    source = (CHECKOUT / test).read_text("utf-8")
    names = [part for call in _CALL.findall(calls) for part in _expanded(call)]
    assert [n for n in names if n not in source] == []


def _expanded(call: str) -> list[str]:
    """`group_list/show` is two calls."""
    first, *others = call.split("/")
    stem = first.rpartition("_")[0]
    return [first, *(f"{stem}_{other}" for other in others)]
