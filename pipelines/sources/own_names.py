"""The names of the city whose files these are, which stand before many a place's name and head many a table."""

import contextlib
import tomllib
from pathlib import Path


def own_names(corpus: Path) -> list[str]:
    """The city's name and what else it is called, as `site.toml` says; none where that cannot be read."""
    with contextlib.suppress(OSError, ValueError):
        site = tomllib.loads((corpus / "site.toml").read_text("utf-8"))
        return [site.get("city", ""), *site.get("city_aliases", [])]
    return []
