"""Exports hold exactly what was cited, and other programs can read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain import Answer, Citation, Paper, Sentence, Turn
from assistant.export import cited_ids, cited_papers, to_bibtex, to_markdown, to_ris
from assistant.sources.bibtex import bibtex_records
from assistant.sources.ris import ris_records

ONE = Paper(
    "a", "Tree Search & Planning: 50% faster", "First. Second_one.", authors=("Ada Lovelace",), year=2024
)
TWO = Paper("b", "Tree Search {again", "Other $x_1$ words.")


def turn(*cited: Citation, text: str = "Said [1].") -> Turn:
    return Turn("What * is it?", text, Answer("answered", text, (Sentence("Said", cited),), cited))


FIRST = Citation(1, "a", ONE.title, "First.", 0, 6)
SECOND = Citation(2, "b", TWO.title, "Other", 0, 5)


def test_markdown_has_question_answer_and_the_words_it_rests_on() -> None:
    text = to_markdown([turn(FIRST)], title="My chat")
    assert text.startswith("# My chat\n")
    assert "## What \\* is it?" in text
    assert "Said [1]." in text
    assert "- [1] **Tree Search & Planning: 50% faster**: “First.”" in text


def test_only_what_was_cited_is_exported_once_in_order() -> None:
    turns = [turn(SECOND), turn(FIRST, SECOND), Turn("Hi", "Hello")]
    assert cited_ids(turns) == ("a", "b")
    assert cited_papers(turns, {"a": ONE}) == (ONE,)


def test_bibtex_is_escaped_and_keys_differ() -> None:
    text = to_bibtex([ONE, ONE, TWO])
    assert "title = {{Tree Search \\& Planning: 50\\% faster}}" in text
    assert "@misc{lovelace2024tree," in text
    assert "@misc{lovelace2024tree-2," in text
    assert "{{Tree Search again}}" in text
    assert "$x_1$" in text


def test_ris_has_one_record_per_paper() -> None:
    text = to_ris([ONE, TWO])
    assert text.count("TY  - GEN\r\n") == text.count("ER  - \r\n") == 2
    assert "AU  - Ada Lovelace\r\n" in text


@pytest.mark.parametrize(("write", "read"), [(to_bibtex, bibtex_records), (to_ris, ris_records)])
def test_what_is_exported_can_be_a_source(write, read) -> None:
    lines = enumerate(write([ONE]).splitlines(), start=1)
    assert "Planning" in str(list(read("export", lines)))


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_paper_can_be_exported(title: str, abstract: str) -> None:
    paper = Paper("x", title, abstract, authors=(title,))
    text = to_bibtex([paper])
    assert text.count("{") == text.count("}")
    assert all(line[2:6] == "  - " for line in to_ris([paper]).split("\r\n") if line)
