"""The questions in a long message, in either language."""

import pytest

from portal.answering.question_splitting import cores_of, parts_of
from tests.portal.answering.conftest import Asking


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        (
            "I cycle to work and the smog is awful. My kid coughs too. What was the PM2.5 in 2023 and how many good air "
            "days were there?",
            ["What was the PM2.5 in 2023", "how many good air days were there"],
        ),
        (
            "Hello, my wife likes parks and I like tap water. What was the goal for park area per person, what is the newest "
            "yearbook figure, and what share of people get piped water?",
            [
                "What was the goal for park area per person",
                "what is the newest yearbook figure",
                "what share of people get piped water",
            ],
        ),
    ],
)
def test_what_is_asked_is_told_from_what_is_only_said(message: str, parts: list[str], asking: Asking) -> None:
    found = parts_of(message, asking.service.knowledge())
    assert [p.strip("?？") for p in found][-len(parts) :] == parts


def test_a_comma_within_a_number_parts_nothing(asking: Asking) -> None:
    message = "Somebody at dinner said that 2,350 chargers were built last year, is that true?"
    parts = [*parts_of(message, asking.service.knowledge()), *cores_of(message, asking.service.knowledge())]
    assert any("2,350 chargers" in part for part in parts)


def test_the_cities_named_before_the_question_stay_with_it(asking: Asking) -> None:
    (core, *_) = cores_of(
        "I was talking with a colleague about rivers and about how clean they have become lately. Just wondering about one thing here: Zhengzhou or Luoyang, who treats more of its sewage?",
        asking.service.knowledge(),
    )
    assert core == "Zhengzhou or Luoyang，who treats more of its sewage"


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            "爬楼实在费劲，等了好几年。我想问两件事：老旧小区说的是哪年以前的房子，还有全市到现在装了多少部电梯？",
            ["2000年", "706"],
        ),
        ("公交站离家500米的覆盖率要到百分之多少？对了地铁现在总共多长", ["100%", "43.5公里"]),
    ],
)
def test_each_question_of_a_long_message_is_answered(message: str, said: list[str], asking: Asking) -> None:
    assert [s for s in said if s not in asking(message).answer] == []


def test_what_is_asked_at_the_end_of_a_story_is_refused_whatever_the_story_names(asking: Asking) -> None:
    given = asking(
        "最近一直在犹豫要不要把洛龙那套小房子卖了，两个孩子意见不一样，老大说等等，老二说赶紧出手，我也不懂这些，就问一句，明年洛阳房价是涨还是跌啊？"
    )
    assert given.kind == "refusal"


def test_the_end_of_a_story_may_name_its_subject_a_piece_earlier(asking: Asking) -> None:
    given = asking(
        "我住在南昌路那边一个老家属院，晚上回来转三圈没地儿，孩子上礼拜还跟人家吵起来。我记得前几年政府开会说要大搞停车位，好像有个数，说是三年新增多少多少万个来着？"
    )
    assert "4.5万个" in given.answer


def test_a_question_that_names_nothing_is_asked_of_what_was_last_spoken_of(asking: Asking) -> None:
    story = "家门口的路坑坑洼洼，一下雨就积水，前年开挖过一次，挖完又塌，现在还是老样子。我不是来吵架的，就想知道雨污分流文件里怎么写的，有没有说到哪年？"
    assert cores_of(story, asking.service.knowledge()) == ["就想知道雨污分流文件里怎么写的，有没有说到哪年"]
