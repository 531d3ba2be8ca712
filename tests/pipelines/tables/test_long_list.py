"""A list of records longer than may lie in memory is still a list: nothing is lost, nothing changes, the order stays."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.tables.long_list import LongList


@dataclass(frozen=True)
class Told:
    where: str
    reason: str


@given(st.lists(st.builds(Told, st.text(), st.text()), max_size=30), st.integers(0, 12))
def test_it_holds_what_was_put_in_wherever_it_lies(records: list[Told], held: int) -> None:
    long: LongList[Told] = LongList(Told, held)
    long += records
    assert (list(long), len(long), long == records, long[:2]) == (records, len(records), True, records[:2])
    assert [long[i] for i in range(-len(records), len(records))] == records * 2


def test_two_may_go_through_it_at_once_and_more_may_be_added() -> None:
    long: LongList[Told] = LongList(Told, 1)
    long += [Told("合成 1", "a\nb"), Told("合成 2", ""), Told("合成 3", "")]
    assert [(a.where, b.where) for a in long for b in long][::4] == [
        ("合成 1", "合成 1"),
        ("合成 2", "合成 2"),
        ("合成 3", "合成 3"),
    ]
    long.append(Told("合成 4", ""))
    assert [r.where for r in long] == ["合成 1", "合成 2", "合成 3", "合成 4"]
    with pytest.raises(IndexError):
        long[4]
