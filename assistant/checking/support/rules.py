"""Hard rules over words: what forbids a verdict whatever the model says.

Each rule gives an `Objection` with the best verdict it still allows. Uses no vectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.checking.support.numbers import numbers_missing
from assistant.checking.support.polarity import OPPOSITES, negations, pointers
from assistant.checking.support.relevance import names_missing
from assistant.checking.support.sentences import split_sentences
from assistant.checking.support.verdicts import Verdict
from assistant.checking.support.words import Word, stem, words_of

_ORDER: tuple[Verdict, ...] = ("unsupported", "weak", "supported")
_SAME_MATTER = 0.6  # of the claim's content words in one sentence: it speaks of the same thing


@dataclass(frozen=True)
class Objection:
    """Why a claim may not pass, and the best verdict it may still have."""

    at_most: Verdict
    reason: str


def strictest(verdicts: Iterable[Verdict]) -> Verdict:
    return min(verdicts, key=_ORDER.index)


def objections(claim: str, title: str, abstract: str, *, swapped: bool = False) -> list[Objection]:
    """Every rule the claim breaks, the gravest first."""
    evidence = f"{title}. {abstract}"
    words = words_of(claim)
    found = [
        *(
            Objection("unsupported", f"The abstract does not state the number {n.text!r}.")
            for n in numbers_missing(claim, evidence)
        ),
        *(
            Objection("unsupported", "The abstract compares the two the other way round.")
            for _ in range(swapped)
        ),
        *_strangers(words, evidence),
        *_contradictions(words, evidence),
    ]
    return sorted(found, key=lambda objection: _ORDER.index(objection.at_most))


def _strangers(words: Sequence[Word], evidence: str) -> list[Objection]:
    """Acronyms and capitalised words the evidence lacks: one may be another spelling, two are not."""
    names = [word for word in words if word.is_name]
    names += [word for word in words[1:] if word.text[:1].isupper() and not word.is_name and word.is_content]
    missing = dict.fromkeys(names_missing(names, evidence))
    at_most: Verdict = "unsupported" if len(missing) > 1 else "weak"
    return [Objection(at_most, f"The abstract does not mention {name!r}.") for name in missing]


def _contradictions(words: Sequence[Word], evidence: str) -> list[Objection]:
    """Opposite words and lone negations, judged only against a sentence plainly about the same matter."""
    sentences = [words_of(sentence) for sentence in split_sentences(evidence)]
    used = {word.stem for sentence in sentences for word in sentence}
    found: list[Objection] = []
    for sentence in sentences:
        if _shared(words, sentence) < _SAME_MATTER:
            continue
        theirs = {word.stem for word in sentence}
        for pointer in pointers(words):
            word = words[pointer.at]
            if word.stem not in used and theirs & {
                stem(other) for other in OPPOSITES.get(word.text.lower(), ())
            }:
                found.append(Objection("unsupported", f"The abstract says the opposite of {word.text!r}."))
        if negations(words) and not negations(sentence) and not _denied_anywhere(words, sentences):
            found.append(Objection("weak", "The abstract says it without the negation."))
    return list(dict.fromkeys(found))


def _shared(words: Sequence[Word], sentence: Sequence[Word]) -> float:
    wanted = {word.stem for word in words if word.is_content}
    return len(wanted & {word.stem for word in sentence}) / max(1, len(wanted))


def _denied_anywhere(words: Sequence[Word], sentences: Sequence[Sequence[Word]]) -> bool:
    """Whether a sentence that shares a good part of the claim's words holds a negation too."""
    return any(negations(sentence) and _shared(words, sentence) >= _SAME_MATTER / 2 for sentence in sentences)
