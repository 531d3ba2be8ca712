"""The targets of the plan that concern a kind of place, and the kinds a target is about."""

import re
from collections.abc import Iterable, Sequence

from portal.places.nearby import Neighbours
from portal.publication.json_object import JsonObject
from portal.publication.store import Row, Store

_HAN = re.compile(r"[\u3400-\u9fff]")


def concerning(targets: Sequence[Row], vocabulary: JsonObject, kinds: Iterable[str]) -> list[Row]:
    """The plan's targets about kinds of place: the one the vocabulary names for them, and those whose name holds its words.

    Args:
        targets: rows of `portal.plan.progress.progress`.
        vocabulary: the manifest's.
        kinds: of place.
    """
    wanted = set(kinds)
    found: list[Row] = []
    for sort in (vocabulary.get("places") or {}).values():
        if not wanted & set(sort["kinds"]):
            continue
        words = [w for w in sort["words"] if _HAN.search(w)]
        found += [r for r in targets if r["id"] == sort["indicator"]]
        found += [r for r in targets if any(w in r["name_zh"] for w in words)]
    return list({r["id"]: r for r in found}.values())


def about(store: Store, target: Row) -> list[Row]:
    """The kinds of place a target is about, each with `total` places in the data and how many are `positioned`.

    Args:
        store: the published version.
        target: a row of `portal.plan.progress.progress`.
    """
    rows = store.rows(
        "SELECT kind, count(*) AS total, count(lon) AS positioned FROM places GROUP BY kind ORDER BY kind"
    )
    return [r for r in rows if concerning([target], store.manifest.vocabulary, [r["kind"]])]


def in_order_of_plan(found: Sequence[Neighbours], vocabulary: JsonObject) -> list[Neighbours]:
    """Kinds in the order the city's vocabulary names them, what it does not name last.

    Args:
        found: of `neighbours`.
        vocabulary: the manifest's.
    """
    named = [kind for sort in (vocabulary.get("places") or {}).values() for kind in sort["kinds"]]
    return sorted(found, key=lambda n: (not n.places, named.index(n.kind) if n.kind in named else len(named)))
