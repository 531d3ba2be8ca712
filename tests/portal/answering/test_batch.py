"""A file of questions: what is no question is told under its id, in a sentence, and the others are asked."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.answering.batch import LineError, UnreadableError, read_lines
from portal.answering.models import Ask


def written(folder: Path, content: bytes) -> Path:
    path = folder / "synthetic.jsonl"
    path.write_bytes(content)
    return path


def test_a_question_keeps_its_id_whatever_kind_it_is_of(tmp_path: Path) -> None:
    lines = '{"id": 7, "question": "甲"}\n\n{"id": "b", "question": "乙", "history": ["甲"]}\n{"question": "丙", "history": null}\n'
    assert list(read_lines(written(tmp_path, lines.encode()))) == [
        ("7", Ask(question="甲")),
        ("b", Ask(question="乙", history=["甲"])),
        (None, Ask(question="丙")),
    ]


@pytest.mark.parametrize(
    ("line", "number", "told"),
    [
        ('{"id": "x"', "line-2", '第 2 行：不是 JSON。一行应是一个对象，如 {"id": "1", "question": "…"}。'),
        ("[1]", "line-2", '第 2 行：应是一个对象，如 {"id": "1", "question": "…"}。'),
        ('{"id": "x"}', "x", "第 2 行：没有写 question（问题）。"),
        ('{"id": 0, "question": 3}', "0", "第 2 行：question 应为文字，现为 3。"),
        ('{"question": null}', "line-2", "第 2 行：question 应为文字，现为 null。"),
        (
            '{"id": "x", "question": "甲", "history": "乙"}',
            "x",
            '第 2 行：history 应为文字的列表，如 ["前一个问题"]，现为 "\\u4e59"。',
        ),
        (
            '{"id": "x", "question": "甲", "history": [{"q": 1}]}',
            "x",
            '第 2 行：history 应为文字的列表，如 ["前一个问题"]，现为 [{"q": 1}]。',
        ),
        (
            '{"id": "x", "question": "甲", "language": "fr"}',
            "x",
            '第 2 行：language 应为 "zh" 或 "en"，不写则随问题。',
        ),
    ],
)
def test_a_line_that_is_no_question_is_told_and_the_next_is_read(
    tmp_path: Path, line: str, number: str, told: str
) -> None:
    path = written(tmp_path, f'{{"question": "前"}}\n{line}\n{{"question": "后"}}\n'.encode())
    first, (_, wrong), last = read_lines(path)
    assert wrong == LineError(id=number, error=told)
    assert (first[1], last[1]) == (Ask(question="前"), Ask(question="后"))


def test_bytes_that_are_no_text_are_one_lines_fault(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xef\xbb\xbf" + '{"question": "前"}\r\n'.encode() + b"\xff\xfe\n" + b'{"question": "b"}')
    assert [asked for _, asked in read_lines(path)] == [
        Ask(question="前"),
        LineError(id="line-2", error="第 2 行：不是 UTF-8 文字。请另存为 UTF-8。"),
        Ask(question="b"),
    ]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"none\.jsonl：读不出来（.+）。需要 UTF-8 的 JSONL 文件。"):
        list(read_lines(tmp_path / "none.jsonl"))


@given(st.lists(st.binary(max_size=60).filter(lambda b: b"\n" not in b and b.strip(b"\xef\xbb\xbf \t\r")), max_size=8))
def test_every_line_gives_one_object_that_can_be_written(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    path = written(tmp_path_factory.mktemp("lines"), b"\n".join(lines))
    read = list(read_lines(path))
    assert len(read) == len(lines)
    for _, asked in read:
        assert isinstance(asked, LineError)
        assert asked.model_dump_json()


def test_half_a_character_in_an_id_or_a_value_can_be_written(tmp_path: Path) -> None:
    path = written(tmp_path, b'{"id": "a\\ud800", "question": ["\\ud800"]}\n' + b"[" * 100_000)
    (_, first), (_, second) = read_lines(path)
    assert isinstance(first, LineError)
    assert isinstance(second, LineError)
    assert (first.id, first.error) == ("a?", '第 1 行：question 应为文字，现为 ["\\ud800"]。')
    assert second.model_dump_json().startswith('{"id":"line-2","kind":"error"')
