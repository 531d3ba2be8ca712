"""Examples of how people ask → the models that read questions.

The examples' vectors are kept beside them, so that a build embeds only new ones: `python -m pipelines.compute.training` writes them anew.
"""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from pipelines.sources.problems import BuildError
from portal.answering.language.classifier import train
from portal.answering.language.examples import FOLDER, Example, ExamplesError, read_examples
from portal.retrieval.embedding import load_encoder, model_fingerprint
from portal.settings import settings

VECTORS = FOLDER / "vectors.npz"


def trained(model: str, report: Callable[[int, int], None] = lambda *_: None) -> dict[str, pa.Table]:
    """The tables of the models trained on the examples.

    Args:
        model: name of the embedding model.
        report: told how many examples are embedded, of how many.
    Raises:
        BuildError: an example has a label that does not exist.
    """
    try:
        examples = read_examples(FOLDER)
    except ExamplesError as error:
        raise BuildError([str(error)]) from None
    return train(examples, _vectors(examples, model, report)).to_tables()


def _vectors(examples: Sequence[Example], model: str, report: Callable[[int, int], None]) -> np.ndarray:
    """The examples' vectors, shape (examples, dimensions); those kept are taken, the others made."""
    known = _kept(VECTORS, model)
    missing = [e.text for e in examples if _key(e.text) not in known]
    if missing:
        encoder = load_encoder(model)
        for start in range(0, len(missing), 32):
            report(start, len(missing))
            batch = missing[start : start + 32]
            made = encoder.encode_query(batch, normalize_embeddings=True, show_progress_bar=False)
            known |= dict(zip(map(_key, batch), made, strict=True))
    return np.stack([np.asarray(known[_key(e.text)], dtype=np.float32) for e in examples])


def _kept(path: Path, model: str) -> dict[str, Any]:
    if not path.is_file():
        return {}
    with np.load(path) as file:
        if str(file["model"]) != model_fingerprint(model):
            return {}
        scale = file["scale"].astype(np.float32)
        return dict(zip(file["keys"].tolist(), file["vectors"].astype(np.float32) * scale[:, None], strict=True))


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def keep(path: Path, model: str) -> int:
    """Write the examples' vectors as bytes with one scale a row (error below 1/250 of its largest entry); the number written."""
    examples = read_examples(FOLDER)
    vectors = _vectors(examples, model, lambda *_: None)
    scale = np.abs(vectors).max(axis=1) / 127
    np.savez_compressed(
        path,
        model=model_fingerprint(model),
        keys=np.array([_key(e.text) for e in examples]),
        vectors=np.round(vectors / scale[:, None]).astype(np.int8),
        scale=scale.astype(np.float32),
    )
    return len(examples)


if __name__ == "__main__":
    print(keep(VECTORS, settings().embedding_model))
