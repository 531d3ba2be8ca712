"""A slow query is told by its shape: whatever anybody wrote into it, the log gets keywords, signs and the names of published columns."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.publication import slow_queries
from portal.publication.store import Store
from portal.telemetry import journal, meters

KNOWN = slow_queries.names([("indicators", ["id", "name_zh"])])


@pytest.mark.parametrize(
    ("sql", "shape"),
    [
        ("SELECT id FROM indicators WHERE name_zh = 'geheim' LIMIT 3", "SELECT id FROM indicators WHERE name_zh = ? LIMIT ?"),
        ('select "Geheim", /* geheim */ "ID" -- geheim\nfrom indicators', "SELECT _ , id FROM indicators"),
        ("SELECT '中文 geheim', 5 AS 电话13800138000", "SELECT ? , ? AS _"),
        ("SELECT id FROM geheim.indicators", "SELECT id FROM _ . indicators"),
        ("SELECT $$geheim$$, $geheim$ x $geheim$", "SELECT ? , ?"),
    ],
)  # fmt: skip
def test_values_comments_and_names_nobody_published_are_left_out(sql: str, shape: str) -> None:
    assert slow_queries.shape(sql, KNOWN) == shape


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_of_any_text_nothing_but_keywords_signs_and_known_names_is_left(text: str) -> None:
    import duckdb

    connection = duckdb.connect()
    keywords = {k for (k,) in connection.execute("SELECT upper(keyword_name) FROM duckdb_keywords()").fetchall()}
    for word in slow_queries.shape(text, KNOWN).split():
        assert word in keywords | KNOWN | {"_", "?"} or not any(c.isalnum() for c in word)


def test_a_query_that_takes_longer_than_the_setting_is_told_once(
    city: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from portal.settings import Settings

    def told() -> list[dict[str, object]]:
        return [r.fields for r in caplog.records if getattr(r, "event", "") == "slow_query"]  # type: ignore[attr-defined]

    caplog.set_level(logging.INFO, logger=journal.EVENTS)
    monkeypatch.setattr(slow_queries, "settings", lambda: Settings(slow_query_seconds=3600))
    city.rows("SELECT id FROM indicators WHERE name_zh = 'geheim'")
    assert told() == []
    monkeypatch.setattr(slow_queries, "settings", lambda: Settings(slow_query_seconds=1e-9))
    before = meters.slow_queries._value.get()
    city.rows("SELECT id FROM indicators WHERE name_zh = 'geheim'")
    (line,) = told()
    assert (line["source"], line["shape"]) == ("portal", "SELECT id FROM indicators WHERE name_zh = ?")
    assert meters.slow_queries._value.get() == before + 1
