"""What was taken from a file: its paragraphs, and in a sentence each what could not be kept."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from portal.texts.errors import OperatorError


class DocumentFileError(OperatorError):
    """A file that cannot be taken; the message says why and what to do."""


@dataclass
class Taken:
    """The paragraphs of a file in order, and what a person has to know of them.

    Args:
        format: what the file was read as.
        paragraphs: a line each; rows of tables as `| a | b |`.
        told: what was left out or changed, a sentence each.
        notes: footnotes, which are not part of the text, each with where it stood.
        stated: what the file says of the document outside its text, by the names of `Facts` and `title`.
        pages: how many pages the file has; 0 where it has none.
        tables: how many tables were kept as lines.
    """

    format: str
    paragraphs: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stated: dict[str, str] = field(default_factory=dict)
    pages: int = 0
    tables: int = 0

    @property
    def report(self) -> list[str]:
        """What a person has to know, the footnotes with it, a line each."""
        notes = [f"{len(self.notes)} 处脚注没有收进正文，请看是否要写进去："] if self.notes else []
        return [*self.told, *notes, *(f"　{note}" for note in self.notes)]

    @property
    def text(self) -> str:
        """The text as it is written to the corpus, ending with a line end."""
        text = "\n".join(p.strip() for p in self.paragraphs).strip("\n")
        return re.sub(r"\n{3,}", "\n\n", text) + "\n"


def row_line(cells: list[str]) -> str:
    """A table's row as one line."""
    return "| " + " | ".join(" ".join(c.split()).replace("|", "｜") for c in cells) + " |"


def checked(file: Path, most_bytes: int = 50 * 1024 * 1024) -> bytes:
    """The first bytes of a file that may be read.

    Raises:
        DocumentFileError: it is missing, empty, a folder or larger than a document is.
    """
    if not file.is_file():
        raise DocumentFileError(f"{file}：没有这个文件。")
    size = file.stat().st_size
    if size == 0:
        raise DocumentFileError(f"{file}：是空文件。")
    if size > most_bytes:
        raise DocumentFileError(
            f"{file}：有 {size // 1024 // 1024} MB，一份文件最多 {most_bytes // 1024 // 1024} MB。请拆开，或只留文字。"
        )
    with file.open("rb") as opened:
        return opened.read(8)
