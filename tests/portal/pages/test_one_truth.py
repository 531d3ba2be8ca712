"""Every target has one status and one set of figures: its page, the chat, the API, the downloads and the report say the same."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from portal.answering.models import Answer, Ask
from portal.api.app import create_api
from portal.plan import progress
from portal.plan.report import report
from portal.publication.store import Store
from portal.services import Services
from portal.texts.interface import speaking, t
from portal.texts.numbers import brief
from portal.ui import report_pdf, sentences
from tests.portal.pages.conftest import Open

Row = dict[str, Any]
# What an answer says of a status, whichever words it chooses.
SAID = {
    "met": re.compile("达标|做到了|达到了|已完成|完成了|建成投用了|是的"),
    "not_met": re.compile("未达标|没有做到|没做到|没有达到|没达到"),
    "not_comparable": re.compile("口径不同|可以比较的结果|范围不一样|不能.{0,8}(比|判|当作)|比不了|没法"),
    "not_published": re.compile("未公布|没有人公布|没有公布|没有找到|没有公开|没人公布|未找到公开报道"),
}
# What only an answer about a met target may say: that it was met.
KEPT = re.compile("(?<!未)(?<!没有)(?<!没)(已达标|做到了|已完成)")


@pytest.fixture(scope="module")
def rows(store: Store) -> list[Row]:
    return progress.progress(store)


@pytest.fixture(scope="module")
def seen(store: Store) -> dict[str, list[Row]]:
    return {r["id"]: progress.observations(store, r["id"]) for r in progress.progress(store)}


@pytest.fixture(scope="module")
def client(shared: Services) -> Iterator[TestClient]:
    with TestClient(create_api(lambda: shared), base_url="http://portal.test") as client:
        yield client


@pytest.fixture(scope="module")
def answers(shared: Services, rows: list[Row]) -> dict[str, Answer]:
    """What the chat says when asked whether each target was met, by its own name."""
    shared.encoder.get()
    return {r["id"]: shared.answers.answer(Ask(question=f"{named(r)}完成了吗？", indicator=r["id"])) for r in rows}


def named(row: Row) -> str:
    """The target's name without the scope in brackets."""
    return str(row["name_zh"].partition("（")[0])


def table(client: TestClient, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(address).text)))


def test_the_api_gives_status_and_figures_of_the_published_table(client: TestClient, rows: list[Row]) -> None:
    given = {r["id"]: r for r in client.get("/api/v1/progress").json()["progress"]}
    kept = (
        "status",
        "reason",
        "due_value",
        "due_period",
        "latest_value",
        "baseline_value",
        "other_value",
        "due_caveat",
    )
    assert {i: [g[c] for c in kept] for i, g in given.items()} == {r["id"]: [r[c] for c in kept] for r in rows}


def test_the_download_of_progress_says_what_the_api_says(client: TestClient, rows: list[Row]) -> None:
    told = {r["indicator"]: r for r in table(client, "/api/v1/datasets/progress.csv")}
    for row in rows:
        line = told[row["id"]]
        assert line["status"] == row["status"], row["id"]
        for column in ("due_value", "latest_value", "baseline_value", "other_value"):
            assert (float(line[column]) if line[column] else None) == row[column], (row["id"], column)


def test_the_download_of_a_target_holds_every_figure_of_its_page(
    client: TestClient, rows: list[Row], seen: dict[str, list[Row]]
) -> None:
    for row in rows:
        told = table(client, f"/api/v1/datasets/observations.csv?filter.indicator={row['id']}")
        assert {(o["id"], float(o["value"]), o["caveat"]) for o in told} == {
            (o["id"], o["value"], o["caveat"] or "") for o in seen[row["id"]]
        }


def test_related_figures_are_in_the_api_and_in_the_download(client: TestClient, store: Store, rows: list[Row]) -> None:
    related = {r["id"]: {b["id"] for b in progress.related(store, r["id"])} for r in rows if r["related_count"]}
    assert len(related["old_community_renovation"]) >= 10
    for target, ids in related.items():
        given = client.get(f"/api/v1/progress?indicator={target}").json()["related"]
        told = table(client, f"/api/v1/datasets/background-figures.csv?filter.related_indicator={target}")
        assert {b["id"] for b in given} == {b["id"] for b in told} == ids


def test_the_report_says_status_result_and_caveat(store: Store, rows: list[Row]) -> None:
    with speaking("zh"):
        document = report_pdf.document(report(store))
        told = {r["name"]: r for section in document["sections"] for r in section["rows"]}
        for row in rows:
            line = told[row["name_zh"]]
            assert (line["status"], line["word"]) == (row["status"], t(f"status.{row['status']}"))
            assert sentences.caveat(row) in line["reason"]
            if row["due_value"] is not None:
                assert sentences.value(row, "due_", short=True) in line["result"]


@pytest.mark.slow
def test_every_page_shows_the_status_and_every_figure_with_its_caveat(
    visit: Open, rows: list[Row], seen: dict[str, list[Row]], store: Store
) -> None:
    wrong: list[tuple[str, str]] = []
    for row in rows:
        page = visit("indicator", id=row["id"])
        (status,) = re.findall(r'class="status-line"><span class="badge is-(\w+)"', page.html)
        if status != row["status"]:
            wrong.append((row["id"], status))
        wanted = [sentences.verdict(row), sentences.besides(row), sentences.caveat(row)]
        for figure in (*seen[row["id"]], *progress.related(store, row["id"])):
            wanted += [sentences.value(figure), figure["caveat"] or ""]
        wrong += [(row["id"], words) for words in wanted if words not in page.text]
    assert wrong == []


def test_the_chat_answers_with_the_status_of_the_page(rows: list[Row], answers: dict[str, Answer]) -> None:
    assert [
        (r["id"], r["status"], answers[r["id"]].answer)
        for r in rows
        if not SAID[r["status"]].search(answers[r["id"]].answer)
        or (r["status"] != "met" and KEPT.search(answers[r["id"]].answer.partition("\n")[0]))
    ] == []


def test_the_chat_gives_the_result_of_the_page_with_its_source(rows: list[Row], answers: dict[str, Answer]) -> None:
    judged = [r for r in rows if r["due_value"] is not None]
    assert len(judged) >= 8
    for row in judged:
        answer = answers[row["id"]]
        results = [
            (f.value, f.period, f.source)
            for f in answer.figures
            if f.indicator == row["id"] and f.kind == "actual" and f.period == row["due_period"]
        ]
        assert results == [(row["due_value"], row["due_period"], row["due_source"])] * max(1, len(results)), row["id"]
        if row["unit"] != "done":
            assert brief(row["due_value"], row["target"]) in answer.answer, row["id"]


def test_every_figure_of_the_chat_is_one_of_the_page(
    rows: list[Row], seen: dict[str, list[Row]], answers: dict[str, Answer]
) -> None:
    known = {(i, o["kind"], o["value"], o["period"], o["source"]) for i, found in seen.items() for o in found}
    wrong = [
        (row["id"], figure)
        for row in rows
        for figure in answers[row["id"]].figures
        if figure.kind != "target"
        and (figure.indicator, figure.kind, figure.value, figure.period, figure.source) not in known
    ]
    assert wrong == []


def test_every_figure_of_the_chat_carries_source_reliability_and_caveat(
    seen: dict[str, list[Row]], answers: dict[str, Answer]
) -> None:
    by_key = {(o["indicator"], o["source"], o["period"], o["value"]): o for found in seen.values() for o in found}
    figures = [f for a in answers.values() for f in a.figures if f.kind != "target"]
    assert len(figures) > 20
    for figure in figures:
        row = by_key[figure.indicator, figure.source, figure.period, figure.value]
        assert figure.source
        assert (figure.value_text, figure.reliability, figure.corrected, figure.caveat) == (
            row["value_text"],
            row["reliability"],
            bool(row["corrected"]),
            row["caveat"] or "",
        )
