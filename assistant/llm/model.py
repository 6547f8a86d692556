"""LanguageModel: made once from the settings, asked for a session per answer.

Knows: which model and endpoint are meant, and what all answers share (client, habits, ledger, cache). Does
not know: any single answer.
"""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import PurePath

from assistant.errors import ModelError, ModelUnknown
from assistant.llm.cache import Kept
from assistant.llm.connection import Connection
from assistant.llm.failures import translate
from assistant.llm.habits import Habits
from assistant.llm.money import Ledger
from assistant.llm.session import ModelSession
from assistant.settings import Settings

DEFAULT_MODEL = "gpt-4.1-mini"
LIST_MODELS_S = 5.0
READING_SHARE = 0.3
# What a server lists beside chat models.
NOT_FOR_CHAT = re.compile(r"embed|rerank|bge-|e5-|minilm|whisper|tts|dall-e|moderation", re.IGNORECASE)


class LanguageModel:
    """The connected language model. `session()` gives one answer's access to it."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], float] = time.monotonic,
        ledger: Ledger | None = None,
        replies: Kept | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.connection = Connection(base_url=settings.base_url, api_key=settings.api_key)
        self.ledger = ledger or Ledger(settings.index / "spend.sqlite")
        self.replies = replies or Kept(settings.index / "replies.sqlite")
        self._pace = math.inf  # prompt tokens read in a second, as the newest streamed reply showed
        self._habits: dict[str, Habits] = {}
        self._lock = threading.Lock()
        self._name = settings.model or ("" if settings.base_url else DEFAULT_MODEL)

    @property
    def name(self) -> str:
        """The model that writes; asks the server once when no setting names it, "" while it does not say."""
        with suppress(ModelError):
            return self.resolve(timeout=LIST_MODELS_S)
        return ""

    @property
    def label(self) -> str:
        """`name` for people: llama.cpp calls a model by the path of its file."""
        return PurePath(self.name).name.removesuffix(".gguf")

    def session(self, cancelled: Callable[[], bool] | None = None) -> ModelSession:
        """Access for one answer; its deadline starts now. `cancelled` is polled about 20 times a second."""
        return ModelSession(self, cancelled)

    def resolve(self, *, small: bool = False, timeout: float) -> str:
        """The model's name: from the settings, else the first chat model that the server lists.

        Raises:
            ModelError: the server did not say, or lists none.
        """
        if small and self.settings.small_model:
            return self.settings.small_model
        with self._lock:
            if not self._name:
                self._name = self._first_listed(min(timeout, LIST_MODELS_S))
            return self._name

    @property
    def readable_tokens(self) -> float:
        """The longest prompt that leaves most of the deadline to the reply, at the pace known so far; in
        coarse steps, so that a repeated question has the same prompt."""
        tokens = self._pace * READING_SHARE * self.settings.deadline_s
        return tokens if math.isinf(tokens) else 2.0 ** math.floor(math.log2(max(1.0, tokens)))

    def noticed(self, prompt_tokens: int, seconds: float) -> None:
        """Remember how long it took from a prompt to the first word of its reply."""
        self._pace = prompt_tokens / max(seconds, 0.001)

    def habits(self, name: str) -> Habits:
        """What the endpoint is known to refuse for the model `name`."""
        with self._lock:
            return self._habits.setdefault(name, Habits())

    def warm(self) -> None:
        """Import the client and ask for the model's name in the background; the first answer need not."""
        threading.Thread(target=self._prepare, name="model-warm-up", daemon=True).start()

    def close(self) -> None:
        self.connection.close()

    def _prepare(self) -> None:
        with suppress(Exception):
            _ = self.connection.client().chat.completions
            _ = self.name

    def _first_listed(self, timeout: float) -> str:
        try:
            names = self.connection.models(timeout=timeout)
        except Exception as error:
            raise translate(error).error from error
        chat = [name for name in names if not NOT_FOR_CHAT.search(name)]
        if not chat:
            raise ModelUnknown(
                "The server lists no chat model. Set PAPERS_ASSISTANT_MODEL to one that it serves."
            )
        return chat[0]
