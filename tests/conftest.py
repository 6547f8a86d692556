"""What every test can rely on: an empty environment, no network but loopback, a word on what is missing.

Tests marked `browser` or `model` run where Chromium or the test model is present and say how to get them
where not; REQUIRE=browser,model turns a missing one into an error.
"""

import importlib.util
import os
import shutil
from pathlib import Path

import hypothesis
import pytest
import pytest_socket

PROJECT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# A busy machine must not turn a slow example into a failure.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


def _has_browser():
    return any(map(shutil.which, BROWSERS)) and importlib.util.find_spec("playwright") is not None


def _has_model():
    return importlib.util.find_spec("xllamacpp") is not None and any((PROJECT / ".models").rglob("*.gguf"))


PARTS = {
    "browser": (_has_browser, "no Chromium here: apt-get install chromium (or run .ci/run)"),
    "model": (_has_model, "no test model here: .ci/fetch-model gets it (or run .ci/run)"),
}


def pytest_collection_modifyitems(config, items):
    # Playwright keeps an event loop running in this thread; no test after it could start one of its own.
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    required = set(filter(None, os.environ.get("REQUIRE", "").split(",")))
    if unknown := required - set(PARTS):
        raise pytest.UsageError(f"REQUIRE names {', '.join(sorted(unknown))}; known: {', '.join(PARTS)}")
    for name, (present, words) in PARTS.items():
        if present():
            continue
        if name in required:
            raise pytest.UsageError(f"REQUIRE={name}, but {words}")
        for item in items:
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=words))


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch):
    """No setting, key or address of the person who runs the tests reaches them."""
    for name in list(os.environ):
        if name.startswith(("PAPERS_ASSISTANT_", "OPENAI_", "CHROMA_")):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def no_network(empty_environment):
    """Nothing leaves the machine; sockets of the event loop and of loopback servers stay open."""
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def settings(tmp_path_factory):
    """The real collection, indexed in a folder of this run; no model."""
    from assistant.settings import Settings

    return Settings(index_dir=tmp_path_factory.mktemp("index"), offline=True)


@pytest.fixture(scope="session")
def index(settings):
    """The open index of the real collection, made once with the real embedder."""
    from assistant.ingest import open_index

    opened = open_index(settings)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def papers_assistant(settings, index):
    """The assistant over the real collection, without a language model."""
    from assistant.build import assemble
    from assistant.prompts import Prompts

    return assemble(settings, index, Prompts.load(settings.prompts_dir))


@pytest.fixture(scope="session")
def golden_answers(papers_assistant):
    """Every golden question with its offline answer, each asked once in a run."""
    from assistant.evaluation.golden import read_golden

    questions = read_golden(PROJECT / "tests" / "golden" / "questions.jsonl", papers_assistant.papers())
    return [(q, papers_assistant.answer(q.question, q.history)) for q in questions]
