"""The README documents every setting and every command, and names no address that does not answer."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from portal.api.app import create_api
from portal.commands import app
from portal.settings import Settings
from tests.synthetic import CHECKOUT

README = (CHECKOUT / "README.md").read_text("utf-8")
SETTINGS = dict(re.findall(r"^\| `(PORTAL_[A-Z0-9_]+)` \| (`[^`]+`|空) \| .", README, re.M))


def default(name: str) -> str:
    """A setting's default as the README writes it, folders relative to the checkout."""
    value = getattr(Settings(), name)
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    text = (
        value.relative_to(CHECKOUT).as_posix()
        if isinstance(value, Path)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )
    return f"`{text}`" if text else "空"


def test_every_setting_is_documented_with_its_default_and_no_other_is() -> None:
    assert {f"PORTAL_{name.upper()}": default(name) for name in Settings.model_fields} == SETTINGS


def test_every_command_is_documented_and_no_other_is() -> None:
    commands = {c.name or c.callback.__name__.replace("_", "-") for c in app.registered_commands if c.callback}
    commands |= {g.name for g in app.registered_groups if g.name}
    assert set(re.findall(r"^portal ([a-z-]+)", README, re.M)) == commands


def test_every_address_the_readme_names_is_there() -> None:
    paths = set(create_api().openapi()["paths"])
    named = re.findall(r"^(?:GET|POST) +(/\S+)", README, re.M)
    assert len(named) >= 10
    assert [p for p in named if p not in paths] == []


def test_everything_the_api_offers_under_its_prefix_is_in_the_readme() -> None:
    offered = {p for p in create_api().openapi()["paths"] if p.startswith("/api/v1/")}
    assert [p for p in sorted(offered) if p not in README] == []


@pytest.mark.parametrize("target", re.findall(r"^make ([a-z]+) ", README, re.M))
def test_every_make_target_it_names_is_there(target: str) -> None:
    assert re.search(rf"^{target}:", (CHECKOUT / "Makefile").read_text("utf-8"), re.M)


def test_every_picture_and_folder_it_shows_is_there() -> None:
    named = re.findall(r"!\[[^]]*\]\(([^)]+)\)", README) + re.findall(r"^\| `([a-z]+/)` \|", README, re.M)
    assert len(named) == 7
    assert [n for n in named if not (CHECKOUT / n).exists()] == []
