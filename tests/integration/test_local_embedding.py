from pathlib import Path

import numpy as np
import pytest

from assistant.embedding import MiniLM, local
from assistant.embedding.llama import LocalEmbedding
from assistant.errors import EmbeddingError

TEXTS = [
    "Monte Carlo tree search guides the agent",
    "cooking pasta",
    "planning with a search over futures",
    "",
]


@pytest.fixture(scope="module")
def model() -> MiniLM:
    return MiniLM()


def test_rows_have_length_one_and_close_meanings_are_close(model: MiniLM) -> None:
    rows = model.encode(TEXTS)
    assert (rows.shape, rows.dtype) == ((4, 384), np.float32)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert rows[0] @ rows[2] > rows[0] @ rows[1] + 0.2
    assert model.encode([]).shape == (0, 384)


def test_a_text_has_the_same_vector_in_any_company(model: MiniLM) -> None:
    together = model.encode([*TEXTS, "a much longer text about nothing " * 20])
    alone = np.concatenate([model.encode([text]) for text in TEXTS])
    assert np.allclose(together[: len(TEXTS)], alone, atol=1e-4)


def test_tokens_know_their_place_in_the_text(model: MiniLM) -> None:
    text = "Überraschung: LLMs plan"
    (found,) = model.encode_tokens([text])
    assert len(found.vectors) == len(found.offsets) == len(found.tokens)
    assert text[slice(*found.offsets[-1])] == found.tokens[-1] == "plan"
    assert "[CLS]" not in found.tokens


def test_a_damaged_model_file_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / "tokenizer.json"
    damaged.write_bytes(b"{}")
    monkeypatch.setattr(local, "TOKENIZER", damaged)
    with pytest.raises(EmbeddingError, match="damaged"):
        MiniLM().encode(["x"])
    monkeypatch.setattr(local, "TOKENIZER", tmp_path / "gone.json")
    with pytest.raises(EmbeddingError, match="missing"):
        MiniLM().encode(["x"])


def test_llama_index_can_embed_with_it(model: MiniLM) -> None:
    embedding = LocalEmbedding(model)
    assert np.allclose(embedding.get_query_embedding(TEXTS[0]), model.encode(TEXTS[:1])[0], atol=1e-6)
    assert len(embedding.get_text_embedding_batch(TEXTS)) == len(TEXTS)
