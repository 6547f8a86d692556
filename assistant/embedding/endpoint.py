"""Vectors from an OpenAI-compatible embeddings endpoint (OpenAI, Ollama, llama.cpp, vLLM).

Knows the plain openai client and its errors. Does not know language models; those live in `llm`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.errors import EmbeddingError

if TYPE_CHECKING:
    import httpx2
    import numpy as np
    import numpy.typing as npt
    import openai

BATCH = 64
TIMEOUT_S = 60.0


class EndpointEmbedder:
    """Asks `base_url` (empty: OpenAI) for the vectors of `model`."""

    def __init__(
        self,
        model: str,
        *,
        base_url: str = "",
        api_key: str = "",
        retries: int = 2,
        http_client: httpx2.Client | None = None,
    ) -> None:
        self.name = model
        self._base_url = base_url
        self._api_key = api_key
        self._retries = retries
        self._http_client = http_client
        self._client: openai.OpenAI | None = None

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """A row of length one per text; the width is the model's."""
        import numpy as np

        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        parts = [self._ask(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
        if len({part.shape[1] for part in parts}) != 1:
            raise EmbeddingError(f"{self._where} gave vectors of different widths. Check the server.")
        rows: npt.NDArray[np.float32] = np.concatenate(parts)
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        if not np.isfinite(rows).all() or not norms.all():
            raise EmbeddingError(
                f"{self._where} gave vectors that are zero or not numbers. Check the server."
            )
        unit: npt.NDArray[np.float32] = rows / norms
        return unit

    @property
    def _where(self) -> str:
        return f"The embeddings endpoint {self._base_url or 'api.openai.com'} (model {self.name!r})"

    def _ask(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        import numpy as np
        import openai

        try:
            # An endpoint refuses an empty text; the base64 form is not spoken by all servers.
            reply = self._connected().embeddings.create(
                model=self.name, input=[text or " " for text in texts], encoding_format="float"
            )
            ordered = sorted(reply.data, key=lambda item: item.index)
            rows = np.array([item.embedding for item in ordered], dtype=np.float32)
        except openai.AuthenticationError as error:
            raise EmbeddingError(f"{self._where} refused the key. Check OPENAI_API_KEY.") from error
        except openai.NotFoundError as error:
            raise EmbeddingError(
                f"{self._where} does not know the model or address. Check PAPERS_ASSISTANT_EMBEDDING_MODEL "
                "and PAPERS_ASSISTANT_EMBEDDING_BASE_URL."
            ) from error
        except openai.APIConnectionError as error:
            raise EmbeddingError(f"{self._where} did not answer. Is the server running?") from error
        except openai.OpenAIError as error:
            raise EmbeddingError(f"{self._where} failed: {error}") from error
        except (TypeError, ValueError, AttributeError) as error:
            raise EmbeddingError(f"{self._where} gave no usable vectors. Check the server.") from error
        if rows.ndim != 2 or len(rows) != len(texts):
            raise EmbeddingError(f"{self._where} gave {len(rows)} vectors for {len(texts)} texts.")
        return rows

    def _connected(self) -> openai.OpenAI:
        import openai

        if self._client is None:
            self._client = openai.OpenAI(
                base_url=self._base_url or None,
                # A local server needs no key, but the client insists on one.
                api_key=self._api_key or "none",
                timeout=TIMEOUT_S,
                max_retries=self._retries,
                http_client=self._http_client,
            )
        return self._client
