"""The endpoints for other programs, used as they would use them: by gradio_client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from assistant.page.serve import serve
from assistant.settings import Settings
from tests.fake_assistant import MATH, FakeAssistant


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from gradio_client import Client

    settings = Settings(index_dir=tmp_path_factory.mktemp("index"), port=8030)
    app, address = serve(settings, lambda progress: FakeAssistant(), block=False)
    yield Client(address, verbose=False, download_files=False)
    app.close()


def test_only_the_documented_endpoints_are_shown_and_they_are_typed(client: Any) -> None:
    named = client.view_api(return_format="dict")["named_endpoints"]
    assert sorted(named) == ["/ask", "/export", "/paper", "/search"]
    question = named["/ask"]["parameters"][0]
    assert question["parameter_name"] == "question"
    assert question["type"]["type"] == "string"


def test_a_question_is_answered_with_its_citations(client: Any) -> None:
    answer = client.predict(question="Which papers use tree search?", api_name="/ask")
    assert answer["status"] == "answered"
    assert answer["citations"][0]["quote"]


def test_a_question_may_carry_history_and_papers(client: Any) -> None:
    history = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    answer = client.predict("And math?", history, [MATH.paper_id], api_name="/ask")
    assert {citation["paper_id"] for citation in answer["citations"]} == {MATH.paper_id}


def test_papers_are_found_read_and_exported(client: Any) -> None:
    found = client.predict("tree search", 3, api_name="/search")
    assert len(found) == 3
    paper = client.predict(found[0]["paper_id"], api_name="/paper")
    assert paper["abstract"]
    assert client.predict([paper["paper_id"]], "ris", api_name="/export").startswith("TY  - GEN")


def test_a_mistake_comes_back_in_words(client: Any) -> None:
    with pytest.raises(Exception, match="No paper has the id 'none'"):
        client.predict("none", api_name="/paper")
