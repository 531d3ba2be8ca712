"""The lock of the dependencies: every package with its version and hashes, nothing else is installed, and a changed file is refused."""

import hashlib
import importlib.util
import re
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.synthetic import CHECKOUT

LOCK = (CHECKOUT / ".ci" / "constraints.txt").read_text("utf-8")
_ENTRY = re.compile(r"^([A-Za-z0-9][^\s;]*)[^\n]*\n((?:[ \t].*\n?)*)", re.M)


@pytest.fixture
def setup(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(CHECKOUT / ".ci")
    spec = importlib.util.spec_from_file_location("installing_the_lock", CHECKOUT / ".ci" / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.modules.pop("apt", None)


def entries() -> dict[str, tuple[str, str]]:
    """What is pinned, and the lines below it, by normal name."""
    return {canonicalize_name(p.partition("==")[0]): (p, below) for p, below in _ENTRY.findall(LOCK)}


def test_every_package_has_one_version_and_hashes() -> None:
    assert len(entries()) == len(_ENTRY.findall(LOCK)) > 200
    for pin, below in entries().values():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", pin)
        assert re.search(r"^ +--hash=sha256:[0-9a-f]{64}( \\)?$", below, re.M), pin


def test_every_package_the_project_asks_for_is_locked_in_a_version_it_asks_for() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    extras = [r for rs in project["project"]["optional-dependencies"].values() for r in rs]
    for line in [*project["project"]["dependencies"], *extras, *project["build-system"]["requires"]]:
        asked = Requirement(line)
        pin, _ = entries()[canonicalize_name(asked.name)]
        assert asked.specifier.contains(pin.partition("==")[2], prereleases=True), line


def test_no_address_of_a_package_index_is_locked() -> None:
    assert "://" not in LOCK
    assert not re.search(r"^\s*--(?!hash)", LOCK, re.M)


def test_what_graphics_cards_need_is_installed_only_for_a_torch_that_asks_for_it(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everywhere, for_graphics_cards = setup.divided(LOCK)
    names = {canonicalize_name(p.partition("==")[0]) for p, _ in _ENTRY.findall(everywhere)}
    others = {canonicalize_name(p.partition("==")[0]) for p, _ in _ENTRY.findall(for_graphics_cards)}
    assert names | others == set(entries())
    assert not names & others
    assert {"torch", "streamlit"} <= names
    assert {"triton", "nvidia-cublas", "cuda-toolkit"} <= others
    monkeypatch.setattr(setup, "VENV", tmp_path)
    stated = tmp_path / "lib" / "python3.11" / "site-packages" / "torch-1.0.dist-info" / "METADATA"
    stated.parent.mkdir(parents=True)
    stated.write_text("Name: torch\nRequires-Dist: filelock\n", "utf-8")
    assert not setup.torch_is_for_graphics_cards()
    stated.write_text('Name: torch\nRequires-Dist: nvidia-cudnn-cu13==9.2; platform_system == "Linux"\n', "utf-8")
    assert setup.torch_is_for_graphics_cards()


def wheel(folder: Path, name: str = "locked_thing", version: str = "1.0") -> str:
    """Write an empty wheel, and return its SHA-256."""
    path, about = folder / f"{name}-{version}-py3-none-any.whl", f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        file.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{about}/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def pip(folder: Path) -> list[str]:
    """The command the setup runs, only trying, and looking nowhere but in the folder."""
    return [sys.executable, "-m", "pip", "install", "--dry-run", "--no-deps", "--no-index", "--find-links", str(folder)]


def test_a_file_is_taken_by_its_hash_and_refused_without_it(
    setup: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    right = wheel(tmp_path)
    setup.install_locked(
        pip(tmp_path), f"locked-thing==1.0 \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{right}\n"
    )
    assert "Would install locked-thing-1.0" in capfd.readouterr().out.replace("locked_thing", "locked-thing")
    with pytest.raises(SystemExit) as refused:
        setup.install_locked(pip(tmp_path), f"locked-thing==1.0 --hash=sha256:{'0' * 64}\n")
    assert "locked-thing==1.0" in str(refused.value)
    assert "校验值都不符" in str(refused.value)
    assert "pip cache purge" in str(refused.value)
    assert "DO NOT MATCH" in capfd.readouterr().err


def test_a_package_without_a_hash_is_refused_with_what_to_do(setup: ModuleType, tmp_path: Path) -> None:
    wheel(tmp_path)
    with pytest.raises(SystemExit) as refused:
        setup.install_locked(pip(tmp_path), "locked-thing==1.0\n")
    assert "make lock" in str(refused.value)


def test_what_pip_says_otherwise_is_left_to_pip(setup: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as failed:
        setup.install_locked(pip(tmp_path), f"locked-thing==1.0 --hash=sha256:{'0' * 64}\n")
    assert "网络恢复后" in str(failed.value)


def test_the_build_of_torch_at_hand_is_taken_where_its_hash_is_locked(
    setup: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    hand, target = tmp_path / "hand", tmp_path / "target"
    hand.mkdir()
    right = wheel(hand, "torch", "0.0.1+cpu")
    taking = [sys.executable, "-m", "pip", "install", "--no-deps", "--find-links", str(hand), "--target", str(target)]
    setup.install_torch_at_hand(taking, f"a-thing==1 --hash=sha256:{right}\ntorch==0.0.1 --hash=sha256:{'0' * 64}\n")
    assert not target.exists()
    assert ("PIP_FIND_LINKS" in capfd.readouterr().out) == (sys.platform == "linux")
    setup.install_torch_at_hand(
        taking, f"torch==0.0.1 \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{right}\nb==1\n"
    )
    assert (target / "torch-0.0.1+cpu.dist-info").is_dir()
    assert capfd.readouterr().out == ""
