"""Names and homes in what strangers type: known by the words around them, as no form of their own tells them from other words."""

import re
import tomllib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

_WORDS = Path(__file__).with_name("personal_words.toml")
NAME = "〔姓名已隐去〕"
HOME = "〔门牌已隐去〕"

_HAN = r"[\u3400-\u9fff·]"
# No name holds the word by which people speak of themselves (我叫我叫…).
_OF_NAMES = rf"(?:(?!我){_HAN})"
_END = r"(?=[ ,，。.;；:!！?？、()（）〔\n]|$)"
_N = r"(?:[A-Za-z]?\d{1,4}[A-Za-z]?|[一二三四五六七八九十百〇零两甲乙丙丁]{1,5})"
_SEP = r"[ ,，、-]?"
_NOT_A_COUNT = r"(?<![共建有计增设成达近约\d])"
# A number that is followed by what it counts is no room.
_NO_UNIT = r"(?![\d.万亿余多平米套户亩间个人年元㎡m%住家层条座处辆]|[A-Za-z])"
_BUILDING = rf"{_N}(?:栋|幢|号楼|座|#楼?)"
_HOUSE = rf"(?:{_N}(?:号院|号|弄){_SEP})?"
_ROOM = rf"(?:\d{{3,4}}|{_N}(?=室|房))(?:室|房|号)?{_NO_UNIT}"
_HOMES = [
    # 12号3栋2单元501室, 3号楼2单元, 2单元1201
    rf"{_NOT_A_COUNT}{_HOUSE}{_BUILDING}{_SEP}{_N}单元(?:{_SEP}{_N}[层楼])?(?:{_SEP}{_ROOM})?",
    rf"{_NOT_A_COUNT}{_HOUSE}{_N}单元(?:{_SEP}{_N}[层楼])?{_SEP}{_ROOM}",
    # 3栋501, 12号楼1203室, 12号501室
    rf"{_NOT_A_COUNT}{_HOUSE}{_BUILDING}(?:{_SEP}{_N}[层楼])?{_SEP}{_ROOM}",
    rf"{_NOT_A_COUNT}{_N}号(?:院)?{_SEP}{_N}室",
    r"(?<=[区院园苑府湾寓])[ ]?\d{1,3}-\d{1,2}-\d{3,4}(?!\d)",
    r"(?<![A-Za-z])(?i:apt|apartment|flat|room|rm)\.?[ ]?(?:no\.?[ ]?)?#?\d{1,4}[A-Za-z]?(?![\w.%])",
]
_LIVES = (
    r"((?:家住|住在|住址|家庭地址|家在|我家是|我住|现住|通讯地址|联系地址|收件地址)[是为在:]{0,2}[^。；;!！?？,，\n\d]{0,24}?)"
    rf"(?<![第月]){_N}(?:号院?|弄)(?![线口门地街])"
)
_LIVES_EN = r"((?i:(?:i|we) live at|my (?:home )?address is|my home is at)[ ]+(?:no\.?[ ]?)?)\d{1,5}[A-Za-z]?(?![\w.])"
_LATIN_NAME = r"[A-Za-z][A-Za-z'’-]*(?:[ ][A-Z][A-Za-z'’-]*){0,2}"
_NOT_LATIN = (
    r"(?!(?i:on|not|in|the|an?|at|of|to|as|no|written|listed|missing|wrong|being|spelled|known|there|here|also)\b)"
)
_Change = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]


def without_names_and_homes(text: str) -> str:
    """The text with what its words say is a person's name, and with numbers of houses and rooms somebody lives in, replaced.

    A street with its number alone stays, as where a public place lies is told that way; so do counts of buildings.
    """
    before = ""
    # What was replaced may end a name or a home that had no end before it.
    while text != before:
        before = text
        for pattern, instead in _changes():
            text = pattern.sub(instead, text)
    return text


@lru_cache(maxsize=1)
def _changes() -> Sequence[_Change]:
    told = tomllib.loads(_WORDS.read_text("utf-8"))
    surnames = "".join(told["surnames"].split())
    family = rf"(?:{'|'.join(told['double_surnames'])}|[{surnames}])"
    after = told["after"]
    # A name up to where the sentence goes on: one character more, or two where the second does not belong to what follows.
    given = rf"{_OF_NAMES}(?:(?![{after}]){_OF_NAMES})?"
    called = rf"(?![{told['no_calls']}])"
    is_none = rf"(?!{_HAN}{{1,4}}(?<=[{told['no_name_ends']}]){_END})(?!{'|'.join(told['no_names'])})"
    names = [
        rf"(我叫做?|我的名字(?:是|叫)|我名叫)[ ]?(?:{family}{given}|{called}{_OF_NAMES}{{2,4}}{_END})",
        rf"(姓名[ ]?:[ ]?)(?:{_OF_NAMES}{{2,4}}|{_LATIN_NAME})",
        rf"(姓名[ ]?[是为][ ]?){family}{given}",
        rf"((?:联系人|申请人|投诉人|反映人|举报人|收件人|户主)[ ]?[:是][ ]?){family}{given}",
        rf"((?:我|本人)是|本人){is_none}{family}{_OF_NAMES}{{1,2}}{_END}",
        rf"((?i:my name(?:'s|’s| is)|i am called)[ ]+){_NOT_LATIN}{_LATIN_NAME}(?:[ ](?!and\b|i\b)[a-z]+(?=[,.;!?]|$))?",
    ]
    found: list[_Change] = [(re.compile(n), rf"\g<1>{NAME}") for n in names]
    found += [(re.compile(h), HOME) for h in _HOMES]
    found += [(re.compile(h), rf"\g<1>{HOME}") for h in (_LIVES, _LIVES_EN)]
    return found
