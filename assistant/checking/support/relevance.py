"""Measures of whether an abstract speaks of what the claim speaks of; a contradiction is relevant too.

Pure numpy over `Reading`s. Direction and negation are left to `agreement`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.checking.support.numbers import numbers_in, numbers_missing
from assistant.checking.support.reading import Reading
from assistant.checking.support.words import Telling, Word

Measures = dict[str, float]


def relevance(claim: Reading, sentences: Sequence[Reading], evidence: str, telling: Telling) -> Measures:
    """Named measures of `claim` against the sentences read from `evidence` (the whole text, read or not)."""
    weight = np.array([telling(claim.words[at].stem) for at in claim.content])
    share = weight / max(float(weight.sum()), 1e-6)
    return {
        **_overlap(claim, sentences, weight, share),
        **_names_and_numbers(claim, evidence),
        **_alignment(claim, sentences, share),
        **_closeness(claim, sentences),
        "claim_length": float(np.log(len(claim.words))),
    }


def _overlap(
    claim: Reading, sentences: Sequence[Reading], weight: NDArray[np.float64], share: NDArray[np.float64]
) -> Measures:
    """Stems of the claim that the evidence uses too."""
    wanted = [claim.words[at].stem for at in claim.content]
    hits = np.array(
        [[stem in stems for stem in wanted] for stems in (set(s.stems) for s in sentences)], float
    )
    anywhere = hits.max(axis=0)
    by_sentence = hits @ share
    best = int(by_sentence.argmax())
    missing = weight[anywhere == 0]
    pairs = set(itertools.pairwise(wanted))
    return {
        "overlap": float(anywhere @ share),
        "overlap_even": float(anywhere.mean()),
        "overlap_best": float(by_sentence[best]),
        "overlap_two": float((np.maximum(hits, hits[best]) @ share).max()),
        "rarest_missing": float(missing.max()) if len(missing) else 0.0,
        "pairs": len(pairs & _pairs(sentences)) / max(1, len(pairs)),
        "sequence": _common_sequence(wanted, sentences[best].stems) / len(wanted),
    }


def _pairs(sentences: Sequence[Reading]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for sentence in sentences:
        stems = [sentence.words[at].stem for at in sentence.content]
        found.update(itertools.pairwise(stems))
    return found


def _common_sequence(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for stem in one:
        fresh = [0]
        for at, candidate in enumerate(other):
            fresh.append(row[at] + 1 if stem == candidate else max(row[at + 1], fresh[at]))
        row = fresh
    return row[-1]


def _names_and_numbers(claim: Reading, evidence: str) -> Measures:
    names = [word for word in claim.words if word.is_name]
    numbers = [number for number in numbers_in(claim.text) if not number.loose]
    return {
        "has_name": float(bool(names)),
        "names_missing": float(len(names_missing(names, evidence))),
        "numbers": float(len(numbers)),
        "numbers_missing": float(len(numbers_missing(claim.text, evidence))),
    }


def names_missing(names: Sequence[Word], evidence: str) -> list[str]:
    """Names whose letters and digits occur nowhere in the evidence; "Meta-World" is "MetaWorld"."""
    letters = "".join(c for c in evidence.casefold() if c.isalnum())
    spelt = [(name.text, "".join(c for c in name.text.casefold() if c.isalnum())) for name in names]
    return [text for text, key in spelt if key not in letters and key.removesuffix("s") not in letters]


def _alignment(claim: Reading, sentences: Sequence[Reading], share: NDArray[np.float64]) -> Measures:
    """How near each claim word comes to its nearest word of the evidence, in vector space."""
    wanted = claim.word_vectors[claim.content]
    nearest = np.stack([(wanted @ sentence.word_vectors.T).max(axis=1) for sentence in sentences])
    anywhere = nearest.max(axis=0)
    by_sentence = nearest @ share
    best = nearest[int(by_sentence.argmax())]
    lowest = np.sort(anywhere)[:2]
    return {
        "aligned": float(anywhere @ share),
        "aligned_even": float(anywhere.mean()),
        "aligned_best": float(by_sentence.max()),
        "aligned_two": float((np.maximum(nearest, best) @ share).max()),
        "aligned_lowest": float(lowest[0]),
        "aligned_low_two": float(lowest.mean()),
        "aligned_best_lowest": float(best.min()),
    }


def _closeness(claim: Reading, sentences: Sequence[Reading]) -> Measures:
    cosines = np.sort(np.stack([sentence.mean for sentence in sentences]) @ claim.mean)[::-1]
    return {
        "close_best": float(cosines[0]),
        "close_two": float(cosines[:2].mean()),
        "close_three": float(cosines[:3].mean()),
    }
