"""The third-party notices name just what the portal asks for, under the licence each package states itself."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]


def noted() -> dict[str, str]:
    """The licences of NOTICE's list by package."""
    return dict(re.findall(r"^  ([a-z0-9-]+): (.+)$", (CHECKOUT / "NOTICE").read_text("utf-8"), re.MULTILINE))


def asked_for() -> list[str]:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    return [re.split(r"[^A-Za-z0-9._-]", d)[0] for d in project["dependencies"]]


def test_every_package_that_is_asked_for_is_noted_and_no_other() -> None:
    assert sorted(noted()) == sorted(asked_for())


def test_a_licence_is_noted_as_the_package_states_it() -> None:
    stated = {name: metadata.metadata(name).get("License-Expression") for name in asked_for()}
    assert len([s for s in stated.values() if s]) > 20
    assert {n: noted()[n] for n, s in stated.items() if s} == {n: s for n, s in stated.items() if s}
