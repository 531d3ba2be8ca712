"""Districts by the names files use: short and full, old and traditional, with the city's name before them, or by code."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from portal.texts.folding import fold

# A people's name within a district's (某河回族区) is left out in speech.
_PEOPLE = re.compile(
    r"(?:蒙古|土家|布依|朝鲜|达斡尔|鄂温克|鄂伦春|哈萨克|维吾尔|锡伯|仡佬|傈僳|纳西|拉祜|景颇|.)族(?=自治县|自治旗|区)"
)
_ENDINGS = re.compile(r"(?:自治县|自治旗|新区|区|县|市|旗)$")
_CODE = re.compile(r"([0-9]{6})(?:[0-9]{3}|[0-9]{6})?")


class DistrictNames:
    """Finds the district a text names.

    Args:
        rows: of districts: code, name and, where there are any, aliases (separated by |).
        city: the city's own names, which may stand before a district's.
    """

    def __init__(self, rows: Iterable[Mapping[str, str]], city: Iterable[str] = ()) -> None:
        self._codes: dict[str, str] = {}
        self._city = sorted((_plain(n) for n in city if n), key=len, reverse=True)
        held = [(r["code"], [r["name"], *(a for a in (r.get("aliases") or "").split("|") if a)]) for r in rows]
        short = Counter(s for _, names in held for s in {_short(_plain(n)) for n in names})
        for code, names in held:
            self._codes[code] = code
            for name in map(_plain, names):
                self._codes[name] = self._codes[_PEOPLE.sub("", name)] = code
                # A short name two districts share names neither.
                if short[_short(name)] == 1 and len(_short(name)) > 1:
                    self._codes.setdefault(_short(name), code)

    def find(self, text: str) -> str | None:
        """The code of the district a text names, or None where it names none or is not sure to."""
        folded = _plain(text)
        if (code := _CODE.fullmatch(folded)) is not None:
            return self._codes.get(code[1])
        for candidate in (folded, *self._without_city(folded)):
            if candidate in self._codes:
                return self._codes[candidate]
        return None

    def _without_city(self, folded: str) -> list[str]:
        """What follows the city's name, wherever it stands: a province may come before it."""
        return [folded.split(name, 1)[1].removeprefix("市") for name in self._city if name in folded]


def _plain(text: str) -> str:
    return "".join(fold(text).split())


def _short(name: str) -> str:
    return _ENDINGS.sub("", _PEOPLE.sub("", name)) or name
