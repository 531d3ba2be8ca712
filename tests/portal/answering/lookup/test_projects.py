"""Projects: the status with the date of its report, look-alikes told apart, lists and counts."""

from portal.answering.knowledge import Knowledge
from portal.answering.lookup.projects import ProjectFacts, ProjectList, look_up_projects
from portal.answering.query import Facet, Operation, SubjectKind, Where
from tests.portal.answering.things import asked, told


def test_whether_it_is_open_is_not_known_where_the_last_report_is_old(knowledge: Knowledge) -> None:
    query = asked("开了没", Operation.VALUE, Facet.STATUS, (SubjectKind.PROJECT, "west-henan-public-health-centre"))
    draft = told(look_up_projects(query, knowledge), knowledge)
    assert draft.text.startswith(
        "不知道豫西公共卫生中心（万安山医院）现在建成没有：最后一次公开报道是2021年1月15日，当时在建。"
    )
    assert draft.citations[0].clause == "3.7.2"
    assert "豫西公共卫生中心（万安山医院）" in draft.citations[0].quote


def test_one_of_two_names_that_are_taken_for_each_other_names_the_other(knowledge: Knowledge) -> None:
    query = asked("开了没", Operation.VALUE, Facet.STATUS, (SubjectKind.PROJECT, "yibin-hospital"))
    facts = look_up_projects(query, knowledge)
    assert isinstance(facts, ProjectFacts)
    assert [p["id"] for p in facts.alike] == ["tcm-hospital-yibin"]
    assert "名字相近、但是另一个项目：市中医院伊滨医院（已建成投用）。" in told(facts, knowledge).text


def test_two_projects_put_side_by_side_are_said_to_be_two(knowledge: Knowledge) -> None:
    two = ((SubjectKind.PROJECT, "yibin-hospital"), (SubjectKind.PROJECT, "tcm-hospital-yibin"))
    text = told(look_up_projects(asked("是一家吗", Operation.COMPARE, Facet.STATUS, *two), knowledge), knowledge).text
    assert text.startswith("数据里这是 2 个不同的项目，不是同一个。")
    assert "按公开报道，截至2023年7月1日，市中医院伊滨医院已经建成投用" in text


def test_a_project_nobody_reported_on_is_unknown_and_its_promise_is_quoted(knowledge: Knowledge) -> None:
    query = asked("什么时候建成的", Operation.VALUE, Facet.DUE, (SubjectKind.PROJECT, "air-rescue-centre"))
    draft = told(look_up_projects(query, knowledge), knowledge)
    assert draft.text.startswith("没有人公布过豫西地区航空救援中心建成没有，所以不知道。")
    assert "豫西地区航空救援中心" in draft.citations[0].quote


def test_in_english_dates_read_as_english(knowledge: Knowledge) -> None:
    query = asked("When did it open?", Operation.VALUE, Facet.DUE, (SubjectKind.PROJECT, "grand-canal-museum"), en=True)
    assert "(public reports, as of 18 May 2022)" in told(look_up_projects(query, knowledge), knowledge).text


def test_projects_of_a_status_are_counted_and_listed(knowledge: Knowledge) -> None:
    query = asked("哪些项目建成了", Operation.LIST, Facet.STATUS, where=Where(status=("completed",)))
    facts = look_up_projects(query, knowledge)
    assert isinstance(facts, ProjectList)
    assert {p["status"] for p in facts.projects} == {"completed"}
    assert told(facts, knowledge).text.startswith(f"方案点名的项目里，已经建成投用的有 {len(facts.projects)} 个。")


def test_a_status_that_a_reading_states_is_chosen_by_whatever_the_words_are(knowledge: Knowledge) -> None:
    query = asked("都有哪几个", Operation.VALUE, Facet.STATUS, where=Where(status=("under_construction",)))
    facts = look_up_projects(query, knowledge)
    assert isinstance(facts, ProjectList)
    assert {p["status"] for p in facts.projects} == {"under_construction"}


def test_projects_of_a_kind_by_its_name(knowledge: Knowledge) -> None:
    facts = look_up_projects(asked("有几个医院项目", Operation.COUNT, Facet.COUNT), knowledge)
    assert isinstance(facts, ProjectList)
    assert facts.categories == ("hospital",)
    assert len(facts.projects) == 4


def test_a_district_without_projects_is_said_to_have_none(knowledge: Knowledge) -> None:
    query = asked("有什么项目", Operation.LIST, Facet.TEXT, (SubjectKind.DISTRICT, "410324"))
    assert "没有栾川县的" in told(look_up_projects(query, knowledge), knowledge).text
