"""Files as offices hand them over, from import through review to page, search and answer; the files are made for the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipelines.documents.importing import Imported, described, import_document, read
from portal.answering.models import Ask
from portal.api.app import create_api
from portal.services import Services
from tests.pipelines.documents import made_files
from tests.portal.api.conftest import services_for
from tests.portal.pages.conftest import Open, visit
from tests.synthetic import SyntheticProject

__all__ = ["visit"]

FILES = {
    "print": (made_files.printed_notice, "notice.pdf"),
    "scan": (made_files.scanned_page, "scan.pdf"),
    "page": (made_files.web_page, "page.html"),
    "word": (made_files.word_of_a_web_page, "law.docx"),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> SyntheticProject:
    return SyntheticProject(tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="module")
def imported(project: SyntheticProject, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Imported]:
    """Every file taken in."""
    folder = tmp_path_factory.mktemp("files")
    return {name: import_document(make(folder / file), project.corpus, name) for name, (make, file) in FILES.items()}


@pytest.fixture(scope="module")
def shared(project: SyntheticProject, imported: dict[str, Imported]) -> Services:
    """The portal after somebody looked at all of them."""
    for made in imported.values():
        project.replace(made.description_file, "reviewed = false", "reviewed = true")
    project.build()
    services = services_for(project.settings)
    services.encoder.get()
    return services


@pytest.fixture
def client(shared: Services) -> Iterator[TestClient]:
    with TestClient(create_api(lambda: shared)) as client:
        yield client


def lines(made: Imported) -> list[str]:
    return [line for line in made.taken.text.splitlines() if line]


def test_a_printed_notice_keeps_its_text_and_tells_the_rest(imported: dict[str, Imported]) -> None:
    made = imported["print"]
    assert lines(made)[:4] == [
        "合成市人民政府办公室文件",
        "合成政办〔2024〕17号",
        "合成市人民政府办公室关于印发合成市共享单车停放管理办法的通知",
        "各县、区人民政府，市人民政府有关部门：",
    ]
    assert "第一条 为了规范共享单车停放秩序，维护行人通行权利，制定本办法。" in lines(made)
    at = lines(made).index("| 区 | 停放区（处） | 车辆（辆） |")
    assert lines(made)[at : at + 3][1:] == ["| 合成东区 | 120 | 3600 |", "| 合成西区 | 85 | 2500 |"]
    assert not [line for line in lines(made) if "公报" in line or "不含合成电动车" in line or line.startswith("—")]
    told = described(made)
    assert "文号 合成政办〔2024〕17号；机关 合成市人民政府办公室；印发 2024-03-18；施行 2024-05-01" in told
    assert "1 处脚注没有收进正文，请看是否要写进去：\n　第 2 页：1本办法所称共享单车，不含合成电动车。" in told
    assert "1 张表格按行写成了文字" in told
    assert "行页眉、页脚和页码没有收。" in told


def test_a_scanned_page_is_read_though_it_is_askew(imported: dict[str, Imported]) -> None:
    made = imported["scan"]
    assert made.title == "合成市集中供冷管理规定"
    assert made.articles == 5
    assert (made.facts.adopted, made.facts.effective) == ("2023-06-30", "2023-08-01")
    assert "第 1 页是扫描的图片，文字由识别得来" in described(made)
    assert "0 行" not in described(made)


def test_a_web_page_gives_the_document_and_what_its_card_says(imported: dict[str, Imported]) -> None:
    made = imported["page"]
    assert lines(made) == [
        "合成市再生水利用办法",
        "第一条　为了促进再生水利用，节约水资源，制定本办法。",
        "第二条　城市绿化、道路清扫应当优先使用再生水。",
        "第三条　新建二万平方米以上的公共建筑，应当建设再生水利用设施。",
        "| 用途 | 每日用量 |",
        "| 绿化 | 12吨 |",
        "| 清扫 | 18吨 |",
        "第四条　违反本办法第三条规定，未建设再生水利用设施的，处一万元以上五万元以下罚款。",
        "第五条　本办法自2022年6月1日起施行。",
    ]
    told = described(made)
    assert "文号 合成政〔2022〕9号；机关 合成市人民政府；印发 2022-04-06；施行 2022-06-01" in told
    assert "[1] 再生水，是指污水经合成处理后可以再次使用的水。" in told
    assert "1 处图片没有收。" in told


def test_a_word_file_that_holds_a_web_page_is_read(imported: dict[str, Imported]) -> None:
    made = imported["word"]
    assert made.title == "合成市树木法"
    assert lines(made)[2:] == ["第一条　砍伐合成树木，应当补种三棵。", "第二条　本法自2020年6月1日起施行。"]


def test_a_page_in_a_word_file_that_names_no_known_encoding_is_read(tmp_path: Path) -> None:
    assert "应当补种三棵" in read(made_files.word_of_a_web_page(tmp_path / "law.docx", "no-such-encoding")).text


def test_a_web_page_of_nothing_but_marks_is_taken(tmp_path: Path) -> None:
    marks = "".join(f'<p id="n{n}"><a href="#n{n + 1}">[{n}]</a>[{n}] 合成注</p>' for n in range(300))
    page = tmp_path / "marks.html"
    page.write_text(f"<html><body>{marks}</body></html>", "utf-8")
    assert "合成注" in read(page).text


@pytest.mark.parametrize(
    ("document", "words", "label"),
    [
        ("print", "两小时内清理", "第四条"),
        ("scan", "擅自拆改", "第三条"),
        ("page", "优先使用再生水", "第二条"),
        ("word", "补种三棵", "第一条"),
    ],
)
def test_what_was_imported_is_found_and_read(document: str, words: str, label: str, visit: Open) -> None:
    found = visit("documents", q=words)
    assert label in found.text
    assert any(href.startswith(f"/policy?document={document}&clause=") for href in found.links())
    page = visit("policy", document=document)
    assert not page.app.exception
    assert words in page.text


@pytest.mark.parametrize(
    ("question", "document", "quoted"),
    [
        ("接到单车乱停放的通知后多久要清理", "print", "第四条 企业应当在接到单车乱停放的通知后两小时内清理。"),
        ("集中供冷从几月几号到几月几号", "scan", "六月十五日至九月十五日"),
        ("擅自拆改供冷管道罚多少", "scan", "处二百元以上一千元以下罚款"),
        ("没有建设再生水利用设施怎么罚", "page", "处一万元以上五万元以下罚款"),
        ("砍伐合成树木补种几棵", "word", "应当补种三棵"),
    ],
)
def test_what_was_imported_is_asked_of(question: str, document: str, quoted: str, shared: Services) -> None:
    answer = shared.answers.answer(Ask(question=question))
    assert answer.kind == "answer"
    assert quoted in answer.answer
    assert document in {c.document for c in answer.citations}
