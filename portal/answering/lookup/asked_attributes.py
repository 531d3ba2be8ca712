"""What a question asks for that an article must hold to answer it: a time, an amount of money, a quantity, a penalty, a number to call."""

import re
from dataclasses import dataclass

from portal.texts.folding import fold

_NUMBER = r"[\d一二三四五六七八九十百千万零两]+"
_SENTENCE = re.compile(r"[^。；\n]+[。；]?")


@dataclass(frozen=True)
class Attribute:
    """Something asked for: how it is asked, how it is written; `strict` where an article without it cannot answer; `bonus` is what
    it adds to the score of an article that holds it."""

    name: str
    asked: re.Pattern[str]
    written: re.Pattern[str]
    strict: bool = False
    bonus: float = 0.1


_ATTRIBUTES = (
    Attribute(
        "date",
        re.compile(r"几月|几号|哪一?天|何日|什么日子|what date|which day|(?:from|until) when"),
        re.compile(rf"{_NUMBER}月{_NUMBER}日"),
        # Few articles hold a day, many a time.
        bonus=0.25,
    ),
    Attribute(
        "time",
        re.compile(
            r"几月|几号|哪天|何时|什么时候|多久|几天|期限|多长时间|啥时候|几点|哪年|几年|how long|when\b|deadline"
        ),
        re.compile(rf"{_NUMBER}(?:年|个月|月|日|个工作日|小时|时)|之日起|[前后]|期间|及时|立即|每[年月日天]|定期"),
        strict=True,
    ),
    Attribute(
        "money",
        re.compile(
            r"多少钱|几块钱|几[万亿]?元|多少[万亿]{0,2}元|收费标准|(?:价|价格|费|费用)(?:现在|是|要|得)?多少|(?:一|每)(?:平|吨|度|方|户|个月|年)\S{0,3}(?:多少|几)|收多少|补多少|how much (?:does|is|do)"
        ),
        re.compile(rf"{_NUMBER}(?:元|角)|免费|免收"),
        strict=True,
    ),
    Attribute(
        "quantity",
        re.compile(r"多少|几(?:只|条|棵|米|倍|平)|多大|how many|how much|minimum|maximum"),
        re.compile(rf"{_NUMBER}(?:元|平方米|公顷|米|只|棵|倍|厘米|吨|辆|人|%)|百分之"),
    ),
    Attribute(
        "penalty",
        re.compile(r"罚|处罚|后果|会怎么样|penalt|\bfine|caught|punish"),
        re.compile(r"罚款|责令|没收|警告|吊销|处分|追究"),
    ),
    Attribute(
        "contact",
        re.compile(
            r"(?:投诉|举报|咨询|服务|客服|联系|值班|报修|什么|啥|哪个)电话|电话(?:是|号|多少|几|呢|$|[?？,，。])|热线|号码是|打哪个|打给谁|给谁打|地址|在哪儿?办|网址|联系方式|phone|hotline|address"
        ),
        re.compile(r"\d{5,}|电话|热线|地址"),
        strict=True,
    ),
    Attribute(
        # That a number is to be published is no number.
        "phone",
        re.compile(
            r"(?:电话|热线|号码)\S{0,3}(?:多少|几|是啥|是什么)|多少号|(?:phone|hotline) number|number (?:do|can|should) i (?:call|ring)"
        ),
        re.compile(r"\d{5,}"),
        strict=True,
    ),
)
_FINED = re.compile(r"罚款|罚金|处以")
_SHARE = re.compile(r"百分之|倍")

# How people ask what they may, must or risk, and who decides: what rules answer and a plan of works seldom does.
_OF_A_RULE = re.compile(
    r"罚|处罚|违法|违规|违反|犯法|允许|准不准|让不让|许不许|中不中|不许|不让|不准|合法|合规|规矩|条例|规定|法规|能不能|可不可以|行不行|行(?:吗|么|不)(?:$|[,，?？。])|算不算"
    r"|用不用|要不要|需不需要|可以(?:吗|么|不)|能\S{1,12}(?:吗|么|不)(?:$|[,，?？。])|(?:谁|哪个部门|哪级|哪儿)(?:来|去)?(?:批|审|管|出|掏|同意|负责)"
    r"|该(?:由|经|归)?谁|经谁|归谁|归(?:用户|哪)|(?:跟|找|向)(?:谁|哪)\S{0,6}(?:申请|打招呼|报|批|审)|哪个部门|手续|几月几[号日]|最长|最多能|有效期"
    r"|收不收|罚不罚|退不退|赔不赔|找(?:谁|哪)|办(?:什么|啥|哪些?)|什么证|啥证|哪个能|是不是\S{0,12}(?:不能|不许|不准|都能)"
    r"|(?:能|得|该|可以|必须|最晚|最多|最少|至少)\S{0,8}(?:多久|几天|几回|几次|几只|几条|几个|多少天|多长时间)"
    r"|\bfine[ds]?\b|penalt|punish|allowed|permit|licen[cs]e|caught|legal|forbid|\bban(?:ned)?\b|\bok(?:ay)? to\b|\bmay (?:i|we|one)\b"
    r"|\bcan (?:i|we|one|you|they|someone|somebody)\b|must (?:i|we|one)|do (?:i|we) (?:have|need) to|who pays|responsible for|in charge of|\brules?\b|regulation"
)


# Who wants a case of their own looked up asks for no rule.
_OF_A_RECORD = re.compile(
    r"(?:帮|给)\S{0,3}查|查(?:一下|一查|查|询)|到账|办到哪|轮到我|look up my|status of my|my case"
)


def of_a_rule(question: str) -> bool:
    """Whether a question is put as one for a rule: what is allowed, who decides, what a breach costs."""
    folded = fold(question)
    return bool(_OF_A_RULE.search(folded)) and not _OF_A_RECORD.search(folded)


def wanted(question: str) -> list[Attribute]:
    """What a question asks for, as far as it can be told by its words."""
    folded = fold(question)
    return [a for a in _ATTRIBUTES if a.asked.search(folded)]


def unanswered(question: str, text: str) -> list[str]:
    """What a question asks for that a text does not hold, of the kinds without which there is no answer.

    A fine is no price: sentences that fine count only for who asks about fines.
    """
    asked = wanted(question)
    if not any(a.name == "penalty" for a in asked):
        text = "".join(s for s in _SENTENCE.findall(text) if not _FINED.search(s))
    elif _SHARE.search(text):
        # A fine may be so many times a fare or a share of a cost.
        asked = [a for a in asked if a.name != "money"]
    return [a.name for a in asked if a.strict and not a.written.search(text)]
