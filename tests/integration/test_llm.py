"""The connection to a language model: the real openai client against a scripted server."""

from __future__ import annotations

import importlib
import threading
import time

import pytest

from assistant import errors
from assistant.llm import LanguageModel
from assistant.llm.failures import KINDS
from assistant.settings import Settings
from tests.scripted_server import (
    ScriptedServer,
    cut,
    cut_chunked,
    endless,
    hang,
    raw,
    say,
    stall,
    status,
    trickle,
)

ASK = ({"role": "user", "content": "Hello?"},)
SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "integer"}},
    "required": ["n"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module", autouse=True)
def _openai_is_imported():
    """Its import takes longer than the deadlines here."""
    importlib.import_module("openai.resources.chat.completions")
    importlib.import_module("httpx2")


def connected(tmp_path, server, **changes) -> LanguageModel:
    values = {
        "index_dir": tmp_path,
        "base_url": server.url,
        "model": "scripted",
        "deadline_s": 5,
        "retries": 0,
    }
    return LanguageModel(Settings(**(values | changes)))


def complete(model, **options):
    with model.session() as session:
        return session.complete(ASK, **({"purpose": "test", "max_tokens": 50} | options))


FAULTS = {
    "wrong key": (status(401), errors.ModelRefusedKey),
    "forbidden": (status(403), errors.ModelRefusedKey),
    "unknown model": (status(404, "model not found"), errors.ModelUnknown),
    "busy without retry-after": (status(429), errors.ModelBusy),
    "busy with retry-after": (status(429, headers={"retry-after": "99"}), errors.ModelBusy),
    "no money": (status(429, code="insufficient_quota"), errors.ModelBusy),
    "server error": (status(500), errors.ModelUnavailable),
    "hangs before the stream": (hang(), errors.ModelTimeout),
    "stalls in the stream": (stall("Hel"), errors.ModelTimeout),
    "keeps alive without text": (trickle(), errors.ModelTimeout),
    "cut without an end": (cut("Hel"), errors.ModelCutOff),
    "cut in a chunk": (cut_chunked("Hel"), errors.ModelUnavailable),
    "empty": (say(""), errors.ModelCutOff),
    "blank": (say(" \n "), errors.ModelCutOff),
    "context too long": (status(400, "maximum context length is 8192 tokens"), errors.ContextTooLong),
    "too large": (status(413, "the prompt is too long: maximum context"), errors.ContextTooLong),
    "endless word": (endless("a"), errors.ModelCutOff),
    "endless sentence": (endless("The paper is good. "), errors.ModelCutOff),
    "bad request": (status(400, "messages must alternate"), errors.ModelError),
    "not JSON": (raw("data: {oops\n\n"), errors.ModelCutOff),
    "a web page": (raw("<html>Log in</html>", "text/html"), errors.ModelCutOff),
    "error in the stream": (
        raw('data: {"error": {"message": "slot lost", "code": 500}}\n\n'),
        errors.ModelUnavailable,
    ),
    "withheld": (say("x", finish="content_filter"), errors.ModelError),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_becomes_one_of_our_errors_in_time(tmp_path, name):
    behaviour, expected = FAULTS[name]
    with ScriptedServer(behaviour) as server:
        deadline = 1 if expected is errors.ModelTimeout else 8
        model = connected(tmp_path, server, deadline_s=deadline)
        started = time.monotonic()
        with pytest.raises(errors.ModelError) as caught:
            complete(model)
        assert time.monotonic() - started < deadline + 1
        assert type(caught.value) is expected
        assert str(caught.value).endswith((".", "alternate"))


def test_no_server_at_all(tmp_path):
    with ScriptedServer() as server:
        model = connected(tmp_path, server)
    with pytest.raises(errors.ModelUnavailable, match="OPENAI_BASE_URL"):
        complete(model)


def test_every_error_class_of_openai_is_translated():
    import openai

    def tree(error):
        return {error.__name__}.union(*(tree(sub) for sub in error.__subclasses__()))

    names = tree(openai.OpenAIError) | {n for n in dir(openai) if n.endswith("Error")}
    assert names <= set(KINDS)


def test_a_reply_streams_and_its_usage_is_counted(tmp_path):
    with ScriptedServer(say("Dense retrieval helps.", usage=(120, 8))) as server:
        model = connected(tmp_path, server, model="gpt-4.1-mini")
        session = model.session()
        pieces = list(session.stream(ASK, purpose="test", max_tokens=50))
    assert "".join(pieces) == "Dense retrieval helps."
    assert len(pieces) > 2
    assert (session.usage.prompt_tokens, session.usage.completion_tokens, session.usage.calls) == (120, 8, 1)
    assert session.usage.cost_usd == pytest.approx(120 * 0.4e-6 + 8 * 1.6e-6)


def test_tokens_are_counted_here_when_the_server_does_not(tmp_path):
    with ScriptedServer(say("hello world", usage=None)) as server:
        model = connected(tmp_path, server)
        session = model.session()
        session.complete(ASK, purpose="test", max_tokens=50)
    assert (session.usage.prompt_tokens, session.usage.completion_tokens) == (6, 2)


def test_the_cost_of_an_unlisted_model_is_unknown_not_zero(tmp_path):
    with ScriptedServer(say("hi")) as server:
        session = connected(tmp_path, server).session()
        session.complete(ASK, purpose="test", max_tokens=50)
    assert session.usage.cost_usd is None


def test_a_busy_server_is_asked_again_after_the_time_it_names(tmp_path):
    with ScriptedServer(status(429, headers={"retry-after": "0.3"}), say("now")) as server:
        started = time.monotonic()
        assert complete(connected(tmp_path, server, retries=1)) == "now"
    assert 0.3 <= time.monotonic() - started < 2


def test_a_cut_reply_is_asked_for_again_when_nothing_was_shown(tmp_path):
    with ScriptedServer(cut("Hel"), say("Hello.")) as server:
        assert complete(connected(tmp_path, server, retries=1)) == "Hello."


def test_retries_are_bounded_and_there_is_one_layer(tmp_path):
    with ScriptedServer(otherwise=status(500, headers={"retry-after-ms": "10"})) as server:
        with pytest.raises(errors.ModelUnavailable):
            complete(connected(tmp_path, server, retries=2))
        assert len(server.requests) == 3


def test_after_the_first_word_a_stream_is_not_begun_again(tmp_path):
    with ScriptedServer(stall("Hello", 0.2), say("never")) as server:
        said = []
        with pytest.raises(errors.ModelCutOff), connected(tmp_path, server, retries=2).session() as session:
            said.extend(session.stream(ASK, purpose="test", max_tokens=50))
        assert len(server.requests) == 1


def test_leaving_a_stream_closes_the_connection(tmp_path):
    with ScriptedServer(say("Words and more words. " * 200, pause=0.01)) as server:
        stream = connected(tmp_path, server).session().stream(ASK, purpose="test", max_tokens=50)
        next(stream)
        stream.close()
        assert server.hung_up.wait(2)


@pytest.mark.parametrize("behaviour", [hang(), stall("Hello")], ids=["before the stream", "in the stream"])
def test_cancelling_ends_a_call_at_once(tmp_path, behaviour):
    stop = threading.Event()
    with ScriptedServer(behaviour) as server:
        session = connected(tmp_path, server, deadline_s=30).session(stop.is_set)
        threading.Timer(0.2, stop.set).start()
        started = time.monotonic()
        with pytest.raises(errors.ModelCancelled):
            list(session.stream(ASK, purpose="test", max_tokens=50))
        assert time.monotonic() - started < 1


def test_closing_a_session_ends_its_calls_in_other_threads(tmp_path):
    caught = []
    with ScriptedServer(stall("Hello")) as server:
        session = connected(tmp_path, server, deadline_s=30).session()

        def ask():
            try:
                session.complete(ASK, purpose="test", max_tokens=50)
            except errors.ModelError as error:
                caught.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(0.2)
        session.close()
        thread.join(2)
        assert server.hung_up.wait(2)
    assert [type(error) for error in caught] == [errors.ModelCancelled]


def test_all_calls_of_an_answer_share_one_deadline(tmp_path):
    with ScriptedServer(say("one", pause=0.2, size=1), hang()) as server:
        session = connected(tmp_path, server, deadline_s=1).session()
        started = time.monotonic()
        session.complete(ASK, purpose="first", max_tokens=50)
        with pytest.raises(errors.ModelTimeout):
            session.complete(({"role": "user", "content": "Again?"},), purpose="second", max_tokens=50)
        assert time.monotonic() - started < 1.5


def test_thoughts_are_not_shown(tmp_path):
    with ScriptedServer(say("<think>Let me see [1].</think>\n\nHello.", size=3)) as server:
        assert complete(connected(tmp_path, server)).strip() == "Hello."


def test_a_server_that_does_not_stream_is_read_all_the_same(tmp_path):
    body = '{"choices":[{"message":{"content":"Hello."},"finish_reason":"stop"}]}'
    with ScriptedServer(raw(body, "application/json")) as server:
        assert complete(connected(tmp_path, server)) == "Hello."
