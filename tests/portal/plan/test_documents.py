"""Documents read side by side: their list, who cites whom, words found, versions compared; over texts written for the test."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from portal.api.app import create_api
from portal.plan import documents
from portal.publication.store import Store
from portal.services import Services
from tests.portal.api.conftest import services_for
from tests.portal.pages.conftest import Open, visit
from tests.synthetic import SyntheticProject

__all__ = ["visit"]

OLD = """\
合成市树木办法
2010年5月1日 合成市第一届人民代表大会常务委员会第二次会议通过
第一条 为了测试，制定本办法。
第二条 砍伐树木应当经批准，补种一棵。
第三条 树木每年检查。
第四条 违反第二条规定的，处一百元罚款。
第五条 本办法自2010年6月1日起施行。
"""
NEW = """\
合成市树木条例
2020年5月1日 合成市第二届人民代表大会常务委员会第二次会议通过
第一条 为了测试，根据《中华人民共和国合成法》，制定本条例。
第二条 砍伐树木应当经批准，补种三棵。
第三条 违反第二条规定的，处一百元罚款。
第四条 鼓励认养树木。
第五条 本条例自2020年6月1日起施行。《合成市树木办法》同时废止。
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Services:
    project = SyntheticProject(tmp_path_factory.mktemp("reader"))
    for name, title, text in (("old-trees", "合成市树木办法", OLD), ("trees", "合成市树木条例", NEW)):
        (project.corpus / f"{name}.txt").write_text(text, "utf-8")
        (project.corpus / f"{name}.toml").write_text(f'id = "{name}"\ntitle = "{title}"\n', "utf-8")
    (project.corpus / "card.toml").write_text(
        'id = "card"\ntitle = "合成市道路条例"\nfull_text = false\nsource = "https://example.com/road"\n', "utf-8"
    )
    project.build()
    return services_for(project.settings)


@pytest.fixture
def store(shared: Services) -> Store:
    return shared.publications.current()


@pytest.fixture
def client(shared: Services) -> Iterator[TestClient]:
    with TestClient(create_api(lambda: shared)) as client:
        yield client


def test_the_list_begins_with_the_plan_and_ends_with_cards(store: Store) -> None:
    assert [(d["id"], d["status"]) for d in documents.documents(store)] == [
        ("synthetic-plan", "unknown"),
        ("old-trees", "repealed"),
        ("trees", "in_force"),
        ("card", "unknown"),
    ]


def test_who_cites_whom_is_linked_where_it_is_held(store: Store) -> None:
    assert [
        (r["kind"], r["target_title"], r["target_document"], r["label"]) for r in documents.cites(store, "trees")
    ] == [
        ("based_on", "中华人民共和国合成法", None, "第一条"),
        ("repeals", "合成市树木办法", "old-trees", "第五条"),
    ]
    assert [(r["document"], r["label"]) for r in documents.cited_by(store, "old-trees")] == [("trees", "第五条")]


def test_words_are_found_in_all_documents_and_in_one(store: Store) -> None:
    assert [(p.document, p.label) for p in documents.find(store, "砍伐树木")] == [
        ("old-trees", "第二条"),
        ("trees", "第二条"),
    ]
    (passage,) = documents.find(store, "砍伐树木", "trees")
    assert NEW[NEW.index("第二条") :][passage.start : passage.end] == "砍伐树木"
    assert documents.find(store, "  ") == []
    assert documents.find(store, "砍伐' OR 1=1") == []


def test_two_versions_are_compared_sentence_by_sentence(store: Store) -> None:
    changes = [
        (c.kind, c.before and c.before["text"], c.after and c.after["text"])
        for c in documents.compare(store, "old-trees", "trees")
        if c.kind != "same"
    ]
    assert ("changed", "第二条 砍伐树木应当经批准，补种一棵。", "第二条 砍伐树木应当经批准，补种三棵。") in changes
    assert ("added", None, "第四条 鼓励认养树木。") in changes
    assert ("removed", "第三条 树木每年检查。", None) in changes
    assert all(c.kind == "same" for c in documents.compare(store, "trees", "trees"))


def test_the_page_lists_documents_with_dates_status_and_cards(visit: Open) -> None:
    page = visit("documents")
    assert not page.app.exception
    assert "收录和登记的文件共 4 份" in page.text
    assert "2020-05-01 通过" in page.text
    assert "已废止" in page.text
    assert "全文未收" in page.text
    assert {"/policy", "/policy?document=trees", "https://example.com/road"} <= set(page.links())


def test_the_page_finds_words_in_all_documents(visit: Open) -> None:
    page = visit("documents", q="认养")
    assert "有“认养”的条款：1 条" in page.text
    assert "/policy?document=trees&clause=4&span=6-8" in page.links()
    assert "没有一份文件写到“没有的词”。" in visit("documents", q="没有的词").text


def test_what_differs_in_a_sentence_is_marked_alone(store: Store) -> None:
    assert documents.difference("补种一棵。", "补种三棵。") == (
        [("补种", False), ("一", True), ("棵。", False)],
        [("补种", False), ("三", True), ("棵。", False)],
    )
    assert documents.difference("", "新句。") == ([], [("新句。", True)])


def test_words_are_counted_in_every_document_that_has_them(visit: Open, store: Store) -> None:
    assert [(r["document"], r["count"]) for r in documents.counts(store, "砍伐")] == [("old-trees", 1), ("trees", 1)]
    assert documents.counts(store, " ") == []
    page = visit("documents", q="本")
    assert f"有“本”的条款：{sum(r['count'] for r in documents.counts(store, '本'))} 条" in page.text
    assert "/policy?document=trees&q=%E6%9C%AC" in page.links()


def test_more_places_than_are_listed_are_told(visit: Open, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.pages.documents._FOUND_MAX", 1)
    page = visit("documents", q="砍伐树木")
    assert "有“砍伐树木”的条款：2 条" in page.text
    assert "先列出 1 条" in page.text


def test_the_other_clause_is_chosen_where_one_is_given(visit: Open) -> None:
    page = visit("documents", left="old-trees/2")
    assert "第二条 砍伐树木应当经批准，补种一棵。" in page.text
    page.app.selectbox(key="documents_right_document").select("trees").run()
    page.app.selectbox(key="documents_right_clause").select("2").run()
    assert "/documents?left=old-trees%2F2&right=trees%2F2" in page.links()
    assert "/documents?left=trees%2F2" in visit("policy", document="trees", clause="2").links()


def test_two_clauses_stand_side_by_side(visit: Open) -> None:
    page = visit("documents", left="old-trees/2", right="trees/2")
    assert re.findall(r'<div class="clause-text" lang="zh-CN">(.*?)\n?</div>', page.html, flags=re.S) == [
        "第二条 砍伐树木应当经批准，补种一棵。",
        "第二条 砍伐树木应当经批准，补种三棵。",
    ]
    assert "没有找到“trees/99”" in visit("documents", left="old-trees/2", right="trees/99").text


def test_two_versions_are_shown_with_what_changed(visit: Open) -> None:
    page = visit("documents", before="old-trees", after="trees")
    assert "补种<del>一</del>棵" in page.html
    assert "补种<ins>三</ins>棵" in page.html
    assert "<ins>第四条 鼓励认养树木。</ins>" in page.html
    assert "没有这份文件。" in visit("documents", before="none", after="trees").text


def test_the_reader_says_dates_citations_and_where_the_penalty_stands(visit: Open) -> None:
    page = visit("policy", document="trees", clause="2")
    assert "2020-06-01 起施行" in page.text
    assert "废止 合成市树木办法 第五条" in page.text
    assert "罚则：第三条" in page.text
    assert {"/policy?document=trees&clause=3", "/documents?left=trees%2F2&right=trees%2F3"} <= set(page.links())


def test_the_reader_of_a_repealed_document_says_so(visit: Open) -> None:
    assert "已废止" in visit("policy", document="old-trees").text


def test_documents_come_over_the_api(client: TestClient) -> None:
    listed = client.get("/api/v1/documents").json()
    assert (listed["total"], [d["id"] for d in listed["documents"]][:2]) == (4, ["synthetic-plan", "old-trees"])
    assert [d["id"] for d in client.get("/api/v1/documents?status=repealed").json()["documents"]] == ["old-trees"]
    one = client.get("/api/v1/documents/trees").json()
    assert one["document"]["repeals"] == "合成市树木办法"
    assert client.get("/api/v1/documents/none").status_code == 404


def test_a_search_finds_rules_beside_the_plan(client: TestClient) -> None:
    found = client.get("/api/v1/search?q=砍伐树木").json()["clauses"]
    assert {(c["document"], c["clause"]) for c in found} >= {("trees", "2"), ("old-trees", "2")}


def test_a_city_with_one_document_has_no_page_of_documents_in_its_menu(visit: Open, shared: Services) -> None:
    assert "/documents" in visit("").links()
    menu = re.search(r'<nav class="nav".*?</nav>', visit("").html, flags=re.S)
    assert menu is not None
    # This city has neither projects nor places.
    assert "/projects" not in menu.group()
    assert "/nearby" not in menu.group()


def test_the_chat_beside_a_rule_calls_the_clause_by_its_label_and_takes_it_for_none_of_the_plan(visit: Open) -> None:
    beside_rule, beside_plan = visit("policy", document="trees", clause="1"), visit("policy", clause="1")
    assert "正在看：第一条" in beside_rule.text
    usual, rule, plan = ([b.label for b in p.app.button] for p in (visit("documents"), beside_rule, beside_plan))
    assert rule == usual
    assert plan != usual


def test_what_an_answer_quotes_of_a_rule_is_named_by_document_and_article(visit: Open) -> None:
    assert "《合成市树木条例》第二条" in visit("documents").ask("合成市树木条例第二条怎么写的").text
