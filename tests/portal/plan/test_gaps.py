"""未公布清单 holds exactly the targets without a comparable result, and names who is in charge only where the clause does."""

import pytest

from portal.plan import gaps
from portal.plan.gaps import Gap, in_charge
from portal.publication.store import Store


@pytest.fixture(scope="module")
def found(city: Store) -> dict[str, Gap]:
    return {g.row["id"]: g for g in gaps.gaps(city)}


def test_every_target_without_a_comparable_result_is_listed_and_no_other(found: dict[str, Gap]) -> None:
    assert [name.removeprefix("synthetic_") for name in found] == [
        "facilities",
        "pilot",
        "pocket_parks",
        "car_parks",
        "parking_spaces",
        "chargers",
        "waste_capacity",
    ]


def test_what_is_known_instead_is_never_a_result(found: dict[str, Gap]) -> None:
    for gap in found.values():
        assert [o["id"] for o in gap.known if o["kind"] == "actual" and o["comparable"]] == []
    assert [(o["value"], o["kind"]) for o in found["synthetic_pocket_parks"].known] == [
        (8.0, "actual"),
        (8.0, "annual_plan"),
        (29.0, "actual"),
    ]


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("由合成市住建局牵头，到2023年底完成。", ("合成市住建局",)),
        ("合成市住建局、合成市财政局负责合成工作。", ("合成市住建局", "合成市财政局")),
        ("完成合成任务（责任单位：合成市城管局、各区）。", ("合成市城管局", "各区")),
        ("优化城市空间布局，负责任地推进。", ()),
        ("由各区人民政府组织实施。", ()),
        ("合成市住建局去年公布了数字。", ()),
        ("", ()),
    ],
)
def test_a_body_is_named_only_where_the_clause_puts_it_in_charge(text: str, bodies: tuple[str, ...]) -> None:
    assert in_charge(text) == bodies
