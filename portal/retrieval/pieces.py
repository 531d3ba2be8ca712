"""A text as the numbers of its word pieces: the likeliest way to write it with pieces of the model's vocabulary (SentencePiece unigram).

The `tokenizers` library reads the same vocabulary into ten times the memory and in three times the time.
"""

import math
import re

from portal.retrieval.weights_file import Vocabulary

# How much less likely an unknown character is than the least likely piece.
_UNKNOWN = 10.0
_SPACE = "\u2581"
_SPACES = re.compile(" {2,}")


class Pieces:
    """The vocabulary, ready to read texts. Immutable, so any number of threads may ask."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._of = vocabulary
        self._longest = max(map(len, vocabulary.pieces))
        self._unknown = min(vocabulary.scores) - _UNKNOWN

    def read(self, text: str) -> list[int]:
        """The numbers of a text's pieces, those of its ends not among them."""
        plain = _SPACES.sub(" ", text.translate(self._of.read_as))
        marked = (plain if plain.startswith(" ") else f" {plain}").replace(" ", _SPACE)
        best, came = [0.0] + [-math.inf] * len(marked), [(0, 0)] * (len(marked) + 1)
        pieces, scores, unknown = self._of.pieces, self._of.scores, self._of.unknown
        for start in range(len(marked)):
            here = best[start]
            for end in range(start + 1, min(start + self._longest, len(marked)) + 1):
                piece = pieces.get(marked[start:end])
                if piece is not None and piece != unknown and here + scores[piece] > best[end]:
                    best[end], came[end] = here + scores[piece], (start, piece)
            if here + self._unknown > best[start + 1]:
                best[start + 1], came[start + 1] = here + self._unknown, (start, unknown)
        return self._back(came)

    @staticmethod
    def _back(came: list[tuple[int, int]]) -> list[int]:
        found, at = [], len(came) - 1
        while at:
            at, piece = came[at]
            found.append(piece)
        return found[::-1]
