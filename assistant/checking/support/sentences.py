"""Sentences of an abstract, and whether a claim is one of them word for word.

Knows spelling and punctuation only; two sentences that mean the same in other words are different here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from assistant.checking.support.numbers import without_markup

_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9\\$])")
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|et al|vs|cf|Fig|Figs|Eq|resp|approx|no|No|Dr|St|[A-Z])\.)[\"'”’)\]]*$"
)
_SHORTEST_QUOTE = 4  # words; anything shorter occurs by chance


@lru_cache(maxsize=512)
def split_sentences(text: str) -> tuple[str, ...]:
    """Split `text` at sentence ends; "e.g. this", initials and decimals do not end a sentence."""
    sentences: list[str] = []
    start = 0
    for end in _END.finditer(text):
        piece = text[start : end.start()]
        if _ABBREVIATED.search(piece):
            continue
        sentences.append(piece.strip())
        start = end.end()
    sentences.append(text[start:].strip())
    return tuple(sentence for sentence in sentences if sentence)


@lru_cache(maxsize=2048)
def plain(text: str) -> str:
    """`text` without case, accents, punctuation, markup or repeated blanks."""
    text = unicodedata.normalize("NFKD", without_markup(text)).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(re.findall(r"\d+(?:[.,]\d+)*%?|[^\W\d_]+|%", text))


def is_quoted(claim: str, evidence: str) -> bool:
    """Whether the claim is a whole sentence of the evidence, give or take case, spaces and punctuation."""
    said = plain(claim)
    if len(said.split()) < _SHORTEST_QUOTE:
        return False
    return any(plain(sentence) == said for sentence in split_sentences(evidence))
