"""Words and articles are changed where they stand, what is around them stays to the byte, and what is undone is as it was."""

import pytest

from pipelines.sources.row_edits import Edit, EditError
from pipelines.sources.text_edits import Articles, Layout, Synonyms, TextFile

WORDS = """\
# 合成词表
own = ["合成市"]

[synonyms]
"合成率" = ["合成比例", "合成率数"]   # 合成说明
"合成设施" = ["合成场所"]

# 合成条款
[clauses]
"1" = ["合成"]
"""
ARTICLES = '''\
# 合成说明

[[articles]]
id = "one"
title_zh = "合成一"
title_en = "Synthetic one"
text_zh = """
合成“一”。

第二段。
"""
text_en = "Synthetic one."
links = [{ url = "/", zh = "合成", en = "Synthetic" }]
asked_zh = ["合成一吗"]

[[articles]]
id = "two"
title_zh = "合成二"
title_en = "Synthetic two"
text_zh = "合成二。"
text_en = "Synthetic two."
'''
NEW = {
    "id": "three",
    "title_zh": '合成"三',
    "title_en": "Three",
    "text_zh": '合成\\三"""\n\n完。',
    "text_en": "Three.",
    "asked_zh": "合成三吗|三呢",
    "asked_en": "",
}
FILES = [
    (WORDS, Synonyms(), "合成率", {"word": "合成率", "said": "合成比例|合成率数|造作率"}),
    (ARTICLES, Articles(), "one", {"text_en": "Another.", "asked_zh": "合成一吗|一呢", "asked_en": "One?"}),
]


def changed_lines(before: str, after: str) -> tuple[set[str], set[str]]:
    old, new = before.splitlines(), after.splitlines()
    return set(old) - set(new), set(new) - set(old)


@pytest.mark.parametrize(("text", "layout", "key", "more"), FILES, ids=["words", "articles"])
def test_a_row_is_changed_where_it_stands_and_undone_to_the_byte(
    text: str, layout: Layout, key: str, more: dict[str, str]
) -> None:
    file = TextFile(text, layout)
    before = file.find((key,))
    assert before
    edited = file.edit([Edit(before, before | more)])
    assert TextFile(edited.text, layout).find((key,)) == before | more
    gone, new = changed_lines(text, edited.text)
    assert (len(gone), len(new)) == ((1, 1) if key == "合成率" else (2, 3))
    assert TextFile(edited.text, layout).edit(edited.undo).text == text


@pytest.mark.parametrize(
    ("text", "layout", "row"), [(WORDS, Synonyms(), {"word": "合成公园", "said": "园子"}), (ARTICLES, Articles(), NEW)]
)
def test_a_row_is_added_after_the_last_and_taken_away_again(text: str, layout: Layout, row: dict[str, str]) -> None:
    edited = TextFile(text, layout).edit([Edit(None, row)])
    assert TextFile(edited.text, layout).rows()[-1] == row
    assert changed_lines(text, edited.text)[0] == set()
    assert TextFile(edited.text, layout).edit(edited.undo).text == text


def test_a_new_word_stands_before_what_belongs_to_the_next_heading() -> None:
    text = TextFile(WORDS, Synonyms()).edit([Edit(None, {"word": "合成公园", "said": "园子"})]).text
    lines = text.splitlines()
    assert lines.index('"合成公园" = ["园子"]') == lines.index('"合成设施" = ["合成场所"]') + 1


def test_an_article_taken_away_comes_back_with_what_has_no_column_though_others_changed_since() -> None:
    file = TextFile(ARTICLES, Articles())
    one, two = file.rows()
    edited = file.edit([Edit(one, None)])
    assert "links" not in edited.text
    since = TextFile(edited.text, Articles()).edit([Edit(two, two | {"text_en": "Since."})]).text
    back = TextFile(since, Articles()).edit(edited.undo).text
    assert "links = [{" in back
    assert {r["id"]: r["text_en"] for r in TextFile(back, Articles()).rows()} == {
        "one": "Synthetic one.",
        "two": "Since.",
    }
    assert TextFile(edited.text, Articles()).edit(edited.undo).text == ARTICLES


def test_an_edit_of_what_is_not_as_it_was_is_refused() -> None:
    file = TextFile(WORDS, Synonyms())
    row = {"word": "合成率", "said": "别的"}
    for edit, why in (
        (Edit(row, row), "different"),
        (Edit({"word": "无", "said": ""}, row), "gone"),
        (Edit(None, row), "taken"),
        (Edit({"word": "合成设施", "said": "合成场所"}, row), "taken"),
    ):
        with pytest.raises(EditError, match=why):
            file.edit([edit])
    for broken in ("= 1", "synonyms = 3"):
        with pytest.raises(EditError, match="unreadable"):
            TextFile(broken, Synonyms())


def test_a_file_without_any_takes_the_first() -> None:
    for layout, row in ((Synonyms(), {"word": "合成率", "said": "率"}), (Articles(), NEW)):
        assert TextFile(TextFile("", layout).edit([Edit(None, row)]).text, layout).rows() == [row]
