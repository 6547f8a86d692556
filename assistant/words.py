"""The word index: papers found by their words, ranked by BM25. A derived thing, rebuilt from the catalogue.

Knows tantivy, its fields, what counts as the same word, and which words say nothing. Does not know vectors or
how hits are fused.
"""

from __future__ import annotations

import contextlib
import math
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from heapq import nlargest
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.domain import Paper
from assistant.errors import IndexBroken
from assistant.generations import (
    Manifest,
    differences,
    file_stamps,
    new_generation,
    remove_other_generations,
)
from assistant.locks import InUse

if TYPE_CHECKING:
    from tantivy import Index, Query, Schema, TextAnalyzer

__all__ = ["RECIPE", "WordBuild", "Words", "words_fault"]

# Raised when fields or the treatment of words change.
RECIPE = "words-2"
# Title and abstract are one field: one length and one rarity per word. A title that counts again ranks better
# alone, but worse beside vectors, which see the title in every chunk (SciFact .746, without .751).
_K1 = 1.2
# Other forms of words in the question (an acronym spelt out) count so much: a hint, no second question.
_ALSO_WEIGHT = 0.2
# BM25 (k1 = 1.2) gives a word in one paper at most k1 + 1 times its rarity.
_CEILING = _K1 + 1
_PAPER, _TEXT, _ANALYZER = "paper_id", "text", "stems"
_HEAP = 60_000_000
_RELATED_WORDS = 60
# Words of questions rather than of papers: with them, BM25 ranks papers by how they are written.
_EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be but by for if in into is it its no not of on or such that the their then "
        "there these they this to was will with which what who whom whose why how when where do does did "
        "has have had been being can could should would may might must we our us you your i me my he she "
        "his her them from than those so also any some most more about between during through ",
    )
)


@contextlib.contextmanager
def _translated(folder: Path) -> Iterator[None]:
    """Tantivy's errors are plain ValueErrors; a broken file can also end in a panic of its own kind."""
    try:
        yield
    except (ValueError, OSError, RuntimeError, SystemError) as error:
        words = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise IndexBroken(f"The word index in {folder} failed: {words}") from error


@cache
def _analyzer(*, stem: bool) -> TextAnalyzer:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    filters = [Filter.remove_long(60), Filter.lowercase(), Filter.ascii_fold()]
    builder = TextAnalyzerBuilder(Tokenizer.simple())
    for one in [*filters, Filter.stemmer("english")] if stem else filters:
        builder = builder.filter(one)
    return builder.build()


def _schema() -> Schema:
    from tantivy import SchemaBuilder

    builder = SchemaBuilder()
    builder.add_text_field(_PAPER, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(_TEXT, tokenizer_name=_ANALYZER, index_option="freq")
    return builder.build()


def _opened(folder: Path) -> Index:
    from tantivy import Index

    index = Index(_schema(), path=str(folder))
    index.register_tokenizer(_ANALYZER, _analyzer(stem=True))
    return index


def stamps_of(folder: Path) -> dict[str, str]:
    """What the index's files are; locks do not count."""
    return file_stamps(
        folder, (path for path in folder.iterdir() if path.suffix != ".lock" and path.is_file())
    )


def words_fault(folder: Path, manifest: Manifest) -> str:
    """What is wrong with the files of the index; empty when they are what was published."""
    try:
        return differences(stamps_of(folder / manifest.generation), manifest)
    except OSError as error:
        return str(error)


class Words:
    """The published word index, for reading. May be used from several threads."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        """Open the index that the manifest names.

        Raises:
            IndexBroken: it cannot be opened or holds another number of papers.
        """
        self._folder = folder / manifest.generation
        with _translated(self._folder):
            self._mark = InUse(self._folder)
            self._index = _opened(self._folder)
            self._searcher = self._index.searcher()
            self.count = int(self._searcher.num_docs)
        self._rarities: dict[str, float] = {}
        if self.count != manifest.count:
            raise IndexBroken(f"The word index in {folder} has {self.count} papers, not {manifest.count}.")

    def search(self, query: str, limit: int, *, also: Sequence[str] = ()) -> list[tuple[str, float]]:
        """Papers that share words with the query, best first: paper id and BM25 score (above 0).

        `also` are other forms of words in it; they count less."""
        weights = dict.fromkeys(stems_of(" ".join(also)), _ALSO_WEIGHT) | dict.fromkeys(stems_of(query), 1.0)
        return self._best(weights, limit)

    def related(self, texts: Mapping[str, float], limit: int) -> list[tuple[str, float]]:
        """Papers that share the telling words of `texts`, which count by their weights; best first, the best
        with score 1. After Abdul-Jaleel et al. (2004), "UMass at TREC 2004" (RM3)."""
        counts = [_counted(text) for text in texts]
        length = sum(words.total() for words in counts) / max(1, len(counts)) or 1.0
        telling: dict[str, float] = defaultdict(float)
        for words, weight in zip(counts, texts.values(), strict=True):
            size = _K1 * (0.25 + 0.75 * words.total() / length)
            for stem, count in words.items():
                telling[stem] += weight * self._rarity(stem) * count / (count + size)
        best = nlargest(_RELATED_WORDS, telling, key=telling.__getitem__)
        found = self._best({stem: telling[stem] for stem in best}, limit)
        return [(paper_id, score / found[0][1]) for paper_id, score in found]

    def _best(self, weights: Mapping[str, float], limit: int) -> list[tuple[str, float]]:
        if not weights or limit <= 0 or not self.count:
            return []
        with _translated(self._folder):
            found = self._searcher.search(
                self._query(weights), limit=min(limit, self.count), count=False
            ).hits
            return [(str(self._searcher.doc(place)[_PAPER][0]), float(score)) for score, place in found]

    def _rarity(self, stem: str) -> float:
        """Inverse document frequency as in BM25."""
        known = self._rarities.get(stem)
        if known is None:
            holding = int(self._searcher.doc_freq(_TEXT, stem))
            known = self._rarities[stem] = math.log(1 + (self.count - holding + 0.5) / (holding + 0.5))
        return known

    def bound(self, query: str) -> float:
        """What a paper would score that held every word of the query, unknown words included, as often as can
        be; a score divided by it says how much of the query the paper explains."""
        with _translated(self._folder):
            return _CEILING * sum(self._rarity(stem) for stem in stems_of(query))

    def _query(self, weights: Mapping[str, float]) -> Query:
        """Built from parts: a query parser would read signs in a question as its own language."""
        from tantivy import Occur, Query

        parts = []
        for stem, weight in weights.items():
            word = Query.term_query(self._index.schema, _TEXT, stem, "freq")
            parts.append((Occur.Should, word if weight == 1.0 else Query.boost_query(word, weight)))
        return Query.boolean_query(parts)

    def close(self) -> None:
        """Let go of the index; another process may then remove what it replaced."""
        del self._searcher, self._index
        self._mark.close()


def text_of(paper: Paper) -> str:
    """What of a paper is indexed."""
    return f"{paper.title} . {paper.abstract}"


@lru_cache(maxsize=500)
def _counted(text: str) -> Counter[str]:
    """How often each word that means something occurs. Remembered: the best papers of one question are often
    those of the next."""
    empty = _empty_stems()
    return Counter(stem for stem in _analyzer(stem=True).analyze(text) if stem not in empty)


@cache
def _empty_stems() -> frozenset[str]:
    return frozenset(stem for word in _EMPTY_WORDS for stem in _analyzer(stem=True).analyze(word))


def stems_of(text: str) -> list[str]:
    """The words of a question that mean something, as they are indexed, each once."""
    forms = [form for form in _analyzer(stem=False).analyze(text) if form not in _EMPTY_WORDS]
    return list(dict.fromkeys(stem for form in forms for stem in _analyzer(stem=True).analyze(form)))


class WordBuild:
    """A generation in the making: nobody reads it before its manifest is written."""

    def __init__(self, folder: Path, *, basis: Manifest | None = None) -> None:
        """Begin with the papers of `basis`, or with none."""
        self.name = new_generation()
        self._parent = folder
        self._folder = folder / self.name
        with _translated(folder):
            folder.mkdir(parents=True, exist_ok=True)
            if basis is None:
                self._folder.mkdir()
            else:
                shutil.copytree(
                    folder / basis.generation, self._folder, ignore=shutil.ignore_patterns("*.lock")
                )
            self._index = _opened(self._folder)
            self._writer = self._index.writer(_HEAP, 1)

    def remove(self, paper_ids: Iterable[str]) -> None:
        """Remove these papers."""
        for paper_id in paper_ids:
            self._writer.delete_documents_by_term(_PAPER, paper_id)

    def put(self, papers: Iterable[Paper]) -> None:
        """Add papers; remove them first when they may be there already."""
        from tantivy import Document

        with _translated(self._folder):
            for paper in papers:
                self._writer.add_document(Document(paper_id=paper.paper_id, text=text_of(paper)))

    def close(self) -> tuple[int, dict[str, str]]:
        """Commit: the number of papers, and the stamps of the files."""
        with _translated(self._folder):
            self._writer.commit()
            self._writer.wait_merging_threads()
            self._index.reload()
            count = int(self._index.searcher().num_docs)
            del self._writer
            return count, stamps_of(self._folder)

    def remove_replaced(self, before: Manifest | None) -> None:
        """Remove what this generation replaced, once it is published."""
        remove_other_generations(self._parent, self.name)
