"""Personal data in what strangers type: replaced before anything is logged, shown again, stored or sent on."""

import re
from collections.abc import Callable, Iterable

from portal.texts.personal_words import without_names_and_homes

_S = r"[ \-·_]?"
_BETWEEN = r"[ \-]"
_IS = r"[ ]?(?:号码?|账号|id|no\.?|number|is)?[ ]?(?:号码?)?[ ]?[是为:]?[ ]*"
_YEARS = re.compile(r"(?:(?:19|20)\d{2}[ -]?)+")
# Character for character, so that a place in one text is the same place in the other.
_NUMERALS = "〇零○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两"
_AS_DIGITS = str.maketrans(_NUMERALS, "0001234567891123456789" + "2")
_NUMERAL_RUN = re.compile(rf"(?:[\d{_NUMERALS}][ \-·]?){{10,20}}")

_ID = "〔身份证号已隐去〕"
_PAPER = "〔证件号已隐去〕"
_CARD = "〔卡号已隐去〕"
_MOBILE = "〔手机号已隐去〕"
_PHONE = "〔电话已隐去〕"
_CONTACT = "〔联系方式已隐去〕"
_SECRET = "〔密码已隐去〕"

# What opens something: the words for it, and what may stand between them and it.
_OPENS = (
    r"(?:(?:登[录陆]|支付|取款|银行卡|账[户号]|邮箱|微信|wi-?fi|解锁|动态|短信|手机)?(?:密码|口令|验证码|校验码|密钥|令牌)|(?<![A-Za-z])pin码"
    r"|(?<![A-Za-z])(?:password|passwd|passcode|passphrase|pwd|pin(?: ?code| number)?|otp|(?:verification|security) code|bearer|secret"
    r"|(?:api|access|secret|private)[ _-]?key|(?:(?:access|auth|api)[ _-]?)?token)(?![A-Za-z]))[ \"'“”]?"
)
_OPENED_BY = r"[ ]?(?:不?是|为|叫|改[成为]|设[成为]|设置[成为]|用的是|[:=])[ \"'“”]*"
# A number that is followed by what it counts opens nothing.
_NOT_COUNTED = r"(?![位个次年月日天字])"

_Pattern = tuple[re.Pattern[str], str]
# Before all others, as a number may stand in the middle of it.
_SECRETS: list[_Pattern] = [
    (re.compile(rf"{_OPENS}{_OPENED_BY}[!-~]{{3,500}}+{_NOT_COUNTED}", re.I), _SECRET),
    (
        re.compile(
            rf"{_OPENS}(?:is )?(?=[!-~]{{0,500}}?(?:\d|[@#$%^&*_+=~!][A-Za-z]))[!-~]{{4,500}}+{_NOT_COUNTED}", re.I
        ),
        _SECRET,
    ),
    # Known by their own form.
    (
        re.compile(
            r"(?<![A-Za-z0-9])(?:eyJ[\w-]{8,500}\.[\w.-]{8,2000}|sk-[\w-]{16,200}|gh[opsu]_[A-Za-z0-9]{30,255}|AKIA[0-9A-Z]{16})",
            re.A,
        ),
        _SECRET,
    ),
]
_NUMBERS: list[_Pattern] = [
    # Eighteen signs with a date of birth in the middle, however they are grouped.
    (
        re.compile(
            rf"(?<![\d.])[1-9](?:{_S}\d){{5}}{_S}(?:1{_S}9|2{_S}0)(?:{_S}\d){{2}}{_S}(?:0{_S}[1-9]|1{_S}[0-2])"
            rf"{_S}(?:0{_S}[1-9]|[12]{_S}\d|3{_S}[01])(?:{_S}\d){{3}}{_S}[\dXx](?!\d)"
        ),
        _ID,
    ),
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), _ID),
    # Of other countries: Korea, the United States, Brazil, Macao, Hong Kong, Britain, Spain, India, Italy, and a
    # foreigner's permanent residence.
    (re.compile(r"(?<![\d.])\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-[1-8]\d{6}(?!\d)"), _ID),
    (re.compile(r"(?<![\d.\-])\d{3}-\d{2}-\d{4}(?![\d\-])"), _ID),
    (re.compile(r"(?<![\d.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)"), _ID),
    (re.compile(r"(?<![\d./])(?:[157]/\d{6}/\d|[157]\d{6}\(\d\))(?!\d)"), _ID),
    (re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,2}\d{6}\([0-9Aa]\)"), _ID),
    (re.compile(r"(?<![A-Za-z0-9])[A-CEGHJ-PR-TW-Z]{2}(?: ?\d\d){3} ?[A-D](?![A-Za-z0-9])"), _ID),
    (re.compile(r"(?<![A-Za-z0-9.])\d{8}-?[A-HJ-NP-TV-Z](?![A-Za-z0-9])"), _ID),
    (
        re.compile(
            r"(?<![A-Za-z0-9])(?:[A-Z]{5}\d{4}[A-Z]|[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z]|[A-Z]{3}\d{12})(?![A-Za-z0-9])"
        ),
        _ID,
    ),
    (re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"), _CARD),
    # The older form, of fifteen.
    (
        re.compile(
            rf"(?<![\d.])[1-9]\d{{5}}{_BETWEEN}?\d{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]){_BETWEEN}?\d{{3}}(?!\d)"
        ),
        _ID,
    ),
    (re.compile(r"(?<![\d.])\d{14,19}(?!\d)"), _CARD),
    (re.compile(rf"(?<![\d.])\d{{4}}(?:{_BETWEEN}\d{{4}}){{3}}(?:{_BETWEEN}?\d{{1,4}})?(?!\d)"), _CARD),
    (re.compile(rf"(?<![\d.])\d{{4}}{_BETWEEN}\d{{6}}{_BETWEEN}\d{{4,5}}(?!\d)"), _CARD),
    (re.compile(rf"(?<![\d.])\d{{6}}{_BETWEEN}\d{{10,13}}(?!\d)"), _CARD),
    (
        re.compile(
            r"(?<!\d)(?:(?:\+|00)?86[- ]?)?1[3-9]"
            r"(?:\d[- .·_]?\d{4}[- .·_]?\d{4}|\d[- ]?\d{3}[- ]?\d{5}|\d{2}[- ]\d{4}[- ]\d{3}|\d{3}[- ]\d{6}|(?:[ -]\d){9})(?!\d)"
        ),
        _MOBILE,
    ),
    (re.compile(r"(?<!\d)1(?:[ -][3-9])(?:[ -]\d){9}(?!\d)"), _MOBILE),
    (re.compile(r"(?<![\d.])\(?(?:(?:\+|00)?86[- ]?)?0?\d{2,3}\)[- ]?\d{7,8}(?!\d)"), _PHONE),
    (re.compile(r"(?<![\d.])(?:(?:\+|00)?86[- ]?)?0\d{2,3}[- ]?\d{3,4}[- ]?\d{4}(?!\d)"), _PHONE),
    (re.compile(r"(?<![\d.])(?:\+|00)86[- ]?\d{2,3}[- ]?\d{7,8}(?!\d)"), _PHONE),
    # Of other countries.
    (re.compile(r"(?<![\d.])\+[ ]?[1-9](?:[ .()\-]{0,2}\d){6,14}(?!\d)"), _PHONE),
    (re.compile(r"(?<![\d.])00[1-9](?:[ .()\-]{0,2}\d){8,13}(?!\d)"), _PHONE),
    (re.compile(r"(?<![\d.])(?:\(\d{3}\) ?|\d{3}[\-.])\d{3}[\-.]\d{4}(?!\d)"), _PHONE),
]
_NAMED: list[_Pattern] = [
    (re.compile(rf"(?:护照|通行证|证件|passport){_IS}(?=[A-Za-z]*\d)[A-Za-z0-9]{{6,12}}(?![A-Za-z0-9])", re.I), _PAPER),
    (re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,2}\d{7,10}[A-Za-z]?(?![A-Za-z0-9])"), _PAPER),
    (
        re.compile(
            rf"(?:身份证|身份号|(?<![a-z])(?:ssn|sin|social security|aadhaar|nric|national id|id card|id (?=no|number))){_IS}"
            r"(?:\d(?:[ \-]?[A-Za-z0-9]){5,19})(?![A-Za-z0-9])",
            re.I,
        ),
        _ID,
    ),
    (re.compile(rf"(?:QQ|扣扣|企鹅号){_IS}[1-9](?:{_BETWEEN}?\d){{4,11}}(?!\d)", re.I), _CONTACT),
    (
        re.compile(
            rf"(?:微信|威信|薇信|wechat|whatsapp|telegram|(?<![a-z])[vw]x){_IS}(?=[A-Za-z]?[\w\-]*[\d_])[A-Za-z0-9][\w\-]{{4,19}}",
            re.I | re.A,
        ),
        _CONTACT,
    ),
    (
        re.compile(
            rf"(?:电话|手机|座机|(?<![a-z])(?:phone|mobile|tel|cell))\.?{_IS}\d(?:[ \-.]?\d){{6,11}}(?!\d)", re.I
        ),
        _PHONE,
    ),
    (re.compile(r"[\w.+-]{1,64}@[\w-]+\.[\w.-]+"), "〔邮箱已隐去〕"),
    (
        re.compile(
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] ?[A-Z][·• ]?[A-Z0-9]{5,6}(?![A-Z0-9])"
        ),
        "〔车牌已隐去〕",
    ),
]
MASKED = re.compile(
    r"(?:(?:我的|本人|我)?(?:身份证|手机|电话|车牌|卡号|银行卡|邮箱|联系我|护照|证件|联系方式|姓名|名字|联系人)?(?:号码?)?[是为:叫]?"
    r"|(?:my name(?:'s|’s| is)|i am called))\s*〔[^〕]{1,6}已隐去〕",
    re.I,
)


def mask(text: str) -> str:
    """The text with passwords, numbers of identity papers, bank cards, phones and plates, names in messengers, mail addresses,
    persons' names and numbers of homes replaced.

    Args:
        text: in Unicode's compatible form (NFKC): wide and circled digits are plain ones there.
    """
    text = _replaced(_replaced(text, _SECRETS), _NUMBERS)
    text = _in_numerals(text)
    return without_names_and_homes(_replaced(text, _NAMED))


def _replaced(text: str, patterns: Iterable[_Pattern]) -> str:
    for pattern, words in patterns:
        text = pattern.sub(_kept_if_years(words), text)
    return text


def _kept_if_years(words: str) -> Callable[[re.Match[str]], str]:
    """The words in a number's place; four years in a row are no card."""
    return lambda found: found[0] if _YEARS.fullmatch(found[0]) else words


def _in_numerals(text: str) -> str:
    """Numbers written with Chinese numerals, or with some."""

    def masked(found: re.Match[str]) -> str:
        run = found[0]
        digits = run.translate(_AS_DIGITS)
        return run if digits == run or _YEARS.fullmatch(digits) else _spread(run, digits)

    return _NUMERAL_RUN.sub(masked, text)


def _spread(run: str, digits: str) -> str:
    """A run of numerals with what its digits give away replaced; the word before it may end in a numeral (第一)."""
    for pattern, words in _NUMBERS:
        for start in range(len(digits)):
            if found := pattern.match(digits[start:]):
                return run[:start] + words + run[start + found.end() :]
    return run
