from itertools import pairwise

import numpy as np
import pytest

from assistant.catalogue import Catalogue
from assistant.chunks import split_papers
from assistant.domain import Paper
from assistant.reading.token_vectors import TokenVectorCache
from assistant.sentences import split_sentences
from tests.small_collection import PAPERS, TREE, WordAxes

LONG = Paper(
    "long", "A Long Paper", " ".join(f"Sentence number {n} is about trees and robots." for n in range(60))
)
ALL = (*PAPERS, LONG)


class ShortSighted(WordAxes):
    """Reads the first few words of a text alone, as a model does whose positions are used up."""

    def encode_tokens(self, texts):
        return [
            type(found)(found.vectors[:8], found.offsets[:8], found.tokens[:8])
            for found in super().encode_tokens(texts)
        ]


@pytest.fixture
def catalogue_of(tmp_path):
    """A catalogue of papers with their chunks, cut small so that the long paper has several."""
    opened = []

    def make(papers=ALL):
        catalogue = Catalogue.open(tmp_path / "catalogue.sqlite")
        opened.append(catalogue)
        catalogue.sync(papers)
        chunks = split_papers(papers, chunk_tokens=64, chunk_overlap=16)
        catalogue.store_chunks([paper.paper_id for paper in papers], chunks, chunking="small")
        return catalogue

    yield make
    for catalogue in opened:
        catalogue.close()


def tokens_of(catalogue, paper, model=None):
    return TokenVectorCache(catalogue, model or WordAxes(256)).of([paper])[0]


@pytest.mark.parametrize("paper", ALL, ids=lambda paper: paper.paper_id)
def test_every_passage_has_its_words_once_and_in_order(catalogue_of, paper):
    model = WordAxes(256)
    tokens = tokens_of(catalogue_of(), paper, model)
    passages = [paper.title, *(span.text for span in split_sentences("", paper.abstract))]
    words = [model.encode_tokens([text])[0].vectors for text in passages]
    assert tokens.passages.tolist() == [place for place, rows in enumerate(words) for _ in rows]
    assert np.allclose(tokens.vectors, np.concatenate(words))


def test_vectors_of_words_come_with_the_vectors_of_their_chunks(catalogue_of):
    catalogue, model = catalogue_of(), WordAxes(256)
    rows = TokenVectorCache(catalogue, model).keep(ALL)
    texts = {chunk.embedded_text for chunk in catalogue.chunks([paper.paper_id for paper in ALL])}
    assert set(rows) == texts
    assert set(model.encoded) == texts
    assert len(catalogue.chunks(["long"])) > 1


def test_a_passage_that_the_model_did_not_reach_is_read_alone(catalogue_of):
    tokens = tokens_of(catalogue_of(), TREE, ShortSighted())
    assert sorted(set(tokens.passages.tolist())) == [0, 1, 2, 3]
    assert all(b >= a for a, b in pairwise(tokens.passages.tolist()))


@pytest.mark.parametrize(("title", "abstract"), [("Title", "…"), ("", "___"), ("___", "Words. ___ \n\n ___")])
def test_a_passage_without_words_still_has_a_place(catalogue_of, title, abstract):
    class Blind(WordAxes):
        def _tokens(self, text):
            return super()._tokens(text.replace("_", " ").replace("…", " "))

    paper = Paper("blank", title, abstract)
    tokens = tokens_of(catalogue_of([paper]), paper, Blind())
    assert sorted(set(tokens.passages.tolist())) == list(range(1 + len(split_sentences("", abstract))))


def test_a_paper_without_chunks_is_read_all_the_same(catalogue_of):
    catalogue = catalogue_of([TREE])
    catalogue.store_chunks(["tree"], [], chunking="none")
    assert sorted(set(tokens_of(catalogue, TREE).passages.tolist())) == [0, 1, 2, 3]


def test_kept_vectors_are_not_made_again(catalogue_of):
    catalogue, model = catalogue_of(), WordAxes(256)
    cache = TokenVectorCache(catalogue, model)
    made = cache.of(PAPERS)
    assert cache.keep(PAPERS)
    model.encoded.clear()
    assert not cache.keep(PAPERS)
    kept = cache.of(list(reversed(PAPERS)))
    assert model.encoded == []
    for one, other in zip(made, reversed(kept), strict=True):
        assert one.passages.tolist() == other.passages.tolist()
        assert np.allclose(one.vectors, other.vectors, atol=1e-3)


def test_a_changed_paper_has_other_vectors(catalogue_of):
    TokenVectorCache(catalogue_of(), WordAxes(256)).keep([TREE])
    changed = Paper("tree", TREE.title, "It is about robots now.")
    cache = TokenVectorCache(catalogue_of([changed]), WordAxes(256))
    assert cache.of([changed])[0].passages.max() == 1
    assert cache.keep([changed])
