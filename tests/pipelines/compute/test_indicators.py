"""The plan's targets: no number of the plan is left out, and every row says what the plan says."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest

from portal.publication.store import Store

Row = dict[str, Any]
EXCLUDED = Path(__file__).resolve().parents[3] / "datasets" / "indicators" / "excluded_sentences.csv"

# A heading's own number, and dates: neither is a target.
OWN_NUMBER = re.compile(r"\s*(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+\.)")
DATE = re.compile(r"\d{4}(?:至\d{4})?年")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
CHINESE_QUANTITY = re.compile(r"[一二三四五六七八九十百千两]+(?:个|所|座|处|套|家|项|年|次|级|条|区|圈)")


@pytest.fixture(scope="module")
def indicators(store: Store) -> list[Row]:
    return store.rows("SELECT * FROM indicators")


@pytest.fixture(scope="module")
def excluded() -> list[dict[str, str]]:
    with EXCLUDED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def accounted(indicators: list[Row], excluded: list[dict[str, str]]) -> dict[str, list[str]]:
    """By clause, the wordings that are an indicator's or have a reason not to be, longest first."""
    spans: dict[str, list[str]] = {}
    for row in indicators:
        spans.setdefault(row["clause"], []).append(row["quote"])
        for clause in (row["also_in"] or "").split("|"):
            spans.setdefault(clause, []).extend((row["quote"], row["target_text"]))
    for row in excluded:
        spans.setdefault(row["clause"], []).append(row["sentence_quote"])
    return {clause: sorted(quotes, key=len, reverse=True) for clause, quotes in spans.items()}


def sentences(store: Store) -> list[tuple[str, str, str]]:
    """(id, clause, text without the clause's own number) of every sentence of the plan."""
    rows = store.rows("SELECT clause, sentence, text FROM sentences ORDER BY document, clause, sentence")
    return [
        (
            f"{r['clause']}#{r['sentence']}",
            r["clause"],
            OWN_NUMBER.sub("", r["text"], count=1) if r["sentence"] == 1 else r["text"],
        )
        for r in rows
    ]


def left_out(store: Store, accounted: dict[str, list[str]]) -> list[str]:
    """The numbers of the plan that no indicator and no stated reason accounts for."""
    found = []
    for name, clause, text in sentences(store):
        rest = text
        for quote in accounted.get(clause, []):
            rest = rest.replace(quote, "◆")
        found += [f"{name}: {number}" for number in NUMBER.findall(DATE.sub("◇", rest))]
    return found


def test_every_number_of_the_plan_is_a_target_a_date_or_excluded_with_a_reason(
    store: Store, accounted: dict[str, list[str]]
) -> None:
    assert left_out(store, accounted) == []


def test_a_target_without_its_row_would_be_noticed(
    store: Store, indicators: list[Row], accounted: dict[str, list[str]]
) -> None:
    (parking,) = (r for r in indicators if r["id"] == "parking_spaces_new")
    others = {c: [q for q in quotes if q != parking["quote"]] for c, quotes in accounted.items()}
    assert left_out(store, others) == ["3.5.1#5: 4.5"]


def test_every_sentence_with_a_quantity_in_chinese_numerals_is_accounted_for(
    store: Store, accounted: dict[str, list[str]]
) -> None:
    bearing = [(n, c, t) for n, c, t in sentences(store) if CHINESE_QUANTITY.search(t)]
    assert len(bearing) == 13
    assert [n for n, c, t in bearing if not any(q in t for q in accounted.get(c, []))] == []


def test_every_dated_promise_is_an_indicator(store: Store, indicators: list[Row]) -> None:
    dated = [(n, c, t) for n, c, t in sentences(store) if re.search(r"2023年底?[，,城全]", t)]
    assert len(dated) == 7
    quotes = {(r["clause"], r["quote"]) for r in indicators}
    also = {(c, r["target_text"]) for r in indicators for c in (r["also_in"] or "").split("|")}
    assert [n for n, c, t in dated if not any(c == clause and q in t for clause, q in quotes | also)] == []


def test_every_exclusion_is_of_the_plan_has_a_reason_and_hides_no_target(
    store: Store, indicators: list[Row], excluded: list[dict[str, str]]
) -> None:
    texts = {r["clause"]: r["text"] for r in store.rows("SELECT clause, text FROM clauses")}
    for row in excluded:
        assert row["sentence_quote"] in texts[row["clause"]]
        assert row["reason"].strip()
        assert not [r["id"] for r in indicators if r["clause"] == row["clause"] and r["quote"] in row["sentence_quote"]]


def test_the_target_is_the_number_the_plan_writes(indicators: list[Row]) -> None:
    numeric = [r for r in indicators if r["direction"] != "done"]
    assert len(numeric) >= 36
    for row in numeric:
        written = re.search(r"(\d+(?:\.\d+)?)(万?)", row["target_text"])
        assert written, row["id"]
        assert row["target"] == float(written[1]) * (10_000 if written[2] else 1), row["id"]
        assert ("%" in row["target_text"]) == (row["unit"] == "%"), row["id"]


def test_targets_the_plan_splits_by_territory_are_rows_of_one_family(indicators: list[Row]) -> None:
    families: dict[str, dict[str, float]] = {}
    for row in indicators:
        families.setdefault(row["family"], {})[row["id"]] = row["target"]
    split = {tuple(sorted(v.values())) for v in families.values() if len(v) > 1 and None not in v.values()}
    assert {(70.0, 80.0), (88.0, 100.0), (20.0, 40.0)} <= split


def test_a_target_stated_twice_reads_alike_in_both_clauses(store: Store, indicators: list[Row]) -> None:
    texts = {r["clause"]: r["text"] for r in store.rows("SELECT clause, text FROM clauses")}
    twice = [(r, clause) for r in indicators if r["also_in"] for clause in r["also_in"].split("|")]
    assert len(twice) >= 5
    assert [(r["id"], c) for r, c in twice if r["target_text"] not in texts[c]] == []


@pytest.mark.parametrize(
    ("name", "target", "text", "unit", "clause"),
    [
        ("road_area_per_capita", 17.0, "17平方米", "平方米", "2"),
        ("park_green_area_per_capita", 15.7, "15.7平方米", "平方米", "3.4.1"),
        ("pocket_parks", 330.0, "330处", "处", "3.4.1"),
        ("public_car_parks_new", 200.0, "200个", "个", "3.5.1"),
        ("parking_spaces_new", 45000.0, "4.5万个", "个", "3.5.1"),
        ("ev_chargers_new", 2200.0, "2200个", "个", "3.5.1"),
        ("resettlement_housing", 90000.0, "9万套", "套", "3.3.3"),
        ("dustfall_average", 9.0, "不高于9吨/月平方公里", "吨/平方公里·月", "3.5.3"),
    ],
)
def test_well_known_targets_stand_as_the_plan_has_them(
    indicators: list[Row], name: str, target: float, text: str, unit: str, clause: str
) -> None:
    (row,) = (r for r in indicators if r["id"] == name)
    assert (row["target"], row["target_text"], row["unit"], row["clause"]) == (target, text, unit, clause)
