"""Districts: people, streets and towns, names that are no district any more."""

from portal.answering.knowledge import Knowledge
from portal.answering.lookup.districts import DistrictFacts, DistrictsByPopulation, look_up_districts
from portal.answering.query import Facet, Operation, SubjectKind, Where
from tests.portal.answering.things import asked, told


def test_townships_are_counted_by_kind_and_all_named(knowledge: Knowledge) -> None:
    query = asked("有哪些乡镇", Operation.LIST, Facet.TEXT, (SubjectKind.DISTRICT, "410329"))
    text = told(look_up_districts(query, knowledge), knowledge).text
    assert text.startswith("伊川县有 15 个街道、镇、乡：街道 2 个、镇 12 个、乡 1 个。")
    assert "鸣皋镇" in text
    assert "平等乡" in text


def test_the_most_populous_district_and_the_sql_that_finds_it(knowledge: Knowledge) -> None:
    query = asked("Which district has the most inhabitants?", Operation.EXTREME, Facet.RESULT, en=True)
    facts = look_up_districts(query, knowledge)
    assert isinstance(facts, DistrictsByPopulation)
    draft = told(facts, knowledge)
    assert draft.text.startswith("Luolong District has the most people: 918,358 (2020 census).")
    (sql,) = draft.sql
    assert knowledge.store.rows(sql) == draft.result


def test_the_least_populous_district(knowledge: Knowledge) -> None:
    query = asked("人最少的区", Operation.EXTREME, Facet.RESULT, where=Where(lowest=True))
    assert told(look_up_districts(query, knowledge), knowledge).text.startswith("人口最少的是瀍河回族区：222,833人")


def test_a_district_s_rank(knowledge: Knowledge) -> None:
    query = asked("人口排第几", Operation.RANK, Facet.RESULT, (SubjectKind.DISTRICT, "410324"))
    text = told(look_up_districts(query, knowledge), knowledge).text
    assert text.startswith("栾川县有327,121人（2020年普查），在 14 个区县里按人口从多到少排第 12。")


def test_two_districts_compared(knowledge: Knowledge) -> None:
    two = ((SubjectKind.DISTRICT, "410324"), (SubjectKind.DISTRICT, "410311"))
    text = told(look_up_districts(asked("哪个人多", Operation.COMPARE, Facet.RESULT, *two), knowledge), knowledge).text
    assert text.startswith("洛龙区的人口更多：918,358人；栾川县是327,121人，差591,237人（2020年普查）。")


def test_a_district_that_was_merged_is_told_with_what_the_data_say_of_it(knowledge: Knowledge) -> None:
    facts = look_up_districts(asked("吉利区还有吗", Operation.VALUE, Facet.STATUS), knowledge)
    assert isinstance(facts, DistrictFacts)
    text = told(facts, knowledge).text
    assert text.startswith("吉利区现在不是单独的区县了")
    assert "两地后合并为孟津区" in text


def test_the_portal_s_own_city_is_no_former_district(knowledge: Knowledge) -> None:
    facts = look_up_districts(asked("洛阳市有几个区县", Operation.COUNT, Facet.COUNT), knowledge)
    assert isinstance(facts, DistrictFacts)
    assert facts.former is None
    assert len(facts.districts) == 14
