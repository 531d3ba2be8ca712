"""A version's name depends on the code that makes it: every module the build imports, and no other."""

import datetime
import shutil
from pathlib import Path

import pytest

import pipelines.fingerprint
from pipelines.fingerprint import code, fingerprint
from pipelines.publish import version_id
from tests.synthetic import CHECKOUT, SyntheticProject

FILES = {
    "pipelines/__init__.py": "",
    "pipelines/build.py": "from typing import TYPE_CHECKING\nfrom portal import reading\nif TYPE_CHECKING:\n    from portal.unread import X\n",
    "portal/__init__.py": "",
    "portal/reading.py": "import os\ndef later():\n    from portal.deep.inner import thing\n",
    "portal/deep/__init__.py": "",
    "portal/deep/inner.py": "import portal.reading\nWORDS = 'words.toml'\n",
    "portal/deep/words.toml": "",
    "portal/deep/unread.toml": "",
    "portal/unread.py": "X = 1\n",
    "portal/pages/page.py": "import portal.reading\n",
    "portal/pages/page.toml": "",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


def test_what_the_build_imports_counts_and_what_it_does_not_import_does_not(root: Path) -> None:
    assert [p.relative_to(root).as_posix() for p in code(root)] == [
        "pipelines/build.py",
        "portal/__init__.py",
        "portal/deep/__init__.py",
        "portal/deep/inner.py",
        "portal/deep/words.toml",
        "portal/reading.py",
    ]


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the portal's own code and examples, which fingerprints are then made of."""
    for package in ("pipelines", "portal"):
        shutil.copytree(CHECKOUT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "static"))
    monkeypatch.setattr(pipelines.fingerprint, "_ROOT", tmp_path)
    monkeypatch.setattr(pipelines.fingerprint, "EXAMPLES", tmp_path / "portal/answering/language/examples")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "new"),
    [
        ("portal/texts/numerals.py", True),
        ("portal/retrieval/bundled.py", True),
        ("portal/retrieval/embedding.py", True),
        ("pipelines/tables/words.toml", True),
        ("portal/answering/language/classifier.py", True),
        ("portal/answering/language/examples/en.csv", True),
        ("pipelines/places/osm.py", False),
        ("portal/retrieval/retriever.py", False),
        ("portal/pages/overview.py", False),
        ("pipelines/figures/words.toml", False),
    ],
)
def test_a_line_more_in_what_the_build_reads_is_a_new_version_and_elsewhere_is_none(
    copied: Path, project: SyntheticProject, file: str, new: bool
) -> None:
    before = fingerprint(project.settings)
    with (copied / file).open("a", encoding="utf-8") as opened:
        opened.write("# 合成\n")
    after = fingerprint(project.settings)
    day = datetime.date(2026, 1, 1)
    assert (version_id(after, day) != version_id(before, day)) is new
    assert [name for name, digest in after.items() if before[name] != digest] == ([f"code/{file}"] if new else [])


def test_the_portals_own_build_reads_checks_and_computes_but_draws_no_page() -> None:
    names = {p.relative_to(CHECKOUT).as_posix() for p in code(CHECKOUT)}
    assert {"pipelines/compute/progress.py", "pipelines/sources/documents.py", "portal/retrieval/bundled.py"} <= names
    assert not [n for n in names if n.startswith(("portal/pages/", "portal/ui/", "portal/api/", "portal/commands/"))]
