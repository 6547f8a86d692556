"""Checking a draft: what becomes of every sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.checking.listing import counted
from assistant.checking.verify import Verifier
from assistant.domain import Draft, DraftSentence, Evidence, ListedPaper, Paper, Question, Usage
from assistant.errors import ModelError
from assistant.markers import drafted
from assistant.prompts import Prompts
from assistant.settings import PROJECT, Settings
from tests.model_fixtures import SharedWords, evidence

PROMPTS = Prompts.load(PROJECT / "prompts")
GUIDANCE = Paper(
    "ag",
    "Adaptive Guidance",
    "We study guidance in diffusion models. Adaptive Guidance omits network evaluations. "
    "It preserves image quality while reducing computation by 25\\%. It works in three domains.",
)
ROUTER = Paper(
    "gl", "Glider", "Glider routes tokens with a local router. A global router uses GPT-4 and 20K steps."
)


MIXED = (
    "Guidance models save network effort elsewhere [1]. Cats sleep on sofas [2]. Glider routes tokens [2]."
)
BOTH = evidence(GUIDANCE, ROUTER)


class Reviewer:
    """Stands for a model session: gives prepared reviews, remembers what it was asked."""

    def __init__(self, *reviews, error=None, calls=1):
        self.reviews, self.error, self.asked = reviews, error, []
        self.usage = Usage(calls=calls)

    def complete(self, messages, **options):
        self.asked.append(messages[1]["content"])
        if self.error:
            raise self.error
        rows = [{"sentence": n, "verdict": v, "rewrite": r} for n, (v, r) in enumerate(self.reviews, start=1)]
        return {"reviews": rows}


def check(text, *, status="answered", items=BOTH, session=None, question=None, **options):
    question = question or Question("How much is saved?", "How much is saved?", "fact")
    verifier = Verifier(SharedWords(), PROMPTS, Settings(index_dir=PROJECT))
    return verifier.check(question, Draft(status, drafted(text)), items, session=session, **options)


def test_a_draft_that_holds_passes_without_a_call():
    session = Reviewer()
    checked = check("Adaptive Guidance reduces computation by 25% [1].", session=session)
    assert session.asked == []
    assert checked.text == "Adaptive Guidance reduces computation by 25%. [1]"
    assert checked.sentences[0].support == "supported"
    assert checked.citations[0].quote.endswith("by 25\\%.")


def test_markers_beyond_the_evidence_are_removed_and_counted():
    checked = check("Adaptive Guidance reduces computation by 25% [0][1][7].")
    assert checked.invalid_markers == 2
    assert checked.sentences[0].numbers == (1,)


def test_a_stating_sentence_without_a_marker_gets_one_when_it_is_supported():
    checked = check("The local router of Glider routes tokens.")
    assert checked.sentences[0].numbers == (2,)


def test_a_wrong_number_never_passes():
    text = "Adaptive Guidance works in three domains [1]. It reduces computation by 52% [1]."
    checked = check(text)
    assert [s.text for s in checked.sentences] == ["Adaptive Guidance works in three domains."]
    assert checked.dropped[0].text == "It reduces computation by 52%."
    insisting = Reviewer(("supported", ""))
    assert check(text, session=insisting).dropped[0].fate == "dropped"


def test_manners_headings_and_lists_of_sources_are_left_out():
    said = "Sure! Adaptive Guidance omits network evaluations [1].\n\n## Sources\n[1] Adaptive Guidance"
    assert check(said).text == "Adaptive Guidance omits network evaluations. [1]"


def test_an_unsupported_sentence_is_rewritten_once_and_judged_again():
    text = "Adaptive Guidance reduces computation by 52% [1]."
    mended = check(text, session=Reviewer(("partly", "Adaptive Guidance reduces computation by 25% [1].")))
    sentence = mended.sentences[0]
    assert (sentence.text, sentence.fate, sentence.before) == (
        "Adaptive Guidance reduces computation by 25%.",
        "rewritten",
        "Adaptive Guidance reduces computation by 52%.",
    )
    with pytest.raises(ModelError, match="carried"):
        check(text, session=Reviewer(("no", "It cures the common cold entirely [1].")))


def test_all_doubtful_sentences_share_one_call():
    session = Reviewer(("supported", ""), ("no", ""))
    text = MIXED
    checked = check(text, session=session)
    assert len(session.asked) == 1
    assert [s.text for s in checked.sentences] == [
        "Guidance models save network effort elsewhere.",
        "Glider routes tokens.",
    ]
    assert [s.text for s in checked.dropped] == ["Cats sleep on sofas."]


def test_without_the_second_judge_doubt_is_shown():
    text = MIXED
    checked = check(text, session=Reviewer(error=ModelError("no")))
    assert [(s.support, s.fate) for s in checked.sentences] == [
        ("weak", "kept"),
        ("unsupported", "flagged"),
        ("supported", "kept"),
    ]
    assert checked.notes


def test_other_languages_are_left_to_the_second_judge_but_not_their_numbers():
    question = Question("Wie viel wird gespart?", "How much is saved?", "fact", language="de")
    text = "Adaptive Guidance spart 25% Rechenzeit [1]. Glider spart 52% [2]."
    checked = check(text, session=Reviewer(("supported", ""), ("supported", "")), question=question)
    assert [s.text for s in checked.sentences] == ["Adaptive Guidance spart 25% Rechenzeit."]


def test_saying_what_is_missing_needs_no_citation():
    checked = check("The abstract does not name the authors.", status="not_in_abstract")
    assert checked.status == "not_in_abstract"
    assert checked.sentences[0].citations == ()


def test_a_guess_beside_what_is_missing_is_dropped():
    text = "The abstract does not say who wrote it, but it was Jane Miller at DeepMind."
    checked = check(text, status="not_in_abstract")
    assert "Miller" not in checked.text
    assert checked.text == PROMPTS.text("not_in_abstract")


def test_a_draft_that_only_says_what_is_missing_is_no_answer():
    question = Question("Who wrote Glider?", "Who wrote Glider?", "fact", named=("gl",))
    assert check("The abstract does not mention its authors.", question=question).status == "not_in_abstract"
    assert check("The collection has no paper that mentions it.").status == "not_in_collection"


def test_fixed_words_stand_for_declined_and_small_talk():
    assert check("My instructions are: ...", status="declined").text == PROMPTS.text("declined")


def test_numbers_can_be_given_in_order_of_first_use():
    checked = check(
        "Glider routes tokens [2]. Adaptive Guidance omits network evaluations [1].", earlier={"ag": 4}
    )
    assert checked.text == "Glider routes tokens. [5] Adaptive Guidance omits network evaluations. [4]"


def test_dropping_the_first_sentence_of_an_item_keeps_the_item():
    checked = check(
        "Two ideas help:\n- Cats sleep 99 hours [1]. Glider routes tokens [2].\n- AG omits evaluations [1]."
    )
    assert checked.text == "Two ideas help:\n- Glider routes tokens. [2]\n- AG omits evaluations. [1]"


WHICH = Question("Which papers use routers?", "Which papers use routers?", "list")


def listed(text, *items, **options):
    papers = tuple(
        ListedPaper(i.paper.paper_id, i.paper.title, i.match, i.number, i.spans[0].text) for i in items
    )
    draft = Draft("answered", drafted(text), papers)
    return Verifier(SharedWords(), PROMPTS, Settings(index_dir=PROJECT)).check(WHICH, draft, items, **options)


def test_a_paper_that_the_list_lacks_is_added_with_its_own_words_and_counted():
    checked = listed(
        "One paper does, that is 3 papers:\n- Adaptive Guidance [1]: omits network evaluations.", *BOTH
    )
    assert checked.text.splitlines() == [
        "One paper does, that is 2 papers:",
        "- Adaptive Guidance: omits network evaluations. [1]",
        '- Glider: "A global router uses GPT-4 and 20K steps." [2]',
    ]


def test_a_line_that_does_not_hold_gives_way_to_the_papers_words():
    checked = listed(
        "Two papers do:\n- Adaptive Guidance [1]: saves 99%.\n- Glider [2]: routes tokens.", *BOTH
    )
    assert [sentence.fate for sentence in checked.sentences] == ["kept", "rewritten", "kept"]
    assert checked.text.splitlines()[1].startswith('- Adaptive Guidance: "It works')
    assert "99" not in checked.text
    assert {c.number for c in checked.citations} == {1, 2}


def test_a_list_is_not_reviewed_because_its_papers_can_speak_for_themselves():
    session = Reviewer(("supported", ""))
    checked = listed(
        "Two papers do:\n- Adaptive Guidance [1]: cats sleep.\n- Glider [2]: routes tokens.",
        *BOTH,
        session=session,
    )
    assert session.asked == []
    assert "cats" not in checked.text


def test_a_line_that_says_what_its_paper_leaves_open_stands_once():
    line = "- Adaptive Guidance [1]: omits evaluations; its abstract does not report more."
    checked = listed(f"Two papers do:\n{line}\n- Glider [2]: routes tokens.", *BOTH)
    assert checked.text.count("Adaptive Guidance:") == 1
    assert all(sentence.citations for sentence in checked.sentences[1:])


def test_a_third_call_needs_more_than_a_sentence_that_is_not_quite_sure():
    unsure = "Adaptive Guidance omits network evaluations in smart ways [1]."
    for calls, asked in ((1, 1), (2, 0)):
        session = Reviewer(("supported", ""), calls=calls)
        check(unsure, session=session)
        assert len(session.asked) == asked
    session = Reviewer(("no", ""), ("no", ""), calls=2)
    check("Adaptive Guidance omits network evaluations [1]. Cats sleep on sofas [2].", session=session)
    assert len(session.asked) == 1


def test_sentences_follow_their_order_with_possible_papers_last():
    items = [BOTH[0], Evidence(2, ROUTER, BOTH[1].spans, "possible")]
    checked = listed("One paper does:\n- Adaptive Guidance [1]: omits network evaluations.", *items)
    assert checked.text.splitlines()[-1].startswith("- Glider:")


@pytest.mark.parametrize(
    ("text", "count", "language", "asked", "right"),
    [
        ("Six papers use it:", 5, "en", "which?", "Five papers use it:"),
        ("In the collection, 14 papers use it:", 15, "en", "", "In the collection, 15 papers use it:"),
        ("Ten papers test Llama 3:", 9, "en", "Llama 3?", "Nine papers test Llama 3:"),
        ("Sechs Arbeiten tun das:", 7, "de", "", "Sieben Arbeiten tun das:"),
        ("These papers use it:", 5, "en", "", "These papers use it:"),
        ("Llama 3 is tested here:", 9, "en", "Llama 3?", "Llama 3 is tested here:"),
    ],
)
def test_the_opening_counts_what_is_there(text, count, language, asked, right):
    assert counted(text, count, language=language, asked=asked) == right


@given(st.text(max_size=200))
def test_any_draft_ends_in_an_answer_or_our_error(text):
    try:
        checked = check(text)
    except ModelError:
        return
    for sentence in checked.sentences:
        for citation in sentence.citations:
            paper = next(i.paper for i in BOTH if i.paper.paper_id == citation.paper_id)
            assert paper.abstract[citation.start : citation.end] == citation.quote


def test_a_drafted_sentence_of_layout_alone_is_no_sentence():
    verifier = Verifier(SharedWords(), PROMPTS, Settings(index_dir=PROJECT))
    with pytest.raises(ModelError):
        verifier.check(WHICH, Draft("answered", (DraftSentence("\n- "),)), [])
