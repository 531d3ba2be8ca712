"""Claims of every year, of a rank, of an extreme, of a sum, in another unit: what is so is said first, and a yes only of what was looked up."""

import pytest

from tests.portal.answering.conftest import Asking


@pytest.mark.parametrize(
    ("question", "beginning"),
    [
        # Every year and some year.
        (
            "绿地率从来没有低于35%，对吗？",
            "洛阳市建成区绿地率从2003年到2024年有数的22年里，有14年低于35%：2003年（31.6%）",
        ),
        ("燃气普及率2021年以来一直都在98%以上吗？", "洛阳市燃气普及率从2021年到2024年有数的4年里，有2年低于98%："),
        ("燃气普及率有没有低于过98%", "洛阳市燃气普及率从2003年到2024年有数的22年里，有16年低于98%："),
        ("绿地率没有一年到40%，对吗", "洛阳市建成区绿地率从2003年到2024年有数的22年，年年低于40%："),
        ("Was green space ratio ever above 40%?", "Green space ratio of the built-up area in Luoyang: in all 22 years"),
        ("Has gas coverage ever been under 98% since the plan began in 2021?", "Gas coverage in Luoyang: of 4 years"),
        # A rank, from the top and from the bottom, and one that is shared.
        ("人均道路面积全省第八，对吗？", "不是：第12名，共13个："),
        ("洛阳的人均道路面积在全省倒数第二？", "是的：从低到高排第2名（从高到低第12名），共13个："),
        ("Is Luoyang ranked eighth in the province for road area per person?", "No: Rank 12 of 13:"),
        ("供水普及率2024年洛阳排第八名，是吗？", "不是：并列第1名，共16个："),
        # The year of an extreme, among the years of one city.
        ("从2003年到2023年，人均道路面积最低的是2003年吗？", "是的：洛阳市人均道路面积最低的是2003年：4.2平方米"),
        ("2019年以来人均公园绿地面积最高的是2023年，对吧？", "不是：洛阳市人均公园绿地面积最高的是2024年："),
        ("2019年河南供水普及率垫底的是不是洛阳啊？", "不是：最低的是驻马店：2019年供水普及率94.1%"),
        ("洛阳绿地率最低的是2003年吧", "不是：洛阳市建成区绿地率最低的是2010年：27.5%"),
        # Neither of a rumour.
        ("2022年燃气普及率洛阳全省垫底，这是谣言吧？", "最低的是洛阳：2022年燃气普及率95.7%"),
        # Of the only one, of what something is said to be for, and of many numbers at once no yes is said.
        ("2020年污水处理率全省第一的只有洛阳一个", "并列第1名，共17个：2020年洛阳污水处理率是100%"),
        ("Only Luoyang had 100% gas coverage in 2024?", "Met: gas coverage was 100% in 2024"),
        ("污水处理率98%这目标是不是白定的，我咋记得2020年就100了", "做到了：2023年污水处理率是99.999%"),
        ("老旧小区8月份2659个，10月份2769个，多了110个，2025年的任务正好完成了是吧", "方案给老旧小区改造没有写数量"),
        ("洛阳今年新建102个公共充电站，那2200个桩的任务是不是早完成了", "52项里7项做到了。"),
        # A figure from before the plan's end denies nothing of later years; how it went is told year by year.
        ("7440万平方米供热面积已经完成了，95%也就达到了吧", "2020年洛阳市集中供热入网面积是7060万平方米"),
        (
            "燃气普及率这几年一直在涨，从没掉过，对吧",
            "洛阳市燃气普及率从2003年的49.03%到2024年的100%，升了50.97个百分点",
        ),
        # A word that sounds like one of the plan's.
        ("方案里充电站是要建2200个对吧", "公共停车场新能源车辆充电桩的目标是2200个"),
        # Each part of the territory has its own number; how many are compared is no number of it; a year may be another number's.
        ("县级城市污泥无害化要100%，城市区88%，没记错吧？", "不是。"),
        ("城市区污泥无害化要100%，县级城市88%，没记错吧？", "是的。"),
        ("2022年燃气普及率洛阳在表里17个市垫底，是真的吗？", "是的：最低的是洛阳：2022年燃气普及率95.7%"),
        ("人均公园绿地面积目标15.7，方案还没开始2020年就16.12了，是这样吧？", "方案写的是：人均公园绿地面积15.7平方米"),
        (
            "Luoyang got its two national regional medical centres before the plan ran out – correct?",
            "Met: national regional medical centres was 2 in July 2023; the target is 1-2.",
        ),
        ("郑州2024年人均公园绿地是17.26平方米，没错吧？", "不是：2024年郑州人均公园绿地面积是14.6平方米"),
        # About a number, one up to a rank, a unit with 个 before it, a year before the plan, a later document, a title.
        ("2023年咱市人均道路面积都将近17平方米了，没错吧？", "没有做到：2023年人均道路面积是14.1平方米"),
        ("方案里头是不是写的，城市人均道路要弄到十七个平方？", "人均道路面积的目标是17平方米"),
        ("2022那年燃气普及率还掉到98以下过？真有这事？", "对，没有做到：2022年燃气普及率是95.7%"),
        ("污水处理率在方案还没开始的2020年就已经百分之百了，是不", "是的：2020年污水处理率是100%"),
        (
            "22年都拿下国家公交都市了，公交500米覆盖百分百也就等于达标了呗",
            "2022年8月洛阳市国家公交都市建设示范城市是命名。",
        ),
        ("后来有个文件把老旧小区改造完成的年头写成2025年了，有没有这回事", "公开报道和方案说的不完全是一回事"),
        ("2024年人均公园绿地咱市稳进全省前五，这个标题能发吗", "不是：第7名，共15个："),
        ("Luoyang was in the top ten of Henan for park green area per person in 2024, right?", "Yes: Rank 7 of 15"),
        # Another unit of the same kind.
        ("人均公园绿地面积要达到15.7公顷，有这么多吗？", "不是：人均公园绿地面积按“平方米”算，目标是15.7平方米。"),
        ("方案要求城市平均降尘量不高于9微克每立方米，我没记错吧", "不是：城市平均降尘量按"),
        # A sum, a distance and a change are no number of the plan's; nor is an article's.
        ("生活垃圾中转站和湿垃圾处理站的目标合起来是不是已经建成51座了？", "- **新建生活垃圾中转站**：方案写的是："),
        ("2024年人均道路面积14.1平方米，和目标差2.9，对吗？", "没有做到：2024年人均道路面积是15.3平方米"),
        (
            "绿地率从2022年到2023年只涨了0.1%，对吗？",
            "洛阳市建成区绿地率从2022年的39.3%到2023年的39.4%，升了0.1个百分点",
        ),
        (
            "《某某市停车场建设管理条例》第十二条说多少平方米必须配一个车位？",
            "这里没有收录《某某市停车场建设管理条例》",
        ),
        # What is set aside is not what is asked; two of which one is named.
        ("除了人均道路面积，其它目标全都完成了是吧", "52项里7项做到了。"),
        (
            "道路14.1、公园绿地16.35，两项2023年都达标了对吧",
            "2023年人均公园绿地面积是16.3平方米（更正值、可靠程度中等），达到了目标",
        ),
        # How many targets, with the number in a word, and with a number that is none of targets.
        ("没达标的有36项吧？", "不对：52项里没有做到的有1项。"),
        ("Only seven targets were met, right?", "Met: 7 of 52 targets."),
        ("Exactly seven targets have been met, correct?", "That is right: of 52 targets, 7 met."),
        ("绿化覆盖率的目标是39%，2023年44.99%，超额完成了，对不对？", "2023年洛阳市建成区绿化覆盖率是44.99%"),
        # Figures of a district are told where there are any.
        (
            "孟津区2022年的绿地率是39.26%，超过39%的目标了吧？",
            "公布过的只有这些（只是这一块的数，不是全市的结果）：\n\n- 2022年：36.6%",
        ),
        # What became of a place; a place that is not held.
        ("王城公园拆了吗？", "王城公园、王城公园站后来怎么样了（比如还在不在、改没改），数据里没有记"),
        ("孔明街体育公园拆了吗？", "数据里没有“孔明街体育公园”这个地方"),
        ("孔明街体育公园在哪里？", "数据里没有“孔明街体育公园”这个地方"),
        # Who passed the plan and when.
        ("这个方案是不是市人大常委会通过的？", "方案由洛阳市人民政府办公室印发。"),
        ("Who has issued the plan and when?", "The plan was issued by"),
    ],
)
def test_the_first_sentence_says_what_is_so(question: str, beginning: str, asking: Asking) -> None:
    assert asking(question).answer.startswith(beginning)


def test_letters_before_a_number_make_it_no_year(asking: Asking) -> None:
    answer = asking("PM2.5和PM10年均浓度分别是多少")
    assert "2010" not in answer.answer


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        # A word of a target's name is that target, where a whole set was read.
        ("供水供气供热污水这些里面，几项达标？", "供水普及率"),
        ("Has the road target been met since then, e.g. in 2024?", "15.3 m² in 2024"),
        # Short of a target before it was due is no target missed.
        ("What was gas coverage in 2021?", "In the year it was due it was 99.4% (2023"),
        ("燃气普及率2022年是多少", "到期那年（2023年）是99.4%"),
        # Whose figure it is, after another city's.
        ("南阳2024年的绿地率是多少？", "按洛阳市到期那年的数，做到了"),
        (
            "I live near Qilihe. Where can I park my car?",
            "Of the car parks with a known position none is within 1,000 m",
        ),
    ],
)
def test_what_is_told_is_told_of_what_was_asked(asked: str, said: str, asking: Asking) -> None:
    assert said in asking(asked).answer


def test_all_targets_are_told_where_no_word_of_any_is_said(asking: Asking) -> None:
    assert asking("三年行动到底完成了几项").answer.startswith("52项里7项做到了")
    assert asking("How many targets were met?").answer.startswith("Met: 7 of 52 targets.")


@pytest.mark.parametrize(
    "question",
    [
        "新闻说中心城区游园已达336处，超额完成。请说明游园指标的完成情况。",
        "2023年供热普及率95.3%超额完成，这个数出自哪里？",
        "供热普及率2023年是96.2%吧",
    ],
)
def test_a_number_of_a_result_that_nobody_published_is_said_to_be_none_of_those(question: str, asking: Asking) -> None:
    told = asking(question).answer
    assert "您说的这个数，公布过的数里没有。" in told
    assert not told.startswith(("是", "不是", "对"))


def test_a_published_number_rounded_is_told_as_it_was_published(asking: Asking) -> None:
    told = asking("人均公园绿地面积的目标是15.6平方米吗").answer
    assert "您说的数和下面这个公布过的数四舍五入以后相同：" in told
    assert "15.58平方米（可靠程度中等）（洛阳市孟津区）" in told


def test_a_published_number_is_shown_as_exactly_as_it_was_said(asking: Asking) -> None:
    assert "39.35%（洛阳市）" in asking("绿地率的目标是39.35%吗？").answer


def test_a_bound_is_no_number_that_was_published(asking: Asking) -> None:
    assert "您说的这个数公布过" not in asking("降尘量不低于9吨才算达标吧？").answer


def test_what_was_published_before_the_plan_makes_no_result_incomparable(asking: Asking) -> None:
    assert asking("供热普及率95%完成了吗？").answer.startswith("没有人公布过供热普及率2023年的结果（未公布）")


def test_whom_something_is_the_fault_of_is_told_by_no_text(asking: Asking) -> None:
    told = asking("是不是上面的政策害得咱市没达标").answer
    assert "一条里写着" not in told


def test_what_a_number_is_of_is_said_once_above_all_that_was_published_of_it(asking: Asking) -> None:
    told = asking("垃圾分类覆盖率的目标是90%吗").answer
    assert told.count("您说的这个数公布过，说的是：") == 1
    assert "2023（年度任务）：90%" in told
    assert "2024（规划目标）：90%" in told
