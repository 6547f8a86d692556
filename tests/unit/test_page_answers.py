"""Answers as HTML: numbers carry their quotes, verdicts show, nothing is run, lists are said once."""

import re
from dataclasses import replace

import pytest

from assistant.domain import Answer, Citation, ListedPaper, NotCited, Paper, Sentence, Trace, Usage
from assistant.page.answers import STATUS_WORDS, live_html, turn_html
from assistant.page.paragraphs import paragraphs
from assistant.page.small_print import figures
from assistant.page.sources import sources_html

ABSTRACT = "We present RAP. It uses tree search <fast>. Code: https://github.com/x/rap."
PAPER = Paper("p1", "RAP & friends", ABSTRACT, url="javascript:alert(1)")
QUOTE = "It uses tree search <fast>."
START = ABSTRACT.index(QUOTE)
CITED = Citation(3, "p1", "RAP & friends", QUOTE, START, START + len(QUOTE))


def answer(**changes: object) -> Answer:
    plain = Answer("answered", f"{QUOTE} [3]", (Sentence(QUOTE, (CITED,)),), (CITED,))
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_a_number_carries_its_quote_and_the_place_of_its_citation() -> None:
    html = turn_html("t", "What?", answer())
    assert 'data-number="3" data-marks="0"' in html
    assert "tree search &lt;fast&gt;" in html
    assert "<fast>" not in html


def test_the_question_is_escaped() -> None:
    assert "<script>" not in turn_html("t", "<script>alert(1)</script>", answer(), scope=["<i>"])


@pytest.mark.parametrize(
    ("support", "shown"), [("weak", "partly supported"), ("unsupported", "Not supported")]
)
def test_doubtful_sentences_are_flagged(support: str, shown: str) -> None:
    made = answer(sentences=(Sentence(QUOTE, (CITED,), support=support),))  # type: ignore[arg-type]
    assert shown in turn_html("t", "What?", made)


def test_supported_sentences_carry_no_flag() -> None:
    assert "upported</span>" not in turn_html("t", "What?", answer())


@pytest.mark.parametrize("status", sorted(STATUS_WORDS))
def test_every_status_that_is_no_plain_answer_is_said(status: str) -> None:
    made = answer(status=status, sentences=(), citations=(), text="Words.")
    html = turn_html("t", "What?", made)
    assert STATUS_WORDS[status] in html
    assert "<p>Words.</p>" in html


def test_a_listed_paper_is_not_said_twice() -> None:
    listed = (ListedPaper("p1", "RAP & friends", "clear", 3, QUOTE),)
    intro = Sentence("One paper fits.")
    made = answer(
        text=f"One paper fits.\n- RAP: {QUOTE} [3]",
        sentences=(intro, Sentence(QUOTE, (CITED,))),
        papers=listed,
    )
    html = turn_html("t", "Which?", made)
    words = re.sub(r'data-quote="[^"]*"', "", html)
    assert words.count("tree search") == 1
    assert "RAP &amp; friends" in html


def test_a_written_sentence_about_a_listed_paper_stays() -> None:
    listed = (ListedPaper("p1", "RAP & friends", "clear", 3, QUOTE),)
    said = Sentence("Planning is done by searching.", (CITED,))
    assert [part.parts for part in paragraphs(answer(text=said.text, sentences=(said,), papers=listed))] == [
        (said,)
    ]


def test_line_breaks_of_the_text_make_paragraphs_and_items() -> None:
    one, two, three, four = (Sentence(words) for words in ("One.", "Two.", "Three.", "Four."))
    made = answer(text="One. Two.\n\n- Three.\n- Four.", sentences=(one, two, three, four), citations=())
    assert [(part.kind, len(part.parts)) for part in paragraphs(made)] == [("p", 2), ("li", 1), ("li", 1)]


def test_figures_tell_papers_writer_time_tokens_and_cost() -> None:
    trace = Trace(
        model="m", screened=(106, 106), usage=Usage(1200, 30, 0.0012, 2), timings_ms={"total": 1500.0}
    )
    assert figures(answer(trace=trace)) == [
        "all 106 papers considered",
        "1 of 1 cited sentence supported",
        "m",
        "1.50 s",
        "1,200 tokens read, 30 written",
        "$0.0012",
    ]
    assert "cost unknown" in figures(answer(trace=replace(trace, usage=Usage(1, 1, None, 1))))


def test_a_meaning_that_only_repeats_the_question_is_not_repeated() -> None:
    same = turn_html("t", "Which  papers plan?", answer(trace=Trace(understood_as="which papers plan")))
    assert "Understood as asked" in same
    other = turn_html("t", "And these?", answer(trace=Trace(understood_as="Which papers plan?")))
    assert "Understood as <q>Which papers plan?</q>" in other
    assert 'value="Which papers plan?"' in other
    failed = answer(status="failed", trace=Trace(understood_as="Which papers plan?"))
    assert "Understood" not in turn_html("t", "And these?", failed)


def test_a_number_stays_on_the_line_of_the_last_word() -> None:
    html = turn_html("t", "What?", answer())
    assert re.search(
        r'uses tree search <span class="ending">&lt;fast&gt;\.<button[^>]*>3</button></span>', html
    )
    formula = Sentence("It costs $a_1 + b$.", (CITED,))
    assert "</math>" in turn_html("t", "What?", answer(text=formula.text, sentences=(formula,)))


def test_what_the_visitor_stopped_is_no_failure() -> None:
    made = answer(status="failed", sentences=(), citations=(), text="Half")
    assert "Could not answer" in turn_html("t", "What?", made)
    stopped = turn_html("t", "What?", made, stopped=True)
    assert ">Stopped</p>" in re.sub("<svg.*?</svg>", "", stopped)
    assert "Could not answer" not in stopped


def test_a_single_source_is_open_and_several_can_be_asked_on() -> None:
    alone = sources_html(answer(), {"p1": PAPER})
    assert "<details open>" in alone
    assert "ask-cited" not in alone
    other = replace(CITED, number=4, paper_id="p2", title="Other")
    two = sources_html(answer(citations=(CITED, other)), {"p1": PAPER})
    assert "<details open>" not in two
    assert "ask-cited" in two
    # Links are on the card itself, not inside the fold.
    assert "arxiv.org" in two.rpartition("</details>")[2]


def test_without_a_cited_paper_the_near_ones_are_in_sight() -> None:
    near = Trace(not_cited=(NotCited("p2", "Other", "another topic"),))
    assert 'class="not-cited" open' in sources_html(answer(citations=(), trace=near), {})
    assert 'class="not-cited" open' not in sources_html(answer(trace=near), {})


def test_source_cards_mark_the_quote_in_its_abstract() -> None:
    made = answer(trace=Trace(not_cited=(NotCited("p2", "Other", "another topic"),)))
    html = sources_html(made, {"p1": PAPER})
    assert '<mark data-marks="0">It uses tree search &lt;fast&gt;.</mark>' in html
    assert "https://github.com/x/rap" in html
    assert "javascript:" not in html
    assert "another topic" in html


def test_a_paper_that_is_gone_or_changed_still_shows_its_quote() -> None:
    assert "tree search" in sources_html(answer(), {})
    changed = sources_html(answer(), {"p1": replace(PAPER, abstract="Something else.")})
    assert "<mark" not in changed
    assert "tree search" in changed


def test_an_answer_under_way_is_escaped_and_tells_its_step() -> None:
    html = live_html("Half <b>a", "Reading 20 of 106 papers", seconds=2.4)
    assert "<b>" not in html
    assert "Reading 20 of 106 papers" in html
    assert "2 s" in html


def test_numbers_of_an_answer_under_way_look_like_numbers_but_lead_nowhere() -> None:
    html = live_html("It plans [12] and [x].", "Writing", seconds=0)
    assert 'plans<span class="cite early">12</span> and [x].' in html
    assert "data-do" not in html


def test_titles_and_lead_ins_of_the_text_are_shown() -> None:
    one, two = Sentence("It searches.", (CITED,)), Sentence("It plans.")
    text = "**RAP & friends**\n\nIt searches. [3]\n\nNearest to the question: It plans."
    made = answer(text=text, sentences=(one, two))
    assert [(part.kind, part.parts) for part in paragraphs(made)] == [
        ("h", ("RAP & friends",)),
        ("p", (one,)),
        ("p", ("Nearest to the question:", two)),
    ]


def test_what_is_said_between_two_lists_stands_between_them() -> None:
    listed = (ListedPaper("p1", "RAP & friends", "clear", 3, QUOTE), ListedPaper("p2", "Other", "possible"))
    sentences = (Sentence("One fits:"), Sentence(QUOTE, (CITED,)), Sentence("One may fit:"))
    text = f"One fits:\n- RAP & friends: {QUOTE} [3]\n\nOne may fit:\n- Other: x"
    html = turn_html("t", "Which?", answer(text=text, sentences=sentences, papers=listed))
    places = [
        html.index(words) for words in ("One fits:", "RAP &amp; friends</button>", "One may fit:", ">Other<")
    ]
    assert places == sorted(places)
    assert "Possibly also" not in html


def test_a_text_without_its_sentences_tells_nothing_about_what_lies_between() -> None:
    made = answer(text="Other words altogether.", sentences=(Sentence("One."), Sentence("Two.")))
    assert len(paragraphs(made)) == 1
