"""A real model behind a real server: SmolLM2-135M in llama.cpp. It proves the wiring, never the quality."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from assistant import errors
from assistant.answering.model_parts import ModelParts
from assistant.domain import Delta, Stage
from assistant.llm import LanguageModel
from assistant.settings import PROJECT, Settings
from tests.model_fixtures import AG, FACT, GL, PROMPTS, WHICH, SharedWords, evidence, import_openai, run

pytestmark = pytest.mark.model

ASK = ({"role": "user", "content": "Say hello in one word."},)
LONG = ({"role": "user", "content": "Write a very long story about a ship."},)
SCHEMA = {
    "type": "object",
    "properties": {"colour": {"type": "string", "enum": ["red", "blue"]}, "count": {"type": "integer"}},
    "required": ["colour", "count"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def url():
    import xllamacpp

    import_openai()
    params = xllamacpp.CommonParams()
    params.model.path = str(next((PROJECT / ".models").rglob("*.gguf")))
    params.n_ctx, params.n_parallel, params.port, params.warmup, params.verbosity = 8192, 1, 0, False, -1
    params.cpuparams.n_threads = 2
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"
    del server


@pytest.fixture
def settings(url, tmp_path):
    return Settings(index_dir=tmp_path, base_url=url, deadline_s=300, retries=0, answer_tokens=64)


def test_the_model_is_found_and_its_words_stream(settings):
    model = LanguageModel(settings)
    assert model.label == "SmolLM2-135M-Instruct.Q4_1"
    with model.session() as session:
        pieces = list(session.stream(ASK, purpose="test", max_tokens=12))
    assert len(pieces) > 1
    assert "".join(pieces).strip()
    assert session.usage.prompt_tokens > 5
    assert 0 < session.usage.completion_tokens <= 12
    assert session.usage.cost_usd is None


def test_a_schema_is_heeded(settings):
    with LanguageModel(settings).session() as session:
        value = session.complete(ASK, purpose="test", schema=SCHEMA, max_tokens=60)
    assert value["colour"] in ("red", "blue")
    assert isinstance(value["count"], int)
    assert session.usage.calls == 1


def test_cancelling_stops_the_server_too(settings):
    stop = threading.Event()
    model = LanguageModel(settings)
    with model.session(stop.is_set) as session:
        story = session.stream(LONG, purpose="test", max_tokens=4000)
        next(story)
        stop.set()
        with pytest.raises(errors.ModelCancelled):
            list(story)
    # There is one slot: the next call can only begin when the server has let go of the first.
    started = time.monotonic()
    with model.session() as session:
        session.complete(ASK, purpose="test", max_tokens=3)
    assert session.usage.completion_tokens <= 3
    assert time.monotonic() - started < 60


def test_the_whole_path_ends_in_an_answer_or_one_of_our_errors_in_time(settings):
    settings = replace(settings, deadline_s=90)
    parts = ModelParts(LanguageModel(settings), PROMPTS, SharedWords())
    started, notes = time.monotonic(), []
    with parts.session() as session:
        try:
            events, verdicts = run(parts.screen(session, WHICH, (GL,)))
            assert events == [Stage("Read 1 of 1 papers")]
            assert [(v.paper_id, v.span is None) for v in verdicts] == [("gl", verdicts[0].judgement == "no")]
            events, draft = run(parts.compose(session, FACT, evidence(AG)))
            assert all(isinstance(event, Delta) for event in events)
            checked = parts.check(session, FACT, draft, evidence(AG))
            for citation in checked.citations:
                assert AG.abstract[citation.start : citation.end] == citation.quote
        except errors.ModelError as error:
            notes.append(parts.note_for(error))
    assert all(notes)
    assert time.monotonic() - started < 91
