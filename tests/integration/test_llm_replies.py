"""What is asked for, in which form, by which model and at what price: the real openai client."""

from __future__ import annotations

import importlib
import time

import pytest

from assistant import errors
from assistant.llm import LanguageModel
from assistant.settings import Settings
from tests.scripted_server import (
    ScriptedServer,
    hang,
    say,
    status,
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


# --- JSON ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '{"n": 7}',
        '```json\n{"n": 7}\n```',
        'Sure! Here it is: {"n": 7} Hope it helps.',
        "{'n': 7}",
        '{"n": 7,}',
        '{"m": {"x": 1}} no, {"n": 7}',
    ],
    ids=["plain", "fenced", "wrapped", "python", "comma", "second"],
)
def test_json_is_found_in_what_models_say(tmp_path, text):
    with ScriptedServer(say(text)) as server:
        assert complete(connected(tmp_path, server), schema=SCHEMA) == {"n": 7}
        assert server.requests[0]["response_format"]["type"] == "json_schema"


def test_servers_without_schemas_are_asked_more_simply_and_it_is_remembered(tmp_path):
    refuse = status(400, "response_format json_schema is not supported")
    refuse_too = status(400, "response_format is not supported")
    with ScriptedServer(refuse, refuse_too, say('{"n": 1}'), say('{"n": 2}')) as server:
        model = connected(tmp_path, server)
        assert complete(model, schema=SCHEMA) == {"n": 1}
        assert complete(model, schema=SCHEMA, max_tokens=51) == {"n": 2}
        kinds = [body.get("response_format", {}).get("type") for body in server.requests]
    assert kinds == ["json_schema", "json_object", None, None]


def test_a_schema_that_is_not_heeded_is_tried_once_more(tmp_path):
    with ScriptedServer(say("I would rather chat."), say('{"n": 3}')) as server:
        assert complete(connected(tmp_path, server), schema=SCHEMA) == {"n": 3}


def test_a_reply_of_the_wrong_form_is_an_error(tmp_path):
    with ScriptedServer(say("I would rather chat."), say('{"m": 3}')) as server:
        model = connected(tmp_path, server)
        with pytest.raises(errors.ModelError, match="form"):
            complete(model, schema=SCHEMA)


def test_parts_of_a_request_that_are_refused_are_given_up(tmp_path):
    with ScriptedServer(
        status(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        status(400, "Unsupported value: 'temperature' does not support 0"),
        status(422, "extra inputs are not permitted: stream_options"),
        say("ok"),
    ) as server:
        assert complete(connected(tmp_path, server)) == "ok"
        last = server.requests[-1]
    assert last["max_completion_tokens"] == 50
    assert not {"max_tokens", "temperature", "stream_options"} & set(last)


def test_a_model_that_thinks_too_long_gets_more_room(tmp_path):
    with ScriptedServer(say("", finish="length"), say("ok")) as server:
        assert complete(connected(tmp_path, server, retries=1)) == "ok"
        assert [body["max_tokens"] for body in server.requests] == [50, 200]


# --- names, money, cache ---------------------------------------------------------------------------------


def test_without_a_setting_the_first_chat_model_of_the_server_is_taken(tmp_path):
    with ScriptedServer(say("ok"), models=["nomic-embed-text", "llama3"]) as server:
        model = connected(tmp_path, server, model="")
        assert model.name == "llama3"
        complete(model)
        assert server.requests[0]["model"] == "llama3"


def test_the_small_model_gets_the_small_tasks(tmp_path):
    with ScriptedServer(say("ok")) as server:
        complete(connected(tmp_path, server, small_model="tiny"), small=True)
        assert server.requests[0]["model"] == "tiny"


def test_with_a_key_alone_the_default_is_a_known_name(tmp_path):
    assert LanguageModel(Settings(index_dir=tmp_path, api_key="k")).name == "gpt-4.1-mini"


@pytest.mark.parametrize("cap", ["cap_answer_usd", "cap_day_usd"])
def test_a_call_that_would_pass_a_cap_is_not_made(tmp_path, cap):
    with ScriptedServer(say("ok")) as server:
        model = connected(tmp_path, server, model="gpt-4.1", **{cap: 0.0001})
        with pytest.raises(errors.BudgetExceeded):
            complete(model)
        assert server.requests == []
        assert model.ledger.spent() == 0


def test_the_room_for_thoughts_counts_against_the_cap(tmp_path):
    with ScriptedServer(say("", finish="length"), say("ok")) as server:
        # 50 tokens of reply fit under this cap, four times as many do not.
        model = connected(tmp_path, server, model="gpt-4.1", retries=1, cap_answer_usd=0.001)
        with pytest.raises(errors.BudgetExceeded):
            complete(model)
        assert len(server.requests) == 1


def test_a_prompt_that_was_sent_is_paid_for_although_nobody_waits_for_the_reply(tmp_path):
    with ScriptedServer(hang(), status(400)) as server:
        model = connected(tmp_path, server, model="gpt-4.1", deadline_s=1)
        for error, spent in ((errors.ModelTimeout, True), (errors.ModelError, False)):
            before = model.ledger.spent()
            with pytest.raises(error):
                complete(model)
            assert (model.ledger.spent() > before) is spent


def test_a_reply_that_is_disowned_is_not_kept(tmp_path):
    with ScriptedServer(say("useless"), say("better")) as server:
        session = connected(tmp_path, server).session()
        for said in ("useless", "better"):
            assert "".join(session.stream(ASK, purpose="write", max_tokens=50)) == said
            session.disown()


def test_the_days_spend_outlives_the_process(tmp_path):
    with ScriptedServer(otherwise=say("ok", usage=(1_000_000, 0))) as server:
        complete(connected(tmp_path, server, model="gpt-4.1", cap_day_usd=2))
        later = connected(tmp_path, server, model="gpt-4.1", cap_day_usd=2)
        assert later.ledger.spent() == pytest.approx(2.0)
        with pytest.raises(errors.BudgetExceeded, match="Today"):
            complete(later, max_tokens=51)


def test_a_repeated_request_costs_nothing(tmp_path):
    with ScriptedServer(say("once")) as server:
        assert complete(connected(tmp_path, server)) == "once"
        again = connected(tmp_path, server)
        session = again.session()
        assert list(session.stream(ASK, purpose="other", max_tokens=50)) == ["once"]
        assert (session.usage.calls, session.usage.cost_usd, session.cached) == (0, 0.0, 1)


@pytest.mark.parametrize(
    "change",
    [{"max_tokens": 51}, {"schema": SCHEMA}],
    ids=["room", "schema"],
)
def test_what_shapes_the_reply_is_in_the_key(tmp_path, change):
    with ScriptedServer(say("first"), say('{"n": 1}')) as server:
        model = connected(tmp_path, server)
        complete(model)
        complete(model, **change)
        assert len(server.requests) == 2


def test_a_prompt_beyond_the_context_is_not_sent(tmp_path):
    with ScriptedServer(say("ok")) as server:
        with pytest.raises(errors.ContextTooLong):
            complete(connected(tmp_path, server, context_tokens=1024), max_tokens=1024)
        assert server.requests == []


def test_the_first_word_comes_soon_after_the_models(tmp_path):
    with ScriptedServer(say("x"), say("Word " * 30, pause=0.05)) as server:
        model = connected(tmp_path, server)
        complete(model)
        stream = model.session().stream(ASK, purpose="test", max_tokens=49)
        started = time.monotonic()
        next(stream)
        assert time.monotonic() - started < 0.3
        stream.close()


def test_damaged_files_of_the_cache_are_made_anew(tmp_path):
    (tmp_path / "replies.sqlite").write_bytes(b"not a database" * 100)
    with ScriptedServer(say("a"), say("b")) as server:
        model = connected(tmp_path, server)
        assert complete(model) == "a"
        assert complete(connected(tmp_path, server)) in {"a", "b"}
        complete(model, max_tokens=51)
    assert model.replies.many([]) == {}
