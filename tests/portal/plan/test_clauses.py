"""Clauses, their targets and the spans of their text."""

from portal.plan import clauses
from portal.plan.progress import progress
from portal.plan.projects import projects, select
from portal.publication.store import Store
from portal.search import literal
from tests.synthetic import CITY


def test_clauses_in_order_make_up_the_document(city: Store) -> None:
    found = clauses.clauses(city, city.manifest.site.plan)
    assert [(c["clause"], c["depth"]) for c in found] == [
        ("0", 0),
        ("1", 0),
        ("2", 0),
        ("2.1", 1),
        ("2.2", 1),
        ("2.2.1", 2),
        ("2.2.2", 2),
        ("2.3", 1),
        ("2.4", 1),
        ("3", 0),
    ]
    assert "".join(c["text"] for c in found) == (CITY / "corpus" / "synthetic-plan.txt").read_text("utf-8")
    assert clauses.clauses(city, "no-such-document") == []


def test_a_target_two_clauses_state_is_listed_under_both(city: Store) -> None:
    stated = clauses.targets(progress(city))
    assert [r["id"] for r in stated["3"]] == ["synthetic_green_rate"]
    assert [r["id"] for r in stated["2.2.1"]] == [
        "synthetic_green_rate",
        "synthetic_pocket_parks",
        "synthetic_park_area",
    ]


def test_a_span_is_two_offsets_within_the_text() -> None:
    assert clauses.parse_span("12-40", 40) == (12, 40)
    for wrong in (None, "", "12", "40-12", "12-12", "12-41", "a-b", "-1-4", "１-２", "1-2-3", "0-" + "9" * 5000):
        assert clauses.parse_span(wrong, 40) is None


def test_a_text_is_cut_at_the_span_and_nothing_is_lost() -> None:
    assert clauses.pieces("甲乙丙丁", (1, 3)) == [("甲", False), ("乙丙", True), ("丁", False)]
    assert clauses.pieces("甲乙", (0, 2)) == [("甲乙", True)]
    assert clauses.pieces("甲乙", None) == [("甲乙", False)]


def test_words_are_found_in_clauses_with_their_place(city: Store) -> None:
    (hit,) = (h for h in literal.found(city, "充电桩40个") if h.kind == "clause")
    assert hit.url == "/policy?clause=2.3&span=43-49"
    text = city.rows("SELECT text FROM clauses WHERE clause = '2.3'")[0]["text"]
    assert text[43:49] == "充电桩40个"
    assert literal.found(city, "  ") == []


def test_projects_and_datasets_are_found_by_name(city: Store) -> None:
    assert [h.url for h in literal.found(city, "合成二院") if h.kind == "project"] == [
        "/projects?project=synthetic-childrens-hospital"
    ]
    assert "/data?dataset=observations" in {h.url for h in literal.found(city, "观测值") if h.kind == "dataset"}


def test_projects_are_selected_by_category_and_state(city: Store) -> None:
    rows = projects(city)
    assert len(rows) == 8
    assert [r["id"] for r in select(rows, category="hospital", status="completed")] == [
        "synthetic-childrens-hospital",
        "synthetic-hospital",
    ]
    assert select(rows, category="no such category") == []
