from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from portal.retrieval.retriever import HybridRetriever, LazyEncoder, Passage

SYNTHETIC = [
    Passage("1#1", "甲市新建公共停车场十处。", "交通", {"clause": "1"}),
    Passage("2#1", "乙市公园绿地免费开放。", "绿化", {"clause": "2"}),
    Passage("3#1", "污水处理厂出水用于湿地。", "水环境", {"clause": "3"}),
    Passage("4#1", "老旧小区加装电梯。", "住房", {"clause": "4"}),
]


@pytest.fixture
def retriever(bundled: LazyEncoder) -> HybridRetriever:
    vectors = bundled.encode_documents([p.indexed for p in SYNTHETIC])
    return HybridRetriever(passages=SYNTHETIC, embeddings=vectors, encoder=bundled)


def ids(retriever: HybridRetriever, query: str, k: int | None = None) -> list[str]:
    return [hit.id for hit in retriever.search(query, k)]


def test_words_that_differ_are_found_by_meaning(retriever: HybridRetriever) -> None:
    assert ids(retriever, "elevator for old buildings", 1) == ["4#1"]
    assert ids(retriever, "脏水怎么净化", 1) == ["3#1"]


def test_a_hit_says_how_it_was_scored(retriever: HybridRetriever) -> None:
    hit = retriever.search("公共停车场", 1)[0]
    assert (hit.id, hit.text, hit.metadata["clause"], hit.mode) == ("1#1", "甲市新建公共停车场十处。", "1", "hybrid")
    assert hit.score == pytest.approx(1)
    assert hit.dense is not None
    assert 0.7 < hit.dense < 1
    assert hit.lexical == pytest.approx(retriever.lexical.scores("公共停车场")[0])


def test_headings_are_searched_too(retriever: HybridRetriever) -> None:
    assert ids(retriever, "住房", 1) == ["4#1"]


def test_langchain_gets_documents_with_scores(retriever: HybridRetriever) -> None:
    documents = retriever.invoke("公共停车场")
    assert [d.id for d in documents] == ids(retriever, "公共停车场")
    first = documents[0]
    assert first.page_content == "甲市新建公共停车场十处。"
    assert set(first.metadata) == {"clause", "id", "heading", "score", "dense", "lexical", "mode"}


def test_words_alone_are_searched_until_the_encoder_is_ready(bundled: LazyEncoder) -> None:
    vectors = bundled.encode_documents([p.indexed for p in SYNTHETIC])
    late = LazyEncoder("bundled")
    retriever = HybridRetriever(passages=SYNTHETIC, embeddings=vectors, encoder=late)
    assert retriever.mode == "lexical"
    hits = retriever.search("公共停车场", 1)
    assert [(h.id, h.dense, h.mode) for h in hits] == [("1#1", None, "lexical")]
    late.get()
    assert retriever.mode == "hybrid"
    assert [h.mode for h in retriever.search("公共停车场", 1)] == ["hybrid"]


def test_words_alone_are_searched_without_vectors_or_encoder(bundled: LazyEncoder) -> None:
    # 绿地 shares one character with 湿地; the other two passages share nothing and are not given.
    assert ids(HybridRetriever(passages=SYNTHETIC), "湿地") == ["3#1", "2#1"]
    assert HybridRetriever(passages=SYNTHETIC, encoder=bundled).mode == "lexical"


@pytest.mark.parametrize("query", ["", "   ", "？！", "🙂"])
def test_a_query_without_words_finds_nothing(retriever: HybridRetriever, query: str) -> None:
    assert retriever.search(query) == []
    assert retriever.invoke(query) == []


def test_an_empty_corpus_finds_nothing(bundled: LazyEncoder) -> None:
    assert HybridRetriever(passages=[]).search("停车") == []
    assert HybridRetriever(passages=[], embeddings=np.empty((0, 384)), encoder=bundled).search("停车") == []


def test_k_limits_the_hits(retriever: HybridRetriever) -> None:
    assert [len(retriever.search("停车", k)) for k in (0, 1, 3, 99)] == [0, 1, 3, 4]


def test_equal_passages_keep_their_order() -> None:
    twins = [Passage(name, "公园绿地") for name in ("b", "a", "c")]
    assert ids(HybridRetriever(passages=twins), "公园") == ["b", "a", "c"]


def test_the_length_of_a_stored_vector_does_not_matter(bundled: LazyEncoder, retriever: HybridRetriever) -> None:
    vectors = bundled.encode_documents([p.indexed for p in SYNTHETIC]) * np.array([[1], [50], [0.1], [7]])
    scaled = HybridRetriever(passages=SYNTHETIC, embeddings=vectors, encoder=bundled)
    assert ids(scaled, "公园开放吗") == ids(retriever, "公园开放吗")


def test_another_number_of_vectors_than_passages_is_refused() -> None:
    with pytest.raises(ValueError, match="向量有 3 个，段落有 4 个"):
        HybridRetriever(passages=SYNTHETIC, embeddings=np.ones((3, 384)))


def test_vectors_of_another_model_are_refused(bundled: LazyEncoder) -> None:
    retriever = HybridRetriever(passages=SYNTHETIC, embeddings=np.ones((4, 8)), encoder=bundled)
    with pytest.raises(ValueError, match="8 维，模型给出 384 维"):
        retriever.search("停车")


def test_threads_get_the_answers_one_caller_would(retriever: HybridRetriever) -> None:
    queries = [f"{word}{n}" for n in range(6) for word in ("停车场", "公园", "湿地", "电梯")]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda q: ids(retriever, q), queries))
    assert together == [ids(retriever, q) for q in queries]


def test_a_query_asked_again_is_not_encoded_again(bundled: LazyEncoder) -> None:
    first = bundled.encode_query("同一个问题")
    assert bundled.encode_query("同一个问题") is first
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 0


def test_starting_twice_loads_once(monkeypatch: pytest.MonkeyPatch, bundled: LazyEncoder) -> None:
    loads: list[str] = []

    def load(model: str) -> object:
        loads.append(model)
        return bundled.get()

    monkeypatch.setattr("portal.retrieval.retriever.load_encoder", load)
    encoder = LazyEncoder("bundled")
    encoder.start()
    encoder.start()
    assert encoder.get() is bundled.get()
    assert loads == ["bundled"]


def test_a_model_that_cannot_be_loaded_leaves_the_search_by_words() -> None:
    encoder = LazyEncoder("no-such-model")
    with pytest.raises(ValueError, match="找不到嵌入模型 no-such-model"):
        encoder.get()
    assert not encoder.ready
    assert "no-such-model" in str(encoder.error)
    retriever = HybridRetriever(passages=SYNTHETIC, embeddings=np.ones((4, 384)), encoder=encoder)
    assert [(h.id, h.mode) for h in retriever.search("湿地", 1)] == [("3#1", "lexical")]


def test_waiting_ends_at_the_limit() -> None:
    with pytest.raises(TimeoutError, match="0秒内没有加载完"):
        LazyEncoder("bundled").get(timeout=0)
