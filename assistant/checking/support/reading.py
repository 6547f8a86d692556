"""A text as the checker reads it: words, word vectors, and the words that point somewhere.

Owns the only place where token vectors become word vectors. Judges nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.checking.support.polarity import Pointer, is_absence, negations, pointers, says_no_effect
from assistant.checking.support.words import Word, words_of

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class TokenVectors:
    """The contextual vectors of a text's tokens, and the characters each token covers.

    Special tokens have an empty span `(0, 0)`; they count in the text's mean, not in any word.
    """

    vectors: Vectors
    spans: Sequence[tuple[int, int]]


class Encoder(Protocol):
    """Anything that gives token vectors; every vector of one encoder has the same length."""

    def embed_tokens(self, texts: Sequence[str]) -> Sequence[TokenVectors]: ...


@dataclass(eq=False)
class Reading:
    """One sentence, read; never changed once made. `word_vectors` and `mean` have length one, or are zero
    where a text was cut off."""

    text: str
    words: tuple[Word, ...]
    word_vectors: Vectors
    mean: Vectors
    pointers: tuple[Pointer, ...]
    absences: tuple[int, ...]
    negated: bool
    no_effect: bool

    @cached_property
    def stems(self) -> list[str]:
        return [word.stem for word in self.words]

    @cached_property
    def content(self) -> list[int]:
        """Places of the words that carry meaning; all places where there are none."""
        return [at for at, word in enumerate(self.words) if word.is_content] or list(range(len(self.words)))


def read(text: str, tokens: TokenVectors) -> Reading:
    """Read `text` with its token vectors."""
    words = words_of(text)
    return Reading(
        text=text,
        words=words,
        word_vectors=_word_vectors(words, tokens),
        mean=unit(np.asarray(tokens.vectors, np.float32).mean(axis=0)),
        pointers=tuple(pointers(words)),
        absences=tuple(at for at, word in enumerate(words) if is_absence(word.text)),
        negated=bool(negations(words)),
        no_effect=says_no_effect(text),
    )


def unit(vectors: Vectors) -> Vectors:
    """Each vector cut or stretched to length one; a zero vector stays zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = vectors / np.maximum(length, 1e-6)
    return scaled


def _word_vectors(words: Sequence[Word], tokens: TokenVectors) -> Vectors:
    """The mean of each word's token vectors."""
    vectors = np.asarray(tokens.vectors, np.float32)
    spans = np.asarray(tokens.spans).reshape(-1, 2)
    starts = np.array([word.start for word in words])[:, None]
    ends = np.array([word.end for word in words])[:, None]
    inside = (spans[:, 0] < ends) & (spans[:, 1] > starts) & (spans[:, 1] > spans[:, 0])
    return unit(inside.astype(np.float32) @ vectors)
