"""Tests of code stand on the synthetic city: who is given the real one is in a reviewed list with a reason."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.real_city import COLLECTED, LIST, listed, on_real_city, unlisted


def item(nodeid: str, *fixtures: str) -> Any:
    return SimpleNamespace(nodeid=nodeid, fixturenames=fixtures)


def test_only_listed_files_use_the_real_city(pytestconfig: pytest.Config) -> None:
    """Of this run's files. Tests of code use city, city_client, city_services, built or two; where it is the data that is checked,
    the list says so."""
    assert unlisted(pytestconfig.stash[COLLECTED]) == []


def test_a_file_that_is_not_listed_is_told_and_others_are_not() -> None:
    new, known = "tests/portal/test_new.py", next(iter(listed()))
    assert unlisted(
        on_real_city([item(f"{new}::test_x[1]", "store", "published"), item(f"{known}::test_y", "published")])
    ) == [new]
    assert unlisted(on_real_city([item(f"{new}::test_x", "city")])) == []


def test_functions_are_counted_once_whatever_their_cases() -> None:
    items = [item("a.py::test_x[1]", "published"), item("a.py::test_x[2]", "published"), item("b.py::test_z", "city")]
    assert on_real_city(items) == {"a.py": {"test_x"}, "b.py": set()}


def test_every_file_of_the_list_is_there() -> None:
    root = LIST.parents[1]
    assert [file for file in listed() if not (root / file).is_file()] == []


def test_a_listed_file_still_needs_the_real_city(pytestconfig: pytest.Config) -> None:
    """A file whose last test went to the synthetic city is taken off the list; asked of the files this run has read whole."""
    if any("::" in argument for argument in pytestconfig.args):
        return
    collected = pytestconfig.stash[COLLECTED]
    assert [file for file in listed() if file in collected and not collected[file]] == []
