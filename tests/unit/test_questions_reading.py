import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain import Answer, Citation, ListedPaper, Turn
from assistant.engine import LONGEST_QUESTION
from assistant.questions import QuestionReader
from tests.small_collection import LEXICON, PAPERS, STEPS, TOWELS, TREE

READER = QuestionReader(LEXICON)


def listed(*papers, question="Which papers use reward models?"):
    return Turn(
        question,
        "Two papers fit.",
        Answer(
            "answered",
            "Two papers fit.",
            papers=tuple(ListedPaper(p.paper_id, p.title, "clear") for p in papers),
        ),
    )


def cited(paper, question):
    quote = Citation(1, paper.paper_id, paper.title, paper.abstract[:5], 0, 5)
    return Turn(question, "It is so.", Answer("answered", "It is so.", citations=(quote,)))


LIST = listed(TOWELS, STEPS)
FACT = cited(TREE, "How does TreeMind work?")


def test_a_question_alone_is_itself():
    question = READER.read("Which papers use reward models?")
    assert question.text == question.standalone == question.searched == "Which papers use reward models?"
    assert (question.kind, question.scope, question.named, question.language) == ("list", None, (), "en")
    assert question.topic.split() == ["reward", "models"]


def test_a_slip_is_mended_in_what_is_searched_but_not_in_what_was_asked():
    question = READER.read("which papers use rewrad models")
    assert question.text == "which papers use rewrad models"
    assert "reward models" in question.searched


def test_conditions_and_counts_are_part_of_a_question():
    question = READER.read("How many papers study reward models, but not for robots?")
    assert (question.kind, question.counts, question.wants_number) == ("list", True, True)
    assert question.excluded == ("robots",)


def test_a_comparison_has_its_papers_as_parts():
    question = READER.read("Compare TreeMind with SafeQuery-2")
    assert (question.kind, question.parts) == ("compare", ("tree", "guard"))


def test_a_given_scope_is_kept():
    assert READER.read("Which papers use MCTS?", scope=frozenset({"tree"})).scope == {"tree"}


@pytest.mark.parametrize(
    "text",
    [
        "Which of those are about robots?",
        "only the ones about mathematics",
        "And which of them use proofs?",
        "any of these with towels?",
    ],
)
def test_those_are_the_papers_of_the_answer_before(text):
    question = READER.read(text, [LIST])
    assert question.kind == "list"
    assert question.scope == {"towels", "steps"}
    assert TOWELS.title in question.standalone


@pytest.mark.parametrize(
    "text", ["What numbers did they report?", "How does it work?", "and how fast is it?"]
)
def test_they_are_the_one_paper_of_the_answer_before(text):
    question = READER.read(text, [FACT])
    assert question.named == ("tree",)
    assert question.scope == {"tree"}
    assert question.kind != "list"


@pytest.mark.parametrize(
    ("text", "paper"), [("What about the second one?", "steps"), ("the first one?", "towels")]
)
def test_an_ordinal_picks_one_paper(text, paper):
    assert READER.read(text, [LIST]).scope == {paper}


def test_a_new_topic_of_the_same_kind_keeps_the_question_before():
    question = READER.read("And what about images?", [LIST])
    assert question.scope is None
    assert "images" in question.searched
    assert LIST.question in question.standalone


def test_a_new_question_stands_alone():
    question = READER.read("Which papers draw images with diffusion models?", [LIST])
    assert (question.scope, question.standalone) == (None, question.text)


def test_only_the_last_turn_is_pointed_back_to():
    assert READER.read("Which of those are fast?", [FACT, LIST]).scope == {"towels", "steps"}


def test_a_turn_of_bare_words_still_tells_its_papers():
    turn = Turn("Which papers?", f"These: {TREE.title} and {STEPS.title}.")
    assert READER.read("Which of those are fast?", [turn]).scope == {"tree", "steps"}


def test_pointing_back_at_nothing_limits_nothing():
    assert READER.read("Which of those are fast?", [Turn("hello", "Hello!")]).scope is None


def test_a_question_in_another_language_is_not_respelt():
    question = READER.read("Quels articles utilisent la recherche avec des modles ?")
    assert question.language == "fr"
    assert "modles" in question.searched


@given(st.text(max_size=300), st.booleans())
def test_any_text_is_a_question(text, follows):
    question = READER.read(text, [LIST] if follows else [])
    ids = {paper.paper_id for paper in PAPERS}
    assert question.text == text
    assert set(question.named) <= ids
    assert question.scope is None or question.scope <= ids
    assert all(phrase in question.standalone for phrase in question.excluded)


@given(st.lists(st.tuples(st.text(max_size=80), st.text(max_size=200)), max_size=3), st.text(max_size=80))
def test_any_history_can_be_followed(rows, text):
    READER.read(text, [Turn(question, answer) for question, answer in rows])


@pytest.mark.parametrize("piece", ["a", "which papers ", "(", "TreeMind ", "xq wvu "])
def test_a_text_as_long_as_questions_may_be_is_read(piece):
    text = (piece * 5000)[:LONGEST_QUESTION]
    assert READER.read(text).text == text
