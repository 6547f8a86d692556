import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.sentences import split_sentences
from assistant.sources import read_source

PROJECT = Path(__file__).resolve().parents[2]


def texts(abstract: str) -> list[str]:
    return [span.text for span in split_sentences("p", abstract)]


@pytest.mark.parametrize(
    "abstract",
    [
        "Models (e.g. GPT-4) are large, i.e. Costly ones.",
        "See Fig. 3 and Eq. 4 of Smith et al. (2020) for exploration vs. Exploitation.",
        "It gains 17.1 points over GPT-3.5 and Claude 2.1 on MATH.",
        'Instructions such as "Where should I return this?" while holding a bin.',
        "We show three things: (1) it works; (2) it scales; (3) it is cheap.",
        "It needs three steps: 1. Plan the task. ",
        "Scores rise (by 3 points. Really!) on both sets.",
        "The work of J. Pearl on causes.",
        "Code at https://example.org/a.b/c?d=1 is free.",
    ],
)
def test_one_sentence_stays_whole(abstract: str) -> None:
    assert texts(abstract) == [abstract.strip()]


@pytest.mark.parametrize(
    ("abstract", "first"),
    [
        ("It gains 25%. Thus it is good.", "It gains 25%."),
        ("Can it plan? We ask.", "Can it plan?"),
        ("We study MCTS (tree search). It works.", "We study MCTS (tree search)."),
        ("We cite Smith et al. However, they differ.", "We cite Smith et al."),
        ("Fewer modes, etc. Furthermore, it is fast.", "Fewer modes, etc."),
        ('He said "go." Then it went.', 'He said "go."'),
        ("It works. iPhone users agree.", "It works."),
        ("It is done.We go on.", "It is done."),
        ("One paragraph\n\nand another", "One paragraph"),
        ("我们提出方法。结果很好。", "我们提出方法。"),
    ],
)
def test_a_sentence_ends_here(abstract: str, first: str) -> None:
    assert texts(abstract)[0] == first
    assert len(texts(abstract)) == 2


def test_nothing_gives_no_sentence() -> None:
    assert split_sentences("p", " \n ") == ()


@given(st.text(alphabet=st.sampled_from('aA1 .?!()"\n,;:。e.g.'), max_size=200) | st.text(max_size=200))
def test_sentences_are_slices_that_cover_everything_but_white_space(abstract: str) -> None:
    spans = split_sentences("p", abstract)
    position = 0
    for span in spans:
        assert abstract[span.start : span.end] == span.text == span.text.strip() != ""
        assert not abstract[position : span.start].strip()
        position = span.end
    assert not abstract[position:].strip()


def test_the_golden_sentences_are_sentences() -> None:
    papers = read_source(PROJECT / "data" / "papers_page.txt").papers
    found = {span.text for paper in papers for span in split_sentences(paper.paper_id, paper.abstract)}
    rows = (PROJECT / "tests" / "golden" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    golden = [sentence for row in rows for sentence in json.loads(row).get("gold_sentences", [])]
    missed = [sentence for sentence in golden if sentence not in found]
    # One golden quote runs over "etc. Furthermore", which is two sentences.
    assert len(missed) <= 1
