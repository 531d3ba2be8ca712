"""Which kept questions are known to fail: `python -m tests.evaluation.record` writes them anew; the test compares with them.

A failure that is not in the file is new and fails the test, so a change of a weight or a word is noticed at the question it breaks.
"""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from portal.answering.evaluate import read_questions, score
from portal.answering.models import Answer, Ask
from portal.answering.service import AnswerService
from portal.publication.publications import Publications
from portal.retrieval.retriever import LazyEncoder
from portal.settings import Settings

FOLDER = Path(__file__).parent
KNOWN = FOLDER / "known_failures.toml"
# Kept beside the checkout, where there is one: asked too, and never trained on.
BESIDE = FOLDER.parents[2] / "shared" / "eval"
_HEAD = "# 已知答不好的评测题：文件 → 题号。新增一个就是退步，测试会失败；改好了就用 python -m tests.evaluation.record 重写。\n"


def files() -> dict[str, Path]:
    """The files of questions by the name under which their failures are kept."""
    found = {path.stem: path for path in sorted(FOLDER.glob("questions_*.jsonl"))}
    return found | {f"beside_{path.stem}": path for path in sorted(BESIDE.glob("questions*.jsonl"))}


def failures(path: Path, answer: Callable[[Ask], Answer]) -> dict[str, str]:
    """The questions of a file that fail, by id, each with why.

    Raises:
        QuestionsError: the file is not of the form described in the README.
    """
    return {s.gold.id: s.reason for s in score(read_questions(path), answer) if s.reason}


def known() -> dict[str, list[str]]:
    """The failures recorded, by file."""
    return tomllib.loads(KNOWN.read_text("utf-8")) if KNOWN.exists() else {}


def _lines(found: dict[str, dict[str, str]]) -> Iterator[str]:
    yield _HEAD
    for name, failed in found.items():
        yield f"{name} = ["
        for number, why in sorted(failed.items()):
            yield f'    "{number}",  # {" ".join(why.split())}'
        yield "]\n"


def main() -> None:
    """Ask every question of the current version with its model and write down which fail."""
    settings = Settings()
    encoder = LazyEncoder(settings.embedding_model)
    encoder.get()
    service = AnswerService(Publications(settings), encoder, settings)
    found = {name: failures(path, service.answer) for name, path in files().items()}
    # A file that is not here today keeps what was recorded of it.
    absent = {name: dict.fromkeys(ids, "") for name, ids in known().items() if name not in found}
    KNOWN.write_text("\n".join(_lines(found | absent)), "utf-8")
    for name, failed in found.items():
        print(f"{name}\t{len(failed)}")


if __name__ == "__main__":
    main()
