"""A clause as it is read: its number, its tables, the blank lines of its file."""

from typing import Any

import pytest

from portal.ui import clause_tables, clause_text


def clause(name: str, label: str, text: str = "") -> Any:
    return {"clause": name, "label": label, "text": text, "depth": 0, "document": "合成"}


@pytest.mark.parametrize(
    ("name", "label", "told"),
    [
        ("3.5.1", "三、（五）1.", ("3.5.1", "3.5.1")),
        ("0", "题注", ("前言", "前言")),
        ("c2", "第二章", ("#", "第二章")),
        ("24", "第二十四条", ("#", "第二十四条")),
        ("24.2", "第二十四条第二款", ("第二款", "第二十四条第二款")),
        ("24.1.5", "第二十四条第（五）项", ("#", "第二十四条第（五）项")),
        ("19-1", "第十九条之一", ("#", "第十九条之一")),
    ],
)
def test_a_clause_is_led_to_by_what_people_call_it(name: str, label: str, told: tuple[str, str]) -> None:
    assert clause_text.number(clause(name, label)) == told


def test_rows_of_a_table_are_a_table_and_the_quoted_one_is_marked() -> None:
    text = "第五条 按下表执行：\n| 区 | 处 |\n| 合成东区 | 120 |\n| <b> | 85 |\n"
    at = text.index("| 合成东区")
    drawn = clause_text.words(clause("5", "第五条", text), [], f"{at}-{at + 14}", "5:")
    assert drawn.count("<table>") == 1
    assert "<th>区</th><th>处</th>" in drawn
    assert '<td><mark data-focus="5:">合成东区</mark></td>' in drawn
    assert drawn.count("<mark") == 2
    assert "<td>&lt;b&gt;</td><td>85</td>" in drawn


def test_one_line_with_bars_is_no_table() -> None:
    assert clause_tables.spans("甲|乙\n| 一行 |\n丙") == []


def test_the_blank_lines_behind_a_clause_are_not_drawn() -> None:
    assert clause_text.words(clause("1", "第一条", "第一条 合成。\n\n\n"), [], None, None) == "第一条 合成。\n"
    assert clause_text.plain("第一条 合成。\n\n第二款。\n\n") == "第一条 合成。\n\n第二款。\n"
