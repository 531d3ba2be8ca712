"""`portal report` writes a file that can be printed, or says in a sentence why not."""

from pathlib import Path

import pypdfium2
import pytest
from typer.testing import CliRunner, Result

import portal.commands.common
from portal.settings import Settings


@pytest.fixture
def run(city_settings: Settings, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setattr(portal.commands.common, "settings", lambda: city_settings)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(portal.commands.app, ["report", *arguments])

    return invoke


def test_a_sections_report_is_written_in_any_folder(  # type: ignore[no-untyped-def]
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It failed where the working folder did not hold the package."""
    monkeypatch.chdir(tmp_path)
    target = tmp_path / "绿化.pdf"
    assert run("--theme", "增加合成绿地", "-o", str(target)).exit_code == 0
    assert len(pypdfium2.PdfDocument(target)) >= 2
    assert [p.name for p in tmp_path.iterdir()] == ["绿化.pdf"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--theme", "没有的"), "方案没有“没有的”这个主题。可用的主题：合成目标、"),
        (("--district", "没有的"), "没有“没有的”这个区县。可用的区县：合成东区、合成西区、"),
        (("--district", "合成东区", "-o", "no-such-folder/x.pdf"), "no-such-folder/x.pdf 写不了（"),
    ],
)
def test_what_cannot_be_written_is_told_in_a_sentence(
    run,  # type: ignore[no-untyped-def]
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.exit_code == 1
    assert sentence in done.stderr
    assert list(tmp_path.iterdir()) == []
