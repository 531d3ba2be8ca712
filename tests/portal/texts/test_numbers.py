"""One formatter: a number is rounded for reading and never becomes what it is not."""

import ast
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import portal
from portal.texts.numbers import brief, is_plain, millions, number, said, with_unit

VALUES = st.decimals(min_value=-10_000_000, max_value=10_000_000, places=6, allow_nan=False).map(float)
TARGETS = st.decimals(min_value=0, max_value=100_000, places=2, allow_nan=False).map(float)
QUALIFIED = st.sampled_from(["{}余", "{}多", "{}以上", "约{}", "<{}", "{}左右", "{}万余", "超过{}"])


def read(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


@pytest.mark.parametrize(
    ("value", "against", "text"),
    [
        (14.1031, 17, "14.1"),
        (39.353, 39, "39.4"),
        (99.9993, 98, "99.999"),
        (99.9993, 100, "99.999"),
        (99.99999, 100, "99.99999"),
        (100.0044, 100, "100.004"),
        (100.0, 98, "100"),
        (15.66, 15.7, "15.66"),
        (15.7, 15.7, "15.7"),
        (39.35, 39.35, "39.35"),
        (38.96, 39, "38.96"),
        (13.9521, 17, "13.95"),
        (45000, None, "45,000"),
        (0.07, None, "0.07"),
    ],
)
def test_a_number_is_said_briefly_but_never_as_what_it_is_not(value: float, against: float | None, text: str) -> None:
    assert brief(value, against) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(14.1031, "14.1031"), (28000, "28,000"), (100.0, "100"), (99.99999, "99.99999"), (None, ""), (-0.0, "0")],
)
def test_a_number_is_kept_to_four_decimals_without_needless_ones(value: float | None, text: str) -> None:
    assert number(value) == text


@given(VALUES, TARGETS)
def test_rounding_never_crosses_or_reaches_the_target(value: float, target: float) -> None:
    rounded, exact, goal = read(brief(value, target)), Decimal(repr(value)), Decimal(repr(target))
    assert (rounded < goal) == (exact < goal)
    assert (rounded == goal) == (exact == goal)


@given(VALUES)
def test_what_is_written_whole_is_whole(value: float) -> None:
    for text in (brief(value), number(value)):
        assert ("." in text) or read(text) == Decimal(repr(value))


@given(VALUES)
def test_what_is_written_is_near_what_is_meant(value: float) -> None:
    assert abs(read(brief(value)) - Decimal(repr(value))) <= Decimal("0.05")
    assert abs(read(number(value)) - Decimal(repr(value))) <= Decimal("0.00005")


@given(st.integers(min_value=0, max_value=10_000_000), QUALIFIED, st.booleans())
def test_a_qualified_value_never_becomes_an_exact_number(value: int, wording: str, short: bool) -> None:
    published = wording.format(value)
    assert not is_plain(published)
    assert said(published, float(value), short=short, against=17.0) == published


@given(VALUES.filter(lambda v: v >= 0), st.booleans())
def test_digits_alone_are_written_as_a_number(value: float, short: bool) -> None:
    assert said(f"{Decimal(repr(value)):f}", value, short=short) == (brief(value) if short else number(value))


def test_without_the_sources_wording_the_number_is_said_and_without_both_nothing() -> None:
    assert said(None, 40.0) == "40"
    assert said(None, None) == ""
    assert said("正式开诊", 1.0) == "正式开诊"


@pytest.mark.parametrize(
    ("words", "unit", "text"),
    [
        ("98以上", "%", "98%以上"),
        ("15以上", "个", "15个以上"),
        ("160左右", "个", "160个左右"),
        ("4万余", "个", "4万余个"),
        ("约20万套", "套", "约20万套"),
        ("95%以上", "%", "95%以上"),
        ("14.1", "平方米", "14.1平方米"),
        ("正式开诊", "done", "正式开诊"),
        ("329", "", "329"),
    ],
)
def test_a_unit_is_said_once_and_where_it_belongs(words: str, unit: str, text: str) -> None:
    assert with_unit(words, unit) == text


def test_a_space_stands_before_a_unit_in_letters_only() -> None:
    assert with_unit("14.1", "m²") == "14.1 m²"
    assert with_unit("14.1", "平方米") == "14.1平方米"
    assert with_unit("39.4", "%") == "39.4%"
    assert with_unit("4万余", "个") == "4万余个"
    assert with_unit("some 25 thousand", "homes") == "some 25 thousand homes"
    assert with_unit("at least 95", "%") == "at least 95%"


@pytest.mark.parametrize(
    ("value", "text"), [(7_079_000.0, "7.079 million"), (1_583_000.0, "1.583 million"), (35_100.0, "35,100")]
)
def test_english_says_large_numbers_in_millions(value: float, text: str) -> None:
    assert millions(value) == text


FOLDERS = ("answering", "chat", "letters", "measures", "pages", "plan", "ui")
# Not read by a person as a figure: where a line is drawn, a number in words of the question, an error of the code.
DRAWN = {
    "ui/html.py",
    "ui/multiples.py",
    "ui/place_bars.py",
    "answering/reading/numbers.py",
    "answering/lookup/standing.py",
    "answering/verify.py",
}


def written_otherwise(tree: ast.AST) -> Iterator[int]:
    """Lines on which a number is written by a format of its own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            spec = "".join(str(p.value) for p in ast.walk(node.format_spec) if isinstance(p, ast.Constant))
            if "," in spec or spec.endswith(("f", "g", "%")):
                yield node.lineno


def test_no_page_answer_or_letter_writes_numbers_by_itself() -> None:
    root = Path(portal.__file__).parent
    files = {str(p.relative_to(root)): p for folder in FOLDERS for p in (root / folder).rglob("*.py")}
    assert files.keys() >= DRAWN
    read = {name: list(written_otherwise(ast.parse(path.read_text("utf-8")))) for name, path in files.items()}
    assert {name: lines for name, lines in read.items() if lines and name not in DRAWN} == {}
    assert list(written_otherwise(ast.parse('f"{share:.1f}%"'))) == [1]
