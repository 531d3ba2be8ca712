"""Of a data file only the rows meant change; the rest stays byte for byte, and what was done is undone to the byte."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pipelines.sources.changes import logged
from pipelines.sources.row_edits import DataFile, Edit, EditError

FILE = 'id,名称,note\r\na,"合成一","x ""y"""\r\nb,合成二,"两\r\n行"\r\nc,合成三,\r\n'


def row(*cells: str) -> dict[str, str]:
    return dict(zip(("id", "名称", "note"), cells, strict=True))


def test_a_changed_row_is_the_only_line_that_differs() -> None:
    made = DataFile(FILE, ["id"]).edit([Edit(row("b", "合成二", "两\r\n行"), row("b", "合成二", "一,行"))])
    assert made.text == 'id,名称,note\r\na,"合成一","x ""y"""\r\nb,合成二,"一,行"\r\nc,合成三,\r\n'


def test_an_added_row_comes_last_and_a_file_without_a_last_line_ending_keeps_none() -> None:
    added = Edit(None, row("d", "合成四", ""))
    assert DataFile(FILE, ["id"]).edit([added]).text == FILE + "d,合成四,\r\n"
    assert DataFile(FILE.removesuffix("\r\n"), ["id"]).edit([added]).text == FILE + "d,合成四,"
    assert DataFile("\ufeffid,名称,note", ["id"]).edit([added]).text == "\ufeffid,名称,note\nd,合成四,"


def test_a_row_taken_away_comes_back_where_and_as_it_stood() -> None:
    made = DataFile(FILE, ["id"]).edit([Edit(row("a", "合成一", 'x "y"'), None)])
    assert made.text == 'id,名称,note\r\nb,合成二,"两\r\n行"\r\nc,合成三,\r\n'
    assert DataFile(made.text, ["id"]).edit(made.undo).text == FILE


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (Edit(row("x", "", ""), row("x", "新", "")), "gone"),
        (Edit(row("a", "别的", ""), row("a", "新", "")), "different"),
        (Edit(None, row("a", "新", "")), "taken"),
        (Edit(row("c", "合成三", ""), row("a", "合成三", "")), "taken"),
    ],
)
def test_what_no_longer_stands_so_is_not_changed(edit: Edit, why: str) -> None:
    with pytest.raises(EditError, match=why):
        DataFile(FILE, ["id"]).edit([edit])


@pytest.mark.parametrize("text", ["", "other\n1\n", 'id\n"a\n'])
def test_what_cannot_be_read_by_its_key_is_said(text: str) -> None:
    with pytest.raises(EditError, match="unreadable"):
        DataFile(text, ["id"])


CELLS = some.text(alphabet='ab ,"\n合', max_size=4)
TYPED = some.text(alphabet='ab ,"\n\r合', max_size=4)


@given(some.data())
def test_any_edits_leave_other_lines_alone_and_are_undone_to_the_byte(data: some.DataObject) -> None:
    end = data.draw(some.sampled_from(["\n", "\r\n"]))
    quoting = data.draw(some.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    rows = [row(str(n), data.draw(CELLS), data.draw(CELLS)) for n in range(data.draw(some.integers(0, 4)))]
    out = io.StringIO()
    writer = csv.DictWriter(out, ["id", "名称", "note"], lineterminator=end, quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    text = out.getvalue()
    if data.draw(some.booleans()):
        text = text.removesuffix(end)
    edits = [Edit(None, row("new", data.draw(TYPED), ""))]
    for before in data.draw(some.permutations(rows)):
        after = data.draw(some.sampled_from([None, {**before, "note": data.draw(TYPED)}, before]))
        if after != before:
            edits.append(Edit(before, after))
    made = DataFile(text, ["id"]).edit(edits)
    wanted = {e.before["id"]: e.after for e in edits if e.before}
    expected = [r for before in rows if (r := wanted.get(before["id"], before)) is not None]
    assert DataFile(made.text, ["id"]).rows() == [*expected, edits[0].after]
    assert DataFile(made.text, ["id"]).edit(made.undo).text == text


def test_a_description_is_dated_and_told_why_and_otherwise_left_alone() -> None:
    text = 'id = "x"\r\nupdated = 2026-01-01\r\nchangelog = [{ date = 2026-01-01, reason = "首次发布" }]\r\n# 注\r\n'
    told = logged(text, '更正"一"个数', "")
    assert told.endswith("# 注\r\n")
    assert told.startswith('id = "x"\r\n')
    assert 'reason = "更正\\"一\\"个数", reason_en = ""' in told
