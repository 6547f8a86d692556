"""Do the figures of a claim stand for what they stand for in the abstract?

Knows: which words a figure belongs to, by the clause it stands in. Does not know: whether a figure is there
at all (`figures` says that), or what becomes of a sentence. Words are a weak witness: what is found here is a
reason to doubt and to ask a second judge, not to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations

from assistant.checking.figures import figures_in
from assistant.reading.terms import content_stems

# Each part holds one figure as a rule: "15% for classification tasks | and 18% for generation tasks".
_PARTS = re.compile(
    r"[,;:()?!]\s|\.\s|\s(?:and|but|while|whereas|versus|vs\.?|compared|with|und|et|y|e|en|während|tandis)\s|"
    r"\s(?=(?:to|than|auf|bis|à)\s)|[；，。]",
    re.IGNORECASE,
)
# "16,464 APIs spanning | 49 categories"
_FIGURE = re.compile(r"\s(?=\d)")
_DIRECTION = re.compile(r"\b(?:from|to|than|over|against)\b", re.IGNORECASE)
_NAME = re.compile(r"\b\w*[A-Z]\w*[A-Z0-9]\w*")
# By so much the words must fit another figure better before a lone one is doubted.
LONE = 3

Words = Mapping[str, int]


def exchanged(claim: str, source: str) -> bool:
    """Whether two figures of `claim` would fit `source` better if they changed places."""
    mine, theirs = _placed(claim), _placed(source)
    for one, other in combinations([figure for figure in mine if figure in theirs], 2):
        straight = _fit(mine[one], theirs[one]) + _fit(mine[other], theirs[other])
        if _fit(mine[one], theirs[other]) + _fit(mine[other], theirs[one]) > straight:
            return True
    return False


def strays(claim: str, source: str) -> bool:
    """Whether the words around a figure of `claim` belong to another figure of `source`."""
    mine, theirs = _placed(claim), _placed(source)
    for figure, words in mine.items():
        if figure in theirs:
            own = _fit(words, theirs[figure])
            if any(_fit(words, there) >= own + LONE for there in theirs.values()):
                return True
    return False


def _placed(text: str) -> dict[str, list[Words]]:
    """Figure -> the words of each part that it stands in; those beside it where it stands alone."""
    placed: dict[str, list[Words]] = {}
    for piece in (piece for part in _PARTS.split(text) for piece in _single(part)):
        words = _words(piece)
        for figure in figures_in(piece):
            placed.setdefault(figure, []).append(words)
    return placed


def _single(part: str) -> list[str]:
    """The pieces of a part that holds several figures, each with what follows its figure."""
    if len(figures_in(part)) < 2:
        return [part]
    first, *others = _FIGURE.split(part)
    return [f"{first} {others[0]}", *others[1:]] if others else [part]


def _words(part: str) -> Words:
    names = {stem for name in _NAME.findall(part) for stem in content_stems(name)}
    stems = {
        stem for stem in content_stems(part) if not any(sign.isdigit() for sign in stem) or stem in names
    }
    weights = {stem: 2 if stem in names else 1 for stem in stems}
    return weights | {word.lower(): 2 for word in _DIRECTION.findall(part)}


def _fit(mine: Sequence[Words], theirs: Sequence[Words]) -> int:
    """The weight of the words that two parts share, at best."""
    return max(sum(weight for word, weight in a.items() if word in b) for a in mine for b in theirs)
