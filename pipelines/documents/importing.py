"""`portal import-document`: a file → `corpus/<id>.txt` and a description that says it has not been looked at yet."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import tomlkit
from pypinyin import lazy_pinyin

from pipelines.documents.extracted_text import DocumentFileError, Taken, checked
from pipelines.documents.from_docx import from_docx
from pipelines.documents.from_html import from_html
from pipelines.documents.from_pdf import from_pdf
from pipelines.documents.from_text import from_text
from pipelines.sources.document_facts import Facts, read_facts
from pipelines.sources.documents import DocumentDescription, parse_document

Report = Callable[[str, int, int], None]
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_TITLE_WORDS = re.compile(
    r"(?:条例|规定|法|细则|规则|章程|方案|预案|规划|意见|通知|计划|决定|标准|导则|指引|公告|通告|清单|目录|要点|纲要|报告|令)(?:（[^）]*）)?$"
)
_TITLE_MAX = 80
_OPENING_LINES = 12
_ID_MAX = 60


@dataclass(frozen=True)
class Imported:
    """What an import made: the files (written unless it was a trial), the text, and what a person should look at."""

    text_file: Path
    description_file: Path
    taken: Taken
    title: str
    facts: Facts
    clauses: int
    articles: int


def import_document(
    file: Path,
    corpus: Path,
    name: str | None = None,
    title: str | None = None,
    source: str = "",
    report: Report = lambda *_: None,
    write: bool = True,
) -> Imported:
    """Take a document from a file.

    Args:
        file: .docx, .pdf, .html, .htm, .md or .txt.
        corpus: the folder of the documents.
        name: the document's id; made of its title where None.
        title: its title; read from the text where None.
        source: where it comes from.
        report: called as (step, done, total).
        write: false to see what would be made.
    Raises:
        DocumentFileError: the file cannot be taken, or there is such a document already.
    """
    taken = read(file, report)
    if not taken.text.strip():
        raise DocumentFileError(f"{file}：里面没有文字。" + "".join(taken.told))
    title = title or _title(taken) or taken.stated.get("title", "") or file.stem
    name = name or _id(title)
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
        raise DocumentFileError(f"编号“{name}”只能用小写字母、数字、- 和 _。请用 --id 另给一个。")
    for suffix in (".txt", ".md", ".toml"):
        if (corpus / f"{name}{suffix}").exists():
            raise DocumentFileError(f"{corpus / (name + suffix)} 已经有了。请用 --id 另给一个编号，或先移走原来的。")
    parsed = parse_document(taken.text, DocumentDescription(id=name, title=title))
    facts = _with_stated(read_facts(parsed.clauses[0].text, taken.text), taken.stated)
    articles = sum(c.label.endswith("条") for c in parsed.clauses)
    made = Imported(corpus / f"{name}.txt", corpus / f"{name}.toml", taken, title, facts, len(parsed.clauses), articles)
    if write:
        made.text_file.write_text(taken.text, "utf-8")
        made.description_file.write_text(_description(name, title, source or file.name, taken, facts), "utf-8")
    return made


def read(file: Path, report: Report = lambda *_: None) -> Taken:
    """The paragraphs of a file, whatever its format.

    Raises:
        DocumentFileError: it cannot be read, or is of a format that is not known.
    """
    start = checked(file)
    kind = file.suffix.lower()
    if start.startswith(_OLD_OFFICE):
        raise DocumentFileError(f"{file}：是有密码的文件或旧版 .doc。请去掉密码，另存为 .docx 后重试。")
    if start.startswith(b"%PDF") or kind == ".pdf":
        return from_pdf(file, report)
    if kind == ".docx" or start.startswith(b"PK"):
        return from_docx(file)
    if kind in {".html", ".htm", ".xhtml"}:
        return from_html(file)
    if kind in {".txt", ".md", ".text", ""}:
        return from_text(file)
    raise DocumentFileError(f"{file}：不认识 {kind} 文件。可以导入 .docx、.pdf、.html、.md 和 .txt。")


def described(imported: Imported, dry_run: bool = False) -> str:
    """The report of an import: what was taken, what was read of it, what was left out, and what to do next."""
    taken, facts = imported.taken, imported.facts
    made = f"共 {imported.articles} 条" if imported.articles else f"拆成 {imported.clauses} 段"
    pages = f"，{taken.pages} 页" if taken.pages else ""
    lines = [f"《{imported.title}》：{len(taken.text)} 字{pages}，{made}。"]
    names = ("number", "issuer", "issued", "adopted", "approved", "effective")
    labels = ("文号", "机关", "印发", "通过", "批准", "施行")
    read_of = [f"{label} {getattr(facts, n)}" for n, label in zip(names, labels, strict=True) if getattr(facts, n)]
    read_of += [f"修正 {'、'.join(facts.amended)}"] if facts.amended else []
    read_of += [f"废止《{'》《'.join(facts.repeals)}》"] if facts.repeals else []
    lines.append("从文件里读到：" + "；".join(read_of) + "。" if read_of else "没有读到文号、机关和日期，请补上。")
    lines += taken.report
    if dry_run:
        return "\n".join([*lines, "只是看看，什么也没有写。"])
    return "\n".join(
        [
            *lines,
            f"已写到 {imported.text_file} 和 {imported.description_file}。",
            f"请对照原件看一遍，改好后把 {imported.description_file.name} 里的 reviewed 改为 true，再运行 portal build；在此之前不会发布。",
        ]
    )


def _title(taken: Taken) -> str:
    """The title: the first lines that end as titles do; one broken over two lines is put together, in the text of a page, whose
    lines are no paragraphs, too."""
    lines = [(at, p.strip(" \t\u3000#*")) for at, p in enumerate(taken.paragraphs) if p.strip(" \t\u3000#*")][
        :_OPENING_LINES
    ]
    before = (0, "")
    for at, line in lines:
        if len(line) <= _TITLE_MAX and not re.search(r"[。；，|]", line) and _TITLE_WORDS.search(line):
            return _put_together(taken, before, (at, line)) if _goes_on_from(before[1], line) else line
        before = (at, line)
    return ""


def _goes_on_from(before: str, line: str) -> bool:
    """Whether a line that ends as titles do is the end of one that the line before begins."""
    begun_anew = before[:2] == line[:2] or re.search(r"[。；：〕号|]|[）)]$", before)
    return bool(before) and len(line) < 12 and not begun_anew and len(before) < _TITLE_MAX


def _put_together(taken: Taken, before: tuple[int, str], line: tuple[int, str]) -> str:
    title = before[1] + line[1]
    if taken.format == "pdf":
        taken.paragraphs[before[0] : line[0] + 1] = [title]
    return title


def _with_stated(facts: Facts, stated: dict[str, str]) -> Facts:
    """The facts of the text, and where it has none those the file states beside it."""
    return Facts(**asdict(facts) | {k: v for k, v in stated.items() if k != "title" and not getattr(facts, k)})


def _id(title: str) -> str:
    """An id of a title's sounds: 合成市公园条例 → hecheng-shi-gongyuan-… shortened at a syllable."""
    words = [re.sub(r"[^a-z0-9]", "", w.lower()) for w in lazy_pinyin(title)]
    name = ""
    for word in filter(None, words):
        if len(name) + len(word) + 1 > _ID_MAX:
            break
        name = f"{name}-{word}" if name else word
    return name or "document"


def _description(name: str, title: str, source: str, taken: Taken, facts: Facts) -> str:
    """The description to be looked at: what was read, and why each is or is not there."""
    draft = tomlkit.document()
    draft.add(
        tomlkit.comment("由 portal import-document 起草。看过全文、核对下面各项以后，把 reviewed 改为 true 才会发布。")
    )
    for sentence in taken.report:
        draft.add(tomlkit.comment(f"注意：{sentence}"))
    draft["reviewed"] = False
    draft["id"] = name
    draft["title"] = title
    for key in ("number", "issuer", "issued", "adopted", "approved", "effective"):
        draft[key] = getattr(facts, key)
    draft["amended"] = list(facts.amended)
    draft["repeals"] = list(facts.repeals)
    draft["source"] = source
    draft["licence"] = ""
    draft["note"] = ""
    return tomlkit.dumps(draft)
