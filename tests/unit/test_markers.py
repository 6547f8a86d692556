"""Markers: every way models write them is read by one function, and any text goes in without an exception."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain import Citation, DraftSentence, Sentence
from assistant.markers import drafted, laid_out, numbers_in, parted, plain, without_markers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("helps [1].", (1,)),
        ("helps [1, 2].", (1, 2)),
        ("helps [1][3].", (1, 3)),
        ("helps [1-3].", (1, 2, 3)),
        ("helps [1–3, 7].", (1, 2, 3, 7)),
        ("helps [1; 2] and [2].", (1, 2)),
        ("helps [1 and 2].", (1, 2)),
        ("helps 【2】.", (2,)),
        ("helps ［2，3］.", (2, 3)),
        ("helps 【2†source】.", (2,)),
        ("helps [^2].", (2,)),
        ("helps [0].", (0,)),
        ("[3-1]", (3, 1)),
        ("[1-9999]", (1, 9999)),
        ("no [marker] here, nor [a1] or 1]", ()),
    ],
)
def test_numbers_are_read_in_every_spelling(text, numbers):
    assert numbers_in(text) == numbers


def test_a_marker_belongs_to_the_sentence_it_stands_in_or_behind():
    assert drafted("Dense retrieval helps [1]. So do words. [2] Both do [1, 2].") == (
        DraftSentence("Dense retrieval helps.", (1,)),
        DraftSentence("So do words.", (2,)),
        DraftSentence("Both do.", (1, 2)),
    )


def test_the_layout_of_lists_is_kept():
    text = "Two papers do:\n\n- First [1]: it searches. It wins.\n* Second [2]: it plans.\n\nThat is all."
    sentences = drafted(text)
    assert sentences == (
        DraftSentence("Two papers do:"),
        DraftSentence("\n\n- First: it searches.", (1,)),
        DraftSentence("It wins.", (1,)),
        DraftSentence("\n- Second: it plans.", (2,)),
        DraftSentence("\n\nThat is all."),
    )
    leads, words = zip(*(parted(sentence.text) for sentence in sentences), strict=True)
    assert leads == ("", "\n\n- ", "", "\n- ", "\n\n")
    assert words[1] == "First: it searches."


def test_laying_out_puts_markers_behind_the_sentences():
    citation = Citation(2, "p", "T", "q", 0, 1)
    sentences = (Sentence("Look:"), Sentence("It works.", (citation,)), Sentence("真。"), Sentence("好。"))
    assert laid_out(sentences, ("", "\n- ", "\n", "")) == "Look:\n- It works. [2]\n真。好。"


def test_links_images_and_tags_do_not_get_through():
    text = (
        "# Title\n![x](http://evil/?q=1) See [this](https://evil) <img src=x> **bold** `a` [1](https://evil)"
    )
    assert plain(text) == "Title\n See this  bold `a` 1"


@given(st.text(max_size=300))
def test_any_text_is_drafted_without_an_exception(text):
    sentences = drafted(text)
    assert all(parted(sentence.text)[1] for sentence in sentences)
    assert set(numbers_in(plain(text))) >= {n for sentence in sentences for n in sentence.numbers}


@given(st.text(alphabet="[]【】［］0123456789,-–; \n.aA^†", max_size=80))
def test_marker_like_text_is_drafted_without_an_exception(text):
    for sentence in drafted(text):
        assert "\n" not in parted(sentence.text)[1]
    without_markers(text)


@given(st.lists(st.integers(1, 99), min_size=1, max_size=5, unique=True))
def test_numbers_come_back_from_laid_out_text(numbers):
    citations = tuple(Citation(n, "p", "T", "q", 0, 1) for n in numbers)
    assert numbers_in(laid_out((Sentence("It works.", citations),), ("",))) == tuple(numbers)


def test_the_title_of_a_list_item_is_not_torn_at_its_question_mark() -> None:
    text = "One paper fits:\n- What Are Rewards? Findings from Search [1]: it studies rewards. It is long."
    found = drafted(text)
    assert found[1].text == "\n- What Are Rewards? Findings from Search: it studies rewards."
    assert found[1].numbers == (1,)
