"""CSV and its kin: whatever encoding and delimiter, row by row, the whole file never in memory."""

import codecs
import csv
import itertools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipelines.tables.errors import FileError
from pipelines.tables.sheets import RawRow, Sheet

_BLOCK = 1 << 20
_SAMPLE_LINES = 60
# A header is cut by the delimiter, whatever its rows hold.
_FIRST_LINE = 0.4
_DELIMITERS = ",\t;|，；"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "gb18030": "GB18030",
    "big5hkscs": "Big5",
}
# In UTF-16 line ends, digits and marks are half zeros; among what else is UTF-8 a few zero bytes are slips.
_ZEROS_LEAST = 0.02
# A cell of more is no cell: a quotation mark that is never closed swallows the file.
_CELL_MAX = 131_072


def open_delimited(file: Path) -> Sheet:
    """A CSV or TSV file as a sheet.

    Raises:
        FileError: it is no text in an encoding that is known.
    """
    encoding = encoding_of(file)
    delimiter, skipped = _delimiter(file, encoding)
    told = () if encoding.startswith("utf-8") else (f"按 {_NAMES[encoding]} 编码读",)
    return Sheet(None, lambda: _rows(file, encoding, delimiter, skipped), told=told)


def encoding_of(file: Path) -> str:
    """The encoding of a text file: by its first bytes, else the first of UTF-8, GB18030 and Big5 that fits all of it.

    GB18030 reads almost any Big5 text too, as characters hardly anyone uses; of the two, the one with the commoner characters is taken.

    Raises:
        FileError: none fits.
    """
    with file.open("rb") as opened:
        start = opened.read(_BLOCK)
    for bom, encoding in _BOMS:
        if start.startswith(bom):
            candidates = [encoding]
            break
    else:
        candidates = _unmarked(start)
    for encoding in candidates:
        if _decodes(file, encoding):
            return encoding
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise FileError(f"{file} 其实是表格文件，不是文本。请把后缀改为 .xlsx 或 .xls 后重试。")
    if (line := _only_line_not_utf8(file)) is not None:
        raise FileError(f"{file} 第 {line} 行不是 UTF-8，其余是；请改好这一行，或从原表重新导出。")
    raise FileError(f"{file} 不是 UTF-8、UTF-16、GB18030 或 Big5 文本。请另存为 UTF-8 后重试。")


def _unmarked(start: bytes) -> list[str]:
    if b"\0" in start and not (start.count(0) < _ZEROS_LEAST * len(start) and _begins_utf8(start)):
        even, odd = start[::2].count(0), start[1::2].count(0)
        return ["utf-16-le"] if odd > even else ["utf-16-be"] if even > odd else []
    rest = sorted(("gb18030", "big5hkscs"), key=lambda e: _common(start, e), reverse=True)
    return ["utf-8", *rest]


def _only_line_not_utf8(file: Path) -> int | None:
    """The number of the one line that is no UTF-8 among several that are; None where more are none."""
    count, found = 0, []
    with file.open("rb") as opened:
        for count, line in enumerate(opened, 1):
            if not _is_utf8(line):
                found.append(count)
            if len(found) > 1:
                return None
    return found[0] if found and count > 2 else None


def _begins_utf8(start: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _common(start: bytes, encoding: str) -> float:
    """The share of the characters beyond ASCII that are among the 3,755 (GB) or 5,401 (Big5) in everyday use."""
    text = start.decode(encoding, "ignore")
    level, last = ("gb2312", 0xD7) if encoding == "gb18030" else ("big5", 0xC6)
    han = [c for c in text[:20_000] if c > "\u3400"]
    used = 0
    for char in han:
        raw = char.encode(level, "ignore")
        used += len(raw) == 2 and raw[0] <= last
    return used / len(han) if han else 0.0


def _decodes(file: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with file.open("rb") as opened:
        try:
            while block := opened.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True


def _delimiter(file: Path, encoding: str) -> tuple[str, int]:
    """The delimiter, and how many lines come before the first row (a line `sep=;` names it)."""
    with file.open(encoding=encoding, newline="") as opened:
        lines = list(itertools.islice((line[:_CELL_MAX] for line in _lines(opened)), _SAMPLE_LINES))
    first = lines[0].strip().lower() if lines else ""
    if first.startswith("sep=") and len(first) <= 5:
        return (lines[0].strip()[4:] or "\t"), 1
    scored = {d: _fit(lines, d) for d in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda d: scored[d])
    return (best if scored[best] > (0, 0) else ","), 0


def _lines(opened: object) -> Iterator[str]:
    while line := opened.readline(_CELL_MAX):  # type: ignore[attr-defined]
        yield line


def _fit(lines: list[str], delimiter: str) -> tuple[float, int]:
    """How well a delimiter cuts lines into equally many cells: the share of such lines times that of lines it cuts, more where it
    cuts the first; and how many cells."""
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if any(row)]
    except csv.Error:
        return 0, 0
    wide = Counter(w for w in widths if w > 1)
    if not wide:
        return 0, 0
    width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
    return round(count * wide.total() / len(widths) ** 2 + _FIRST_LINE * (widths[0] > 1), 1), width


def _rows(file: Path, encoding: str, delimiter: str, skipped: int) -> Iterator[RawRow]:
    with file.open(encoding=encoding, newline="") as opened:
        for _ in range(skipped):
            opened.readline()
        # The limit is the whole process's, and other readers change it.
        csv.field_size_limit(_CELL_MAX)
        reader = csv.reader(opened, delimiter=delimiter, strict=True)
        line = 0
        try:
            for cells in reader:
                start, line = line + 1, reader.line_num
                yield start + skipped, list(cells)
        except csv.Error as error:
            raise FileError(
                f"{file} 第 {reader.line_num + skipped} 行不是有效的 CSV（{_told(error)}）。请检查引号。"
            ) from None


def _told(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end of data" in text:
        return "有引号没有配对，直到文件末尾"
    if "field larger than" in text:
        return f"有一格超过 {_CELL_MAX:,} 个字，多半是引号没有配对"
    if "expected after" in text:
        return "引号之后还有别的字"
    return "有回车符或空字符夹在格子里" if "new-line" in text or "NUL" in text else text
