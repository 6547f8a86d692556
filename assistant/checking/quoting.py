"""The sentences of an abstract that a claim rests on.

Knows: which words and numbers a claim shares with a sentence. Does not know: whether the claim holds; the
judges say that before anything is quoted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from assistant.channel import addressed_passages
from assistant.domain import Citation, Evidence, Span
from assistant.reading.terms import content_stems
from assistant.sentences import split_sentences

NUMBER_WEIGHT = 3.0
NAME_WEIGHT = 2.0
CHOSEN_BONUS = 0.6
# A second quotation must bring this much that the first does not have.
SECOND_QUOTE = 3.0
# A second source must share this many content words with the claim, and this much of what the first one has,
# to stay cited.
SHARED_AT_LEAST, NEARLY_ALL = 3, 0.8
_NAME = re.compile(r"\b(?:[A-Z][a-z]*[A-Z0-9]\w*|[A-Z]{2,}\w*)")


def cite(claim: str, item: Evidence) -> tuple[Citation, ...]:
    """One or two citations of `item` for `claim`, the sentence that carries most of it first."""
    spans = _sentences(item)
    if not spans:
        return ()
    wanted = _weights(claim)
    chosen = {(span.start, span.end) for span in item.spans[:1]}
    first = max(spans, key=lambda span: _shared(wanted, span) + _bonus(span, chosen) - len(span.text) / 5000)
    if not _shared(wanted, first) and item.spans:
        return (_citation(item, item.spans[0]),)
    rest = wanted - _weights(first.text)
    others = [span for span in spans if span is not first]
    second = max(others, key=lambda span: _shared(rest, span), default=None)
    if second is not None and _shared(rest, second) >= SECOND_QUOTE:
        return (_citation(item, first), _citation(item, second))
    return (_citation(item, first),)


def carrying(claim: str, cited: Sequence[Evidence]) -> list[Evidence]:
    """The cited papers that `claim` rests on: the one that has most of its words, those that bring further
    ones, and those that have nearly as many. A paper that is merely cited along with them is left out."""
    wanted = set(content_stems(claim))
    there = {
        item.number: wanted & set(content_stems(f"{item.paper.title} {item.paper.abstract}"))
        for item in cited
    }
    most = max((len(words) for words in there.values()), default=0)
    kept: list[int] = []
    found: set[str] = set()
    for number in sorted(there, key=lambda number: -len(there[number])):
        words = there[number]
        if len(words) >= SHARED_AT_LEAST and (words - found or len(words) >= NEARLY_ALL * most):
            kept.append(number)
            found |= words
    return [item for item in cited if item.number in kept]


def shared_words(claim: str, item: Evidence) -> int:
    """How many different content words of `claim` the paper has."""
    return len(set(content_stems(claim)) & set(content_stems(f"{item.paper.title} {item.paper.abstract}")))


def _sentences(item: Evidence) -> list[Span]:
    abstract = item.paper.abstract
    passages = addressed_passages(abstract)
    spans = split_sentences(item.paper.paper_id, abstract)
    return [span for span in spans if not any(a < span.end and span.start < b for a, b in passages)]


def _weights(text: str) -> Counter[str]:
    """Stems with their weights; Counter arithmetic keeps what one text has beyond another."""
    weights: Counter[str] = Counter()
    names = {stem for name in _NAME.findall(text) for stem in content_stems(name)}
    for stem in set(content_stems(text)):
        numeric = any(sign.isdigit() for sign in stem)
        weights[stem] = int(10 * (NUMBER_WEIGHT if numeric else NAME_WEIGHT if stem in names else 1.0))
    return weights


def _shared(wanted: Counter[str], span: Span) -> float:
    there = set(content_stems(span.text))
    return sum(weight for stem, weight in wanted.items() if stem in there) / 10


def _bonus(span: Span, chosen: set[tuple[int, int]]) -> float:
    return CHOSEN_BONUS if any(start < span.end and span.start < end for start, end in chosen) else 0.0


def _citation(item: Evidence, span: Span) -> Citation:
    paper = item.paper
    return Citation(item.number, paper.paper_id, paper.title, span.text, span.start, span.end)
