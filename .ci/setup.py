"""Make `.venv` and install the locked dependencies, each file held to its hash; do nothing where that was done for these very files."""

import hashlib
import importlib.util
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from apt import install

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CONSTRAINTS = ROOT / ".ci" / "constraints.txt"
STAMP = VENV / ".installed"
# What only torch's build for graphics cards asks for: gigabytes that its build for processors does without.
FOR_GRAPHICS_CARDS = re.compile(r"(?:cuda|nvidia)-|triton$")


def main() -> None:
    """Run with the Python the environment is to be made from.

    Raises:
        SystemExit: this Python has no venv, or pip failed.
    """
    wanted = fingerprint()
    if STAMP.is_file() and STAMP.read_text("utf-8") == wanted and (VENV / "bin" / "portal").exists():
        return
    if importlib.util.find_spec("ensurepip") is None:
        install(["python3-venv"], "这个 Python 没有 venv")
    print("正在准备 .venv（只有第一次或依赖变化时需要，约两分钟）…", flush=True)
    STAMP.unlink(missing_ok=True)
    venv.create(VENV, with_pip=True, clear=not works(VENV / "bin" / "python"), symlinks=True)
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    python = str(VENV / "bin" / "python")
    # pip compiles on one core; compiling afterwards on all of them saves a third of the time.
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--no-compile", "--no-deps", *quiet]
    everywhere, for_graphics_cards = divided(CONSTRAINTS.read_text("utf-8"))
    install_torch_at_hand(pip, everywhere)
    install_locked(pip, everywhere)
    if torch_is_for_graphics_cards():
        install_locked(pip, for_graphics_cards)
    # What builds the project is locked too: nothing is fetched for it.
    run_pip([*pip, "--no-build-isolation", "--editable", str(ROOT)])
    # Some packages carry templates that are no valid Python: those are left as they are.
    compiled = [python, "-m", "compileall", "-q", "-j", "0", str(VENV / "lib")]
    subprocess.run(compiled, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    STAMP.write_text(wanted, "utf-8")


def divided(lock: str) -> tuple[str, str]:
    """The lock's entries that are installed everywhere, and those that only torch's build for graphics cards needs.

    Args:
        lock: text of the lock; an entry starts at the line's start, its hashes and comments follow indented.
    """
    entries = re.findall(r"^[A-Za-z0-9].*\n(?:[ \t].*\n?)*", lock, re.M)
    return (
        "".join(e for e in entries if not FOR_GRAPHICS_CARDS.match(e.partition("==")[0])),
        "".join(e for e in entries if FOR_GRAPHICS_CARDS.match(e.partition("==")[0])),
    )


def install_torch_at_hand(pip: list[str], lock: str) -> None:
    """Install torch's build for processors, a tenth of the size, where pip was told of a folder that has it.

    Left to choose, pip takes the index's build: of that the index tells the hash beforehand. Where there is none at
    hand, or it has none of the hashes, nothing is installed here and a line says so.

    Args:
        pip: the command up to its options, `… pip install`.
        lock: entries, torch's among them.
    """
    torch = "".join(re.findall(r"^torch==.*\n(?:[ \t].*\n?)*", lock, re.M))
    with listed(torch) as file:
        command = [*pip, "--no-index", "--require-hashes", "--requirement", file]
        found = subprocess.run(command, capture_output=True, check=False).returncode == 0
    if not found and sys.platform == "linux":
        print(
            "手边没有校验值相符的 torch CPU 版，将从软件源安装带显卡支持的（约 3 GB）。"
            "要省下这些，请把 .ci/constraints.txt 里那一版的 CPU 安装包放进一个文件夹，用 PIP_FIND_LINKS 指给 pip。",
            flush=True,
        )


def torch_is_for_graphics_cards() -> bool:
    """Whether the torch that was installed asks for the libraries of graphics cards."""
    stated = VENV.glob("lib/python*/site-packages/torch-*.dist-info/METADATA")
    return any(re.search(r"^Requires-Dist: (?:cuda|nvidia|triton)", m.read_text("utf-8"), re.M) for m in stated)


def install_locked(pip: list[str], lock: str) -> None:
    """Install entries of the lock; a file that has none of the hashes is not installed.

    Args:
        pip: the command up to its options, `… pip install`.
        lock: entries, each with its hashes.
    Raises:
        SystemExit: pip failed; the message says what to do.
    """
    with listed(lock) as file:
        run_pip([*pip, "--require-hashes", "--requirement", file])


@contextmanager
def listed(lock: str) -> Iterator[str]:
    """Entries of the lock as a file of their own, by its path, for as long as the context lasts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "locked.txt"
        path.write_text(lock, "utf-8")
        yield str(path)


def run_pip(command: list[str]) -> None:
    """Run pip, showing what it says as it says it.

    Raises:
        SystemExit: pip failed; the message says what to do, and of which package where a hash differs.
    """
    complaints: list[str] = []
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", errors="replace") as running:
        assert running.stderr is not None
        for line in running.stderr:
            sys.stderr.write(line)
            complaints.append(line)
    if running.returncode:
        sys.exit(advice("".join(complaints)))


def advice(complaint: str) -> str:
    """What to do about what pip wrote on standard error, in one line."""
    if "DO NOT MATCH THE HASHES" in complaint:
        named = re.findall(r"^ {4}([A-Za-z0-9._-]+==\S+)", complaint, re.M)
        return (
            f"没有安装：{'、'.join(named) or '一个包'}下载到的文件与 .ci/constraints.txt 里记的校验值都不符，可能被换过或没有下完整。"
            f"请运行 {VENV.name}/bin/python -m pip cache purge 以后再试一次；仍然不符就不要安装，换一个软件源，并告诉维护者。"
        )
    if "Hashes are required" in complaint or "must have their versions pinned" in complaint:
        return "没有安装：.ci/constraints.txt 里有的包没有校验值或没有固定版本。请运行 make lock 重新生成。"
    return "安装依赖失败，原因见上面几行。网络恢复后再运行同一条命令即可。"


def fingerprint() -> str:
    """A digest of what decides the environment: the declared and the pinned dependencies, and the Python version."""
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for path in (ROOT / "pyproject.toml", CONSTRAINTS):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def works(python: Path) -> bool:
    """Whether an environment's Python is there, runs, and is of the version at hand."""
    program = f"import sys, pip; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    try:
        return subprocess.run([str(python), "-c", program], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    main()
