"""Records of an import that may grow by the million: the first lie in memory, the rest in a file of their own, none is lost."""

import dataclasses
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, Any, Generic, TypeVar, overload

Record = TypeVar("Record")
_HELD = 10_000


class LongList(Sequence[Record], Generic[Record]):
    """A list of dataclass instances of texts.

    Args:
        kind: the dataclass.
        held: so many lie in memory.
    """

    def __init__(self, kind: type[Record], held: int = _HELD) -> None:
        self._kind, self._most = kind, held
        self._held: list[Record] = []
        self._spilled = 0
        self._file: IO[str] | None = None
        self._at_end = True

    def append(self, record: Record) -> None:
        """Add a record at the end."""
        if len(self._held) < self._most:
            self._held.append(record)
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 (lives as long as the list)
        if not self._at_end:
            self._file.seek(0, 2)
            self._at_end = True
        values = [getattr(record, f.name) for f in dataclasses.fields(record)]  # type: ignore[arg-type]
        self._file.write(json.dumps(values) + "\n")
        self._spilled += 1

    def __iadd__(self, records: Iterable[Record]) -> "LongList[Record]":
        for record in records:
            self.append(record)
        return self

    def __len__(self) -> int:
        return len(self._held) + self._spilled

    def __iter__(self) -> Iterator[Record]:
        yield from self._held
        if self._file is not None:
            self._at_end = False
            self._file.seek(0)
            for line in iter(self._file.readline, ""):
                place = self._file.tell()
                yield self._kind(*json.loads(line))
                self._at_end = False
                self._file.seek(place)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> list[Record]: ...
    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return list(self)[index]
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(index)
        return next(islice(self, place, None))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(_same, self, other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{list(islice(self, 20))!r}, {len(self)} in all"


def _same(one: object, other: object) -> bool:
    return one == other
