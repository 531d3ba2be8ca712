"""Documents: no character is lost, ids follow the document's own numbering, sentences stand where they say."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.documents import Document, DocumentDescription, parse_document, read_documents
from pipelines.sources.problems import BuildError
from portal.texts.numerals import chinese_number

CORPUS = Path(__file__).resolve().parents[3] / "corpus"
PLAN = CORPUS / "luoyang-urban-quality-2021-2023.txt"

# fmt: off
PLAN_CLAUSES = [
    "0", "1", "2",
    "3", "3.1", "3.2",
    "3.3", "3.3.1", "3.3.2", "3.3.3", "3.3.4", "3.3.5", "3.3.6",
    "3.4", "3.4.1", "3.4.2", "3.4.3", "3.4.4",
    "3.5", "3.5.1", "3.5.2", "3.5.3", "3.5.4", "3.5.5",
    "3.6", "3.6.1", "3.6.2", "3.6.3",
    "3.7", "3.7.1", "3.7.2", "3.7.3", "3.7.4",
    "3.8", "3.8.1", "3.8.2", "3.8.3", "3.8.4",
    "4", "4.1", "4.2", "4.3", "4.4",
]
# fmt: on

REGULATION = """\
合成市公园管理办法（合成文本，仅供测试）

第一章 总则
第一条 为了测试，制定本办法。
第二条　本办法适用于合成市的公园。
前款所称公园，包括：
（一）综合公园；
（二）社区公园。
第二章 管理
第三条 公园应当：
（一）免费开放；
（二）每日清扫。
开放时间由管理单位公布！
第十二条 本办法自公布之日起施行。
第十二条之一 下列事项另行规定：
（一）收费；
（二）管理：
1.日常管理；
2.应急管理。
附件1
一、公园名单
"""


@pytest.fixture(scope="module")
def plan() -> Document:
    (document,) = read_documents(CORPUS)
    return document


def parse(source: str) -> Document:
    return parse_document(source, DocumentDescription(id="synthetic", title="合成文件"))


def clause_text(document: Document, clause: str) -> str:
    (text,) = (c.text for c in document.clauses if c.clause == clause)
    return text


def test_clauses_joined_give_back_the_plan_character_for_character(plan: Document) -> None:
    assert "".join(c.text for c in plan.clauses).encode() == PLAN.read_bytes()


def test_plan_has_its_43_clauses_under_its_own_numbering(plan: Document) -> None:
    assert [c.clause for c in plan.clauses] == PLAN_CLAUSES
    assert len(PLAN_CLAUSES) == 43
    assert [c.order for c in plan.clauses] == list(range(43))
    assert {c.document for c in plan.clauses} == {"luoyang-urban-quality-2021-2023"}


def test_clauses_of_the_plan_hold_title_parent_and_the_chain_of_headings(plan: Document) -> None:
    by_id = {c.clause: c for c in plan.clauses}
    assert by_id["2"].title == "主要目标"
    assert by_id["2"].parent is None
    assert by_id["3.4.1"].title == "提高城市绿化水平"
    assert by_id["3.4.1"].parent == "3.4"
    assert by_id["3.4.1"].path == "三、重点任务 › （四）聚力生态环境保护治理 › 1.提高城市绿化水平"
    assert by_id["3.4.1"].text.startswith("1.提高城市绿化水平。大力推进森林城市建设")
    assert by_id["3.5"].text == "（五）围绕建设精致城市，提高城市管理精细化、科学化、智能化程度。\n"
    assert by_id["4.2"].title == "坚持示范带动"


def test_every_sentence_of_the_plan_is_found_at_its_offsets(plan: Document) -> None:
    texts = {c.clause: c.text for c in plan.clauses}
    assert len(plan.sentences) > 150
    for sentence in plan.sentences:
        assert texts[sentence.clause][sentence.start : sentence.end] == sentence.text


def test_sentences_of_the_plan_are_numbered_from_one_and_end_as_sentences_do(plan: Document) -> None:
    greening = [s for s in plan.sentences if s.clause == "3.4.1"]
    assert [s.sentence for s in greening] == [1, 2, 3, 4, 5]
    assert greening[0].text == "1.提高城市绿化水平。"
    assert [s.heading for s in greening] == [True, False, False, False, False]
    assert greening[4].text == (
        "持续推进中心城区游园公园建设，不断打造15分钟生态休闲圈，到2023年，中心城区游园数量达到330处，"
        "城市建成区绿地率达到39%，人均公园绿地面积达到15.7平方米，公园绿地服务半径覆盖率达到90%以上。"
    )


def test_document_of_chapters_and_articles_parses_under_its_own_numbering() -> None:
    document = parse(REGULATION)
    assert [(c.clause, c.label) for c in document.clauses] == [
        ("0", "题注"),
        ("c1", "第一章"),
        ("1", "第一条"),
        ("2", "第二条"),
        ("2.2", "第二条第二款"),
        ("2.2.1", "第二条第二款第（一）项"),
        ("2.2.2", "第二条第二款第（二）项"),
        ("c2", "第二章"),
        ("3", "第三条"),
        ("3.1.1", "第三条第一款第（一）项"),
        ("3.1.2", "第三条第一款第（二）项"),
        ("3.2", "第三条第二款"),
        ("12", "第十二条"),
        ("12-1", "第十二条之一"),
        ("12-1.1.1", "第十二条之一第（一）项"),
        ("12-1.1.2", "第十二条之一第（二）项"),
        ("12-1.1.2.1", "第十二条之一第（二）项第1目"),
        ("12-1.1.2.2", "第十二条之一第（二）项第2目"),
        ("a1", "附件1"),
        ("a1.1", "附件1一、"),
    ]
    by_id = {c.clause: c for c in document.clauses}
    assert by_id["c1"].title == "总则"
    assert (by_id["1"].parent, by_id["2.2"].parent, by_id["2.2.1"].parent) == ("c1", "2", "2.2")
    assert by_id["3.1.1"].parent == "3"
    assert by_id["2"].title == "第二条"
    assert by_id["2"].path == "第一章 总则 › 第二条"
    assert by_id["2"].text == "第二条　本办法适用于合成市的公园。\n"
    assert by_id["2.2.1"].path == "第一章 总则 › 第二条第二款第（一）项"
    assert "".join(c.text for c in document.clauses) == REGULATION
    assert [s.text for s in document.sentences if s.clause == "3.2"] == ["开放时间由管理单位公布！"]


def test_items_that_lost_their_number_keep_their_place() -> None:
    document = parse("第一条 目的。\n第二条 禁止下列行为：\n乱丢合成物；\n（二）乱画；\n乱贴；\n（四）乱写。\n末款。\n")
    assert [(c.clause, c.text.strip()) for c in document.clauses[3:]] == [
        ("2.1.1", "乱丢合成物；"),
        ("2.1.2", "（二）乱画；"),
        ("2.1.3", "乱贴；"),
        ("2.1.4", "（四）乱写。"),
        ("2.2", "末款。"),
    ]


def test_a_chapter_that_lost_its_number_is_a_heading_and_no_paragraph() -> None:
    document = parse("第一条 目的。\n\n合成管理\n\n第二条 管理。\n第三章 附则\n第三条 施行。\n")
    assert [(c.clause, c.title) for c in document.clauses[1:]] == [
        ("1", "第一条"),
        ("c1", "合成管理"),
        ("2", "第二条"),
        ("c3", "附则"),
        ("3", "第三条"),
    ]


def test_articles_cited_at_the_start_of_a_line_are_text() -> None:
    document = parse("第一条 目的。\n第二条 依照下列规定：\n第一条第二款的规定除外。\n第三条 施行。\n")
    assert [(c.clause, c.text.strip()) for c in document.clauses[2:]] == [
        ("2", "第二条 依照下列规定："),
        ("2.2", "第一条第二款的规定除外。"),
        ("3", "第三条 施行。"),
    ]


def test_one_line_items_are_content_and_not_headings() -> None:
    document = parse("一、合成任务\n1.新建合成设施20处。\n2.改建合成道路3条\n（二）合成保障\n加强领导。\n")
    assert [(s.clause, s.text, s.heading) for s in document.sentences] == [
        ("1", "一、合成任务", True),
        ("1.1", "1.新建合成设施20处。", False),
        ("1.2", "2.改建合成道路3条", False),
        ("1.2-2", "（二）合成保障", True),
        ("1.2-2", "加强领导。", False),
    ]


def test_an_annex_is_a_part_of_its_own_and_a_list_of_annexes_is_not() -> None:
    document = parse("一、合成任务\n附件：1.合成分工表\n附件1\n一、分工\n附件2：\n一、名单\n")
    assert [(c.clause, c.label) for c in document.clauses[1:]] == [
        ("1", "一、"),
        ("a1", "附件1"),
        ("a1.1", "附件1一、"),
        ("a2", "附件2"),
        ("a2.1", "附件2一、"),
    ]


def test_a_number_without_a_title_is_its_own_title() -> None:
    document = parse("一、\n合成总则。\n二、合成细则\n")
    assert [(c.clause, c.title) for c in document.clauses[1:]] == [("1", "一、"), ("2", "合成细则")]
    assert [s.heading for s in document.sentences] == [True, False, False]


def test_numbers_of_two_kinds_at_one_level_never_share_an_id() -> None:
    document = parse("1.合成前言\n一、合成总则\n1.合成细则\n二、合成附则\n")
    ids = [c.clause for c in document.clauses]
    assert len(ids) == len(set(ids)) == 5
    assert [c.title for c in document.clauses][1:] == ["合成前言", "合成总则", "合成细则", "合成附则"]


def test_markdown_headings_and_indents_are_no_hindrance() -> None:
    document = parse("# 合成方案\n\n## 一、合成目标\n　　（一）**合成率**。达到50%。\n")
    assert [(c.clause, c.title) for c in document.clauses[1:]] == [("1", "合成目标"), ("1.1", "合成率")]


@pytest.mark.parametrize(
    "line",
    ["12.5平方米的合成绿地", "2021年的合成数字", "（3）", "三年合成行动", "一是合成，二是测试"],
)
def test_a_line_that_only_looks_numbered_starts_no_clause_before_its_turn(line: str) -> None:
    document = parse(f"一、合成目标\n（一）合成事项\n1.合成\n2.合成\n3.合成\n（1）甲\n（2）乙\n（3）丙\n{line}\n")
    assert document.clauses[-1].clause == "1.1.3.3"
    assert document.clauses[-1].text.endswith(line + "\n")


@pytest.mark.parametrize(
    ("numeral", "number"),
    [("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("九十九", 99), ("一百零五", 105), ("两千三百", 2300)],
)
def test_chinese_numerals_are_read(numeral: str, number: int) -> None:
    assert chinese_number(numeral) == number


PIECES = st.sampled_from(
    [
        *"一二三十百零甲乙。！？；，、：“”（）()12345678901. \n\r\t　#*第章条节编\u2028\x85",
        "\n一、",
        "\n二、",
        "\n（一）",
        "\n（二）",
        "\n1.",
        "\n2.",
        "\n第一章",
        "\n第一条",
        "\n第二条",
        "\n第三条之一",
        "附件1",
        "：\n",
        "；\n",
        "\r\n",
        "合成",
        "17平方米",
    ]
)


@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_text_parses_without_losing_or_doubling_a_character(source: str) -> None:
    document = parse(source)
    assert "".join(c.text for c in document.clauses) == source
    ids = [c.clause for c in document.clauses]
    assert len(ids) == len(set(ids))
    assert all(c.parent is None or c.parent in ids for c in document.clauses)
    assert all(c.title for c in document.clauses)
    for clause in document.clauses:
        assert "".join(spans_and_gaps(clause.text, document, clause.clause)) == clause.text


def spans_and_gaps(text: str, document: Document, clause: str) -> Iterator[str]:
    """The clause put together again from its sentences; what lies between them has to be blank."""
    end = 0
    for sentence in (s for s in document.sentences if s.clause == clause):
        gap = text[end : sentence.start]
        assert not gap.strip()
        assert sentence.text == sentence.text.strip()
        yield gap + sentence.text
        end = sentence.end
    assert not text[end:].strip()
    yield text[end:]


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_text_that_is_not_utf_8_is_told_with_file_and_remedy(tmp_path: Path) -> None:
    path = write(tmp_path, "synthetic.txt", "合成".encode() + "合成".encode("gb18030"))
    write(tmp_path, "synthetic.toml", 'id = "synthetic"\ntitle = "合成"\n')
    with pytest.raises(BuildError) as raised:
        read_documents(tmp_path)
    assert raised.value.problems == [f"{path}：不是 UTF-8 文本（第 7 个字节读不出）。请另存为 UTF-8 后重试。"]


def test_missing_and_wrong_descriptions_are_told_all_at_once(tmp_path: Path) -> None:
    without = write(tmp_path, "a-synthetic.txt", "合成")
    write(tmp_path, "b-synthetic.txt", "合成")
    broken = write(tmp_path, "b-synthetic.toml", "id = \n")
    write(tmp_path, "c-synthetic.txt", "合成")
    incomplete = write(tmp_path, "c-synthetic.toml", 'id = "synthetic"\nheadline = "合成"\n')
    with pytest.raises(BuildError) as raised:
        read_documents(tmp_path)
    first, second, third, fourth = raised.value.problems
    assert first == f"{without}：缺少同名说明文件 a-synthetic.toml（至少写 id 和 title）。"
    assert second.startswith(f"{broken}：不是有效的 TOML（")
    assert third == f"{incomplete}：title：必填，没有写"
    assert fourth == f"{incomplete}：headline：不认识这一项，请检查拼写"


def test_folder_without_documents_is_told_with_what_to_put_there(tmp_path: Path) -> None:
    with pytest.raises(BuildError) as raised:
        read_documents(tmp_path)
    assert raised.value.problems == [f"{tmp_path}：没有找到政策文件。请放入 <文件>.txt（UTF-8）和同名的 .toml。"]


def test_every_clause_of_the_real_plan_has_an_english_title() -> None:
    (plan,) = (d for d in read_documents(CORPUS) if d.description.id == "luoyang-urban-quality-2021-2023")
    titles = {c.clause: c.title_en for c in plan.clauses}
    assert len(titles) == 43
    assert all(titles.values())
    assert titles["3.5.1"] == "Put traffic in order and reduce congestion"


def test_an_english_title_of_a_clause_there_is_not_is_told() -> None:
    description = DocumentDescription(id="synthetic", title="合成", titles_en={"1": "Synthetic", "7.7": "None such"})
    with pytest.raises(BuildError, match=r"titles_en 写了文件里没有的条款 7\.7"):
        parse_document("一、合成。\n", description)


def test_every_section_with_targets_has_a_short_name_in_both_languages() -> None:
    (plan,) = (d for d in read_documents(CORPUS) if d.description.id == "luoyang-urban-quality-2021-2023")
    titled = {c.title: c for c in plan.clauses}
    with (CORPUS.parent / "datasets" / "indicators" / "data.csv").open(encoding="utf-8") as file:
        sections = {row["theme"] for row in csv.DictReader(file)}
    assert len(sections) == 14
    for section in sections:
        assert 2 <= len(titled[section].title_short) <= 5
        assert 1 <= len(titled[section].title_short_en.split()) <= 4


def test_a_short_title_of_a_clause_there_is_not_is_told() -> None:
    description = DocumentDescription(
        id="synthetic", title="合成", titles_short={"7.7": "没有"}, titles_short_en={"8": "None"}
    )
    with pytest.raises(BuildError) as raised:
        parse_document("一、合成。\n", description)
    assert raised.value.problems == [
        "synthetic：titles_short 写了文件里没有的条款 7.7。请改正或删去。",
        "synthetic：titles_short_en 写了文件里没有的条款 8。请改正或删去。",
    ]


def test_every_sentence_of_the_real_plan_has_its_english(plan: Document) -> None:
    assert [s for s in plan.sentences if not s.heading and not s.text_en] == []
    assert all(s.text_en == "" for s in plan.sentences if s.heading)
    (lifts,) = (s for s in plan.sentences if s.text == "积极引导既有住宅加装电梯。")
    assert lifts.text_en == "The addition of lifts (elevators) to existing housing is actively encouraged and guided."


@pytest.mark.parametrize(
    ("english", "problem"),
    [
        (
            {"1": ["First."]},
            "synthetic：sentences_en 的条款 1 有 1 句译文，正文有 2 句（不含标题）。请逐句对应。",
        ),
        (
            {"1": ["First.", "Second."], "7": ["None such."]},
            "synthetic：sentences_en 的条款 7 有 1 句译文，正文有 0 句（不含标题）。请逐句对应。",
        ),
        (
            {"1": ["Reach 41%.", "Second."]},
            "synthetic：sentences_en 的条款 1 第 2 句译文里有原文没有的数 41。",
        ),
    ],
)
def test_english_that_does_not_fit_its_sentences_is_told(english: dict[str, list[str]], problem: str) -> None:
    description = DocumentDescription(id="synthetic", title="合成", sentences_en=english)
    with pytest.raises(BuildError) as raised:
        parse_document("一、合成目标\n合成率达到40%。合成完毕。\n", description)
    assert raised.value.problems == [problem]


def test_english_goes_to_the_sentence_it_is_of() -> None:
    description = DocumentDescription(id="synthetic", title="合成", sentences_en={"1": ["Reach 40%.", "Done."]})
    document = parse_document("一、合成目标\n合成率达到40%。合成完毕。\n", description)
    assert [s.text_en for s in document.sentences] == ["", "Reach 40%.", "Done."]
