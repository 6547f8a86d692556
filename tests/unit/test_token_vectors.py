import numpy as np
import pytest

from assistant.catalogue import Catalogue
from assistant.domain import Paper
from assistant.sentences import split_sentences
from assistant.token_vectors import WINDOW, TokenVectorCache, encode
from tests.small_collection import PAPERS, TREE, WordAxes

LONG = Paper(
    "long", "A Long Paper", " ".join(f"Sentence number {n} is about trees and robots." for n in range(60))
)


class ShortSighted(WordAxes):
    """Reads the first few words of a text alone, as a model does whose positions are used up."""

    def encode_tokens(self, texts):
        return [
            type(found)(found.vectors[:8], found.offsets[:8], found.tokens[:8])
            for found in super().encode_tokens(texts)
        ]


@pytest.fixture
def catalogue(tmp_path):
    opened = Catalogue.open(tmp_path / "catalogue.sqlite")
    opened.sync([*PAPERS, LONG])
    yield opened
    opened.close()


@pytest.mark.parametrize("paper", [*PAPERS, LONG], ids=lambda paper: paper.paper_id)
def test_every_passage_has_its_words_in_order(paper):
    (tokens,) = encode([paper], WordAxes(256))
    passages = [paper.title, *(span.text for span in split_sentences("", paper.abstract))]
    counts = [len(WordAxes(256).encode_tokens([text])[0].tokens) for text in passages]
    assert tokens.passages.tolist() == [place for place, count in enumerate(counts) for _ in range(count)]
    assert np.allclose(np.linalg.norm(tokens.vectors, axis=1), 1)


def test_a_long_paper_is_read_in_windows_that_each_begin_with_the_title():
    model = WordAxes(256)
    encode([LONG], model)
    assert len(model.encoded) > 1
    assert all(text.startswith(LONG.title) for text in model.encoded)
    assert all(len(text) <= WINDOW + 100 for text in model.encoded)


def test_a_passage_that_the_model_did_not_reach_is_read_alone():
    (tokens,) = encode([TREE], ShortSighted())
    assert sorted(set(tokens.passages.tolist())) == [0, 1, 2, 3]
    assert (np.diff(tokens.passages) >= 0).all()


def test_a_passage_without_words_still_has_a_place():
    blank = Paper("blank", "Title", "…")
    model = WordAxes()
    model.encode_tokens(["Title ."])
    tokenless = Paper("blank", "", "___")
    for paper in (blank, tokenless):
        (tokens,) = encode([paper], model)
        assert sorted(set(tokens.passages.tolist())) == [0, 1]


def test_kept_vectors_are_not_made_again(catalogue):
    model = WordAxes(256)
    cache = TokenVectorCache(catalogue, model)
    made = cache.of(PAPERS)
    assert cache.keep(PAPERS) == len(PAPERS)
    assert cache.keep(PAPERS) == 0
    model.encoded.clear()
    kept = cache.of(list(reversed(PAPERS)))
    assert model.encoded == []
    for one, other in zip(made, reversed(kept), strict=True):
        assert one.passages.tolist() == other.passages.tolist()
        assert np.allclose(one.vectors, other.vectors, atol=1e-3)


def test_a_changed_paper_has_other_vectors(catalogue):
    cache = TokenVectorCache(catalogue, WordAxes(256))
    cache.keep([TREE])
    changed = Paper("tree", TREE.title, "It is about robots now.")
    assert cache.of([changed])[0].passages.max() == 1
    assert cache.keep([changed]) == 1
