"""The portal's own retriever over any corpus."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from portal.retrieval.fusion import DENSE_WEIGHT
from portal.retrieval.retriever import HybridRetriever, LazyEncoder, Passage

Report = Callable[[str, int, int], None]
_BATCH = 32


class Ranked(NamedTuple):
    """A line of a run: `rank` counts from 1, `score` is 0..1 within the query."""

    query: str
    id: str
    rank: int
    score: float

    @property
    def line(self) -> str:
        """The four columns, tab-separated, without a line end."""
        return f"{self.query}\t{self.id}\t{self.rank}\t{self.score:.6f}"


def retrieve_corpus(
    corpus: Path,
    queries: Path,
    top: int,
    encoder: LazyEncoder,
    dense_weight: float = DENSE_WEIGHT,
    report: Report = lambda *_: None,
) -> Iterator[Ranked]:
    """Rank a corpus for every query with the retriever the chat uses.

    Args:
        corpus, queries: JSON Lines of `{"id", "text"}`, other keys ignored.
        top: how many a query.
        report: called as (step, done, total) while the work goes on.
    Raises:
        ValueError: a file is missing or a line of it is wrong; the sentence names file and line.
    """
    passages = [Passage(id, text) for id, text in read_texts(corpus).items()]
    asked = read_texts(queries)
    vectors = []
    for start in range(0, len(passages), _BATCH):
        report("计算向量", start, len(passages))
        vectors.append(encoder.encode_documents([p.indexed for p in passages[start : start + _BATCH]]))
    report("计算向量", len(passages), len(passages))
    encoder.get()
    retriever = HybridRetriever(
        passages=passages,
        embeddings=np.concatenate(vectors) if vectors else None,
        encoder=encoder,
        dense_weight=dense_weight,
    )
    for number, (query, text) in enumerate(asked.items()):
        report("检索", number, len(asked))
        for rank, hit in enumerate(retriever.search(text, top), 1):
            yield Ranked(query, hit.id, rank, hit.score)
    report("检索", len(asked), len(asked))


def read_texts(path: Path) -> dict[str, str]:
    """Id → text in the file's order, from JSON Lines of `{"id", "text"}`; blank lines are passed over.

    Raises:
        ValueError: the file is missing, or a line is not such an object or repeats an id.
    """
    texts: dict[str, str] = {}
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        where = f"{path} 第 {number} 行"
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise ValueError(f"{where}：不是有效的 JSON（{error}）。") from None
        if not (isinstance(row, dict) and isinstance(row.get("id"), str) and isinstance(row.get("text"), str)):
            raise ValueError(f'{where}：应为 {{"id": "…", "text": "…"}}，两者都是文字。')
        if row["id"] in texts:
            raise ValueError(f"{where}：编号 {row['id']} 前面已经有了。")
        texts[row["id"]] = row["text"]
    return texts


def _lines(path: Path) -> list[str]:
    try:
        # Not splitlines(): a text may hold U+2028 and the like, which JSON leaves as they are.
        return path.read_text("utf-8-sig").removesuffix("\n").split("\n")
    except FileNotFoundError:
        raise ValueError(f"{path}：没有这个文件。") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path}：不是 UTF-8 文本。请另存为 UTF-8。") from None
