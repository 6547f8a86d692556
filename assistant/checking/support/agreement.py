"""Measures of whether claim and abstract point the same way: rise or fall, effect or none, who beats whom.

Compares each pointing word of the claim with the evidence's pointing words that stand in a similar context.
Knows no grammar: "A because B" and "B because A" are the same to it, but for comparisons (`is_swapped`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.checking.support.polarity import OPPOSITES
from assistant.checking.support.reading import Reading, Vectors, unit

Measures = dict[str, float]
_REACH = 5  # words of context on a side
_SIDE = 25  # words looked at behind a comparison
_SHARPNESS = 12.0  # of the choice of the pointing word to compare with
_FOCUS = 10.0  # on the sentences nearest the claim
_CROSSED = 0.3  # of each side's words that must stand on the other side
_COMPARISONS = frozenset(
    re.findall(
        r"\S+",
        "outperform surpass exceed beat replac overtak faster better higher larger greater lower "
        "smaller worse fewer more",
    )
)


def agreement(claim: Reading, sentences: Sequence[Reading]) -> Measures:
    """Named measures; all zero where neither side points anywhere."""
    focus = _focus(claim, sentences)
    return {
        **_claim_alone(claim, sentences),
        **_denial(claim, sentences, focus),
        **_by_words(claim, sentences, focus),
        **_by_context(claim, sentences, "after", _words_after),
        **_by_context(claim, sentences, "around", _words_around),
        "swapped": float(is_swapped(claim, sentences)),
    }


def _focus(claim: Reading, sentences: Sequence[Reading]) -> NDArray[np.float64]:
    """How much each sentence is about the claim; sums to one."""
    close = np.stack([sentence.mean for sentence in sentences]) @ claim.mean
    aligned = [(claim.word_vectors @ sentence.word_vectors.T).max(axis=1).mean() for sentence in sentences]
    score = close + np.array(aligned)
    weight = np.exp(_FOCUS * (score - score.max()))
    shares: NDArray[np.float64] = weight / weight.sum()
    return shares


def _claim_alone(claim: Reading, sentences: Sequence[Reading]) -> Measures:
    used = {stem for sentence in sentences for stem in sentence.stems}
    unused = [p for p in claim.pointers if claim.words[p.at].stem not in used]
    return {
        "claim_negated": float(claim.negated),
        "claim_no_effect": float(claim.no_effect),
        "claim_absence": float(bool(claim.absences)),
        "claim_rises": float(sum(p.sign > 0 for p in claim.pointers)),
        "claim_falls": float(sum(p.sign < 0 for p in claim.pointers)),
        "pointers_unused": float(len(unused)),
    }


def _denial(claim: Reading, sentences: Sequence[Reading], focus: NDArray[np.float64]) -> Measures:
    negated = float(focus @ np.array([s.negated for s in sentences], float))
    no_effect = float(focus @ np.array([s.no_effect for s in sentences], float))
    return {
        "negated": negated,
        "both_negated": negated * claim.negated,
        "only_evidence_negated": negated * (not claim.negated),
        "no_effect": no_effect,
        "both_no_effect": no_effect * claim.no_effect,
        "only_claim_no_effect": (1 - no_effect) * claim.no_effect,
    }


def _by_words(claim: Reading, sentences: Sequence[Reading], focus: NDArray[np.float64]) -> Measures:
    """The claim's pointing words against the same words and their opposites in the evidence."""
    signed = total = same = opposed = 0.0
    for pointer in claim.pointers:
        word = claim.words[pointer.at]
        opposites = OPPOSITES.get(word.text.lower(), ())
        for sentence, weight in zip(sentences, focus, strict=True):
            for other in sentence.pointers:
                near = float(sentence.word_vectors[other.at] @ claim.word_vectors[pointer.at])
                part = float(weight) * float(np.exp(8 * (near - 1)))
                met = sentence.words[other.at]
                signed += part * pointer.sign * other.sign
                total += part
                same += part * (met.stem == word.stem)
                opposed += part * (met.text.lower() in opposites)
    return {
        "sign": signed / total if total else 0.0,
        "sign_mass": signed,
        "same_word": same,
        "opposite_word": opposed,
        "same_over_opposite": float(np.log((same + 0.02) / (opposed + 0.02))) if claim.pointers else 0.0,
    }


Context = Callable[[Reading, int], Vectors]


def _by_context(claim: Reading, sentences: Sequence[Reading], name: str, context: Context) -> Measures:
    """Signs compared between pointing words in like contexts, chosen softly by context and sentence."""
    theirs = [(s, at, sign) for s in sentences for at, sign in _signs(s)]
    ours = _signs(claim)
    if not ours or not theirs:
        return {
            f"sign_{name}": 0.0,
            f"sign_{name}_lowest": 0.0,
            f"sign_{name}_mass": 0.0,
            f"sign_{name}_nearest": 0.0,
        }
    contexts = np.stack([context(s, at) for s, at, _ in theirs])
    closeness = 0.5 * np.array([float(s.mean @ claim.mean) for s, _, _ in theirs])
    signs = np.array([sign for _, _, sign in theirs], float)
    logits = np.stack([contexts @ context(claim, at) + closeness for at, _ in ours])
    weight = np.exp(_SHARPNESS * (logits - logits.max(axis=1, keepdims=True)))
    weight /= weight.sum(axis=1, keepdims=True)
    own = np.array([sign for _, sign in ours], float)
    agreed = (weight @ signs) * own
    return {
        f"sign_{name}": float(agreed.mean()),
        f"sign_{name}_lowest": float(agreed.min()),
        f"sign_{name}_mass": float((agreed * logits.max(axis=1)).mean()),
        f"sign_{name}_nearest": float((signs[logits.argmax(axis=1)] * own).mean()),
    }


def _signs(reading: Reading) -> list[tuple[int, int]]:
    """Pointing words with their signs; a word of absence points down."""
    found = dict.fromkeys(reading.absences, -1) | {p.at: p.sign for p in reading.pointers}
    return sorted(found.items())


def _words_after(reading: Reading, at: int) -> Vectors:
    return _mean_of(reading, range(at + 1, at + _REACH + 1))


def _words_around(reading: Reading, at: int) -> Vectors:
    return _mean_of(reading, (near for near in range(at - _REACH, at + _REACH + 1) if near != at))


def _mean_of(reading: Reading, places: Iterable[int]) -> Vectors:
    """Direction of the content words at `places`; zero where there are none."""
    inside = [at for at in places if 0 <= at < len(reading.words) and reading.words[at].is_content]
    return unit(reading.word_vectors[inside].sum(axis=0))


def is_swapped(claim: Reading, sentences: Sequence[Reading]) -> bool:
    """Whether a sentence compares the same two things by the same word, the other way round."""
    return any(_swaps(claim, at, sentence) for at in _comparisons(claim) for sentence in sentences)


def _comparisons(reading: Reading) -> list[int]:
    return [at for at, word in enumerate(reading.words) if word.stem in _COMPARISONS]


def _swaps(claim: Reading, at: int, sentence: Reading) -> bool:
    left, right = _sides(claim, at)
    if not left or not right:
        return False
    for there in _comparisons(sentence):
        if sentence.words[there].stem != claim.words[at].stem:
            continue
        there_left, there_right = _sides(sentence, there)
        crossed = len(left & there_right) / len(left), len(right & there_left) / len(right)
        turned = len(left & there_right) + len(right & there_left)
        straight = len(left & there_left) + len(right & there_right)
        if min(crossed) >= _CROSSED and turned > straight:
            return True
    return False


def _sides(reading: Reading, at: int) -> tuple[set[str], set[str]]:
    """Stems on either side of a word, but for those that stand on both; of "replaces A with B", A and B."""
    words = reading.words
    start, middle, end = 0, at, at + 1
    if words[at].stem == "replac":
        joints = (near for near in range(at + 1, len(words)) if words[near].text.lower() in ("with", "by"))
        start, middle = at + 1, next(joints, at + 1)
        end = middle + 1
    left = {word.stem for word in words[start:middle] if word.is_content}
    right = {word.stem for word in words[end : end + _SIDE] if word.is_content}
    return left - right, right - left
