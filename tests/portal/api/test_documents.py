"""Clauses of several documents over the API: each by its document and its own number."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from portal.api.app import create_api
from tests.portal.api.conftest import services_for
from tests.synthetic import SyntheticProject

RULES = """\
合成市公园条例（合成文本，仅供测试）
第一章 总则
第一条 为了测试，制定本条例。
第二条 公园应当免费开放。
公园内禁止下列行为：
（一）乱丢合成物；
（二）乱画合成画。
第二条之一 合成标语另行规定。
"""


@pytest.fixture
def client(project: SyntheticProject) -> Iterator[TestClient]:
    (project.settings.corpus / "synthetic-rules.txt").write_text(RULES, "utf-8")
    (project.settings.corpus / "synthetic-rules.toml").write_text(
        'id = "synthetic-rules"\ntitle = "合成市公园条例"\n', "utf-8"
    )
    project.build()
    shared = services_for(project.settings)
    with TestClient(create_api(lambda: shared)) as client:
        yield client


@pytest.mark.parametrize(
    ("clause", "label", "text"),
    [
        ("2", "第二条", "第二条 公园应当免费开放。\n"),
        ("2.2", "第二条第二款", "公园内禁止下列行为：\n"),
        ("2.2.1", "第二条第二款第（一）项", "（一）乱丢合成物；\n"),
        ("2-1", "第二条之一", "第二条之一 合成标语另行规定。\n"),
        ("c1", "第一章", "第一章 总则\n"),
    ],
)
def test_a_clause_is_found_by_its_document_and_number(client: TestClient, clause: str, label: str, text: str) -> None:
    found = client.get(f"/api/v1/clauses/synthetic-rules/{clause}").json()
    assert (found["document"], found["document_title"]) == ("synthetic-rules", "合成市公园条例")
    assert (found["clause"], found["label"], found["text"]) == (clause, label, text)


def test_an_article_is_given_whole_with_its_paragraphs_and_items(client: TestClient) -> None:
    found = client.get("/api/v1/clauses/synthetic-rules/2").json()
    assert found["whole"] == RULES[RULES.index("第二条 ") : RULES.index("第二条之一")]
    assert [c["clause"] for c in found["children"]] == ["2.2"]


def test_the_first_paragraph_goes_by_its_own_number_too(client: TestClient) -> None:
    assert client.get("/api/v1/clauses/synthetic-rules/2.1").json()["clause"] == "2"


def test_a_clause_without_a_document_is_one_of_the_plan(client: TestClient) -> None:
    plain = client.get("/api/v1/clauses/2").json()
    assert (plain["document"], plain["label"], plain["title"]) == ("synthetic-plan", "二、", "合成措施")
    assert client.get("/api/v1/clauses/synthetic-plan/2").json() == plain


def test_a_target_is_shown_with_the_clause_of_its_own_document_only(client: TestClient) -> None:
    assert [i["id"] for i in client.get("/api/v1/clauses/synthetic-plan/1").json()["indicators"]] == [
        "synthetic_rate",
        "synthetic_facilities",
    ]
    assert client.get("/api/v1/clauses/synthetic-rules/1").json()["indicators"] == []


def test_what_is_not_there_is_told_by_its_document(client: TestClient) -> None:
    missing = client.get("/api/v1/clauses/synthetic-rules/30")
    assert missing.status_code == 404
    assert "文件 synthetic-rules 没有条款“30”" in missing.text
    assert client.get("/api/v1/clauses/no-such/1").status_code == 404
