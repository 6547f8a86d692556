"""Token counts: offline, equal to tiktoken's own, and never tripped by special tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import tokens


def test_the_carried_ranks_are_there_and_whole():
    ranks = tokens._carried_ranks()
    assert ranks is not None
    assert len(ranks) == 199998


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("hello", 1), ("hello world", 2), ("Monte Carlo Tree Search", 4), ("12345", 2)],
    ids=["empty", "one", "two", "words", "digits in threes"],
)
def test_counts_are_those_of_o200k(text, count):
    assert tokens.count_tokens(text) == count


def test_special_tokens_are_ordinary_text():
    assert tokens.decode(tokens.encode("a <|endoftext|> b")) == "a <|endoftext|> b"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_decoding_gives_the_text_back(text):
    assert tokens.decode(tokens.encode(text)) == text
