"""A version's name depends on the code that makes it: every module the build imports, and no other."""

from pathlib import Path

import pytest

from pipelines.fingerprint import code

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


def test_the_portals_own_build_reads_checks_and_computes_but_draws_no_page() -> None:
    checkout = Path(__file__).resolve().parents[2]
    names = {p.relative_to(checkout).as_posix() for p in code(checkout)}
    assert {"pipelines/compute/progress.py", "pipelines/sources/documents.py", "portal/retrieval/bundled.py"} <= names
    assert not [n for n in names if n.startswith(("portal/pages/", "portal/ui/", "portal/api/", "portal/commands/"))]
