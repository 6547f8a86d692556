import json

import httpx2
import numpy as np
import pytest

from assistant.embedding import EndpointEmbedder, MiniLM, embedder_for
from assistant.errors import EmbeddingError
from assistant.settings import Settings

asked: list[dict[str, object]] = []


def embedder(*replies: httpx2.Response | Exception) -> EndpointEmbedder:
    queue = list(replies)

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(json.loads(request.content))
        reply = queue.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    client = httpx2.Client(transport=httpx2.MockTransport(answer))
    return EndpointEmbedder("m", base_url="http://server/v1", retries=0, http_client=client)


def vectors(*rows: list[float]) -> httpx2.Response:
    data = [{"object": "embedding", "index": n, "embedding": row} for n, row in enumerate(rows)]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return httpx2.Response(200, json={"object": "list", "model": "m", "data": data[::-1], "usage": usage})


def test_rows_come_back_in_order_with_length_one_and_as_plain_numbers() -> None:
    asked.clear()
    rows = embedder(vectors([3.0, 4.0], [0.0, 2.0])).encode(["one", ""])
    assert np.allclose(rows, [[0.6, 0.8], [0.0, 1.0]])
    assert asked[0]["encoding_format"] == "float"
    assert asked[0]["input"] == ["one", " "]


def test_many_texts_are_asked_for_in_batches() -> None:
    rows = embedder(vectors(*[[1.0]] * 64), vectors([1.0])).encode(["x"] * 65)
    assert rows.shape == (65, 1)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (httpx2.Response(401, json={"error": "no"}), "refused the key"),
        (httpx2.Response(404, json={"error": "no"}), "does not know the model"),
        (httpx2.Response(500, text="boom"), "failed"),
        (httpx2.ConnectError("refused"), "did not answer"),
        (httpx2.ReadTimeout("slow"), "did not answer"),
        (vectors([1.0]), "1 vectors for 2 texts"),
        (vectors([1.0], [1.0, 2.0]), "no usable vectors"),
        (vectors([0.0], [1.0]), "zero or not numbers"),
        (httpx2.Response(200, json={"hello": 1}), "no usable vectors"),
    ],
)
def test_every_failure_becomes_an_embedding_error(reply: httpx2.Response | Exception, words: str) -> None:
    with pytest.raises(EmbeddingError, match=words):
        embedder(reply).encode(["a", "b"])


def test_vectors_of_two_widths_are_refused() -> None:
    with pytest.raises(EmbeddingError, match="different widths"):
        embedder(vectors(*[[1.0]] * 64), vectors([1.0, 2.0])).encode(["x"] * 65)


def test_the_settings_choose_the_embedder() -> None:
    assert isinstance(embedder_for(Settings()), MiniLM)
    chosen = embedder_for(Settings(embedding_model="text-embedding-3-small", api_key="k"))
    assert (type(chosen), chosen.name) == (EndpointEmbedder, "text-embedding-3-small")
