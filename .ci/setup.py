"""Make `.venv` and install the pinned dependencies; do nothing where that was done for these very files."""

import hashlib
import importlib.util
import subprocess
import sys
import venv
from pathlib import Path

from apt import install

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CONSTRAINTS = ROOT / ".ci" / "constraints.txt"
STAMP = VENV / ".installed"


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
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--no-compile", *quiet]
    finished = subprocess.run([*pip, "--constraint", str(CONSTRAINTS), "--editable", f"{ROOT}[test]"], check=False)
    if finished.returncode:
        sys.exit("安装依赖失败，原因见上面几行。网络恢复后再运行同一条命令即可。")
    # Some packages carry templates that are no valid Python: those are left as they are.
    compiled = [python, "-m", "compileall", "-q", "-j", "0", str(VENV / "lib")]
    subprocess.run(compiled, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    STAMP.write_text(wanted, "utf-8")


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
