"""Which of a table's names is which indicator, kept beside the data for the next time: `datasets/<id>/mappings/<source>.toml`."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import tomlkit

from pipelines.figures.shape import not_plain
from pipelines.tables.errors import FileError
from pipelines.tables.lexicon import fold
from pipelines.tables.units import header_name

_NUMBERING = re.compile(r"^(?:[0-9]+[.、)）]|[一二三四五六七八九十]+、|[(（][0-9一二三四五六七八九十]+[)）]|#)\s*")
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_HEAD = """# portal import-figures 读这个来源时用的对应。核对后可以改，再导入一次即可。
# indicators：表里的名称 = 指标编号；没有对应的指标写 ""，以后不再问。units：表里没有写单位的名称 = 单位。
"""


@dataclass
class Kept:
    """What was decided for a source: indicator by the table's name, units of names without one, scope and kind of its figures."""

    indicators: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    scope: str = ""
    kind: str = ""


def read_mapping(file: Path) -> Kept:
    """What was kept for a source; nothing where it is new.

    Raises:
        FileError: the file is no such mapping.
    """
    if not file.is_file():
        return Kept()
    try:
        held = tomllib.loads(file.read_text("utf-8"))
        return Kept(
            {str(k): str(v) for k, v in held.get("indicators", {}).items()},
            {str(k): str(v) for k, v in held.get("units", {}).items()},
            str(held.get("scope", "")),
            str(held.get("kind", "")),
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError) as error:
        raise FileError(f"{file} 读不出（{error}）。请修好，或删去后重新导入。") from None


def write_mapping(file: Path, mapping: Kept) -> None:
    """Keep what was decided for a source."""
    document = tomlkit.parse(_HEAD)
    document["scope"], document["kind"] = mapping.scope, mapping.kind
    document["indicators"] = dict(sorted(mapping.indicators.items()))
    document["units"] = dict(sorted(mapping.units.items()))
    text = tomlkit.dumps(document)
    if not file.is_file() or file.read_text("utf-8") != text:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")


class Indicators:
    """Finds indicators by the names tables use.

    Args:
        rows: of indicators: id, family, name_zh, aliases, unit.
        city: the city's own names, which may stand before an indicator's.
    """

    def __init__(self, rows: Iterable[Mapping[str, str]], city: Iterable[str] = ()) -> None:
        self.rows = {r["id"]: r for r in rows}
        self._city = sorted((fold(n) for n in city if n), key=len, reverse=True)
        self._named: dict[str, set[str]] = {}
        for row in self.rows.values():
            for name in (row["name_zh"], *row["aliases"].split("|")):
                if name:
                    self._named.setdefault(self._plain(name), set()).add(row["id"])
                    self._named.setdefault(fold(name), set()).add(row["id"])

    def find(self, name: str) -> list[str]:
        """The ids of the indicators a name is of; several where it is a family's, none where it is not known or its brackets speak
        of a forecast or a change."""
        if not_plain("".join(_BRACKETS.findall(name))):
            return []
        for plain in (fold(name), self._plain(name)):
            if plain in self._named:
                return sorted(self._named[plain])
        return []

    def _plain(self, name: str) -> str:
        text = fold(_BRACKETS.sub("", header_name(_NUMBERING.sub("", name.strip()))))
        for own in self._city:
            if text.startswith(own) and len(text) > len(own) + 1:
                return text.removeprefix(own).removeprefix("市")
        return text
