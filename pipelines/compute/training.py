"""Examples of how people ask → the models that read questions.

What was learned and the examples' vectors are kept beside them, so that a build learns only from new ones:
`python -m pipelines.compute.training` writes both anew.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.sources.problems import BuildError
from portal.answering.language import classifier
from portal.answering.language.classifier import train
from portal.answering.language.examples import FOLDER, Example, ExamplesError, read_examples
from portal.retrieval.embedding import load_encoder, model_fingerprint
from portal.settings import settings

VECTORS = FOLDER / "vectors.npz"
MODELS = {name: FOLDER / f"{name}.parquet" for name in ("reading_models", "reading_terms")}
_KEY = b"made_of"


def trained(model: str, report: Callable[[int, int], None] = lambda _done, _total: None) -> dict[str, pa.Table]:
    """The tables of the models trained on the examples; those kept beside the examples where they were made of these very ones.

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
    return _kept_models(_made_of(examples, model)) or _trained(tuple(examples), model, report)


@lru_cache(maxsize=2)
def _trained(examples: tuple[Example, ...], model: str, report: Callable[[int, int], None]) -> dict[str, pa.Table]:
    return train(examples, _vectors(examples, model, report)).to_tables()


def _made_of(examples: Sequence[Example], model: str) -> str:
    """A digest of all that decides the models: the examples, the code that learns, the embedding model."""
    code = Path(classifier.__file__).read_bytes()
    return hashlib.sha256(repr([model_fingerprint(model), *examples]).encode() + code).hexdigest()


def _kept_models(made_of: str) -> dict[str, pa.Table] | None:
    if not all(path.is_file() for path in MODELS.values()):
        return None
    tables = {name: pq.read_table(path) for name, path in MODELS.items()}
    same = all((t.schema.metadata or {}).get(_KEY) == made_of.encode() for t in tables.values())
    return {name: t.replace_schema_metadata(None) for name, t in tables.items()} if same else None


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


def _kept(path: Path, model: str) -> dict[str, np.ndarray]:
    if not path.is_file():
        return {}
    with np.load(path) as file:
        if str(file["model"]) != model_fingerprint(model):
            return {}
        scale = file["scale"].astype(np.float32)
        return dict(zip(file["keys"].tolist(), file["vectors"].astype(np.float32) * scale[:, None], strict=True))


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def keep(model: str) -> int:
    """Write what was learned beside the examples, and their vectors as bytes with one scale a row (error below 1/250 of its largest
    entry); the number of examples.

    Args:
        model: name of the embedding model.
    """
    examples = read_examples(FOLDER)
    vectors = _vectors(examples, model, lambda _done, _total: None)
    scale = np.abs(vectors).max(axis=1) / 127
    np.savez_compressed(
        VECTORS,
        model=model_fingerprint(model),
        keys=np.array([_key(e.text) for e in examples]),
        vectors=np.round(vectors / scale[:, None]).astype(np.int8),
        scale=scale.astype(np.float32),
    )
    # From the vectors as they are kept, so that a build without the models learns the same.
    for name, table in train(examples, _vectors(examples, model, lambda _done, _total: None)).to_tables().items():
        key = {_KEY: _made_of(examples, model).encode()}
        pq.write_table(table.replace_schema_metadata(key), MODELS[name], compression="zstd")
    return len(examples)


if __name__ == "__main__":
    print(keep(settings().embedding_model))
