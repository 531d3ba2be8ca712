"""What the parameters of CKAN's clients mean in the words of the portal's own queries, and what is told where one cannot be used."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from portal.api.json_bodies import fault
from portal.datasets import row_parameters
from portal.datasets.row_parameters import BadParameterError
from portal.datasets.row_query import Sought
from portal.publication.catalogue import Column
from portal.texts.errors import BilingualError, Sentence, sentence

Parameters = Mapping[str, Any]


class InvalidError(BilingualError):
    """A parameter cannot be used.

    Args:
        field: its name.
        why: what is wrong with it.
    """

    def __init__(self, field: str, why: Sentence) -> None:
        super().__init__(why)
        self.field = field


def selected(given: Parameters) -> Iterator[tuple[str, str]]:
    """What `fields` asks for, in the API's own words."""
    if names := listed(given, "fields"):
        yield "select", ",".join(names)


def sought(given: Parameters, columns: tuple[Column, ...]) -> tuple[Sought, ...]:
    """What `q` looks for: words in any column, or by an object, as itself or as JSON text, in those it names.

    Raises:
        InvalidError: it names a column there is not, or is too long.
    """
    q = decoded(given, "q")
    if q in (None, "", {}):
        return ()
    if not isinstance(q, dict):
        return tuple(Sought(word, columns) for word in words_of("q", str(q)))
    held = {c.name: c for c in columns}
    for name in q:
        if name not in held:
            raise InvalidError("q", sentence("ckan.column", column=str(name)[:80], known=list(held)))
    return tuple(Sought(word, (held[name],)) for name, text in q.items() for word in words_of("q", str(text)))


def words_of(field: str, text: str) -> tuple[str, ...]:
    """The words of a parameter, so many at most."""
    try:
        return row_parameters.words(text)
    except BadParameterError as error:
        raise InvalidError(field, error.sentence) from None


def filters(given: Parameters) -> list[tuple[str, str]]:
    """What `filters` asks for, in the API's own words."""
    filters = decoded(given, "filters")
    if filters in (None, ""):
        return []
    if not isinstance(filters, dict):
        raise InvalidError("filters", sentence("ckan.filters", example='{"kind": ["park", "library"]}'))
    pairs = []
    for column, wanted in filters.items():
        for value in wanted if isinstance(wanted, list) else [wanted]:
            if isinstance(value, dict | list):
                raise InvalidError("filters", sentence("ckan.filter_value", column=column))
            pairs.append((f"filter.{column}", _plain(value)))
    return pairs


def sorting(given: Parameters) -> list[tuple[str, str]]:
    """What `sort` asks for, in the API's own words."""
    sort = given.get("sort")
    if not sort:
        return []
    keys = []
    for part in listed(given, "sort"):
        # `nulls last`, which some clients add, is how rows are sorted anyway.
        name, *rest = part.split()[:2] or [""]
        direction = rest[0].lower() if rest else "asc"
        if direction not in {"asc", "desc"}:
            raise InvalidError("sort", sentence("ckan.order", part=part.strip()[:80]))
        keys.append(("-" if direction == "desc" else "") + name.strip('"'))
    return [("order", ",".join(keys))]


def decoded(given: Parameters, name: str) -> Any:
    """A parameter that may be an object or a list, as JSON text where it came in a URL.

    Raises:
        InvalidError: it is JSON no request needs.
    """
    value = given.get(name)
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        if told := fault(value.encode("utf-8", "replace")):
            raise InvalidError(name, told)
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def listed(given: Parameters, name: str) -> list[str]:
    """A parameter that may be a list, as itself, as JSON text, repeated or with commas."""
    value = decoded(given, name)
    if value in (None, ""):
        return []
    if isinstance(value, list):
        return [str(v) for v in value]
    return [part.strip().strip('"') for part in str(value).split(",")]


def flag(given: Parameters, name: str, default: bool) -> bool:
    """A parameter that says yes or no, in any of the words CKAN takes for it."""
    value = str(given.get(name, default)).strip().lower()
    if value in {"true", "yes", "t", "y", "on", "1"}:
        return True
    if value in {"false", "no", "f", "n", "off", "0", "", "none"}:
        return False
    raise InvalidError(name, sentence("ckan.flag"))


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def whole_number(given: Parameters, name: str, default: int, most: int) -> int:
    """A whole number of 0 or more; what is above the most there may be counts as that."""
    value = given.get(name, default)
    text = str(value).strip()
    if not text.isascii() or not text.isdigit():
        raise InvalidError(name, sentence("ckan.whole"))
    return min(int(text[-19:]), most) if len(text) <= 19 else most
