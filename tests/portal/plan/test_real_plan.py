"""What is told of the real plan: its verdicts, the sentence each project stands on, and where the city stands among others."""

import pytest

from portal.plan import progress
from portal.plan.peers import standing
from portal.plan.projects import projects
from portal.publication.store import Row, Store


@pytest.fixture
def rows(store: Store) -> dict[str, Row]:
    return {r["id"]: r for r in projects(store)}


def test_the_verdicts_the_yearbook_supports(store: Store) -> None:
    status = {r["id"]: r["status"] for r in progress.progress(store)}
    assert len(status) == 52
    assert [i for i, s in status.items() if s == "not_met"] == ["road_area_per_capita"]
    for met in ("green_space_rate", "park_green_area_per_capita", "water_supply_coverage", "gas_coverage"):
        assert status[met] == "met"
    assert status["ev_chargers_new"] == "not_published"
    assert status["pocket_parks"] == "not_comparable"


def test_the_quote_stands_where_the_offsets_say(store: Store) -> None:
    texts = {r["clause"]: r["text"] for r in store.rows("SELECT clause, text FROM clauses")}
    for row in progress.progress(store):
        assert texts[row["clause"]][row["quote_start"] : row["quote_end"]] == row["quote"]


@pytest.mark.parametrize(
    ("project", "words"),
    [
        ("west-henan-public-health-centre", "豫西公共卫生中心（万安山医院）"),
        ("second-childrens-hospital", "省第二儿童医院"),
        ("vein-industry-parks", "重点抓好4个静脉产业园区建设。"),
        ("smart-parking-platform", "完善“洛阳城市停车”智慧管理平台"),
        ("city-health-check-platform", "建立城市体检信息平台"),
    ],
)
def test_the_plans_sentence_about_a_project_is_verbatim(
    store: Store, rows: dict[str, Row], project: str, words: str
) -> None:
    row = rows[project]
    assert words in row["promise"]
    clause = store.rows("SELECT text FROM clauses WHERE clause = ?", [row["clause"]])[0]["text"]
    assert clause[row["promise_start"] : row["promise_end"]] == row["promise"]


def test_what_the_plan_does_not_name_itself_has_no_promise(rows: dict[str, Row]) -> None:
    assert {name for name, r in rows.items() if r["promise"] is None} == {
        "grand-canal-museum",
        "grand-canal-culture-park-east",
        "vein-industry-park-yiyang",
        "vein-industry-park-gaoxin",
    }


def test_no_position_of_a_project_is_made_up(rows: dict[str, Row]) -> None:
    assert {(r["lon"], r["lat"]) for r in rows.values()} == {(None, None)}


def test_the_citys_rank_is_told_with_the_doubtful_figures_and_without(store: Store) -> None:
    row = progress.indicator(store, "road_area_per_capita")
    assert row is not None
    found = standing(store, row)
    assert found is not None
    assert (found.period, found.rank, found.of) == ("2024", 12, 13)
    assert (found.rank_with_doubtful, found.of_with_doubtful) == (15, 16)
