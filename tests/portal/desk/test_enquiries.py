"""What is asked at the enquiry desk is kept without what names a person, found again, exported, and stays as it was told."""

import datetime
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import text as sql

from portal.answering.models import Answer
from portal.desk.database import Database
from portal.desk.enquiries import Enquiries, EnquiryError, Outcome
from portal.desk.kept_answers import KeptAnswers, NotKeptError, address, new_id
from portal.letters.letter import Block, Letter, Section, item, paragraph
from portal.settings import Settings

NOON = datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.UTC)
BASE = "https://portal.example"


def answer(id: str = "a1", question: str = "合成率达标了吗?", kind: str = "answer") -> Answer:
    fields = {"citations": [], "figures": [], "suggestions": [], "timings_ms": {}}
    return Answer.model_validate(
        {"id": id, "kind": kind, "answer": "没有达到。", "version": "synthetic-1", "question": question, **fields}
    )


def letter(words: str = "没有达到。") -> Letter:
    sections = (
        Section("问题", (paragraph("合成率达标了吗？"),)),
        Section("答复内容", (Block("paragraph", (("结果", True), (words, False))),)),
        Section("依据条款", (item("《合成方案》1", "/policy?clause=1"),)),
    )
    return Letter("答复", sections, ("合成门户，数据版本 synthetic-1",), "合成门户", NOON.date())


def made(settings: Settings, **changed: int) -> tuple[KeptAnswers, Enquiries]:
    own = settings.model_copy(update=changed)
    return KeptAnswers(Database(own), own), Enquiries(Database(own), own)


def test_an_answer_is_kept_as_it_was_given_under_an_address_nobody_can_guess(settings: Settings) -> None:
    kept, _ = made(settings)
    ids = {kept.keep(new_id(), answer(f"a{n}"), letter(), NOON) for n in range(20)}
    assert len(ids) == 20
    assert kept.keep(new_id(), answer("a0"), letter("别的。"), NOON) in ids
    found = kept.find(min(ids))
    assert (found.text, found.letter, found.version, found.refused) == (
        "结果没有达到。",
        letter(),
        "synthetic-1",
        False,
    )
    assert address(BASE, found.id) == f"{BASE}/answer/{found.id}"
    for wrong in ("", "x", "A" * 11, "../../etc", "' OR 1=1--", "好" * 11):
        with pytest.raises(NotKeptError, match="没有保存过"):
            kept.find(wrong)


def test_so_many_are_kept_and_those_of_enquiries_beside_them(settings: Settings) -> None:
    kept, enquiries = made(settings, answers_max=3)
    enquiries.take_down(new_id(), answer("asked"), letter(), "clerk", NOON)
    ids = [kept.keep(new_id(), answer(f"a{n}"), letter(), NOON + datetime.timedelta(hours=n + 1)) for n in range(5)]
    with Database(settings).reading() as session:
        left = set(session.scalars(sql("SELECT answer FROM answers")))
    assert left == {"asked", "a2", "a3", "a4"}
    with pytest.raises(NotKeptError):
        kept.find(ids[0])


def test_what_came_of_it_is_noted_without_numbers_of_persons(settings: Settings) -> None:
    _, enquiries = made(settings)
    number = enquiries.take_down(new_id(), answer(), letter(), "clerk", NOON)
    assert enquiries.find(number).outcome is Outcome.OPEN
    enquiries.settle(number, "counter", "passed_on", "周五前回13800138000，住合成路3栋501室", "clerk", NOON)
    found = enquiries.find(number)
    assert (found.channel, found.outcome, found.follow_up) == (
        "counter",
        "passed_on",
        "周五前回〔手机号已隐去〕,住合成路〔门牌已隐去〕",
    )
    assert (found.clerk, found.asked, found.kept.question) == ("clerk", NOON, "合成率达标了吗?")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (("fax", "answered", ""), "列出的"),
        (("phone", "<script>", ""), "列出的"),
        (("phone", "answered", "好" * 501), "500"),
    ],
)
def test_what_cannot_be_noted_is_refused_with_a_sentence(
    settings: Settings, said: tuple[str, str, str], why: str
) -> None:
    _, enquiries = made(settings)
    number = enquiries.take_down(new_id(), answer(), letter(), "clerk", NOON)
    with pytest.raises(EnquiryError, match=why):
        enquiries.settle(number, *said, "clerk", NOON)
    with pytest.raises(EnquiryError, match="没有这条咨询"):
        enquiries.settle(number + 1, "phone", "answered", "", "clerk", NOON)


def test_earlier_replies_are_found_by_their_words_newest_first(settings: Settings) -> None:
    _, enquiries = made(settings)
    for n, question in enumerate(("停车场在哪?", "停车场收费吗?", "50%_是什么?")):
        enquiries.take_down(new_id(), answer(f"a{n}", question), letter(), "clerk", NOON)
    assert [e.number for e in enquiries.search("停车场", 9)[1]] == [2, 1]
    assert enquiries.search("停车场 收费", 9)[0] == 1
    assert enquiries.search("没有达到", 1, 1)[0] == 3
    assert [e.number for e in enquiries.search("没有达到", 1, 1)[1]] == [2]
    assert [e.number for e in enquiries.search("%_", 9)[1]] == [3]
    assert enquiries.search("收费 没有这个", 9) == (0, [])


def test_the_workbook_holds_every_enquiry_and_no_formula(settings: Settings, tmp_path: Path) -> None:
    _, enquiries = made(settings)
    number = enquiries.take_down(new_id(), answer(question='=HYPERLINK("http://x")'), letter(), "clerk", NOON)
    enquiries.settle(number, "letter", "answered", "=1+1", "clerk", NOON)
    enquiries.export(tmp_path / "x.xlsx", BASE)
    rows = list(openpyxl.load_workbook(tmp_path / "x.xlsx").active.iter_rows())
    assert [c.value for c in rows[0]][3:6] == ["问题", "答复", "结果"]
    assert [c.value for c in rows[1]][:7] == [
        "2026-03-01 12:00",
        "clerk",
        "来信",
        '=HYPERLINK("http://x")',
        "结果没有达到。",
        "已答复",
        "=1+1",
    ]
    assert {c.data_type for c in rows[1]} == {"s"}
    assert rows[1][7].value == address(BASE, enquiries.find(number).kept.id)
