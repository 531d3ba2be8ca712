"""Anybody may bring something in; what is hostile, too much or names a person does not get through, and nothing shows before it was decided."""

import contextlib
import datetime
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import text as sql

from portal.desk.contributions import Contributions, State, grouped
from portal.desk.database import Database
from portal.desk.offers import MOST, About, ContributionError, Kind, Offer, checked, is_address
from portal.desk.subjects import ContributionSubject
from portal.publication.store import Store
from portal.settings import Settings

NOON = datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.UTC)
RATE = About(kind=ContributionSubject.INDICATOR, id="synthetic_rate")


def kept(settings: Settings, **changed: Any) -> Contributions:
    return Contributions(Database(settings), settings.model_copy(update=changed))


def offer(**fields: Any) -> Offer:
    return Offer(**{"about": RATE, "kind": Kind.FIGURE, "value": "46.5", "unit": "%", "period": "2023", **fields})


def cells(settings: Settings, table: str, column: str) -> list[Any]:
    with Database(settings).reading() as session:
        return list(session.scalars(sql(f"SELECT {column} FROM {table}")))


def test_what_comes_in_is_followed_by_a_code_that_nobody_can_guess(settings: Settings, city: Store) -> None:
    desk = kept(settings)
    codes = {desk.receive(offer(), city, NOON) for _ in range(20)}
    assert len(codes) == 20
    assert all(len(c) == 16 for c in codes)
    code = codes.pop()
    found = desk.find(grouped(code).lower().replace("-", " "))
    assert (found.about_name, found.value, found.unit, found.period) == ("合成率", "46.5", "%", "2023")
    assert (found.state, found.received, found.decided) == (State.RECEIVED, NOON, None)
    for wrong in ("", code[:15], code + "2", "0" * 16, "%", "' OR 1=1 --", "好" * 1000):
        with pytest.raises(ContributionError, match="没有这个编号"):
            desk.find(wrong)


def test_nothing_is_shown_to_others_before_it_was_decided(settings: Settings, city: Store) -> None:
    desk = kept(settings)
    desk.receive(offer(), city, NOON)
    assert (desk.log(10).total, desk.log(10).entries) == (0, [])
    desk.decide(1, True, "年鉴里查到了", "editor", NOON)
    (entry,) = desk.log(10).entries
    assert (entry.value, entry.state, entry.reason) == ("46.5", State.ACCEPTED, "年鉴里查到了")


def test_the_words_of_what_was_refused_are_shown_to_nobody_else(settings: Settings, city: Store) -> None:
    desk = kept(settings)
    code = desk.receive(offer(text="合成的气话", source_url="https://example.org/x"), city, NOON)
    desk.decide(1, False, "没有出处", "editor", NOON)
    (entry,) = desk.log(10).entries
    assert (entry.text, entry.value, entry.source_url, entry.reason) == ("", "", "", "没有出处")
    assert desk.find(code).text == "合成的气话"


def test_how_to_reach_somebody_is_kept_apart_and_gone_with_the_decision(settings: Settings, city: Store) -> None:
    desk = kept(settings)
    desk.receive(offer(contact="13800138000"), city, NOON)
    desk.receive(offer(contact="synthetic@example.org"), city, NOON)
    assert cells(settings, "contacts", "contact") == ["13800138000", "synthetic@example.org"]
    desk.decide(1, False, "没有出处", "editor", NOON)
    assert cells(settings, "contacts", "contact") == ["synthetic@example.org"]
    assert "contact" not in desk.log(10).entries[0].__dict__


def test_a_decision_is_taken_once_and_gives_its_reason(settings: Settings, city: Store) -> None:
    desk = kept(settings)
    desk.receive(offer(), city, NOON)
    for reason in ("", " \u200b\n"):
        with pytest.raises(ContributionError, match="请写出理由"):
            desk.decide(1, True, reason, "editor", NOON)
    desk.decide(1, True, "查到了，问13800138000", "editor", NOON)
    assert desk.log(1).entries[0].reason == "查到了,问〔手机号已隐去〕"
    with pytest.raises(ContributionError, match="已经处理过"):
        desk.decide(1, False, "又不要了", "editor", NOON)
    with pytest.raises(ContributionError, match="没有这个编号"):
        desk.decide(2, True, "没有", "editor", NOON)


def test_personal_data_is_masked_before_it_is_kept(settings: Settings, city: Store) -> None:
    kept(settings).receive(
        offer(text="我是41030319900101123X", value="13800138000", unit="问 a@b.cn", period="０３７９-６３９１２３４５"),
        city,
        NOON,
    )
    assert cells(settings, "contributions", "text") == ["我是〔身份证号已隐去〕"]
    assert cells(settings, "contributions", "value") == ["〔手机号已隐去〕"]
    assert cells(settings, "contributions", "unit") == ["问 〔邮箱已隐去〕"]
    assert cells(settings, "contributions", "period") == ["〔电话已隐去〕"]


def test_names_and_homes_are_masked_before_they_are_kept_and_a_public_place_is_not(
    settings: Settings, city: Store
) -> None:
    told = "我叫张三，家住合成路12号3栋2单元501室，合成中路120号新开了停车场"
    kept(settings).receive(offer(text=told), city, NOON)
    assert cells(settings, "contributions", "text") == [
        "我叫〔姓名已隐去〕,家住合成路〔门牌已隐去〕,合成中路120号新开了停车场"
    ]


@pytest.mark.parametrize("field", sorted(MOST.keys() - {"reason", "source_url"}))
@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("1<script>alert(1)</script>", "1<script>alert(1)</script>"),
        ("1'); DROP TABLE x; --", "1'); DROP TABLE x; --"),
        ("1\x00二\u202e三\ud800四\u200b五", "1二三四五"),
        ("=1+1\r\n第二行", "=1+1 第二行"),
    ],
)
def test_hostile_text_is_kept_as_harmless_text(field: str, typed: str, stored: str) -> None:
    assert checked(offer(**{field: typed}))[field] == stored


@pytest.mark.parametrize("field", sorted(MOST.keys() - {"reason", "source_url"}))
@pytest.mark.parametrize("length", [1, 5, 1000])
def test_what_is_too_long_is_refused_with_its_field_and_length(field: str, length: int) -> None:
    with pytest.raises(ContributionError) as refused:
        checked(offer(**{field: "1" * MOST[field] * length + "1"}))
    assert str(MOST[field]) in refused.value.told("zh")
    assert str(MOST[field]) in refused.value.told("en")
    assert checked(offer(**{field: "1" + "好" * (MOST[field] - 1)}))


@given(some.text(max_size=3000))
def test_any_text_is_kept_without_what_cannot_be_seen_or_refused(typed: str) -> None:
    for field in ("text", "value", "contact"):
        with contextlib.suppress(ContributionError):
            found = checked(offer(**{field: typed}))[field]
            assert len(found) <= MOST[field] + 20
            assert not {unicodedata.category(c) for c in found} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
            found.encode()


@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("https://example.org/a?b=1", True),
        ("http://例子.中国/公报", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("ftp://example.org/a", False),
        ("//example.org", False),
        ("https://", False),
        ("https://user:word@example.org", False),
        ("https://[::1", False),
        ("https://a b", False),
        ("example.org", False),
    ],
)
def test_evidence_is_a_page_of_the_web(url: str, right: bool) -> None:
    assert is_address(url) is right
    if not right:
        with pytest.raises(ContributionError, match="打不开"):
            checked(offer(source_url=url))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"value": ""}, "请写出数字"),
        ({"value": "很多"}, "没有数字"),
        ({"kind": Kind.CORRECTION, "value": "", "text": " "}, "请写几个字"),
        ({"about": About(kind=ContributionSubject.INDICATOR, id="nope")}, "没有找到"),
        ({"about": About(kind=ContributionSubject.INDICATOR)}, "没有找到"),
        ({"about": About(kind=ContributionSubject.CLAUSE, id="no/such")}, "没有找到"),
        ({"about": About(kind=ContributionSubject.DATASET, id="'--")}, "没有找到"),
        ({"about": About(kind=ContributionSubject.ANSWER, id="<script>")}, "没有找到"),
        ({"about": About(kind=ContributionSubject.PORTAL, id="x")}, "没有找到"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(settings: Settings, city: Store, fields: Any, why: str) -> None:
    with pytest.raises(ContributionError, match=why):
        kept(settings).receive(offer(**fields), city, NOON)


@pytest.mark.parametrize(
    ("kind", "id", "name"),
    [
        ("indicator", "synthetic_rate", "合成率"),
        ("clause", "1", "合成方案 1"),
        ("clause", "synthetic-plan/2.1", "合成方案 2.1"),
        ("portal", "", "合成门户"),
    ],
)
def test_it_is_about_a_thing_the_portal_shows(settings: Settings, city: Store, kind: str, id: str, name: str) -> None:
    desk = kept(settings)
    about = About(kind=ContributionSubject(kind), id=id)
    told = desk.find(desk.receive(offer(about=about, kind=Kind.CORRECTION, text="错了"), city, NOON))
    assert told.about_name == name


def test_of_an_answer_the_question_is_kept_without_what_names_a_person(settings: Settings, city: Store) -> None:
    desk = kept(settings)
    about = About(kind=ContributionSubject.ANSWER, id="a-1", question="我13800138000问，绿地率是多少？")
    found = desk.find(desk.receive(offer(about=about, kind=Kind.CORRECTION, text="错了"), city, NOON))
    assert found.about_name == "我〔手机号已隐去〕问,绿地率是多少?"


def test_so_many_wait_and_no_more_are_taken_in(settings: Settings, city: Store) -> None:
    desk = kept(settings, contributions_waiting=3)
    for _ in range(3):
        desk.receive(offer(), city, NOON)
    with pytest.raises(ContributionError, match="3 条"):
        desk.receive(offer(), city, NOON)
    desk.decide(2, False, "没有出处", "editor", NOON)
    assert desk.receive(offer(), city, NOON)


def test_of_the_decided_the_oldest_refused_go_first(settings: Settings, city: Store) -> None:
    desk = kept(settings, contributions_max=3)
    for n in range(1, 6):
        desk.receive(offer(value=str(n)), city, NOON)
        desk.decide(n, n == 1, "理由", "editor", NOON + datetime.timedelta(hours=n))
    assert cells(settings, "contributions", "value") == ["1", "4", "5"]


def test_where_it_is_switched_off_nothing_is_taken_in(settings: Settings, city: Store) -> None:
    with pytest.raises(ContributionError, match="不收"):
        kept(settings, contributions=False).receive(offer(), city, NOON)
