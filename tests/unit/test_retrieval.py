import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain import Chunk, Paper
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

    in_memory = True

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
    """Word search that gives the scores it was told; `seen` are its queries, `fed` the texts it was given for
    feedback, to which it answers with `kin`."""

    def __init__(self, scores=(), bound=10.0, kin=()):
        self.scores, self.most, self.kin, self.seen, self.fed = dict(scores), bound, dict(kin), [], {}

    def search(self, query, limit, *, also=()):
        self.seen.append((query, tuple(also)))
        return sorted(self.scores.items(), key=lambda item: -item[1])[:limit]

    def related(self, texts, limit):
        self.fed = dict(texts)
        return sorted(self.kin.items(), key=lambda item: -item[1])[:limit]

    def bound(self, query):
        return self.most


class Papers:
    """A catalogue of texts."""

    def __init__(self, texts=TEXTS):
        self.texts = texts

    def get(self, paper_ids):
        return {p: Paper(p, p, self.texts[p]) for p in paper_ids if p in self.texts}

    def chunks(self, paper_ids):
        return [
            Chunk(f"{p}:{n}", p, p, text, 0, len(text))
            for p in paper_ids
            for n, text in enumerate(self.texts[p].split("; "))
        ]

    def cached_vectors(self, model, texts):
        """As the shelf has them: of the text without the title."""
        assert model == EMBEDDER.name
        return {text: EMBEDDER.encode([text.partition(". ")[2]])[0] for text in texts if "lost" not in text}


def retrieval_of(texts=TEXTS, words=None, embedder=EMBEDDER, **options):
    return Retrieval(Shelf(texts, **options), words or Counted(), embedder, Papers(texts))


def found(query, *, words=None, texts=TEXTS, limit=20, **options):
    return retrieval_of(texts, words, **options).search(query, limit)


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


def test_of_two_chunks_the_better_counts():
    both = {"two": "robots fold towels; wholly unrelated matter", "bad": "wholly unrelated matter"}
    hits = found("robots fold towels", texts=both)
    assert [hit.paper_id for hit in hits] == ["two", "bad"]
    assert hits[0].similarity == pytest.approx(1.0)


def test_feedback_lifts_papers_that_share_the_words_of_the_best_ones():
    words = Counted(kin={"towels": 1.0, "proofs": 0.9})
    plain = [hit.paper_id for hit in found("robots fold towels")]
    fed = [hit.paper_id for hit in found("robots fold towels", words=words)]
    assert plain.index("images") < plain.index("proofs")
    assert fed[:2] == ["towels", "proofs"]
    weights = list(words.fed.values())
    assert weights[0] == 1.0 == max(weights)
    assert next(iter(words.fed)) == "towels . robots fold towels at home"


@pytest.mark.parametrize("texts", [TEXTS, TEXTS | {"lost": "lost towels"}], ids=["all kept", "one lost"])
def test_a_large_collection_has_the_same_hits_with_the_vectors_of_the_catalogue(texts, monkeypatch):
    words = Counted({"mcts": 4.0, "proofs": 2.0})
    small = found("robots fold towels", words=words, texts=texts, sees={"towels"})
    monkeypatch.setattr(Shelf, "in_memory", False)
    large = found("robots fold towels", words=words, texts=texts, sees={"towels"})
    assert [hit.paper_id for hit in large] == [hit.paper_id for hit in small]
    assert [hit.score for hit in large] == pytest.approx([hit.score for hit in small])


def test_other_forms_of_words_reach_the_words_and_not_the_vectors():
    words, embedder = Counted(), HashEmbedder(dimension=256)
    retrieval_of(words=words, embedder=embedder).search("mcts", also=("monte carlo tree search",))
    assert words.seen == [("mcts", ("monte carlo tree search",))]
    assert embedder.seen == ["mcts"]


@pytest.mark.parametrize("query", ["", "   ", "\n"])
def test_an_empty_query_finds_nothing(query):
    assert found(query) == []
    assert found("towels", limit=0) == []


def test_nothing_is_found_in_an_empty_index():
    assert found("towels", texts={}) == []


def test_similar_papers_are_others_nearest_first():
    retrieval = retrieval_of()
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
