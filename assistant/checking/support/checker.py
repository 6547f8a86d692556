"""Judges claims against abstracts: cheap certainties first, then the model, then the hard rules.

Owns the order of those three and the cache of read sentences. The measures and rules live elsewhere.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from assistant.checking.support.agreement import agreement
from assistant.checking.support.model import Weights
from assistant.checking.support.reading import Encoder, Reading, read
from assistant.checking.support.relevance import Measures, relevance
from assistant.checking.support.rules import objections, strictest
from assistant.checking.support.sentences import is_quoted, split_sentences
from assistant.checking.support.verdicts import Support, Verdict
from assistant.checking.support.words import Telling, words_of

Claim = tuple[str, str, str]  # the claim, the paper's title, its abstract


class SupportChecker:
    """`checker.judge([(claim, title, abstract), ...])` gives one `Support` per row, in order.

    Sentences of abstracts are read once and kept (the last `remembered` of them, about 30 kB each).
    `sentences_read` bounds the work: of a long abstract only the sentences that share most words with the
    claim
    are embedded.
    """

    def __init__(
        self, encoder: Encoder, weights: Weights, *, sentences_read: int = 6, remembered: int = 512
    ) -> None:
        self._encoder = encoder
        self._weights = weights
        self._sentences_read = sentences_read
        self._remembered = remembered
        self._readings: OrderedDict[str, Reading] = OrderedDict()

    def judge(self, claims: Sequence[Claim]) -> list[Support]:
        """Judge each claim; texts that need vectors go to the encoder in one batch."""
        certain = [_without_vectors(*row) for row in claims]
        open_rows = [row for row, known in zip(claims, certain, strict=True) if known is None]
        measured = self.measure(open_rows)
        judged = iter([self._modelled(row, one) for row, one in zip(open_rows, measured, strict=True)])
        return [next(judged) if known is None else known for known in certain]

    def measure(self, claims: Sequence[Claim]) -> list[Measures]:
        """The model's inputs for each claim; `train` learns from these."""
        telling = self._weights.telling
        chosen = [
            (claim, nearest_sentences(claim, title, abstract, telling, self._sentences_read))
            for claim, title, abstract in claims
        ]
        readings = self._read(text for claim, sentences in chosen for text in (claim, *sentences))
        measured: list[Measures] = []
        for (claim, sentences), (_, title, abstract) in zip(chosen, claims, strict=True):
            ours, theirs = readings[claim], [readings[sentence] for sentence in sentences]
            evidence = f"{title} {abstract}"
            measured.append(relevance(ours, theirs, evidence, telling) | agreement(ours, theirs))
        return measured

    def _modelled(self, row: Claim, measures: Measures) -> Support:
        score = self._weights.score(measures)
        verdict: Verdict = (
            "supported"
            if score >= self._weights.supported
            else "weak"
            if score >= self._weights.weak
            else "unsupported"
        )
        objected = objections(*row, swapped=bool(measures["swapped"]))
        allowed = strictest([verdict, *(objection.at_most for objection in objected)])
        if allowed != verdict:  # into the band of the allowed verdict, the order kept
            low, high = (
                (self._weights.weak, self._weights.supported)
                if allowed == "weak"
                else (0.0, self._weights.weak)
            )
            score = low + (high - low) * score
        return Support(
            score, allowed, tuple(objection.reason for objection in objected) or (_reason(allowed),)
        )

    def _read(self, texts: Iterable[str]) -> dict[str, Reading]:
        wanted = dict.fromkeys(texts)
        fresh = [text for text in wanted if text not in self._readings]
        if fresh:
            for text, tokens in zip(fresh, self._encoder.embed_tokens(fresh), strict=True):
                self._readings[text] = read(text, tokens)
        for text in wanted:
            self._readings.move_to_end(text)
        found = {text: self._readings[text] for text in wanted}
        while len(self._readings) > self._remembered:
            self._readings.popitem(last=False)
        return found


def nearest_sentences(claim: str, title: str, abstract: str, telling: Telling, limit: int) -> list[str]:
    """The title's and abstract's sentences that share the most telling words with the claim, in order."""
    texts = [text for text in (title, *split_sentences(abstract)) if words_of(text)]
    wanted = {word.stem for word in words_of(claim) if word.is_content}
    shared = [
        sum(telling(stem) for stem in wanted & {word.stem for word in words_of(text)}) for text in texts
    ]
    best = sorted(range(len(texts)), key=lambda at: -shared[at])[:limit]
    return [texts[at] for at in sorted(best)]


def _without_vectors(claim: str, title: str, abstract: str) -> Support | None:
    """What can be said without a model: nothing to judge, or said word for word."""
    if not words_of(claim):
        return Support(0.0, "unsupported", ("The sentence claims nothing.",))
    if not words_of(f"{title} {abstract}"):
        return Support(0.0, "unsupported", ("There is no evidence to judge by.",))
    if is_quoted(claim, abstract) or is_quoted(claim, title):
        return Support(1.0, "supported", ("The abstract says so word for word.",))
    return None


def _reason(verdict: Verdict) -> str:
    return {
        "supported": "The abstract says this in similar words.",
        "weak": "The abstract speaks of this, but does not clearly say it.",
        "unsupported": "The abstract does not say this.",
    }[verdict]
