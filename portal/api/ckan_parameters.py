"""What the parameters of CKAN's clients mean in the words of the portal's own queries, and what is told where one cannot be used."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from portal.api.json_bodies import fault
from portal.datasets import row_parameters
from portal.datasets.row_parameters import BadParameterError
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


def sought(given: Parameters) -> Iterator[tuple[str, str]]:
    """What `q` and `fields` ask for, in the API's own words."""
    q, fields = _decoded(given.get("q")), given.get("fields")
    if isinstance(q, dict):
        yield from ((f"filter.{column}__contains", str(value)) for column, value in q.items())
    elif q:
        yield "q", str(q)
    if fields:
        yield "select", fields if isinstance(fields, str) else ",".join(map(str, fields))


def words_of(field: str, text: str) -> tuple[str, ...]:
    """The words of a parameter, so many at most."""
    try:
        return row_parameters.words(text)
    except BadParameterError as error:
        raise InvalidError(field, error.sentence) from None


def filters(given: Parameters) -> list[tuple[str, str]]:
    """What `filters` asks for, in the API's own words."""
    filters = _decoded(given.get("filters"))
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
    for part in str(sort).split(",") if isinstance(sort, str) else [str(s) for s in cast(list[Any], sort)]:
        name, *rest = part.split()[:2] or [""]
        direction = rest[0].lower() if rest else "asc"
        if direction not in {"asc", "desc"}:
            raise InvalidError("sort", sentence("ckan.order", part=part.strip()[:80]))
        keys.append(("-" if direction == "desc" else "") + name.strip('"'))
    return [("order", ",".join(keys))]


def _decoded(value: Any) -> Any:
    """A parameter that may be an object, as JSON text where it came in a URL."""
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        if told := fault(value.encode()):
            raise InvalidError("filters", told)
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def whole_number(given: Parameters, name: str, default: int, most: int) -> int:
    """A whole number of 0 or more; what is above the most there may be counts as that."""
    value = given.get(name, default)
    text = str(value).strip()
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise InvalidError(name, sentence("ckan.whole"))
    return min(int(text), most)
