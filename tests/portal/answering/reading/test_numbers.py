"""Years and numbers are read as people write and say them."""

import pytest

from portal.answering.query import Where
from portal.answering.reading.numbers import Times, negated, quantities, times, within


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2023年达标没", (2023,)),
        ("二零二三年实际是多少", (2023,)),
        ("到二三年底要达到多少处", (2023,)),
        ("what about 2021 and 2022?", (2021, 2022)),
        ("新增2200个充电桩", ()),
        ("2000年前建成的老旧小区", ()),
        ("三年行动方案", ()),
    ],
)
def test_years(text: str, years: tuple[int, ...]) -> None:
    assert times(text).years == years


def test_ranges() -> None:
    assert (times("2019年到2022年").from_, times("2019年到2022年").to) == (2019, 2022)
    assert times("2019年以来怎么变").from_ == 2019
    assert times("近五年绿地率怎么变").recent == 5
    assert times("over the last 3 years").recent == 3
    assert times("方案实施这三年每年多少").plan_years


def test_years_counted_from_the_question_before() -> None:
    assert times("上一年呢").step == -1
    assert times("and the year after?").step == 1
    assert times("上面那个呢").step == 0
    assert (times("那之前呢").side, times("and after that?").side, times("那前一年呢").side) == (-1, 1, 0)
    assert times("同一年洛阳呢").same
    assert not times("三年行动方案").same


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("4.5万个停车位", 45000, "个"),
        ("四万五千个停车位", 45000, "个"),
        ("百分之九十五", 95, "%"),
        ("did 95% of homes get heating?", 95, "%"),
        ("is road area per person 17 m²?", 17, "m²"),
        ("四个静脉产业园都建成了吧", 4, "个"),
        ("游园是不是要建330%？", 330, "%"),
        ("14.1平方米", 14.1, "平方米"),
        ("每县要建1.5所吗", 1.5, "所"),
        ("is the target 39 buildings?", 39, "buildings"),
        ("is the target 330 km?", 330, "km"),
        ("is the target 17 by the end", 17, ""),
    ],
)
def test_quantities(text: str, value: float, unit: str) -> None:
    (found,) = quantities(text)
    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize(
    "text", ["3.4.1写的什么", "3.9.1条写的什么", "2023年达标没", "第三部分第七大项第二条全文", "上一年呢"]
)
def test_what_is_no_quantity(text: str) -> None:
    assert quantities(text) == []


def test_thresholds_and_ends() -> None:
    assert within(Where(), "超过40%的城市").over == 40
    assert within(Where(), "低于15平方米的城市").under == 15
    assert within(Where(), "哪个城市最低").lowest
    assert not within(Where(), "哪个城市最高").lowest


def test_negations() -> None:
    assert negated("绿地率没到39%对吧")
    assert negated("it failed to reach the target, right?")
    assert not negated("绿地率到39%了对吧")
    assert not negated("是不是达标了")
    assert not negated("it exceeded 17, didn't it?")
    assert not negated("isn’t it 17?")
    assert negated("it isn't 17, is it?")
    assert negated("it didn't reach 17, did it?")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2015 up to 2020", Times(from_=2015, to=2020)),
        ("from 2015 till 2020", Times(from_=2015, to=2020)),
        ("历年绿地率最低的是哪年", Times(recent=1000)),
        ("the rate over the years", Times(recent=1000)),
        ("绿地率近年怎么样", Times(recent=5)),
        ("the last three years", Times(recent=3)),
    ],
)
def test_ranges_of_years(text: str, expected: Times) -> None:
    assert times(text) == expected


@pytest.mark.parametrize("text", ["三年新增多少多少万个", "千个", "人均道路面积 {{7*7}}", "<b>5</b>", "`9`", "5*6米"])
def test_no_number_is_stated_by_a_bare_scale_or_by_code(text: str) -> None:
    assert quantities(text) == []
