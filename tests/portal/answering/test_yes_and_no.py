"""Yes and no are said only of what was asked: every numeric target in ten wordings, with its number and with another, in both languages."""

import re
from collections.abc import Iterator

import pytest

from tests.portal.answering.conftest import Asking

# What a wording is of, and whether a yes means that the number is so (True), is not so (False), or may never be said (None).
WORDINGS = {
    "zh": {
        "{name}有{number}吗": ("result", True),
        "{name}是{number}吧": ("result", True),
        "{name}没到{number}，对吧": ("reached", False),
        "{name}{number}都是假的吧": ("accusation", None),
        "{name}烂尾了吧": ("accusation", None),
        "{name}的目标是{number}吗": ("target", True),
        "{name}目标不是{number}吧": ("target", False),
        "到2023年{name}达到{number}了？": ("reached", True),
        "是不是{name}已经{number}了": ("result", True),
        "{name}才{number}，是不是没完成": ("accusation", None),
    },
    "en": {
        "Is {name} {number}?": ("result", True),
        "{name} is {number}, right?": ("result", True),
        "{name} did not reach {number}, did it?": ("reached", False),
        "The {number} for {name} is fake, isn't it?": ("accusation", None),
        "Was {name} abandoned?": ("accusation", None),
        "Is the target for {name} {number}?": ("target", True),
        "The target for {name} isn't {number}, is it?": ("target", False),
        "Did {name} reach {number} by 2023?": ("reached", True),
        "Has {name} already reached {number}?": ("reached", True),
        "{name} is only {number}, so it was not met, right?": ("accusation", None),
    },
}
YES = re.compile(r"是的|对[：，。]|Yes\b|That is right|Right\b")
NO = re.compile(r"不是[：，。]|不对|No[:,. ]|That is not right|Wrong\b")


def opening(text: str) -> bool | None:
    """Whether an answer begins with yes (True), no (False) or neither."""
    return True if YES.match(text) else False if NO.match(text) else None


def result_at_due(asking: Asking) -> dict[str, float]:
    """The comparable result at the due date by indicator, where one is published."""
    rows = asking.service.knowledge().store.rows(
        "SELECT indicator, due_value FROM progress WHERE status IN ('met', 'not_met') AND due_value IS NOT NULL"
    )
    return {r["indicator"]: float(r["due_value"]) for r in rows}


def may_say(about: str, sense: bool | None, number: float, target: float, result: float | None) -> set[bool | None]:
    """The openings that are true of a wording: yes, no or neither."""
    if sense is None or (about != "target" and result is None):
        return {None}
    if about == "target":
        return {None, (number == target) is sense}
    assert result is not None
    so = {"reached": {result >= number, result <= number}, "result": {result == number, result >= number}}[about]
    # Which way a target is reached (at least, at most) is the telling's to know; where both agree there is one truth.
    return {None, *(s is sense for s in so)}


def asked(asking: Asking, language: str) -> Iterator[tuple[str, str, str, set[bool | None]]]:
    """Every target × wording × number: the target, the question, the target's words, the openings that are true."""
    knowledge, results = asking.service.knowledge(), result_at_due(asking)
    for row in knowledge.indicators.values():
        if row["direction"] == "done" or row["target"] is None:
            continue
        target = float(row["target"])
        unit = row["unit"] if language == "zh" or row["unit"] == "%" else ""
        # Results lie between these or below both; none equals the second.
        for number in (target, target * 0.63 if row["unit"] == "%" else target * 1.5):
            stated = f"{number:.15g}{unit.split('/')[0]}"
            for wording, (about, sense) in WORDINGS[language].items():
                question = wording.format(name=row["name_zh" if language == "zh" else "name_en"], number=stated)
                yield row["id"], question, about, may_say(about, sense, number, target, results.get(row["id"]))


@pytest.mark.evaluation
@pytest.mark.parametrize("language", ["zh", "en"])
def test_yes_and_no_are_said_only_of_what_was_asked(language: str, asking: Asking) -> None:
    wrong, count = [], 0
    for indicator, question, about, true in asked(asking, language):
        given = asking(question)
        first = given.answer.split("\n")[0]
        count += 1
        if given.kind == "answer" and opening(first) not in true:
            wrong.append((indicator, about, question, first[:100]))
    assert count >= 37 * 2 * 10
    assert wrong == []


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("人均道路面积有17平方米吗？", "没有做到：2023年人均道路面积是14.1平方米"),
        ("9万套安置房烂尾了吧？", "没有人公布过"),
        ("游园是不是要建330%？", "不是：中心城区游园数量按“处”算，目标是330处"),
        ("绿地率目标是39个吗", "不是：建成区绿地率按“%”算，目标是39%"),
        ("Did everyone have running water by 2023?", "Met: water supply coverage was 100% in 2023"),
        ("人均道路面积目标不是17平方米吧", "不对：人均道路面积的目标是17平方米"),
    ],
)
def test_the_first_sentence_says_what_is_so(question: str, begins: str, asking: Asking) -> None:
    assert asking(question).answer.startswith(begins)
