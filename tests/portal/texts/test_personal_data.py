"""Personal data in every form people write it in is replaced; figures, years and the texts of the plan are not."""

import csv
import time
import unicodedata
from pathlib import Path

import pytest

from portal.settings import Settings
from portal.texts.personal_data import mask


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("身份证410305900101123", "身份证〔身份证号已隐去〕"),
        ("身份证410305 900101 123号", "身份证〔身份证号已隐去〕号"),
        ("410305 19900101 1234", "〔身份证号已隐去〕"),
        ("4103-0519-9001-0112-34", "〔身份证号已隐去〕"),
        ("410305 1990 01 01 123x", "〔身份证号已隐去〕"),
        ("4 1 0 3 0 5 1 9 9 0 0 1 0 1 1 2 3 4", "〔身份证号已隐去〕"),
        ("卡6222 0212 3456 7890 123", "卡〔卡号已隐去〕"),
        ("4000-1234-1234-1234", "〔卡号已隐去〕"),
        ("3782 822463 10005", "〔卡号已隐去〕"),
        ("622202 1234567890123", "〔卡号已隐去〕"),
        ("卡号378282246310005", "卡号〔卡号已隐去〕"),
        ("我的护照E12345678", "我的〔证件号已隐去〕"),
        ("护照号EA1234567丢了", "〔证件号已隐去〕丢了"),
        ("passport no. 123456789", "〔证件号已隐去〕"),
        ("通行证C12345678", "〔证件号已隐去〕"),
        ("回乡证H1234567801", "回乡证〔证件号已隐去〕"),
        ("call +1 (415) 555-2671", "call 〔电话已隐去〕"),
        ("+44 20 7946 0958", "〔电话已隐去〕"),
        ("+852 9123 4567", "〔电话已隐去〕"),
        ("0081 3 1234 5678", "〔电话已隐去〕"),
        ("415-555-2671", "〔电话已隐去〕"),
        ("(415) 555-2671", "〔电话已隐去〕"),
        ("加QQ123456", "加〔联系方式已隐去〕"),
        ("qq号:1234567890", "〔联系方式已隐去〕"),
        ("QQ 号是 12345", "〔联系方式已隐去〕"),
        ("扣扣 10001", "〔联系方式已隐去〕"),
        ("微信号abc_12345", "〔联系方式已隐去〕"),
        ("vx:lisi2020", "〔联系方式已隐去〕"),
        ("一三八一二三四五六七八", "〔手机号已隐去〕"),
        ("打幺三八幺二三四五六七八找我", "打〔手机号已隐去〕找我"),
        ("第一一三八一二三四五六七八", "第一〔手机号已隐去〕"),
        ("138一二三四5678", "〔手机号已隐去〕"),
        ("壹叁捌壹贰叁肆伍陆柒捌", "〔手机号已隐去〕"),
        ("零三七九六三九一二三四五", "〔电话已隐去〕"),
        ("四一〇三〇五一九九〇〇一〇一一二三四", "〔身份证号已隐去〕"),
        ("1 3 8 1 2 3 4 5 6 7 8", "〔手机号已隐去〕"),
        ("138.1234.5678", "〔手机号已隐去〕"),
        ("13812 345678", "〔手机号已隐去〕"),
        ("138 123 45678", "〔手机号已隐去〕"),
        ("①③⑧①②③④⑤⑥⑦⑧", "〔手机号已隐去〕"),
        ("电话63912345", "〔电话已隐去〕"),
        ("phone: 6391 2345", "〔电话已隐去〕"),
        ("豫 C·12345", "〔车牌已隐去〕"),
    ],
)
def test_every_form_is_replaced(typed: str, shown: str) -> None:
    assert mask(unicodedata.normalize("NFKC", typed)) == shown


@pytest.mark.parametrize(
    "text",
    [
        "2021 2022 2023 2024年的绿地率",
        "2020-2021-2022-2023",
        "二〇二一 二〇二二 二〇二三年",
        "二〇二一二〇二二二〇二三",
        "电话12345",
        "拨打12345热线",
        "新增28000-45000个停车泊位",
        "17.2550000平方米",
        "0.03796391234",
        "34.61896,112.45361",
        "投资1234567890元",
        "三千二百一十五个公园",
        "第一二三四五六七条",
        "GB50180-2018",
        "微信公众号在哪里看",
        "hotel 1234567",
        "S323",
        "plan for 2021, 2022 and 2023",
        "15 parks 2000 30000",
        "+15%",
        "-12.5",
    ],
)
def test_figures_and_years_stay(text: str) -> None:
    assert mask(unicodedata.normalize("NFKC", text)) == unicodedata.normalize("NFKC", text)


def _own_texts() -> list[str]:
    """Every text of the corpus and every cell of the data people maintain, but for addresses of web pages."""
    settings = Settings()
    texts = [f.read_text("utf-8") for f in sorted(Path(settings.corpus).iterdir()) if f.suffix in {".txt", ".toml"}]
    for path in sorted(Path(settings.datasets).glob("*/data.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            texts += {cell for row in csv.DictReader(file) for cell in row.values() if cell and "://" not in cell}
    return texts


def _names() -> list[str]:
    """What places, districts, streets, projects and targets are called, and the addresses of places."""
    found: set[str] = set()
    for path in sorted(Path(Settings().datasets).glob("*/data.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                found |= {row.get(column) or "" for column in ("name", "name_zh", "address")}
    return sorted(n for n in found if 1 < len(n) < 40)


def test_nothing_in_the_portals_own_texts_and_data_is_taken_for_personal_data() -> None:
    texts = _own_texts()
    assert len(texts) > 3_000
    lines = {line for text in texts for line in unicodedata.normalize("NFKC", text).splitlines()}
    assert sorted(line for line in lines if mask(line) != line) == []


@pytest.mark.parametrize(
    "around",
    ["{}在哪里", "我是{}附近的居民", "我住在{}旁边", "我在{}等您", "我家在{}对面", "本人是{}的", "where is {}?", "I live near {}."],
)  # fmt: skip
def test_no_name_the_portal_knows_is_taken_for_a_persons_or_a_home(around: str) -> None:
    names = _names()
    assert len(names) > 300
    asked = [unicodedata.normalize("NFKC", around.format(name)) for name in names]
    assert [text for text in asked if mask(text) != text] == []


@pytest.mark.parametrize(
    "text",
    [
        "1 " * 600,
        "+1" * 600,
        "一" * 1200,
        "4-" * 600,
        "QQ" * 600,
        "00 " * 400,
        "1号" * 600,
        "一栋" * 600,
        "我叫" * 600,
        "住在" * 600,
        "my name is " * 100,
        "a" * 20_000,
        "1号" * 10_000,
        "想" * 20_000,
        "a@" * 10_000,
        "@a." * 7_000,
        "密码" * 10_000,
        "password:" * 2_000 + "位",
        "密码是" + "x" * 20_000,
        "密码:位" * 5_000,
        "sk-" * 7_000,
        "eyJ." * 5_000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    start = time.thread_time()
    mask(text)
    assert time.thread_time() - start < 0.5
