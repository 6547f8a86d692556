"""MaxSim on paper: in `WordAxes` equal words have cosine 1 and different words 0."""

import math

import numpy as np
import pytest

from assistant.catalogue import Catalogue
from assistant.domain import Paper
from assistant.reading.interaction import Interaction
from assistant.reading.library import Library
from assistant.reading.terms import content_terms
from assistant.reading.token_vectors import TokenVectorCache
from tests.small_collection import LEXICON, PAPERS, WordAxes, library_of


def interaction_over(folder, papers=PAPERS):
    library = library_of(folder, papers)
    model = WordAxes(256)
    return Interaction(
        library, model, TokenVectorCache(Catalogue.open(folder / "catalogue.sqlite"), model)
    ), library


@pytest.fixture
def interaction(tmp_path):
    return interaction_over(tmp_path)[0]


def compared(interaction, text, *paper_ids):
    return interaction.compare(interaction.query(text, content_terms(text)), paper_ids)


def test_a_text_matches_itself_wholly(interaction):
    (match,) = compared(interaction, "Folding Towels with Robots", "towels")
    assert match.words[0] == pytest.approx(1)
    assert match.meaning[0] == pytest.approx(1)
    assert match.paper == pytest.approx(1)
    assert match.weakest == pytest.approx(1)


def test_words_that_a_paper_lacks_match_nothing(interaction):
    (match,) = compared(interaction, "diffusion guidance", "tree")
    assert match.paper == pytest.approx(0)
    assert match.words.max() == pytest.approx(0)


def test_each_word_counts_by_the_root_of_its_rarity(interaction):
    towels, submarine = (math.sqrt(LEXICON.idf(stem)) for stem in ("towel", "submarin"))
    (match,) = compared(interaction, "towels submarine", "towels")
    assert match.paper == pytest.approx(towels / (towels + submarine), abs=1e-5)
    # "towels" stands everywhere but in the first sentence.
    assert match.words == pytest.approx([match.paper, 0, match.paper, match.paper], abs=1e-5)
    assert match.grid == pytest.approx(np.array([[1, 0, 1, 1], [0, 0, 0, 0]]), abs=1e-5)
    assert match.weakest == pytest.approx(0)


def test_scaffolding_words_do_not_count(interaction):
    text = "which papers are about towels"
    query = interaction.query(text, [term for term in content_terms(text) if term.form == "towels"])
    assert query.weights.tolist() == [1]


def test_a_question_without_topic_counts_every_word(interaction):
    query = interaction.query("which of the", [])
    assert query.weights == pytest.approx([1 / 3] * 3)


def test_a_term_of_several_pieces_counts_as_one_word_of_its_root(interaction):
    query = interaction.query("SafeQuery-2 towels", content_terms("SafeQuery-2 towels"))
    assert query.weights.sum() == pytest.approx(1)
    assert np.linalg.norm(query.whole) == pytest.approx(1)


def test_the_meaning_of_a_passage_is_its_cosine_with_the_whole_question(interaction):
    (match,) = compared(interaction, "robots towels", "towels")
    # Title: four words, two of them shared: 2 / (sqrt(4) * sqrt(2)).
    assert match.meaning[0] == pytest.approx(1 / math.sqrt(2), abs=1e-3)


def test_papers_come_back_in_the_order_asked_each_with_its_passages(interaction, tmp_path):
    library = library_of(tmp_path)
    ids = ("oni", "tree", "images")
    for paper_id, match in zip(ids, compared(interaction, "trees", *ids), strict=True):
        passages = len(library.read(paper_id).passages)
        assert len(match.words) == len(match.meaning) == passages
        assert match.grid.shape == (1, passages)


def test_company_changes_nothing(interaction):
    alone = compared(interaction, "tree search for robots", "towels")[0]
    together = compared(interaction, "tree search for robots", *(paper.paper_id for paper in PAPERS))[1]
    assert alone.paper == together.paper
    assert alone.words.tolist() == together.words.tolist()


def test_papers_outside_the_background_are_compared_all_the_same(tmp_path, monkeypatch):
    interaction, _ = interaction_over(tmp_path)
    inside = compared(interaction, "tree search", "tree", "towels")
    monkeypatch.setattr(Library, "background", lambda self: ("oni", "images"))
    outside = compared(interaction, "tree search", "tree", "towels")
    for one, other in zip(inside, outside, strict=True):
        assert one.words == pytest.approx(other.words)
        assert one.paper == pytest.approx(other.paper)


def test_neighbouring_papers_with_one_passage_stay_apart(tmp_path):
    papers = tuple(Paper(f"p{n}", title, "") for n, title in enumerate(("trees", "robots", "towels")))
    interaction, _ = interaction_over(tmp_path, papers)
    matches = compared(interaction, "robots", "p0", "p1", "p2")
    assert [match.paper for match in matches] == pytest.approx([0, 1, 0])
