"""The whole read story without a language model: the real collection, the real embedder, real indexes."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.domain import Answer, Delta, Stage, Turn
from assistant.engine import LONGEST_QUESTION
from assistant.evaluation.golden import title_key
from assistant.markers import numbers_in

MCTS = "Which papers make use of Monte Carlo Tree Search?"


@pytest.fixture(scope="module")
def ask(papers_assistant):
    return papers_assistant.answer


def of_type(golden_answers, *types):
    return [(question, answer) for question, answer in golden_answers if question.type in types]


def cited_ids(answer):
    return [citation.paper_id for citation in answer.citations]


def assert_whole(answer, assistant):
    """What holds for every answer, however it came about."""
    assert isinstance(answer, Answer)
    assert answer.text
    used = list(dict.fromkeys(c for sentence in answer.sentences for c in sentence.citations))
    assert list(answer.citations) == used
    assert set(numbers_in(answer.text)) == {citation.number for citation in answer.citations}
    for citation in answer.citations:
        paper = assistant.paper(citation.paper_id)
        assert paper is not None
        assert paper.title == citation.title
        assert paper.abstract[citation.start : citation.end] == citation.quote
    by_number = {(citation.number, citation.paper_id) for citation in answer.citations}
    assert (
        len({number for number, _ in by_number})
        == len({paper_id for _, paper_id in by_number})
        == len(by_number)
    )
    for paper in answer.papers:
        assert paper.quote in assistant.paper(paper.paper_id).abstract
    assert set(answer.trace.timings_ms) == {"understand", "retrieve", "write", "check", "total"}


def test_the_list_of_tree_search_papers_is_complete_and_says_what_was_read(golden_answers):
    question, answer = next((q, a) for q, a in golden_answers if q.question == MCTS)
    listed = {title_key(paper.title) for paper in answer.papers}
    assert len(question.gold & listed) >= 5
    assert answer.trace.screened == (106, 106)
    assert [paper.number for paper in answer.papers] == list(range(1, len(answer.papers) + 1))


def test_an_acronym_finds_and_quotes_papers_in_the_form_that_each_of_them_writes(ask):
    answer = ask("Which papers use MCTS for agents?")
    quotes = {paper.title.split(":")[0]: paper.quote for paper in answer.papers}
    assert "MCTS" in quotes["WebPilot"]
    assert "we develop WebPilot" in quotes["WebPilot"]
    assert "Monte Carlo tree search" in quotes["PromptAgent"]


def test_every_golden_answer_is_whole_and_verbatim(golden_answers, papers_assistant):
    for _, answer in golden_answers:
        assert_whole(answer, papers_assistant)


def test_every_list_has_read_the_whole_collection(golden_answers):
    for question, answer in of_type(golden_answers, "list"):
        assert answer.trace.screened == (106, 106), question.question


def test_a_number_is_not_answered_by_sentences_without_one(ask):
    answer = ask("How much slower is generation under the temporal-logic constraints than without them?")
    assert answer.status == "not_in_abstract"
    assert answer.citations


@pytest.mark.parametrize("typed", [str, str.lower], ids=["as it is", "lower case"])
def test_every_paper_is_cited_first_when_asked_for_by_its_title(papers_assistant, typed):
    missed = []
    for paper in papers_assistant.papers():
        answer = papers_assistant.answer(typed(paper.title))
        if cited_ids(answer)[:1] != [paper.paper_id]:
            missed.append((paper.title, answer.status))
    assert missed == []


def test_what_the_collection_does_not_hold_is_not_answered(golden_answers):
    for question, answer in of_type(golden_answers, "unanswerable"):
        assert answer.status in ("not_in_collection", "not_in_abstract"), question.question
        assert answer.citations or answer.trace.not_cited, question.question


def test_adversarial_questions_get_nothing(golden_answers):
    for question, answer in of_type(golden_answers, "adversarial"):
        assert answer.status in ("declined", "not_in_collection", "not_in_abstract"), question.question


def test_a_refusal_names_the_nearest_papers(ask, papers_assistant):
    answer = ask("Which papers study the migration of arctic terns?")
    assert answer.status == "not_in_collection"
    assert answer.trace.not_cited
    assert answer.trace.not_cited[0].title in answer.text
    assert not answer.papers
    assert_whole(answer, papers_assistant)


def test_a_paper_that_is_not_here_is_not_answered_from_another(ask):
    answer = ask("What accuracy does “Recursive Lattices for Edible Compilers” report?")
    assert answer.status == "not_in_collection"
    assert "Recursive Lattices for Edible Compilers" in answer.text


@pytest.mark.parametrize(
    "question", ["Who wrote the StruQ paper?", "When was StruQ published?", "StruQ: which licence?"]
)
def test_what_no_abstract_reports_is_said_not_to_be_there(ask, question):
    answer = ask(question)
    assert answer.status == "not_in_abstract"
    assert "StruQ" in answer.text


def test_golden_follow_ups_are_resolved(golden_answers):
    follow_ups = of_type(golden_answers, "followup")
    found = [bool(q.gold & {title_key(c.title) for c in a.citations}) for q, a in follow_ups]
    assert sum(found) >= len(found) - 1
    assert all(answer.trace.understood_as != question.question for question, answer in follow_ups)


def test_a_follow_up_stays_within_the_papers_before(ask):
    first = ask(MCTS)
    second = ask("Which of those are about mathematics?", [Turn(MCTS, first.text, first)])
    assert second.papers
    assert {paper.paper_id for paper in second.papers} <= {paper.paper_id for paper in first.papers}
    assert second.trace.screened == (len(first.papers), len(first.papers))


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "???", "\u200b", "…"])
def test_a_question_without_a_word_is_told_so(ask, question):
    answer = ask(question)
    assert (answer.status, answer.citations) == ("failed", ())
    assert "empty" in answer.text


@pytest.mark.parametrize("piece", ["x ", "x", "which papers use MCTS? ", "(", "[1] ", "論文", "\n"])
def test_a_huge_question_is_refused_at_once(ask, piece):
    started = time.perf_counter()
    answer = ask((piece * 100_000)[:100_000])
    assert answer.status == "failed"
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("piece", ["tree search for agents ", "qxv wzk ", "論文"])
def test_a_question_as_long_as_allowed_is_answered(ask, papers_assistant, piece):
    answer = ask((piece * 5000)[:LONGEST_QUESTION])
    assert answer.status != "failed"
    assert_whole(answer, papers_assistant)


@pytest.mark.parametrize(
    "question",
    [
        "\x00\x01 mcts",
        "' OR 1=1; DROP TABLE paper; --",
        'title:(a AND b) OR "c',
        "papers^2 +mcts -agents ~1 *:* [a TO b]",
        "\ud800 broken surrogate",
        "<script>alert(1)</script> agents",
        "🤖 robots 🤖",
        "ＭＣＴＳ ａｇｅｎｔｓ",
    ],
)
def test_odd_signs_do_no_harm(ask, papers_assistant, question):
    answer = ask(question)
    assert answer.status != "failed"
    assert_whole(answer, papers_assistant)


def test_a_scope_limits_the_answer(ask):
    everything = ask(MCTS)
    two = frozenset(paper.paper_id for paper in everything.papers[:2])
    answer = ask(MCTS, scope=two)
    assert {paper.paper_id for paper in answer.papers} <= two
    assert set(cited_ids(answer)) <= two
    assert answer.trace.screened == (2, 2)
    assert set(cited_ids(ask("How does StruQ work?", scope=two))) <= two


def test_an_empty_or_unknown_scope_answers_nothing(ask, papers_assistant):
    for scope in (frozenset(), frozenset({"no-such-paper"})):
        for question in (MCTS, "How does StruQ work?", "Compare StruQ and Agent Q"):
            answer = ask(question, scope=scope)
            assert answer.status in ("not_in_collection", "failed")
            assert answer.citations == ()
            assert_whole(answer, papers_assistant)


def test_what_a_person_edited_is_what_is_asked(ask):
    answer = ask("Who wrote StruQ?", understood="Which papers make use of Monte Carlo Tree Search?")
    assert answer.trace.kind == "list"
    assert answer.trace.understood_as == MCTS
    assert answer.papers == ask(MCTS).papers


def test_numbers_stay_through_a_conversation(ask):
    history, numbers = [], {}
    for question in (
        "How does StruQ defend against prompt injection?",
        "What work is there on defending language models against prompt injection?",
        MCTS,
        "What does Agent Q do?",
    ):
        answer = ask(question, history)
        for citation in answer.citations:
            assert numbers.setdefault(citation.paper_id, citation.number) == citation.number
        history.append(Turn(question, answer.text, answer))
    assert sorted(numbers.values()) == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 6


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Welche Arbeiten verwenden die Monte Carlo Tree Search?", "de"),
        ("Quels articles utilisent MCTS ?", "fr"),
        ("Quels sont les articles qui utilisent le Monte Carlo Tree Search ?", "fr"),
        ("哪些论文使用 MCTS?", "zh"),
    ],
)
def test_another_language_is_matched_by_its_terms_and_says_so(ask, papers_assistant, question, language):
    answer = ask(question)
    assert any(language in note and "English" in note for note in answer.trace.notes)
    assert answer.status != "answered"
    assert set(cited_ids(answer)) & set(cited_ids(ask(MCTS)))
    assert_whole(answer, papers_assistant)


def test_a_stream_ends_in_its_answer_and_offline_there_is_no_draft(papers_assistant):
    events = list(papers_assistant.stream(MCTS))
    assert isinstance(events[-1], Answer)
    assert not any(isinstance(event, Answer | Delta) for event in events[:-1])
    assert all(isinstance(event, Stage) for event in events[:-1])


def test_the_same_question_has_the_same_answer(ask):
    first, second = ask(MCTS), ask(MCTS)
    assert (first.text, first.citations, first.papers) == (second.text, second.citations, second.papers)


def test_questions_asked_at_once_are_not_mixed_up(papers_assistant):
    questions = [MCTS, "How does StruQ work?", "Compare StruQ and Agent Q", "hello"]
    alone = {question: papers_assistant.answer(question) for question in questions}
    barrier = threading.Barrier(len(questions))

    def ask_often(question):
        barrier.wait()
        return question, [papers_assistant.answer(question) for _ in range(3)]

    with ThreadPoolExecutor(len(questions)) as pool:
        for question, answers in pool.map(ask_often, questions):
            for answer in answers:
                assert (answer.text, answer.citations) == (alone[question].text, alone[question].citations)


def test_an_unexpected_error_is_an_answer_too(papers_assistant, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("secret detail")

    logged = []
    monkeypatch.setattr(type(papers_assistant.offline), "answer", broken)
    monkeypatch.setattr("assistant.engine.log.exception", logged.append)
    answer = papers_assistant.answer(MCTS)
    assert answer.status == "failed"
    assert "secret" not in answer.text
    assert len(logged) == 1


def test_search_similar_and_papers_agree_on_what_there_is(papers_assistant):
    papers = {paper.paper_id: paper for paper in papers_assistant.papers()}
    assert len(papers) == 106
    hits = papers_assistant.search("MCTS for agents", 5)
    assert len(hits) == 5
    assert {hit.paper_id for hit in hits} <= set(papers)
    near = papers_assistant.similar(hits[0].paper_id, 3)
    assert len(near) == 3
    assert hits[0].paper_id not in {hit.paper_id for hit in near}
    assert papers_assistant.search("") == []
    assert papers_assistant.paper("nobody") is None
    assert papers_assistant.sentences("nobody") == ()
    for paper in papers.values():
        assert all(
            paper.abstract[s.start : s.end] == s.text for s in papers_assistant.sentences(paper.paper_id)
        )


def test_the_status_says_that_all_is_in_step(papers_assistant):
    status = papers_assistant.status()
    assert (status["papers"], status["words"], status["in_step"], status["model"]) == (106, 106, True, "")
    assert status["vectors"] == status["chunks"]


def test_suggestions_can_be_asked(papers_assistant):
    for question in (MCTS, "How does StruQ work?", "Which papers study the migration of arctic terns?"):
        answer = papers_assistant.answer(question)
        found = papers_assistant.suggestions(answer)
        assert 0 < len(found) <= 3
        assert len(set(found)) == len(found)
        for suggestion in found:
            assert (
                papers_assistant.answer(suggestion, [Turn(question, answer.text, answer)]).status != "failed"
            )
