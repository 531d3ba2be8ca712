import json
from pathlib import Path

import pytest

from portal.retrieval.evaluate import Ranked, read_texts, retrieve_corpus
from portal.retrieval.retriever import HybridRetriever, LazyEncoder, Passage

SYNTHETIC_CORPUS = {"a": "甲市新建公共停车场十处。", "b": "乙市公园绿地免费开放。", "c": "污水处理厂出水用于湿地。"}
SYNTHETIC_QUERIES = {"q1": "湿地的水从哪里来", "q2": "公园要门票吗"}


def write(path: Path, texts: dict[str, str]) -> Path:
    rows = [json.dumps({"id": i, "text": t, "other": 1}, ensure_ascii=False) for i, t in texts.items()]
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def test_a_corpus_is_ranked_as_the_retriever_ranks_it(tmp_path: Path, bundled: LazyEncoder) -> None:
    corpus, queries = write(tmp_path / "c.jsonl", SYNTHETIC_CORPUS), write(tmp_path / "q.jsonl", SYNTHETIC_QUERIES)
    steps: list[tuple[str, int, int]] = []
    run = list(retrieve_corpus(corpus, queries, 2, bundled, report=lambda *step: steps.append(step)))

    passages = [Passage(i, t) for i, t in SYNTHETIC_CORPUS.items()]
    vectors = bundled.encode_documents(list(SYNTHETIC_CORPUS.values()))
    retriever = HybridRetriever(passages=passages, embeddings=vectors, encoder=bundled)
    assert [(r.query, r.id) for r in run] == [
        (q, h.id) for q, t in SYNTHETIC_QUERIES.items() for h in retriever.search(t, 2)
    ]
    assert [(r.query, r.id, r.rank) for r in run if r.rank == 1] == [("q1", "c", 1), ("q2", "b", 1)]
    assert [r.rank for r in run] == [1, 2, 1, 2]
    assert ("计算向量", 3, 3) in steps
    assert steps[-1] == ("检索", 2, 2)


def test_an_empty_corpus_gives_no_lines(tmp_path: Path, bundled: LazyEncoder) -> None:
    corpus, queries = write(tmp_path / "c.jsonl", {}), write(tmp_path / "q.jsonl", SYNTHETIC_QUERIES)
    assert list(retrieve_corpus(corpus, queries, 10, bundled)) == []


def test_a_line_has_four_columns() -> None:
    assert Ranked("q1", "a", 1, 0.75).line == "q1\ta\t1\t0.750000"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"id": "a", "text": "停车"}\n{oops}', "第 2 行：不是有效的 JSON"),
        ('{"id": "a"}', "第 1 行：应为"),
        ('{"id": 1, "text": "停车"}', "第 1 行：应为"),
        ('["a", "停车"]', "第 1 行：应为"),
        ('{"id": "a", "text": "停车"}\n\n{"id": "a", "text": "公园"}', "第 3 行：编号 a 前面已经有了"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text(content, "utf-8")
    with pytest.raises(ValueError, match=sentence):
        read_texts(path)


def test_a_missing_or_foreign_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none\.jsonl：没有这个文件"):
        read_texts(tmp_path / "none.jsonl")
    (tmp_path / "gbk.jsonl").write_bytes('{"id": "a", "text": "停车"}'.encode("gbk"))
    with pytest.raises(ValueError, match=r"gbk\.jsonl：不是 UTF-8"):
        read_texts(tmp_path / "gbk.jsonl")


def test_line_separators_inside_a_text_do_not_end_the_line(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text('{"id": "a", "text": "停\u2028车\u0085场"}\n', "utf-8")
    assert read_texts(path) == {"a": "停\u2028车\u0085场"}
