"""Another city runs the portal by replacing corpus and datasets: nothing of the city at hand is written in the code."""

import re
import tomllib
from collections.abc import Iterator

import pypdfium2
import pytest
from starlette.testclient import TestClient

from portal.answering.models import Ask
from portal.api.app import create_api
from portal.plan.report import report
from portal.publication.store import Store
from portal.services import Services
from portal.texts.interface import speaking
from portal.ui.report_pdf import pdf
from tests.portal.api.conftest import services_for
from tests.portal.pages.conftest import Open, visit
from tests.synthetic import CHECKOUT, SyntheticProject

__all__ = ["visit"]

SOURCES = [
    path
    for folder in ("portal", "pipelines")
    for path in (CHECKOUT / folder).rglob("*")
    if path.suffix in {".py", ".toml", ".js", ".css", ".html"}
]


@pytest.fixture
def shared(built: SyntheticProject) -> Services:
    return services_for(built.settings)


@pytest.fixture
def client(shared: Services) -> Iterator[TestClient]:
    with TestClient(create_api(lambda: shared)) as client:
        yield client


def test_no_name_of_the_city_its_districts_or_its_plan_is_in_the_code(store: Store) -> None:
    site = tomllib.loads((CHECKOUT / "corpus" / "site.toml").read_text("utf-8"))
    names = {site[key] for key in ("title", "title_en", "city", "city_en", "plan")} | set(site["city_aliases"])
    names |= {
        re.sub("[市县区]$", "", r["name"]) for r in store.rows("SELECT name FROM districts") if len(r["name"]) > 2
    }
    names |= {r["id"] for r in store.rows("SELECT id FROM indicators")}
    english = tomllib.loads((CHECKOUT / "corpus" / "english.toml").read_text("utf-8"))["districts"]
    names |= {name for full in english.values() for name in (full, full.split()[0]) if len(name) > 5}
    assert len(names) > 60
    assert len(SOURCES) > 80
    found = [
        (p.relative_to(CHECKOUT).as_posix(), n)
        for p in SOURCES
        for n in names
        if n.lower() in p.read_text("utf-8").lower()
    ]
    assert found == []


def test_another_citys_plan_is_asked_and_answers_from_its_own_clauses(shared: Services) -> None:
    target = shared.answers.answer(Ask(question="合成率的目标是多少？"))
    assert target.kind == "answer"
    assert "50%" in target.answer
    assert [(c.document, c.clause) for c in target.citations] == [("synthetic-plan", "1")]

    progress = shared.answers.answer(Ask(question="合成率达标了吗？"))
    assert "45" in progress.answer
    assert {(f.kind, f.value) for f in progress.figures} >= {("target", 50.0), ("actual", 45.0)}


def test_another_citys_figures_without_english_names_are_found_by_their_own_names_only(
    project: SyntheticProject,
) -> None:
    figure = {"id": "synthetic-lamps-2023", "measure": "合成灯数", "scope": "合成市", "period": "2023"}
    figure |= {"period_start": "2023-01-01", "period_end": "2023-12-31", "value": 7, "value_text": "7", "unit": "个"}
    figure |= {"kind": "actual", "comparable": "false", "comparable_reason": "合成数据", "reason": "合成数据"}
    project.write("background-figures", [figure | {"source": "synthetic-source", "reliability": "high"}])
    project.build()
    answers = services_for(project.settings).answers
    assert answers.answer(Ask(question="合成灯数有多少？")).sort == "figure"
    assert answers.answer(Ask(question="合成设施的目标是多少？")).sort == "target"
    assert answers.answer(Ask(question="How many synthetic facilities are planned?")).sort == "target"
    assert answers.answer(Ask(question="合成重量有多少？")).kind == "refusal"


def test_another_citys_portal_names_its_own_hotline_where_it_cannot_answer(shared: Services) -> None:
    refused = shared.answers.answer(Ask(question="明天的天气怎么样？"))
    assert refused.kind == "refusal"
    assert "00000" in refused.answer
    assert "12345" not in refused.answer


def test_another_citys_progress_comes_over_the_api(client: TestClient) -> None:
    reply = client.get("/api/v1/progress").json()
    assert [(r["id"], r["status"]) for r in reply["progress"]] == [
        ("synthetic_rate", "not_met"),
        ("synthetic_facilities", "not_published"),
    ]
    assert client.get("/api/v1/places/near?lon=0&lat=0").status_code == 200


@pytest.mark.parametrize("path", ["", "policy", "projects", "data"])
def test_another_citys_pages_draw_with_tables_that_are_only_headers(visit: Open, path: str) -> None:
    page = visit(path)
    assert not page.app.exception
    assert "合成" in page.text


def test_another_citys_indicator_page_draws(visit: Open) -> None:
    page = visit("indicator", id="synthetic_rate")
    assert not page.app.exception
    assert "合成率达到50%" in page.text


def test_another_citys_report_is_printed_with_its_own_plan(built: SyntheticProject, shared: Services) -> None:
    told = report(shared.publications.current())
    for language, title, name in (
        ("zh", "《合成方案》进展报告", "合成率"),
        ("en", "Progress report: 合成方案", "Synthetic rate"),
    ):
        with speaking(language):  # type: ignore[arg-type]
            document = pypdfium2.PdfDocument(pdf(told))
        assert document.get_metadata_dict()["Title"] == title
        assert name in "".join(page.get_textpage().get_text_range() for page in document)
