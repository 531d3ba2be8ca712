"""Files become texts to be looked at: what is kept, what is told, what is refused. All files are made here."""

import io
import logging
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
import typst
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.documents.extracted_text import DocumentFileError
from pipelines.documents.importing import described, import_document, read
from pipelines.sources.documents import read_documents, unreviewed
from tests.synthetic import SyntheticProject

RULES = """\
合成市公园条例
2021年6月23日 合成市第三届人民代表大会常务委员会第二次会议通过
第一条 为了测试，制定本条例。
第二条 公园内禁止下列行为：
（一）乱丢合成物；
（二）乱画合成画。
第三条 本条例自2021年10月1日起施行。
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    return tmp_path / "corpus"


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def word(path: Path) -> Path:
    """A Word file with a heading, a table, an insertion, a deletion, an automatic number, a header."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "合成页眉"
    for line in RULES.splitlines():
        document.add_paragraph(line)
    paragraph = document.add_paragraph("保留")
    paragraph._p.append(_change("w:ins", "w:t", "插入的字"))
    paragraph._p.append(_change("w:del", "w:delText", "删去的字"))
    document.add_paragraph("自动编号的段落", style="List Number")
    document.paragraphs[-1]._p.get_or_add_pPr().append(OxmlElement("w:numPr"))
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("任务", "单位", "修路|栽树", "合成局"), strict=True):
        cell.text = text
    document.save(str(path))
    return path


def _change(tag: str, text_tag: str, words: str) -> Any:
    change, run, text = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text_tag)
    change.set(qn("w:author"), "合成")
    text.text = words
    run.append(text)
    change.append(run)
    return change


def pdf(path: Path, body: str) -> Path:
    """A PDF with a running head and page numbers, typeset from lines over as many pages as they need."""
    source = (
        '#set page(paper: "a6", header: [合成市文件汇编], numbering: "1")\n#set text(font: "Noto Serif CJK SC", size: 15pt)\n'
        + "\n\n".join(body.splitlines())
    )
    path.write_bytes(typst.compile(source.encode()))
    return path


def test_a_word_file_keeps_its_words_and_tells_what_it_could_not_keep(corpus: Path, tmp_path: Path) -> None:
    made = import_document(word(tmp_path / "rules.docx"), corpus, "rules")
    text = made.text_file.read_text("utf-8")
    assert text.startswith(RULES.rstrip("\n"))
    assert "保留插入的字" in text
    assert "删去的字" not in text
    assert "合成页眉" not in text
    assert "| 任务 | 单位 |\n| 修路｜栽树 | 合成局 |" in text
    told = described(made)
    assert "《合成市公园条例》" in told
    assert "共 3 条" in told
    assert "通过 2021-06-23；施行 2021-10-01" in told
    assert "1 张表格按行写成了文字" in told
    assert "段用了 Word 的自动编号" in told
    assert "2 处修订按接受修订后的文字收录。" in told
    assert "页眉、页脚没有收。" in told


def test_a_draft_is_not_published_before_a_person_says_so(tmp_path: Path) -> None:
    project = SyntheticProject(tmp_path / "city")
    made = import_document(written(tmp_path / "rules.txt", RULES), project.corpus, source="https://example.com/rules")
    assert made.description_file.name == "hecheng-shi-gongyuan-tiaoli.toml" or made.description_file.name.startswith(
        "he"
    )
    name = made.description_file.stem
    assert unreviewed(project.corpus) == [name]
    assert [d.description.id for d in read_documents(project.corpus)] == ["synthetic-plan"]
    project.replace(made.description_file, "reviewed = false", "reviewed = true")
    documents = {d.description.id: d for d in read_documents(project.corpus)}
    assert documents[name].description.title == "合成市公园条例"
    assert documents[name].description.effective == "2021-10-01"
    assert documents[name].description.source == "https://example.com/rules"
    assert "".join(c.text for c in documents[name].clauses) == RULES
    project.build()


def test_a_pdf_is_put_together_again_without_heads_and_page_numbers(corpus: Path, tmp_path: Path) -> None:
    numerals = "四五六七八九"
    long = [
        f"第{n}条 合成市{n}区人民政府应当把{n}座合成公园的建设、养护和管理所需经费列入本级预算，并向社会公布{n}次。"
        for n in numerals
    ]
    made = import_document(pdf(tmp_path / "rules.pdf", RULES + "\n".join(long)), corpus, "rules")
    assert made.taken.pages >= 3
    lines = made.text_file.read_text("utf-8").splitlines()
    assert lines[0] == "合成市公园条例"
    assert lines[3:6] == ["第二条 公园内禁止下列行为：", "（一）乱丢合成物；", "（二）乱画合成画。"]
    assert lines[-6:] == long
    assert "合成市文件汇编" not in lines
    assert "行页眉、页脚和页码没有收。" in described(made)


def scanned(path: Path) -> Path:
    """A PDF whose page is a picture of text."""
    import pypdfium2

    source = '#set page(paper: "a6")\n#set text(font: "Noto Sans CJK SC", size: 14pt)\n合成市公园条例\n\n第一条 公园免费开放。'
    picture = path.with_suffix(".png")
    picture.write_bytes(typst.compile(source.encode(), format="png", ppi=200))
    page = f'#set page(width: 105mm, height: 148mm, margin: 0mm)\n#image("{picture.name}", width: 100%)'
    typ = written(path.with_suffix(".typ"), page)
    path.write_bytes(typst.compile(str(typ)))
    assert pypdfium2.PdfDocument(path)[0].get_textpage().get_text_range().strip() == ""
    return path


def test_a_scanned_page_is_read_by_ocr_and_said_to_be(corpus: Path, tmp_path: Path) -> None:
    made = import_document(scanned(tmp_path / "scan.pdf"), corpus, "scan")
    text = made.text_file.read_text("utf-8").replace(" ", "")
    assert "合成市公园条例" in text
    assert "公园免费开放" in text
    assert "第 1 页是扫描的图片，文字由识别得来" in described(made)


def test_what_the_ocr_says_of_its_own_files_is_not_told_to_the_operator(corpus: Path, tmp_path: Path) -> None:
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    log = logging.getLogger("RapidOCR")
    log.addHandler(handler)
    try:
        import_document(scanned(tmp_path / "scan.pdf"), corpus, "scan")
    finally:
        log.removeHandler(handler)
    assert [r.getMessage() for r in records if r.levelno < logging.WARNING] == []


def test_a_scanned_page_without_ocr_says_what_to_install(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "rapidocr", None)
    with pytest.raises(
        DocumentFileError, match=r"第 1 页是扫描的图片，没有文字。要识别请先安装：pip install '\.\[ocr\]'。"
    ):
        import_document(scanned(tmp_path / "scan.pdf"), corpus, "scan")


PAGE = """\
<html><head><meta charset="gbk"><title>合成网站</title><script>alert("乱")</script></head><body>
<nav><a href="/">首页</a><a href="/x">政务公开</a></nav>
<div class="content"><h1>合成市公园条例</h1><p>第一条&nbsp;公园<b>免费</b>开放。<br>第二条 公园每日开放。</p>
<table><tr><td>公园</td><td>面积</td></tr><tr><td>合成公园</td><td>3公顷</td></tr></table><img src="x.png">
<p>第三条 公园由合成市园林局管理，管理办法另行规定并向社会公布。</p></div>
<div class="foot">版权所有</div></body></html>
"""


def test_a_web_page_gives_its_content_in_its_own_encoding(corpus: Path, tmp_path: Path) -> None:
    made = import_document(written(tmp_path / "page.html", PAGE.encode("gbk")), corpus, "page")
    assert made.text_file.read_text("utf-8") == (
        "合成市公园条例\n第一条 公园免费开放。\n第二条 公园每日开放。\n| 公园 | 面积 |\n| 合成公园 | 3公顷 |\n"
        "第三条 公园由合成市园林局管理，管理办法另行规定并向社会公布。\n"
    )
    told = described(made)
    assert "只收了网页的正文部分" in told
    assert "1 处图片没有收。" in told
    assert "1 张表格按行写成了文字" in told


def test_a_text_in_gbk_is_turned_into_utf_8(corpus: Path, tmp_path: Path) -> None:
    made = import_document(written(tmp_path / "rules.txt", RULES.encode("gbk")), corpus, "rules")
    assert made.text_file.read_bytes() == RULES.encode()
    assert "已转成 UTF-8" in described(made)


def encrypted_pdf(path: Path) -> Path:
    """The head of a PDF that asks for a password."""
    return written(
        path,
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"3 0 obj<</Filter/Standard/V 1/R 2/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">/P -4>>endobj\n"
        b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n0000000095 00000 n \n"
        b"trailer<</Root 1 0 R/Size 4/Encrypt 3 0 R/ID[<41><41>]>>\nstartxref\n260\n%%EOF",
    )


def bomb() -> bytes:
    """An archive that unpacks to far more than it is."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for number in range(4):
            opened.writestr(f"word/{number}.xml", b"\0" * (90 * 1024 * 1024))
    return archive.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.txt", b"", "是空文件。"),
        ("blank.txt", b" \n\n ", "里面没有文字。"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "是有密码的文件或旧版 .doc。"),
        ("torn.docx", b"PK\x03\x04torn", "不是完好的 .docx"),
        ("torn.pdf", b"%PDF-1.7 torn", "这个 PDF 读不出"),
        ("sheet.xyz", b"abc", "不认识 .xyz 文件。"),
        ("noise.txt", b"\xff\x81\x00\x9c\xfe\x00\x01", "不是 UTF-8"),
    ],
)
def test_a_file_that_cannot_be_taken_gets_a_sentence(
    corpus: Path, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    with pytest.raises(DocumentFileError) as raised:
        import_document(written(tmp_path / name, content), corpus)
    assert sentence in str(raised.value)
    assert list(corpus.iterdir()) == []


def test_an_archive_that_unpacks_without_end_is_not_unpacked(tmp_path: Path) -> None:
    with pytest.raises(DocumentFileError, match="不像一份文件，没有读。"):
        read(written(tmp_path / "bomb.docx", bomb()))


def test_a_locked_pdf_says_so(tmp_path: Path) -> None:
    with pytest.raises(DocumentFileError, match=r"这个 PDF (有密码|读不出)"):
        read(encrypted_pdf(tmp_path / "locked.pdf"))


def test_nothing_is_written_over(corpus: Path, tmp_path: Path) -> None:
    file = written(tmp_path / "rules.txt", RULES)
    import_document(file, corpus, "rules")
    with pytest.raises(DocumentFileError, match=r"rules\.txt 已经有了。请用 --id 另给一个编号"):
        import_document(file, corpus, "rules")
    with pytest.raises(DocumentFileError, match="只能用小写字母、数字"):
        import_document(file, corpus, "../away")


def test_a_trial_writes_nothing(corpus: Path, tmp_path: Path) -> None:
    made = import_document(written(tmp_path / "rules.txt", RULES), corpus, "rules", write=False)
    assert list(corpus.iterdir()) == []
    assert "只是看看，什么也没有写。" in described(made, dry_run=True)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
@example("\r")
@example("<!-- -->")
def test_any_text_is_taken_or_refused_with_a_sentence(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.mktemp("any") / "any.html"
    file.write_text(text, "utf-8", errors="replace")
    told = ""
    try:
        told = read(file).text
    except DocumentFileError as error:
        told = str(error)
    assert told.endswith(("\n", "。"))
