"""Clauses, their targets and the spans of their text."""

from portal.plan import clauses
from portal.plan.progress import progress
from portal.plan.projects import projects, select
from portal.publication.store import Store
from portal.search import literal


def test_clauses_in_order_make_up_the_document(store: Store) -> None:
    found = clauses.clauses(store, store.manifest.site.plan)
    assert [c["clause"] for c in found[:5]] == ["0", "1", "2", "3", "3.1"]
    assert {c["clause"]: c["depth"] for c in found}["3.4.1"] == 2
    assert clauses.clauses(store, "no-such-document") == []


def test_a_target_two_clauses_state_is_listed_under_both(store: Store) -> None:
    stated = clauses.targets(progress(store))
    for clause in ("2", "3.4.1"):
        assert "green_space_rate" in {r["id"] for r in stated[clause]}


def test_a_span_is_two_offsets_within_the_text() -> None:
    assert clauses.parse_span("12-40", 40) == (12, 40)
    for wrong in (None, "", "12", "40-12", "12-12", "12-41", "a-b", "-1-4", "１-２", "1-2-3", "0-" + "9" * 5000):
        assert clauses.parse_span(wrong, 40) is None


def test_a_text_is_cut_at_the_span_and_nothing_is_lost() -> None:
    assert clauses.pieces("甲乙丙丁", (1, 3)) == [("甲", False), ("乙丙", True), ("丁", False)]
    assert clauses.pieces("甲乙", (0, 2)) == [("甲乙", True)]
    assert clauses.pieces("甲乙", None) == [("甲乙", False)]


def test_words_are_found_in_clauses_with_their_place(store: Store) -> None:
    hit = next(h for h in literal.found(store, "充电桩2200个") if h.kind == "clause")
    text = store.rows("SELECT text FROM clauses WHERE clause = '3.5.1'")[0]["text"]
    start = text.index("充电桩2200个")
    assert hit.url == f"/policy?clause=3.5.1&span={start}-{start + 8}"
    assert literal.found(store, "  ") == []


def test_projects_and_datasets_are_found_by_name(store: Store) -> None:
    assert [h.url for h in literal.found(store, "万安山医院") if h.kind == "project"] == [
        "/projects?project=west-henan-public-health-centre"
    ]
    assert "/data?dataset=observations" in {h.url for h in literal.found(store, "观测值") if h.kind == "dataset"}


def test_projects_are_selected_by_category_and_state(store: Store) -> None:
    rows = projects(store)
    assert len(rows) == 22
    assert {r["id"] for r in select(rows, category="hospital", status="completed")} >= {"yibin-hospital"}
    assert select(rows, category="no such category") == []
