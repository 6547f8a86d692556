"""Writing and understanding as the engine uses them: real client, a scripted server for the model."""

from __future__ import annotations

import json
import time

import pytest

from assistant import errors
from assistant.domain import Answer, Citation, Delta, Paper, Question, Turn
from tests.model_fixtures import (
    AG,
    FACT,
    GL,
    WHICH,
    answer,
    evidence,
    import_openai,
    parts_for,
    run,
)
from tests.scripted_server import ScriptedServer, say, status


@pytest.fixture(scope="module", autouse=True)
def _openai_is_imported():
    import_openai()


def test_an_answer_streams_and_is_checked(tmp_path):
    with ScriptedServer(say("AG reduces computation by 25% [1].")) as server:
        events, draft, checked = answer(parts_for(tmp_path, server))
        assert len(server.requests) == 1
    assert len(events) > 2
    assert all(isinstance(event, Delta) for event in events)
    assert "".join(event.text for event in events) == "AG reduces computation by 25% [1]."
    assert draft.status == checked.status == "answered"
    assert checked.citations[0].quote == "AG reduces computation by 25%."


@pytest.mark.parametrize(
    "said",
    [
        "STATUS: not_in_abstract\nThe abstract does not name the authors.",
        "**STATUS: not_in_abstract**\n\nThe abstract does not name the authors.",
        "status : Not in abstract\nThe abstract does not name the authors.",
        "\n`STATUS: NOT_IN_ABSTRACT`\nThe abstract does not name the authors.",
        "not_in_abstract\nThe abstract does not name the authors.",
        "The abstract does not name the authors.\nSTATUS: not_in_abstract",
        "STATUS: not_in_abstract - The abstract does not name the authors.",
    ],
)
@pytest.mark.parametrize("size", [1, 5, 200])
def test_the_status_line_is_taken_out_of_the_stream(tmp_path, said, size):
    with ScriptedServer(say(said, size=size)) as server:
        events, draft, checked = answer(parts_for(tmp_path, server))
    text = "".join(event.text for event in events)
    assert "tatus" not in text.lower()
    assert text.strip() == "The abstract does not name the authors."
    assert draft.status == checked.status == "not_in_abstract"


def test_words_that_only_begin_like_a_status_are_shown(tmp_path):
    said = "Status quo methods fail. Not in all cases: AG reduces computation by 25% [1].\nNot_in is a word."
    with ScriptedServer(say(said, size=3)) as server:
        events, draft, _ = answer(parts_for(tmp_path, server))
    assert "".join(event.text for event in events) == said
    assert draft.status == "answered"


def test_the_first_words_are_not_held_back(tmp_path):
    with ScriptedServer(say("AG saves. " * 20, size=4, pause=0.05)) as server:
        parts = parts_for(tmp_path, server)
        with parts.session() as session:
            writing = parts.compose(session, FACT, evidence(AG))
            assert next(writing).text.strip() == "AG s"
            writing.close()


def test_a_slow_model_gets_shorter_prompts_from_then_on(tmp_path):
    def slow(handler, body):
        time.sleep(0.6)
        say("AG reduces computation by 25% [1].")(handler, body)

    long = [Paper(f"p{n}", f"Paper {n}", "Some words on guidance. " * 60) for n in range(12)]
    with ScriptedServer(otherwise=slow) as server:
        parts = parts_for(tmp_path, server, deadline_s=2)
        for items in (long, long[::-1]):
            with parts.session() as session:
                run(parts.compose(session, FACT, evidence(*items)))
        first, second = (len(body["messages"][1]["content"]) for body in server.requests)
    assert second < 0.75 * first


def test_without_evidence_no_call_is_made(tmp_path):
    with ScriptedServer() as server:
        parts = parts_for(tmp_path, server)
        with parts.session() as session:
            _, draft = run(parts.compose(session, FACT, []))
        assert draft.status == "not_in_collection"
        assert server.requests == []


def test_a_reply_in_another_language_is_refused(tmp_path):
    said = "AG réduit le calcul de 25% et la qualité est la même que dans les travaux sur les images [1]."
    with ScriptedServer(say(said)) as server, pytest.raises(errors.ModelError, match="language"):
        answer(parts_for(tmp_path, server))


def test_a_sentence_that_the_end_of_the_room_cut_is_left_out(tmp_path):
    said = "AG reduces computation by 25% [1]. Glider routes tok"
    with ScriptedServer(say(said, finish="length")) as server:
        _, draft, _ = answer(parts_for(tmp_path, server))
    assert [sentence.text for sentence in draft.sentences] == ["AG reduces computation by 25%."]


def test_a_list_names_every_paper_once(tmp_path):
    said = "Three papers use routers:\n- Glider [2]: routes tokens with a local router."
    with ScriptedServer(say(said)) as server:
        _, draft, checked = answer(parts_for(tmp_path, server), question=WHICH)
    assert [paper.paper_id for paper in draft.papers] == ["ag", "gl"]
    assert checked.text.startswith("Two papers use routers:\n")
    assert {citation.paper_id for citation in checked.citations} == {"ag", "gl"}


def test_a_follow_up_sees_the_conversation_without_markers(tmp_path):
    cited = Citation(1, "gl", "Glider", "q", 0, 1)
    history = [
        Turn("What routes?", "Glider does [1].", Answer("answered", "Glider does [1].", citations=(cited,)))
    ]
    with ScriptedServer(say("AG reduces computation by 25% [1].")) as server:
        answer(parts_for(tmp_path, server), history=history)
        user = server.requests[0]["messages"][1]["content"]
    assert "<answered>Glider does.</answered>" in user
    assert "<cited>Glider</cited>" in user


def test_facts_take_at_most_two_calls(tmp_path):
    review = json.dumps(
        {"reviews": [{"sentence": 1, "verdict": "partly", "rewrite": "AG reduces computation by 25% [1]."}]}
    )
    with ScriptedServer(say("AG reduces computation by 52% [1]."), say(review)) as server:
        _, _, checked = answer(parts_for(tmp_path, server))
        assert len(server.requests) == 2
    assert checked.sentences[0].fate == "rewritten"


UNDERSTOOD = {
    "standalone": "Which routers does Glider have?",
    "kind": "explain",
    "topic": "routers of Glider",
    "parts": [],
    "excluded": [],
    "about_earlier_papers": True,
    "papers": [2],
    "language": "de",
}


def turn_with(*papers: Paper) -> Turn:
    cited = tuple(Citation(n, p.paper_id, p.title, "q", 0, 1) for n, p in enumerate(papers, start=1))
    return Turn("Which papers?", "These.", Answer("answered", "These.", citations=cited))


def test_a_follow_up_becomes_standalone_and_keeps_to_the_papers_it_means(tmp_path):
    base = Question("Und welche Router hat der zweite?", "Und welche Router hat der zweite?", "fact")
    with ScriptedServer(say(json.dumps(UNDERSTOOD))) as server:
        parts = parts_for(tmp_path, server)
        with parts.session() as session:
            question = parts.understand(session, base, [turn_with(AG, GL)])
    assert question.text == base.text
    assert (question.standalone, question.kind, question.language) == (
        "Which routers does Glider have?",
        "explain",
        "de",
    )
    assert question.scope == frozenset({"gl"})


def test_a_scope_that_the_person_gave_stays(tmp_path):
    base = Question("And these?", "And these?", "fact", scope=frozenset({"ag"}))
    with ScriptedServer(say(json.dumps(UNDERSTOOD))) as server:
        parts = parts_for(tmp_path, server)
        with parts.session() as session:
            question = parts.understand(session, base, [turn_with(AG, GL)], scope_given=True)
    assert question.scope == frozenset({"ag"})


def test_a_plain_question_costs_no_call(tmp_path):
    with ScriptedServer() as server:
        parts = parts_for(tmp_path, server)
        with parts.session() as session:
            assert parts.understand(session, FACT, []) is FACT
        assert server.requests == []


@pytest.mark.parametrize(
    "behaviour", [status(500), say("no JSON"), say(json.dumps(UNDERSTOOD | {"standalone": " "}))]
)
def test_a_failed_understanding_leaves_the_question_as_it_was(tmp_path, behaviour):
    with ScriptedServer(behaviour, behaviour) as server:
        parts = parts_for(tmp_path, server)
        with parts.session() as session:
            question = parts.understand(session, FACT, [turn_with(AG)])
    assert question.standalone == FACT.standalone
