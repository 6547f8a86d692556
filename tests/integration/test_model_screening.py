"""Every candidate judged, in batches, with its quote, and kept: real client, scripted server."""

from __future__ import annotations

import json
import re

import pytest

from assistant import errors
from assistant.domain import Paper, Stage
from tests.model_fixtures import (
    WHICH,
    import_openai,
    parts_for,
    run,
)
from tests.scripted_server import ScriptedServer, hang, reply, say, status


@pytest.fixture(scope="module", autouse=True)
def _openai_is_imported():
    import_openai()


MANY = [
    Paper(
        f"p{n}",
        f"Paper {n}",
        f"We build system number {n}. " + ("It uses a router." if n % 3 == 0 else "It sleeps."),
    )
    for n in range(1, 26)
]


def judge(body) -> str:
    """A careful reader: clear exactly where the abstract has the word."""
    user = body["messages"][1]["content"]
    rows = []
    for number, abstract in re.findall(
        r'<paper number="(\d+)">.*?<abstract>(.*?)</abstract>', user, re.DOTALL
    ):
        fits = "uses a router" in abstract
        quote = "it uses  a router" if fits else ""
        rows.append(
            {"paper": int(number), "quote": quote, "reason": "r", "verdict": "clear" if fits else "no"}
        )
    return json.dumps({"verdicts": rows})


def screened(parts, papers=MANY, question=WHICH):
    with parts.session() as session:
        return *run(parts.screen(session, question, papers)), session


def test_every_candidate_is_judged_ten_to_a_call(tmp_path):
    with ScriptedServer(otherwise=reply(judge)) as server:
        events, verdicts, _ = screened(parts_for(tmp_path, server))
        assert len(server.requests) == 3
    assert [verdict.paper_id for verdict in verdicts] == [paper.paper_id for paper in MANY]
    assert [v.paper_id for v in verdicts if v.judgement == "clear"] == [f"p{n}" for n in range(3, 26, 3)]
    assert events[-1] == Stage("Read 25 of 25 papers")
    span = verdicts[2].span
    assert span is not None
    assert MANY[2].abstract[span.start : span.end] == span.text == "It uses a router."


def test_verdicts_are_kept_per_question_paper_and_model(tmp_path):
    with ScriptedServer(otherwise=reply(judge)) as server:
        _, before, _ = screened(parts_for(tmp_path, server))
        changed = [Paper("p1", "Paper 1", "It uses a router."), *MANY[1:]]
        _, after, session = screened(parts_for(tmp_path, server), papers=changed)
        assert len(server.requests) == 4
        assert session.usage.calls == 1
        assert after[1:] == before[1:]
        assert after[0].judgement == "clear"
        screened(parts_for(tmp_path, server, small_model="other"))
        assert len(server.requests) == 7


def test_a_quote_that_is_not_in_the_abstract_voids_the_verdict(tmp_path):
    row = {"paper": 1, "quote": "It uses a magnificent router", "reason": "r", "verdict": "clear"}
    with ScriptedServer(say(json.dumps({"verdicts": [row]}))) as server:
        _, verdicts, _ = screened(parts_for(tmp_path, server), papers=MANY[:1])
    assert (verdicts[0].judgement, verdicts[0].span) == ("no", None)


def test_papers_that_were_passed_over_are_asked_for_once_more(tmp_path):
    def forgetful(body):
        rows = json.loads(judge(body))["verdicts"]
        return json.dumps({"verdicts": rows[:2]})

    with ScriptedServer(reply(forgetful), reply(judge)) as server:
        _, verdicts, _ = screened(parts_for(tmp_path, server), papers=MANY[:4])
        assert len(server.requests) == 2
    assert len(verdicts) == 4


def test_what_was_judged_before_a_failure_is_given_and_kept(tmp_path):
    with ScriptedServer(reply(judge), status(500), status(500), otherwise=reply(judge)) as server:
        parts = parts_for(tmp_path, server, parallel=1)
        _, verdicts, _ = screened(parts)
        assert [verdict.paper_id for verdict in verdicts] == [paper.paper_id for paper in MANY[:10]]
        _, verdicts, session = screened(parts)
        assert session.usage.calls == 2
    assert len(verdicts) == 25


def test_one_failed_batch_does_not_end_the_reading_but_a_second_does(tmp_path):
    with ScriptedServer(reply(judge), status(500), otherwise=reply(judge)) as server:
        _, verdicts, _ = screened(parts_for(tmp_path, server, parallel=1))
        assert len(verdicts) == 15
    with ScriptedServer(otherwise=status(401)) as server:
        with pytest.raises(errors.ModelRefusedKey):
            screened(parts_for(tmp_path / "other", server, parallel=1))
        assert len(server.requests) == 2


def test_reading_leaves_time_for_writing(tmp_path):
    with ScriptedServer(reply(judge), otherwise=hang()) as server:
        _, verdicts, session = screened(parts_for(tmp_path, server, parallel=1, deadline_s=4))
        assert len(verdicts) == 10
        assert session.remaining_s > 1


def test_batches_get_smaller_where_the_context_is_small(tmp_path):
    long = [Paper(f"l{n}", f"Long {n}", "Words about sleeping systems. " * 60) for n in range(6)]
    with ScriptedServer(otherwise=reply(judge)) as server:
        _, verdicts, _ = screened(parts_for(tmp_path, server, context_tokens=2600), papers=long)
        assert len(server.requests) > 1
    assert len(verdicts) == 6
