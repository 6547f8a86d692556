"""Words of a text: spans, stems, content words, and how telling each word is.

Knows English suffixes and function words. Knows nothing of numbers, polarity or vectors.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:[.,](?=\d)[^\W_]+)*(?:['’][^\W\d_]+)?%?")
_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\S+",
        "a an the of in on at to for from by with as and or but nor so if than then that this these "
        "those it its is are was were be been being am do does did has have had having will would can "
        "could may might shall should we our us they them their he she his her i you your which who "
        "whom whose what when where while into onto there here also both each such via per between "
        "among within during upon over under about through because however thus therefore hence s t",
    )
)
# Longest first: "activations" loses "ations", not "s".
_SUFFIXES = tuple(
    sorted(
        re.findall(
            r"\S+",
            "ations ation ators ator ating ated ates ate ities ity ments ment nesses ness ings ing edly "
            "ed ies ied ily es s ly ions ion ors or ers er ives ive al ally ance ances ence ences ant "
            "ants ent ents able ible ic ical ically y e ous ful less ism ist ists ize izes ized izing ise "
            "ises ised ising",
        ),
        key=len,
        reverse=True,
    )
)
_SHORTEST_STEM = 4


@dataclass(frozen=True)
class Word:
    """One word where it stands: the text as written, its stem and its character span."""

    text: str
    stem: str
    start: int
    end: int

    @property
    def is_content(self) -> bool:
        """Whether it carries meaning of its own."""
        return self.text.lower() not in _FUNCTION_WORDS

    @property
    def is_name(self) -> bool:
        """Whether it is spelt like an acronym, a product or a gene: `BERT`, `iPSC`, `p53`, `GPT`."""
        letters = [c for c in self.text if c.isalpha()]
        inner_capital = any(c.isupper() for c in self.text[1:])
        mixed = any(c.isdigit() for c in self.text) and bool(letters)
        return bool(letters) and (inner_capital or mixed)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Cut one English suffix, leaving at least four letters; words with digits or capitals inside stay."""
    low = word.lower().replace("’", "'").removesuffix("'s")
    if not low.isalpha() or any(c.isupper() for c in word[1:]):
        return low.removesuffix("s") if word[:-1].isupper() and len(word) > 3 else low
    for suffix in _SUFFIXES:
        if low.endswith(suffix) and len(low) - len(suffix) >= _SHORTEST_STEM:
            return low[: -len(suffix)]
    if low.endswith("s") and not low.endswith("ss") and len(low) > 3:
        return low[:-1]
    return low


@lru_cache(maxsize=2048)
def words_of(text: str) -> tuple[Word, ...]:
    """The words of `text` in order; hyphens and slashes separate words."""
    return tuple(Word(m.group(), stem(m.group()), m.start(), m.end()) for m in _WORD.finditer(text))


class Telling:
    """How much a stem tells about a subject: inverse document frequency, learned once and shipped."""

    def __init__(self, weights: Mapping[str, float], unseen: float) -> None:
        self._weights = weights
        self._unseen = unseen

    def __call__(self, stem: str) -> float:
        """The weight of `stem`; the highest one where it was hardly ever seen."""
        return self._weights.get(stem, self._unseen)

    @classmethod
    def counted(cls, texts: Iterable[str], rarest: int = 12) -> Telling:
        """Count `texts`; stems in fewer than `rarest` of them share the highest weight."""
        seen: dict[str, int] = {}
        total = 0
        for text in texts:
            total += 1
            for one in {word.stem for word in words_of(text)}:
                seen[one] = seen.get(one, 0) + 1
        weights = {s: round(math.log(total / n), 1) for s, n in sorted(seen.items()) if n >= rarest}
        return cls(weights, round(math.log(total / rarest), 1))

    def to_json(self) -> dict[str, object]:
        """Plain values for the weights file."""
        return {"unseen": self._unseen, "weights": dict(self._weights)}
