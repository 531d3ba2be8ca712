"""Numbers inside numbers, as plans, notices and lists have them: 一、→ `1`, （二）→ `1.2`, 3. → `1.2.3`."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines.sources.number_markers import RANK, Node, heading_of, read_marker, title_of


@dataclass
class Nested:
    """Numbers inside numbers, each level starting again: plans, notices, lists."""

    open: list[Node] = field(default_factory=list)
    last: dict[tuple[str, str], int] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)

    def take(self, offset: int, line: str, _: list[str]) -> Iterator[Node]:
        marker = read_marker(line)
        if marker is None:
            return
        enclosing = [o for o in self.open if RANK[o.kind] < RANK[marker.kind]]
        parent = enclosing[-1] if enclosing else None
        above = parent.clause if parent else ""
        # A number that does not go on from its sibling is text that happens to start with one.
        if marker.kind != "annex" and marker.number <= self.last.get((above, marker.kind), 0):
            return
        self.last[above, marker.kind] = marker.number
        own = f"{'a' if marker.kind == 'annex' else ''}{marker.number}"
        clause = f"{above}.{own}" if above else own
        self.taken[clause] += 1
        clause += f"-{self.taken[clause]}" if self.taken[clause] > 1 else ""
        title = title_of(marker, line)
        label = (parent.label if parent else "") + marker.written
        path = " › ".join([*([parent.path] if parent else []), heading_of(line, title)])
        node = Node(offset, clause, above or None, label, title, path, marker.kind, marker.number)
        self.open = [*enclosing, node]
        yield node

    def finish(self, found: list[Node]) -> None:
        """Nothing is left to say once all lines are read."""
