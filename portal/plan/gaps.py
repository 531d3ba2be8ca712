"""What nobody has published: targets without a comparable result, what is known instead, and who the clause puts in charge."""

import re
from dataclasses import dataclass

from portal.plan import progress
from portal.plan.rows import ObservedRow, ProgressRow
from portal.publication.statuses import FigureKind, TargetStatus
from portal.publication.store import Store

STATUSES = tuple(s for s in TargetStatus if s.is_gap)
_BODY = "(?:(?!由)[一-鿿]){2,14}?(?:局|委员会|办公室|厅)"
_IN_CHARGE = re.compile(f"(?:^|[，。；：、（(\\s]|由)((?:{_BODY}、)*{_BODY})(?:牵头|负责)")
_LISTED = re.compile("(?:责任|牵头|主管)(?:单位|部门)[：:]([^）)。；\n]+)")


@dataclass(frozen=True)
class Gap:
    """A target without a comparable published result.

    `row` is as `portal.plan.progress.progress` gives it; `known` are the figures published in another scope, the annual tasks and the later
    targets; `bodies` are those the clause puts in charge, verbatim; `publishers` have published one of the known figures.
    """

    row: ProgressRow
    known: tuple[ObservedRow, ...]
    bodies: tuple[str, ...]
    publishers: tuple[str, ...]


def gaps(store: Store) -> list[Gap]:
    """Every target that is not published or not comparable, in the plan's order."""
    texts = {
        r["clause"]: r["text"]
        for r in store.rows("SELECT clause, text FROM clauses WHERE document = ?", [store.manifest.site.plan])
    }
    found = []
    for row in progress.progress(store):
        if row["status"] in STATUSES:
            known = tuple(o for o in progress.observations(store, row["id"]) if not _is_result(o))
            publishers = tuple(dict.fromkeys(o["publisher"] for o in known if o["publisher"]))
            found.append(Gap(row, known, in_charge(texts.get(row["clause"], "")), publishers))
    return found


def in_charge(text: str) -> tuple[str, ...]:
    """The bodies a clause puts in charge, word for word; none where it names none."""
    names = [n for found in (*_IN_CHARGE.findall(text), *_LISTED.findall(text)) for n in found.split("、")]
    return tuple(dict.fromkeys(n.strip() for n in names if n.strip()))


def _is_result(observation: ObservedRow) -> bool:
    return bool(observation["kind"] == FigureKind.ACTUAL and observation["comparable"])
