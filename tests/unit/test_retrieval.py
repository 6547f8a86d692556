import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval import Retrieval, _fused
from tests.fakes import HashEmbedder

TEXTS = {
    "mcts": "agents plan with tree search",
    "towels": "robots fold towels at home",
    "images": "diffusion draws pictures of towels",
    "proofs": "reward models judge proofs",
}
EMBEDDER = HashEmbedder(dimension=256)


class Shelf:
    """Vectors in memory, one chunk per text; a paper may have several."""

    def __init__(self, texts=TEXTS, *, sees=None):
        self.chunks = [
            (f"{paper_id}:{n}", EMBEDDER.encode([text])[0])
            for paper_id, whole in texts.items()
            for n, text in enumerate(whole.split("; "))
        ]
        self.sees = sees

    def search(self, vector, limit):
        found = [(c, c.rpartition(":")[0], float(row @ vector)) for c, row in self.chunks]
        found = [hit for hit in found if self.sees is None or hit[1] in self.sees]
        return sorted(found, key=lambda hit: -hit[2])[:limit]

    def vectors_of(self, paper_ids):
        wanted = set(paper_ids)
        chosen = [(c, row) for c, row in self.chunks if c.rpartition(":")[0] in wanted]
        return [c for c, _ in chosen], np.array([row for _, row in chosen], np.float32).reshape(-1, 256)


class Counted:
    """Word search that gives the scores it was told; `seen` are its queries."""

    def __init__(self, scores=(), bound=10.0):
        self.scores, self.most, self.seen = dict(scores), bound, []

    def search(self, query, limit):
        self.seen.append(query)
        return sorted(self.scores.items(), key=lambda item: -item[1])[:limit]

    def bound(self, query):
        return self.most


def found(query, *, words=None, texts=TEXTS, limit=20, **options):
    return Retrieval(Shelf(texts, **options), words or Counted(), EMBEDDER).search(query, limit)


def test_without_words_in_common_the_vectors_decide():
    hits = found("robots fold towels")
    assert [hit.paper_id for hit in hits][:2] == ["towels", "images"]
    assert len(hits) == len(TEXTS)
    assert all(hit.word_score is None for hit in hits)


def test_a_chance_word_does_not_drown_the_vectors():
    """The best word hit of a badly worded question is still a bad hit: it is not scaled up to the top."""
    hits = found("robots fold towels", words=Counted({"proofs": 1.0}, bound=20.0))
    assert hits[0].paper_id == "towels"


def test_a_paper_that_holds_every_word_comes_first():
    hits = found("something in other words", words=Counted({"proofs": 10.0, "mcts": 1.0}, bound=10.0))
    assert hits[0].paper_id == "proofs"
    assert hits[0].word_score == 10.0


@pytest.mark.parametrize("seen_by_vectors", [{"towels"}, set()])
def test_a_paper_that_one_side_alone_found_is_kept(seen_by_vectors):
    hits = found("robots fold towels", words=Counted({"mcts": 4.0}), sees=seen_by_vectors)
    assert {hit.paper_id for hit in hits} == {"mcts", *seen_by_vectors}


def test_of_two_chunks_the_better_counts_and_the_other_a_little():
    texts = {"two": "robots fold towels; wholly unrelated matter", "one": "robots fold towels"}
    hits = found("robots fold towels", texts=texts)
    assert [hit.paper_id for hit in hits] == ["one", "two"]
    both = {"two": "robots fold towels; wholly unrelated matter", "bad": "wholly unrelated matter"}
    assert [hit.paper_id for hit in found("robots fold towels", texts=both)] == ["two", "bad"]


def test_feedback_brings_papers_like_the_best_ones_nearer():
    texts = {
        "best": "robots fold towels with compliant grippers",
        "kin": "compliant grippers",
        "other": "proofs",
    }
    hits = {hit.paper_id: hit for hit in found("robots fold towels", texts=texts)}
    plain = Retrieval(Shelf(texts), Counted(), EMBEDDER).similarities("robots fold towels", texts)
    assert hits["kin"].similarity > plain["kin"] + 0.05
    assert hits["best"].score > hits["kin"].score > hits["other"].score


def test_other_forms_of_words_reach_the_words_and_not_the_vectors():
    words, embedder = Counted(), HashEmbedder(dimension=256)
    Retrieval(Shelf(), words, embedder).search("mcts", also=("monte carlo tree search",))
    assert words.seen == ["mcts monte carlo tree search"]
    assert embedder.seen == ["mcts"]


@pytest.mark.parametrize("query", ["", "   ", "\n"])
def test_an_empty_query_finds_nothing(query):
    assert found(query) == []
    assert found("towels", limit=0) == []


def test_nothing_is_found_in_an_empty_index():
    assert found("towels", texts={}) == []


def test_similar_papers_are_others_nearest_first():
    retrieval = Retrieval(Shelf(), Counted(), EMBEDDER)
    hits = retrieval.similar_to("towels", 2)
    assert hits[0].paper_id == "images"
    assert len(hits) == 2
    assert "towels" not in {hit.paper_id for hit in hits}
    assert retrieval.similar_to("nobody", 2) == []


@given(st.sampled_from([*TEXTS.values(), "x", "towels towels", "?"]), st.integers(1, 6))
def test_hits_are_distinct_papers_best_first(query, limit):
    hits = found(query, words=Counted({"mcts": 3.0, "images": 0.5}), limit=limit)
    assert len(hits) == min(limit, len(TEXTS))
    assert len({hit.paper_id for hit in hits}) == len(hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


SCORES = st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 50))


@given(st.dictionaries(st.sampled_from("abcdef"), st.floats(-1, 1)), SCORES, st.floats(0.1, 50))
def test_fusion_keeps_everyone_and_never_punishes_a_match(similarity, word_scores, bound):
    fused = _fused(similarity, word_scores, bound)
    assert set(fused) == {*similarity, *word_scores}
    for one in similarity.keys() & word_scores.keys():
        for other in similarity.keys() & word_scores.keys():
            if similarity[one] >= similarity[other] and word_scores[one] >= word_scores[other]:
                assert fused[one] >= fused[other]
