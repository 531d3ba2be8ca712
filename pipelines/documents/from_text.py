"""Plain text and Markdown."""

import re
from pathlib import Path

from pipelines.documents.extracted_text import DocumentFileError, Taken
from pipelines.tables.delimited import encoding_of
from pipelines.tables.errors import FileError

_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(?=\S)")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")


def from_text(file: Path) -> Taken:
    """A .txt or .md in UTF-8, UTF-16, GB18030 or Big5: a text as it is, Markdown without the marks of its headings and bold words.

    Raises:
        DocumentFileError: it is in none of these.
    """
    encoding = encoding_of_document(file)
    text = file.read_bytes().decode(encoding).removeprefix("\ufeff")
    taken = Taken(file.suffix.removeprefix(".") or "txt", text.splitlines())
    if not encoding.startswith("utf-8"):
        taken.told.append(f"按 {encoding.upper()} 编码读，已转成 UTF-8。")
    if pictures := len(_PICTURE.findall(text)):
        taken.told.append(f"{pictures} 处图片没有收。")
        taken.paragraphs = [_PICTURE.sub("", p) for p in taken.paragraphs]
    if file.suffix.lower() == ".md":
        _without_marks(taken)
    return taken


def _without_marks(taken: Taken) -> None:
    plain = [_BOLD.sub(r"\2", _HEADING.sub("", p)) for p in taken.paragraphs]
    if changed := sum(a != b for a, b in zip(plain, taken.paragraphs, strict=True)):
        taken.told.append(f"{changed} 行的标题、加粗记号（#、**）没有收。")
    taken.paragraphs = plain


def encoding_of_document(file: Path) -> str:
    """How a file's characters are written.

    Raises:
        DocumentFileError: in no way that is known.
    """
    try:
        return encoding_of(file)
    except FileError as error:
        raise DocumentFileError(str(error)) from None
