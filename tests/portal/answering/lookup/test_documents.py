"""Rules looked up by what people ask, over two small regulations written for the test beside the synthetic plan."""

from pathlib import Path

import pytest

from portal.answering.lookup.asked_attributes import unanswered
from portal.answering.lookup.documents import Documents
from portal.answering.lookup.everyday import as_written
from portal.publication.manifest import current_version
from portal.publication.store import Store
from portal.texts.folding import fold
from tests.synthetic import SyntheticProject

PARKS = """\
# 合成市公园管理条例
2021年6月23日 合成市第三届人民代表大会常务委员会第二次会议通过
2021年7月30日 合成省第五届人民代表大会常务委员会第一次会议批准
第一章 总则
第一条 为了测试合成公园，制定本条例。
第二条 公园应当每日开放，开放时间为六时至二十二时。
第三条 公园内禁止下列行为：
（一）携犬进入，导盲犬除外；
（二）宿营、烧烤。
举办活动应当经公园主管部门同意。
第二章 法律责任
第四条 违反本条例第三条第一款第（二）项规定的，处二百元以上二千元以下罚款。
第五条 违反第三条第二款规定，未经同意举办活动的，责令改正。
第六条 本条例自2021年10月1日起施行。2009年通过的《合成市公园办法》同时废止。
"""

OLD = """\
合成市公园办法
2009年5月1日 合成市第一届人民代表大会常务委员会第二次会议通过
第一条 公园收费。
第二条 本办法自2009年6月1日起施行。
"""


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    project = SyntheticProject(tmp_path_factory.mktemp("documents"))
    for name, title, text in (("parks", "合成市公园管理条例", PARKS), ("old-parks", "合成市公园办法", OLD)):
        (project.corpus / f"{name}.txt").write_text(text, "utf-8")
        (project.corpus / f"{name}.toml").write_text(f'id = "{name}"\ntitle = "{title}"\n', "utf-8")
    (project.corpus / "card.toml").write_text(
        'id = "card"\ntitle = "合成市湿地条例"\nnumber = "合政〔2022〕3号"\nfull_text = false\n', "utf-8"
    )
    project.build()
    published = Path(str(project.settings.published))
    store = Store(published / str(current_version(published)), project.settings)
    return Documents(store, canonical=fold)


@pytest.mark.parametrize(
    ("asked", "label"),
    [
        ("公园里能遛狗吗", "第三条第一款第（一）项"),
        ("公园几点开门，每日开放到几时", "第二条"),
        ("在公园办活动经谁同意", "第三条第二款"),
        ("露营怎么罚", "第三条第一款第（二）项"),
    ],
)
def test_everyday_words_find_the_article_that_speaks_of_it(documents: Documents, asked: str, label: str) -> None:
    hit = documents.articles(asked, ["parks"], top=1)[0]
    assert (hit.document_title, hit.label) == ("合成市公园管理条例", label)
    part = next(p for p in hit.parts if p["clause"] == hit.clause)
    assert part["text"][hit.start : hit.end] == hit.quote


def test_an_article_is_found_whole_and_by_its_number(documents: Documents) -> None:
    hit = documents.article("parks", "3")
    assert hit is not None
    assert hit.text == PARKS[PARKS.index("第三条 ") : PARKS.index("第二章")]
    assert documents.article("parks", "30") is None


def test_who_punishes_a_clause_is_found_by_the_articles_that_name_it(documents: Documents) -> None:
    assert [h.label for h in documents.penalties("parks", "3.1.2")] == ["第四条", "第五条"]
    assert documents.penalties("parks", "3.1.2")[0].quote.endswith("处二百元以上二千元以下罚款。")
    assert documents.penalties("parks", "3.2")[0].label == "第五条"
    assert documents.penalties("parks", "2") == []
    assert [h.label for h in documents.punished_by("parks", "4")] == ["第三条第一款第（二）项"]


def test_what_an_article_excepts(documents: Documents) -> None:
    assert [h.quote for h in documents.exceptions("parks", "3")] == ["（一）携犬进入，导盲犬除外；"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("公园管理条例第三条", ["parks"]),
        ("公园条例怎么说", ["parks"]),
        ("公园办法还管用吗", ["old-parks"]),
        ("合政〔2022〕3号是什么", ["card"]),
        ("按规定谁管公园", []),
        ("哪部条例管", []),
    ],
)
def test_documents_are_named_by_title_shortening_or_number(documents: Documents, text: str, named: list[str]) -> None:
    assert documents.named_documents(text) == named


def test_a_card_says_dates_status_and_where_they_stand(documents: Documents) -> None:
    card = documents.document_card("parks")
    assert card is not None
    assert (card["adopted"], card["approved"], card["effective"]) == ("2021-06-23", "2021-07-30", "2021-10-01")
    assert (card["issuer"], card["status"]) == ("合成市人民代表大会常务委员会", "in_force")
    assert [(d.fact, d.label, d.quote) for d in card["dated"]] == [
        ("adopted", "题注", "2021年6月23日 合成市第三届人民代表大会常务委员会第二次会议通过"),
        ("approved", "题注", "2021年7月30日 合成省第五届人民代表大会常务委员会第一次会议批准"),
        ("effective", "第六条", "第六条 本条例自2021年10月1日起施行。"),
    ]


def test_a_document_another_one_repeals_is_repealed_and_cited(documents: Documents) -> None:
    card = documents.document_card("old-parks")
    assert card is not None
    assert (card["status"], card["status_basis"]) == ("repealed", "parks")
    assert [(r["document"], r["label"], r["kind"]) for r in card["cited_by"]] == [("parks", "第六条", "repeals")]


def test_a_document_may_be_a_card_only(documents: Documents) -> None:
    card = documents.document_card("card")
    assert card is not None
    assert (card["full_text"], card["kind"], card["status"]) == (False, "card", "unknown")
    assert documents.document_card("none") is None


def test_what_is_in_no_document_leaves_its_words_uncovered(documents: Documents) -> None:
    told, untold = "公园里能烧烤吗", "星期三限行哪两个尾号"
    assert documents.uncovered(told, documents.articles(told, top=1)[0]).share < 0.3
    for hit in documents.articles(untold, top=3):
        assert documents.uncovered(untold, hit).share > 0.9


def test_what_is_asked_for_and_not_written_is_named() -> None:
    assert unanswered("占绿地补偿费一平米多少钱", "应当缴纳补偿费。擅自占用的，处五十元罚款。") == ["money"]
    assert unanswered("占绿地罚多少钱", "擅自占用的，处五十元罚款。") == []
    assert unanswered("门票多少钱", "门票每人十元。") == []
    assert unanswered("投诉电话是多少", "应当公布投诉方式。") == ["contact", "phone"]
    assert unanswered("举报电话是多少", "应当建立举报制度并公布举报电话。") == ["phone"]
    assert unanswered("举报电话是多少", "举报电话为12345。") == []
    assert unanswered("漏气了打给谁", "应当立即报告。") == ["contact"]
    assert unanswered("总投资多少亿元", "所需资金由政府投资。") == ["money"]
    assert unanswered("最多罚多少万元", "处二万元以上十万元以下罚款。") == []


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("砍树罚多少", "砍伐 树木罚款"),
        ("砍伐树木", "砍伐树木"),
        ("带狗坐地铁", "携犬坐轨道交通"),
        ("can i keep two dogs", "can i keep two dogs 犬 养犬"),
    ],
)
def test_everyday_words_are_put_as_rules_put_them(said: str, written: str) -> None:
    assert as_written(said) == written
