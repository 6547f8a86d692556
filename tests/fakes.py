"""Stand-ins whose results can be worked out on paper."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.errors import EmbeddingError


class HashEmbedder:
    """A bag of words: each word points in a direction of its own, taken from its sha256, so that texts that
    share words have a high cosine, the same in every process. Records the texts it was given."""

    def __init__(self, *, name: str = "hash", dimension: int = 64, fails_after: int | None = None) -> None:
        self.name = name
        self.dimension = dimension
        self.seen: list[str] = []
        self._fails_after = fails_after

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        if self._fails_after is not None and len(self.seen) + len(texts) > self._fails_after:
            raise EmbeddingError("The embeddings endpoint did not answer.")
        self.seen.extend(texts)
        return np.array([self._row(text) for text in texts], dtype=np.float32).reshape(-1, self.dimension)

    def _row(self, text: str) -> npt.NDArray[np.float32]:
        row = np.zeros(self.dimension, dtype=np.float32)
        for word in re.findall(r"\w+", text.casefold()) or [text]:
            row += self._direction(word)
        return row / np.linalg.norm(row)

    def _direction(self, word: str) -> npt.NDArray[np.float32]:
        seed = hashlib.sha256(word.encode("utf-8", "replace")).digest()
        return np.random.default_rng(list(seed)).standard_normal(self.dimension).astype(np.float32)
