"""The command line: what it did on standard output, what went wrong as a sentence, and an exit code to go by."""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.publication.manifest import current_version
from portal.settings import Settings
from tests.synthetic import SyntheticProject

PORTAL = [sys.executable, "-c", "from portal.commands import main; main()"]


def environment(settings: Settings) -> dict[str, str]:
    """An environment for `portal` on a project, with as little else as it needs."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "PORTAL_CORPUS": str(settings.corpus),
        "PORTAL_DATASETS": str(settings.datasets),
        "PORTAL_PUBLISHED": str(settings.published),
    }


def run(
    settings: Settings, *arguments: str, before: Callable[[], None] | None = None, **more: str
) -> "subprocess.CompletedProcess[str]":
    """Run `portal` on a project; `before` is done in its process first."""
    return subprocess.run(
        [*PORTAL, *arguments],
        env=environment(settings) | more,
        preexec_fn=before,
        capture_output=True,
        timeout=120,
        text=True,
        encoding="utf-8",
    )


def wait_for(address: str, seconds: float = 60) -> Any:
    """The JSON at an address, as soon as something answers there."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as reply:
                return json.load(reply)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def test_build_says_which_version_is_current_and_whether_it_is_new(built: SyntheticProject) -> None:
    version = current_version(built.settings.published)
    unchanged = run(built.settings, "build")
    assert (unchanged.returncode, unchanged.stdout) == (0, f"{version} 没有变化\n")
    built.replace(built.corpus / "site.toml", 'hotline = "00000"', 'hotline = "00001"')
    changed = run(built.settings, "build")
    assert changed.returncode == 0
    assert changed.stdout == f"{current_version(built.settings.published)} 已发布\n"
    assert "100%" in changed.stderr or "1/1" in changed.stderr


def limited_to(size: int) -> Callable[[], None]:
    """What makes a process unable to write a file of more bytes, as on a disk that is full."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@pytest.mark.parametrize("room", [200, 4000])
def test_a_build_on_a_full_disk_is_told_and_leaves_the_version_and_the_disk_as_they_were(
    built: SyntheticProject, room: int
) -> None:
    published = Path(built.settings.published)
    version = current_version(published)
    before = sorted(p.name for p in published.iterdir())
    built.replace(built.corpus / "site.toml", 'hotline = "00000"', 'hotline = "00001"')
    full = run(built.settings, "build", before=limited_to(room))
    assert full.returncode == 1
    assert full.stderr.splitlines()[-1].endswith("请检查文件夹是否存在、是否有权限和空间。")
    assert f"{published} 读写不了（" in full.stderr
    assert "Traceback" not in full.stderr
    assert (current_version(published), sorted(p.name for p in published.iterdir())) == (version, before)
    assert run(built.settings, "build").stdout.endswith("已发布\n")


def test_build_lists_every_problem_and_fails(built: SyntheticProject) -> None:
    before = current_version(built.settings.published)
    built.replace(built.data("observations"), ",40,40,", ",forty,40,")
    built.replace(
        built.data("indicators"), "synthetic_facilities,synthetic_facilities", "synthetic_facilities,Facilities"
    )
    failed = run(built.settings, "build")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert [line for line in failed.stderr.splitlines() if line][-3:] == [
        f"{built.data('indicators')} 第 3 行 family 列，值“Facilities”：“Facilities”不符合格式 [a-z][a-z0-9_]*",
        f"{built.data('observations')} 第 2 行 value 列，值“forty”：不是数字",
        "共 2 处问题，没有发布；原来的版本不变。",
    ]
    assert current_version(built.settings.published) == before


def test_a_locale_without_chinese_does_not_break_the_texts(built: SyntheticProject) -> None:
    unchanged = run(built.settings, "build", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert unchanged.stdout.endswith(" 没有变化\n")


@pytest.mark.parametrize("command", [["serve"], ["ask", "合成率是多少？"], ["datasets"]])
def test_without_a_published_version_a_sentence_says_what_to_run(project: SyntheticProject, command: list[str]) -> None:
    failed = run(project.settings, *command)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr == f"{project.settings.published} 里还没有发布版本。请先运行 portal build。\n"


def test_a_port_that_is_taken_does_not_hide_that_nothing_is_published(project: SyntheticProject) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        failed = run(project.settings, "serve", PORTAL_PORT=str(taken.getsockname()[1]))
    assert failed.returncode == 1
    assert failed.stderr == f"{project.settings.published} 里还没有发布版本。请先运行 portal build。\n"


def test_serve_says_that_its_port_is_taken(built: SyntheticProject) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        failed = run(built.settings, "serve", "--port", str(port))
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[-1] == f"127.0.0.1:{port} 已被占用。请停掉占用它的程序，或用 --port 换一个端口。"


@pytest.mark.slow
@pytest.mark.parametrize("model", ["loading", "ready"])
def test_serve_names_its_address_answers_there_and_ends_quietly_with_ctrl_c(
    built: SyntheticProject, model: str
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [*PORTAL, "serve", "--port", str(port)]
    # As a person at a terminal has it: no line for each request.
    quiet = environment(built.settings) | {"PORTAL_LOG": "text"}
    with subprocess.Popen(command, env=quiet, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        assert server.stderr.readline() == f"http://localhost:{port}  按 Ctrl+C 停止\n"
        health = wait_for(f"http://127.0.0.1:{port}/readyz")
        assert health["version"] == current_version(built.settings.published)
        deadline = time.monotonic() + 60
        while model == "ready" != health["encoder"] and time.monotonic() < deadline:
            time.sleep(0.2)
            health = wait_for(f"http://127.0.0.1:{port}/readyz")
        assert health["encoder"] == model
        server.send_signal(signal.SIGINT)
        rest = server.stderr.read()
    # What the operating system keeps visitors' SQL from is said once; nothing else is.
    assert (server.returncode, [x for x in rest.splitlines() if "访客 SQL 的进程由操作系统限制" not in x]) == (0, [])


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [("PORTAL_PORT", "many", "PORTAL_PORT"), ("PORTAL_DENSE_WEIGHT", "2", "PORTAL_DENSE_WEIGHT")],
)
def test_a_setting_that_cannot_be_is_told_by_its_name(
    built: SyntheticProject, name: str, value: str, told: str
) -> None:
    failed = run(built.settings, "build", **{name: value})
    assert failed.returncode == 1
    assert failed.stderr.startswith(f"设置 {told}：")
    assert "Traceback" not in failed.stderr


def test_ask_answers_a_question_and_a_file_of_questions(city_settings: Settings, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    rows = [
        {"id": "a", "question": "合成道路人均面积的目标是多少？"},
        {"id": "b", "question": 3},
        {"id": 2, "question": "现在达到了吗？", "history": ["合成道路人均面积的目标是多少？"]},
    ]
    questions.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows) + "\n", "utf-8")
    answered = run(city_settings, "ask", "--jsonl", str(questions))
    assert answered.returncode == 0
    first, wrong, second = (json.loads(line) for line in answered.stdout.splitlines())
    assert wrong == {"id": "b", "kind": "error", "error": "第 2 行：question 应为文字，现为 3。"}
    assert answered.stderr.splitlines()[-1] == "1 行不是问题，没有回答；原因写在各行的 error 里。"
    assert (first["id"], first["kind"]) == ("a", "answer")
    assert "12平方米" in first["answer"]
    assert first["citations"][0]["clause"] == "1"
    assert second["id"] == "2"
    assert "9.8平方米" in second["answer"]
    assert second["version"] == current_version(city_settings.published)
