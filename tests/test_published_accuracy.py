"""What the portal publishes of its assistant's accuracy is what the evaluation's own record says."""

import csv
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EVALUATION = ROOT / "tests/evaluation"
_RECORDED = re.compile(r"^\| `questions_(\w+)\.jsonl`[^|]*\| (\d+) \| ([\d.]+) \|$", re.MULTILINE)


def _published() -> list[dict[str, str]]:
    with (ROOT / "datasets/assistant-accuracy/data.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_published_scores_are_the_first_ones_recorded() -> None:
    recorded = _RECORDED.findall((EVALUATION / "README.md").read_text("utf-8"))
    published = [(r["id"], int(r["questions"]), float(r["right_first_time_percent"])) for r in _published()]
    assert published == [(i, int(n), round(100 * float(score), 1)) for i, n, score in recorded]


def test_every_kept_set_is_published() -> None:
    kept = {p.stem.removeprefix("questions_"): p for p in EVALUATION.glob("questions_*.jsonl")}
    published = {r["id"]: int(r["questions"]) for r in _published()}
    assert published.keys() == kept.keys()
    # Some questions turned out to be reading examples and were not kept.
    assert all(len(kept[i].read_text("utf-8").splitlines()) <= n for i, n in published.items())


def test_the_article_says_the_least_the_most_and_the_latest() -> None:
    article = next(
        a for a in tomllib.loads((ROOT / "corpus/guide.toml").read_text("utf-8"))["articles"] if a["id"] == "accuracy"
    )
    scores = [r["right_first_time_percent"] for r in _published()]
    least, most = min(scores, key=float), max(scores, key=float)
    assert re.findall(r"\d+\.\d+(?=%)", article["text_zh"]) == [least, most, scores[-1]]
    assert re.findall(r"\d+\.\d+(?=%)", article["text_en"]) == [least, most, scores[-1]]
