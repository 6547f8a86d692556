"""The papers as they are read: sentences, their terms, and the words and names of the whole collection.

Knows: how a paper falls into passages (its title, then its sentences) and what terms each holds. Does not
know: scores, questions, files. What is read once is remembered, so that a second question costs less.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.catalogue import Catalogue
from assistant.domain import Paper, Span
from assistant.reading.lexicon import Lexicon
from assistant.reading.terms import content_stems, normalised
from assistant.sentences import split_sentences

# A score says little alone; it is judged against the scores of the other papers: of all, up to so many, or of
# a sample, whose word vectors are made at the first question (30 ms each).
WHOLE_UP_TO, SAMPLE = 300, 60
_OWN_WORK = re.compile(
    r"\b(?:we|our|ours|this (?:paper|work|study|survey|article|report)|in this)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ReadPaper:
    """A paper taken apart. `passages[0]` is the title, `passages[i + 1]` is the sentence `spans[i]`; `stems`
    are their content terms; `all_stems` those of the whole paper; `normalised` is all text as stems, with a
    bar between passages, to look for phrases in; `own` are the passages that speak of the authors' own
    work."""

    paper: Paper
    spans: tuple[Span, ...]
    passages: tuple[str, ...]
    stems: tuple[frozenset[str], ...]
    all_stems: frozenset[str]
    normalised: str
    own: tuple[int, ...]


class Library:
    """Reads papers from the catalogue; `lexicon` holds the words and names of all of them."""

    def __init__(self, catalogue: Catalogue, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._catalogue = catalogue
        self._ids = tuple(catalogue.paper_ids())
        self.read = lru_cache(maxsize=5000)(self._read)

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def paper_ids(self) -> tuple[str, ...]:
        """Every paper, in the order of the sources."""
        return self._ids

    def background(self) -> tuple[str, ...]:
        """The papers against which scores are judged: all of a small collection, a fixed sample of a
        large."""
        if len(self._ids) <= WHOLE_UP_TO:
            return self._ids
        return tuple(random.Random(0).sample(self._ids, SAMPLE))

    def paper(self, paper_id: str) -> Paper | None:
        """The paper of that id, or None."""
        return self._catalogue.get([paper_id]).get(paper_id)

    def papers(self, paper_ids: Iterable[str]) -> dict[str, Paper]:
        """The papers that exist among these, in the order asked."""
        return self._catalogue.get(paper_ids)

    def read_many(self, paper_ids: Sequence[str]) -> list[ReadPaper]:
        """These papers taken apart, in the order asked."""
        return [self.read(paper_id) for paper_id in paper_ids]

    def _read(self, paper_id: str) -> ReadPaper:
        return take_apart(self._catalogue.get([paper_id])[paper_id])


def take_apart(paper: Paper) -> ReadPaper:
    """`paper` as passages and terms."""
    spans = split_sentences(paper.paper_id, paper.abstract)
    passages = (paper.title, *(span.text for span in spans))
    stems = tuple(frozenset(content_stems(text)) for text in passages)
    return ReadPaper(
        paper=paper,
        spans=spans,
        passages=passages,
        stems=stems,
        all_stems=frozenset().union(*stems),
        normalised="|".join(f" {normalised(text)} " for text in passages),
        own=tuple(i for i, text in enumerate(passages) if i == 0 or _OWN_WORK.search(text)),
    )
