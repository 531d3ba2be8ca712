"""The store of vectors in memory: LangChain's interface, and every vector compared."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.embeddings import DeterministicFakeEmbedding

from portal.retrieval.exact_store import ExactStore, unit
from portal.retrieval.fusion import greatest

ROWS = [{"id": f"合成{n}", "text": f"合成句子{n}", "document": "a" if n < 3 else "b"} for n in range(6)]
VECTORS = np.random.default_rng(7).normal(size=(6, 8)).astype(np.float32)


@pytest.fixture
def store() -> ExactStore:
    return ExactStore(ROWS, VECTORS * 3)


def test_the_cosine_of_every_text_is_told_whatever_its_vectors_length(store: ExactStore) -> None:
    asked = unit(VECTORS[2:3])[0]
    expected = [float(v @ asked / np.linalg.norm(v)) for v in VECTORS]
    assert store.cosines(asked) == pytest.approx(expected, abs=1e-6)
    assert store.cosines(asked).argmax() == 2


def test_the_nearest_come_first_with_their_cosines_and_what_is_known_of_them(store: ExactStore) -> None:
    found = store.similarity_search_with_score_by_vector(VECTORS[4], k=3)
    assert (found[0][0].id, found[0][0].page_content, found[0][0].metadata) == ("合成4", "合成句子4", {"document": "b"})
    assert found[0][1] == pytest.approx(1, abs=1e-6)
    assert [s for _, s in found] == sorted((s for _, s in found), reverse=True)
    assert len(found) == 3


def test_a_filter_leaves_the_others_out(store: ExactStore) -> None:
    found = store.similarity_search_with_score_by_vector(
        VECTORS[4], k=9, filter=lambda d: d.metadata["document"] == "a"
    )
    assert {d.id for d, _ in found} == {"合成0", "合成1", "合成2"}


def test_it_is_searched_as_any_store_of_langchain() -> None:
    texts = ["合成公园", "合成道路", "合成湿地"]
    store = ExactStore.from_texts(texts, DeterministicFakeEmbedding(size=16), ids=["x", "y", "z"])
    assert [d.id for d in store.similarity_search("合成道路", k=1)] == ["y"]
    assert [d.page_content for d in store.as_retriever(search_kwargs={"k": 1}).invoke("合成湿地")] == ["合成湿地"]
    assert [d.id for d in store.get_by_ids(["z", "没有"])] == ["z"]
    assert store.similarity_search_with_relevance_scores("合成公园", k=1)[0][1] == pytest.approx(1, abs=1e-6)


def test_vectors_of_another_model_are_refused_with_what_to_do(store: ExactStore) -> None:
    with pytest.raises(ValueError, match=r"8 维.*3 维.*重新建立索引"):
        store.cosines(np.ones(3, np.float32))
    with pytest.raises(ValueError, match="应当一样多"):
        ExactStore(ROWS, VECTORS[:2])


@given(st.lists(st.integers(-5, 5), max_size=40), st.integers(-1, 50))
def test_the_greatest_are_those_that_sorting_all_puts_first(scores: list[int], count: int) -> None:
    held = np.array(scores, dtype=np.float64)
    expected = np.argsort(-held, kind="stable")[: max(count, 0)]
    assert greatest(held, count).tolist() == expected.tolist()
