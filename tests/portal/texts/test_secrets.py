"""What opens something is replaced where its word or its own form says so; plain speech about passwords stays."""

import unicodedata

import pytest

from portal.texts.personal_data import MASKED, mask

SECRET = "〔密码已隐去〕"


def masked(text: str) -> str:
    return mask(unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("密码是Abc12345", SECRET),
        ("密码：qwerty，怎么改", f"{SECRET}怎么改"),
        ("我的密码 hunter2 忘了", f"我的{SECRET} 忘了"),
        ("密码hunter2", SECRET),
        ("登录密码为 p@ss", SECRET),
        ("密码不是123456", SECRET),
        ("密码改成 abcdef 了", f"{SECRET} 了"),
        ("密码是“Abc123”", f"{SECRET}”"),
        ("wifi密码12345678，停车场在哪", f"{SECRET}停车场在哪"),
        ("密码是x13812345678y", SECRET),
        ("口令=letmein", SECRET),
        ("验证码 482913", SECRET),
        ("短信验证码：4829", SECRET),
        ("PIN码是4821", SECRET),
        ("password: letmein", SECRET),
        ("Password=letmein&x=1", SECRET),
        ("my password is hunter2 and I forgot", f"my {SECRET} and I forgot"),
        ("my pwd is p@ssword", f"my {SECRET}"),
        ("PIN 4821", SECRET),
        ("api_key=abcdef", SECRET),
        ("Authorization: Bearer a1b2c3d4", f"Authorization: {SECRET}"),
        ("token: abcdefgh", SECRET),
        ("这是 eyJhbGciOiJub25l.eyJzdWIiOiJ4In0.c2lnbmF0dXJl 吗", f"这是 {SECRET} 吗"),
        ("sk-" + "x1" * 12, SECRET),
    ],
)
def test_what_opens_something_is_replaced(typed: str, shown: str) -> None:
    assert masked(typed) == shown


@pytest.mark.parametrize(
    "text",
    [
        "密码忘了怎么办",
        "密码是什么",
        "密码要8-16位",
        "密码为8位数字",
        "密码2023年改过",
        "验证码60秒内有效",
        "验证码收不到",
        "政务服务网的口令怎么改",
        "my password is required",
        "the password is lost.",
        "what is the secret of the plan",
        "the pin on the map",
        "a spinning 12345 wheel",
        "parking token where",
    ],
)
def test_plain_speech_about_them_stays(text: str) -> None:
    assert masked(text) == text


def test_the_question_is_read_without_it() -> None:
    assert MASKED.sub(" ", masked("我的密码是Abc12345 停车泊位有多少")).strip() == "停车泊位有多少"
