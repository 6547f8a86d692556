"""Judges whether an abstract supports a sentence written about it, without a language model.

Knows: words, numbers, signs and token vectors of one claim and one abstract. Does not know: answers, markers.
Two logistic heads learnt from labelled claims, bounded by hard rules; a filter, not a proof.
"""

from assistant.checking.support.checker import SupportChecker
from assistant.checking.support.encoder import MiniLMTokens
from assistant.checking.support.model import Weights
from assistant.checking.support.reading import Encoder, TokenVectors
from assistant.checking.support.verdicts import Support, Verdict
from assistant.embedding.local import MiniLM

__all__ = ["Encoder", "Support", "SupportChecker", "TokenVectors", "Verdict", "Weights", "support_checker"]


def support_checker(model: MiniLM | None = None) -> SupportChecker:
    """The checker with the weights that come with it; `model` is loaded at the first claim."""
    return SupportChecker(MiniLMTokens(model or MiniLM()), Weights.shipped())
