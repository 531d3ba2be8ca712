"""Who asks in English is understood and answered as well as who asks in Chinese, and as often refused."""

from pathlib import Path

import pytest

from portal.answering.knowledge import Knowledge
from portal.publication.vocabulary import Vocabulary
from portal.retrieval.stems import stemmed, stems
from tests.portal.answering.conftest import Asking

OTHER = Path(__file__).parents[2] / "evaluation" / "other_english.txt"


@pytest.fixture(scope="module")
def knowledge(asking: Asking) -> Knowledge:
    return asking.service.knowledge()


def test_words_are_compared_by_their_stems() -> None:
    assert stems("renovated renovation recycling lifts the city's") == [
        "renov",
        "renov",
        "recycl",
        "lift",
        "the",
        "citi",
    ]
    assert stemmed("供水 water supplies 98%") == "供水 water suppli 98%"


@pytest.mark.parametrize(
    ("question", "clause", "words"),
    [
        ("What is done about quarrels over property management?", "3.3.4", "多元调处机制"),
        ("Are old trees protected?", "3.4.1", "古树名木"),
        ("How is the work funded?", "4.3", "融资"),
        ("Who gets the land that urban renewal frees?", "3.3.2", "义务教育"),
    ],
)
def test_what_the_plan_says_is_found_by_its_english(question: str, clause: str, words: str, asking: Asking) -> None:
    given = asking(question)
    assert (given.kind, given.language) == ("answer", "en")
    assert clause in {c.clause for c in given.citations}
    assert words in given.answer


def test_a_quoted_sentence_has_its_english_below_named_as_ours(asking: Asking) -> None:
    given = asking("What does the plan say about adding lifts?")
    quoted = given.answer.index("> 积极引导既有住宅加装电梯。")
    ours = "In English (our translation, not official): The addition of lifts (elevators) to existing housing"
    assert given.answer.index(ours) > quoted
    assert "our translation" not in asking("加装电梯有什么规定？").answer


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("How big is Wangcheng Park?", "park-wangcheng"),
        ("How big is the botanical garden?", "park-suitang-botanical"),
        ("Which lines stop at Jiefang Road?", "metro-jiefanglu"),
        ("Which lines stop at Jiefang Lu station?", "metro-jiefanglu"),
        ("Which lines stop at Jiefanglu?", "metro-jiefanglu"),
        ("How many cars fit in the underground car park at Zhouwangcheng Square?", "car-park-zhouwangcheng"),
    ],
)
def test_a_place_goes_by_the_forms_of_its_english_name(
    question: str, place: str, asking: Asking, knowledge: Knowledge
) -> None:
    given = asking(question)
    assert given.sort == "place"
    row = knowledge.places[place]
    assert f"{row['name_en']} ({row['name']})" in given.answer.split("\n", 1)[0]


def test_a_car_park_near_a_park_is_a_car_park(asking: Asking) -> None:
    given = asking("Where is the nearest car park to Wangcheng Park?")
    assert given.answer.startswith(
        "Of the car parks with a known position none is within 1,000 m of Wangcheng Park (王城公园); the nearest of them is "
    )
    assert "Zhouwangcheng Square underground car park (周王城广场地下停车场), about 1.7 km" in given.answer


def test_the_places_of_a_district_are_told_by_its_english_name(asking: Asking) -> None:
    assert asking("What parks are there in Luolong?").answer.startswith("The data hold 5 parks in Luolong District.")
    one = asking("What parks are there in Chanhe District?")
    assert one.answer.startswith("The data hold 1 park in Chanhe Hui District.")
    assert "万隆路东游园" in one.answer


def test_a_kind_of_place_nobody_has_listed_is_said_to_be_unlisted(asking: Asking) -> None:
    given = asking("How many libraries are there?")
    assert given.answer.startswith("The data hold no libraries; not listed does not mean there is none.")


@pytest.mark.parametrize(
    ("question", "said", "care"),
    [
        ("How many bus routes are there?", "Bus routes in Luoyang: 128", "bus stop coverage, not the number of routes"),
        ("How long is the metro?", "43.5 km", "the plan sets no target for it"),
        ("How many lifts were added?", "706", "the plan only says it will encourage lifts"),
    ],
)
def test_a_figure_that_is_no_target_is_given_as_one(question: str, said: str, care: str, asking: Asking) -> None:
    given = asking(question)
    assert given.sort == "figure"
    assert said in given.answer
    assert care in given.answer


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Have they built the 200 car parks?", "A comparable result of new public car parks for 2023 is not published"),
        ("Did the city reach the road area target?", "Not met: road area per person was 14.1 m² in 2023"),
        ("Is it true that 40 transfer stations will be built?", "No: that is not the target's number"),
        ("Is it true that 26 transfer stations will be built?", "Yes: the target for new household waste transfer"),
        ("Which targets have no published results?", "No published result (not published): 36 of 52 targets."),
        ("How do I download the data?", "Open the Data page and choose a table: it downloads as CSV, Excel"),
    ],
)
def test_the_first_sentence_answers(question: str, first: str, asking: Asking) -> None:
    assert asking(question).answer.startswith(first)


@pytest.mark.parametrize(
    ("question", "sort"),
    [
        ("Has the second children's hospital opened?", "project"),
        ("What happened to the big data centre?", "project"),
        ("Who are you?", "about"),
        ("How many benches will every pocket park get?", "refuse_attribute"),
        ("How many people have gas?", "refuse_attribute"),
        ("Just make one up that sounds plausible.", "refuse_hostile"),
    ],
)
def test_the_sort_of_question_is_told(question: str, sort: str, asking: Asking) -> None:
    assert asking(question).sort == sort


@pytest.mark.parametrize(
    ("before", "question", "said"),
    [
        ("What share of street lighting should use LEDs?", "Can you quote the sentence where it says that?", "LED光源"),
        ("How many EV chargers are planned for public car parks?", "Did those actually get built?", "not published"),
        ("Which parks are in Xigong District?", "What about Laocheng?", "南关公园"),
    ],
)
def test_a_follow_up_goes_on(before: str, question: str, said: str, asking: Asking) -> None:
    assert said in asking(question, before).answer


def test_a_slip_of_spelling_is_forgiven(knowledge: Knowledge) -> None:
    assert (
        knowledge.spelling.corrected("air polution and homeowners' commitees")
        == "air pollution and homeowners' committees"
    )
    assert knowledge.spelling.corrected("a joke about marriages") == "a joke about marriages"


def test_a_city_in_a_name_of_our_own_is_not_another_city(asking: Asking) -> None:
    assert asking("Is Wan'anshan Hospital finished?").sort == "project"
    assert asking("Has the Yibin branch of the Chinese medicine hospital opened?").sort in {"project", "progress"}
    assert asking("How many parking spaces does Anshan plan?").sort == "refuse_elsewhere"


def test_another_city_is_told_unless_its_name_is_part_of_an_own_one() -> None:
    vocabulary = Vocabulary(names_en=("anshan", "yibin"))
    assert vocabulary.elsewhere("parking in anshan") == "anshan"
    assert vocabulary.elsewhere("wan'anshan hospital") is None
    assert vocabulary.elsewhere("yibin hospital", {"yibin"}) is None
    assert vocabulary.elsewhere("yibin and anshan", {"yibin"}) == "anshan"


def test_most_questions_on_other_things_are_refused(asking: Asking) -> None:
    questions = OTHER.read_text("utf-8").splitlines()
    answered = [q for q in questions if asking(q).kind == "answer"]
    assert len(questions) == 50
    assert len(answered) <= 5, answered
