"""The lexicon that is kept: the same as the one read, and never that of other papers."""

import pytest

from assistant.catalogue import Catalogue
from assistant.domain import Paper
from assistant.reading import kept_lexicon
from assistant.reading.kept_lexicon import lexicon_of
from assistant.reading.lexicon import Lexicon

PAPERS = [
    Paper("a", "Kite: Tree Search", "We propose Kite, a Monte Carlo Tree Search (MCTS) method."),
    Paper("b", "On Sparrow", "We present Sparrow. It uses MCTS."),
]


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    monkeypatch.setattr(kept_lexicon, "KEPT_FROM", 1)
    made = Catalogue.open(tmp_path / "catalogue.sqlite")
    made.sync(PAPERS)
    yield made
    made.close()


def test_the_kept_lexicon_is_the_one_that_was_read(catalogue, tmp_path):
    first = lexicon_of(catalogue, tmp_path, frozenset())
    assert (tmp_path / "lexicon.json").is_file()
    assert lexicon_of(catalogue, tmp_path, frozenset()) == first == Lexicon.of(PAPERS)


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"stamp": "lexicon-1 x"}', '{"stamp'])
def test_a_damaged_file_is_made_again(catalogue, tmp_path, content):
    (tmp_path / "lexicon.json").write_text(content)
    assert lexicon_of(catalogue, tmp_path, frozenset()) == Lexicon.of(PAPERS)


def test_other_papers_get_another_lexicon(catalogue, tmp_path):
    lexicon_of(catalogue, tmp_path, frozenset())
    catalogue.sync(PAPERS[:1])
    assert lexicon_of(catalogue, tmp_path, frozenset()).papers == 1


def test_a_folder_that_cannot_be_written_is_no_error(catalogue, tmp_path):
    assert lexicon_of(catalogue, tmp_path / "missing", frozenset()).papers == 2
