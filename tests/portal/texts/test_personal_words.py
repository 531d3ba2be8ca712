"""Names and homes are replaced where their words say so, papers of other countries too; public places, counts and plain speech stay."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.texts.personal_data import MASKED, mask

NAME, HOME, ID = "〔姓名已隐去〕", "〔门牌已隐去〕", "〔身份证号已隐去〕"


def masked(text: str) -> str:
    return mask(unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("我叫张三", f"我叫{NAME}"),
        ("我叫张伟住在合成区", f"我叫{NAME}住在合成区"),
        ("我叫欧阳娜娜。", f"我叫{NAME}。"),
        ("我叫阿强，问一下", f"我叫{NAME},问一下"),
        ("我的名字是王芳", f"我的名字是{NAME}"),
        ("姓名：李小明 问停车", f"姓名:{NAME} 问停车"),
        ("姓名: John Smith", f"姓名: {NAME}"),
        ("姓名为王芳", f"姓名为{NAME}"),
        ("联系人：赵六", f"联系人:{NAME}"),
        ("我是李明，想投诉", f"我是{NAME},想投诉"),
        ("您好我是李明", f"您好我是{NAME}"),
        ("本人王大锤，反映停车", f"本人{NAME},反映停车"),
        ("My name is John Smith and I ask", f"My name is {NAME} and I ask"),
        ("my name is john, where is it", f"my name is {NAME}, where is it"),
        ("My name's Li Lei.", f"My name's {NAME}."),
    ],
)
def test_a_name_after_words_that_say_so_is_replaced(typed: str, shown: str) -> None:
    assert masked(typed) == shown


@pytest.mark.parametrize(
    "text",
    [
        "我叫不到车",
        "我叫了外卖",
        "我叫他来看看",
        "我是洛阳人",
        "我是高中生,",
        "我是安全员。",
        "我是白领,",
        "我是司机",
        "本人是合成区居民",
        "姓名是什么",
        "申请表要写姓名吗",
        "王先生说的对",
        "my name is on the list",
        "my name is not there",
        "the name of the park",
    ],
)
def test_what_only_looks_like_a_name_stays(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("合成路12号3栋2单元501室漏水", f"合成路{HOME}漏水"),
        ("家住合成西路18号院5号楼1203", f"家住合成西路{HOME}"),
        ("3号楼2单元", HOME),
        ("二单元三楼301室", HOME),
        ("甲栋一单元", HOME),
        ("合成花园3-2-501", f"合成花园{HOME}"),
        ("合成大道230号501室", f"合成大道{HOME}"),
        ("12号楼1203室", HOME),
        ("住在合成大道100号", f"住在合成大道{HOME}"),
        ("家庭住址：合成路8号", f"家庭住址:合成路{HOME}"),
        ("Apt 501, Synthetic Road", f"{HOME}, Synthetic Road"),
        ("I live at 12 Synthetic Road", f"I live at {HOME} Synthetic Road"),
        ("room 1203B please", f"{HOME} please"),
    ],
)
def test_the_number_of_a_home_is_replaced_and_its_street_stays(typed: str, shown: str) -> None:
    assert masked(typed) == shown


@pytest.mark.parametrize(
    "text",
    [
        "停车场在合成中路120号",
        "我家住在地铁2号线旁边",
        "我家住合成区3号街坊",
        "新建3栋6单元",
        "共3栋120套",
        "1号楼3层",
        "3座100米高的桥",
        "10幢1200平方米",
        "停车场3号楼旁120个车位",
        "地铁1号线3号口",
        "我住在这里,8号能去吗",
        "合政办〔2021〕8号",
        "合建〔2019〕12号文件",
        "第三条第二款第(四)项",
        "2020-1-2001",
        "room for 1200 cars",
    ],
)
def test_public_places_counts_lines_documents_and_dates_stay(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    "number",
    [
        "900101-1234567",
        "123-45-6789",
        "123.456.789-09",
        "1234567(8)",
        "5/123456/7",
        "A123456(7)",
        "AB 12 34 56 C",
        "AB123456C",
        "12345678Z",
        "ABCDE1234F",
        "RSSMRA85T10A562S",
        "AUS123456789012",
    ],
)
def test_papers_of_other_countries_are_replaced(number: str) -> None:
    assert masked(f"证件是{number}，请查") == f"证件是{ID},请查"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("S1234567D", "〔证件号已隐去〕"),
        ("A123456789", "〔证件号已隐去〕"),
        ("GB29 NWBK 6016 1331 9268 19", "〔卡号已隐去〕"),
        ("DE89370400440532013000", "〔卡号已隐去〕"),
        ("身份证 4510 123456", ID),
        ("my SSN is 123456789", f"my {ID}"),
        ("SIN 123-456-789", ID),
        ("Aadhaar 1234 5678 9012", ID),
    ],
)
def test_other_papers_and_accounts_are_replaced(typed: str, shown: str) -> None:
    assert masked(typed) == shown


@pytest.mark.parametrize("text", ["2021-2022-2023", "dataset id 123456", "人均 12345678 元", "GB50180-2018", "100-200-300米", "12-34-5678"])  # fmt: skip
def test_figures_ids_of_data_and_standards_are_no_papers(text: str) -> None:
    assert masked(text) == text


_FAMILY = st.sampled_from("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗") | st.sampled_from(["欧阳", "司马", "诸葛"])
_GIVEN = st.text(st.sampled_from("明伟芳娜敏静丽强磊洋艳勇军杰娟涛超秀霞平刚桂英华"), min_size=1, max_size=2)


@given(
    _FAMILY, _GIVEN, st.sampled_from(["我叫{}，问停车", "姓名：{}", "我的名字叫{}。", "我是{}，问停车", "联系人：{}"])
)
def test_no_full_name_is_left(family: str, given_name: str, said: str) -> None:
    shown = masked(said.format(family + given_name))
    assert NAME in shown
    assert given_name not in shown


@given(
    st.integers(1, 99),
    st.integers(1, 9),
    st.integers(1, 33),
    st.integers(1, 4),
    st.sampled_from(["{h}号楼{u}单元{r}室", "{h}栋{u}单元{r}", "{h}栋{r}室", "{h}号{u}单元{r}号", "{h}号院{u}号楼{r}"]),
)
def test_no_room_is_left_however_it_is_written(house: int, unit: int, floor: int, flat: int, written: str) -> None:
    room = f"{floor}{flat:02}"
    assert masked("合成路" + written.format(h=house, u=unit, r=room) + "漏水") == f"合成路{HOME}漏水"


@example("我叫我叫张路是")
@example("张我叫住我叫明是")
@example("路路张号单明我是路我是路住张")
@example("住在我叫叫住路是1号")
@given(st.text(st.sampled_from("我叫张明是住在路12号3栋单元501室姓名:, mynaeis"), max_size=40))
def test_masking_twice_is_masking_once(text: str) -> None:
    once = masked(text)
    assert mask(once) == once


def test_what_was_masked_is_no_part_of_a_question() -> None:
    assert MASKED.sub("", masked("我叫张三，合成路12号3栋501室附近有公园吗")) == ",合成路附近有公园吗"
