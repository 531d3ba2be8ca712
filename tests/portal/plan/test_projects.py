"""What is told of a project: the plan's sentence, the last report, and a position only where one is published."""

import pytest

from portal.plan.projects import projects, select
from portal.publication.store import Row, Store
from tests.synthetic import SyntheticProject


@pytest.fixture
def rows(city: Store) -> list[Row]:
    return projects(city)


def of(rows: list[Row], project: str) -> Row:
    (row,) = (r for r in rows if r["id"] == project)
    return row


@pytest.mark.parametrize(
    ("project", "words"),
    [
        ("synthetic-hospital", "到2023年底，合成医院建成投用。"),
        ("synthetic-recycling-parks", "重点抓好2个合成回收园区建设。"),
        ("synthetic-parking-platform", "完善合成停车平台。"),
    ],
)
def test_the_plans_sentence_about_a_project_is_verbatim(city: Store, rows: list[Row], project: str, words: str) -> None:
    row = of(rows, project)
    assert words in row["promise"]
    clause = city.rows("SELECT text FROM clauses WHERE clause = ?", [row["clause"]])[0]["text"]
    assert clause[row["promise_start"] : row["promise_end"]] == row["promise"]


def test_what_the_plan_does_not_name_itself_has_no_promise(rows: list[Row]) -> None:
    assert {r["id"] for r in rows if r["promise"] is None} == {
        "synthetic-museum",
        "synthetic-childrens-hospital",
        "synthetic-rescue-centre",
    }


def test_no_position_is_made_up(rows: list[Row]) -> None:
    assert {(r["lon"], r["lat"]) for r in rows} == {(None, None)}


def test_filters_meet(rows: list[Row]) -> None:
    assert len(select(rows)) == 8
    assert [r["id"] for r in select(rows, district="合成东区")] == [
        "synthetic-childrens-hospital",
        "synthetic-waste-park",
    ]
    assert len(select(rows, district="unknown")) == 5
    assert [r["id"] for r in select(rows, category="culture", district="unknown", status="completed")] == [
        "synthetic-museum"
    ]


def test_a_project_stands_where_its_place_does(project: SyntheticProject) -> None:
    place = {"kind": "park", "source": "synthetic-source"}
    project.write(
        "places",
        [
            {"id": "synthetic-park", "name": "合成公园", "lon": 10.2, "lat": 50.1, "position_basis": "official"}
            | place,
            {"id": "synthetic-lost", "name": "合成无处公园", "position_basis": "none"} | place,
        ],
    )
    works = {"clause": "2.1", "category": "culture", "status": "planned", "status_text": "合成说法"}
    project.write(
        "projects",
        [
            {"id": "synthetic-trial", "name": "合成试点", "place": "synthetic-park"} | works,
            {"id": "synthetic-lost", "name": "合成馆", "place": "synthetic-lost"} | works,
        ],
    )
    project.build()
    (version,) = (p for p in project.settings.published.iterdir() if p.is_dir())
    rows = projects(Store(version, project.settings))
    trial, lost = of(rows, "synthetic-trial"), of(rows, "synthetic-lost")
    assert (trial["lon"], trial["lat"], trial["position_source"]) == (10.2, 50.1, "synthetic-source")
    assert (lost["lon"], lost["lat"]) == (None, None)
    assert (trial["promise"], lost["promise"]) == ("到2023年底，完成合成试点任务。", None)
