"""A reply to send on says what the answer says, with its clauses, sources, version and date, and opens in Word."""

import datetime
import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.oxml.ns import qn

from portal.answering.models import Answer, Ask, Citation, Figure
from portal.chat.reply import compose
from portal.letters.letter import Letter, text
from portal.letters.letter import docx as as_docx
from portal.plan.progress import sources
from portal.publication.store import Store
from portal.settings import Settings
from tests.portal.api.conftest import services_for

DATE = datetime.date(2026, 3, 1)
PLAN = "洛阳市城市建设提质工程三年行动方案"


@pytest.fixture(scope="module")
def answered(published: Settings) -> Callable[[str], Answer]:
    """Answers of the real pipeline."""
    service = services_for(published).answers
    return lambda question: service.answer(Ask(question=question))


def replied(answer: Answer, question: str, store: Store) -> Letter:
    return compose(answer, question, store.manifest, sources(store), DATE)


def synthetic(store: Store, **changes: object) -> Answer:
    fields: dict[str, object] = {
        "id": "synthetic",
        "kind": "answer",
        "answer": "合成回答 **要点**\n第二行\n\n- 甲（[2](/policy?clause=2)）\n- 乙\n\n> 引文一\n\n![图](https://example.org/x.png) <b>x</b>",
        "citations": [
            Citation(document=store.manifest.site.plan, clause="2", title="主要目标", quote="引文一", url="/policy"),
            Citation(document=store.manifest.site.plan, clause="2", title="主要目标", quote="引文二", url="/policy"),
        ],
        "figures": [],
        "suggestions": [],
        "version": "2026.03.01-synthetic",
        "timings_ms": {},
        "question": "合成问题?",
    }
    return Answer.model_validate(fields | changes)


def paragraphs(file: bytes) -> list[tuple[str, str]]:
    return [(p.style.name, p.text) for p in docx.Document(io.BytesIO(file)).paragraphs if p.style]


QUESTIONS = ["新增停车泊位的目标是多少？", "人均道路面积达标了吗？", "3.4.1的原文", "Was the target for road area met?"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_quotation_clause_and_source_of_an_answer_is_in_both_forms(
    answered: Callable[[str], Answer], store: Store, question: str
) -> None:
    answer = answered(question)
    reply = replied(answer, question, store)
    plain = text(reply)
    word = "\n".join(words for _, words in paragraphs(as_docx(reply)))
    names = sources(store)
    assert answer.citations
    for form in (plain, word):
        assert question in form
        assert answer.version in form
        assert "2026-03-01" in form
        for citation in answer.citations:
            assert citation.quote in form
            assert f"《{PLAN}》" in form
            assert citation.clause in form
        for figure in answer.figures:
            if figure.kind != "target":
                assert names[figure.source]["title"] in form
        assert "**" not in form
        assert "](/" not in form


def test_the_text_reads_as_it_will_be_sent(store: Store) -> None:
    answer = synthetic(
        store,
        figures=[
            Figure(
                indicator="road_area_per_capita",
                kind="target",
                value=17,
                unit="平方米",
                period="",
                scope="",
                source="plan",
            ),
            Figure(
                indicator="road_area_per_capita",
                kind="actual",
                value=14.1,
                unit="平方米",
                period="2023",
                scope="合成口径",
                source="unheard-of",
            ),
        ],
    )
    assert text(replied(answer, "合成问题？", store)) == (
        "答复\n\n问题\n\n合成问题？\n\n答复内容\n\n合成回答 要点\n第二行\n\n1. 甲（2）\n\n2. 乙\n\n    引文一\n\n图 <b>x</b>\n\n"
        f"依据条款\n\n1. 《{PLAN}》第 2 条　主要目标\n\n2. 《{PLAN}》第 2 条　主要目标：“引文二”\n\n"
        "数字来源\n\n1. 14.1平方米 · 实际结果 · 2023 · 合成口径。来源：unheard-of\n\n"
        "洛阳城市建设提质进展，数据版本 2026.03.01-synthetic\n答复日期：2026-03-01\n"
    )


def test_a_follow_up_is_written_out(store: Store) -> None:
    assert "按这个意思回答：县级城市的绿地率目标是多少" in text(
        replied(synthetic(store, question="县级城市的绿地率目标是多少"), "那县级城市呢？", store)
    )


def test_the_word_file_has_its_parts_in_styles_and_chinese_in_chinese_fonts(store: Store) -> None:
    file = as_docx(replied(synthetic(store), "合成问题？", store))
    assert paragraphs(file)[:8] == [
        ("Title", "答复"),
        ("Heading 1", "问题"),
        ("Normal", "合成问题？"),
        ("Heading 1", "答复内容"),
        ("Normal", "合成回答 要点\n第二行"),
        ("List Bullet", "甲（2）"),
        ("List Bullet", "乙"),
        ("Quote", "引文一"),
    ]
    document = docx.Document(io.BytesIO(file))
    assert [r.text for p in document.paragraphs for r in p.runs if r.bold] == ["要点"]
    fonts = {name: document.styles[name].element.rPr.rFonts for name in ("Normal", "Quote", "Title", "Heading 1")}
    assert {name: font.get(qn("w:eastAsia")) for name, font in fonts.items()} == {
        "Normal": "宋体",
        "Quote": "宋体",
        "Title": "黑体",
        "Heading 1": "黑体",
    }
    assert all(font.get(qn("w:eastAsiaTheme")) is None for font in fonts.values())
    assert document.core_properties.author == "洛阳城市建设提质进展"
    assert document.core_properties.comments == ""


def test_the_same_reply_gives_the_same_bytes(store: Store) -> None:
    first, second = (as_docx(replied(synthetic(store), "合成问题？", store)) for _ in range(2))
    assert first == second
    assert {i.date_time[:3] for i in zipfile.ZipFile(io.BytesIO(first)).infolist()} == {(2026, 3, 1)}


def test_a_refusal_is_a_reply_without_evidence(answered: Callable[[str], Answer], store: Store) -> None:
    answer = answered("市长是谁？")
    reply = replied(answer, "市长是谁？", store)
    assert answer.kind == "refusal"
    assert [s.heading for s in reply.sections] == ["问题", "答复内容"]
    assert "12345" in text(reply)


def test_characters_a_word_file_cannot_hold_are_left_out(store: Store) -> None:
    answer = synthetic(store, answer="一\x0b二\ufffe三\U0001f333 ```\x00")
    words = [w for _, w in paragraphs(as_docx(replied(answer, "问\x1f题", store)))]
    assert "问题" in words
    assert any(w.startswith("一二三\U0001f333") for w in words)


def test_an_english_answer_gets_english_headings(store: Store) -> None:
    plain = text(replied(synthetic(store, language="en"), "Synthetic?", store))
    assert plain.startswith("Reply\n\nQuestion\n\nSynthetic?")
    assert "Luoyang urban plan tracker, data version 2026.03.01-synthetic" in plain


def test_personal_data_in_the_question_is_not_sent_on(store: Store) -> None:
    plain = text(replied(synthetic(store), "我的手机１３８００１３８０００，绿地率是多少？", store))
    assert "我的手机〔手机号已隐去〕,绿地率是多少?" in plain
    assert "８０００" not in plain
