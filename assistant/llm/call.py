"""One request read to its end: the pieces of its text, what it used, and whether it ended well.

Knows: how a reply can go wrong while it arrives. Does not know: retries, caches, money.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator

from assistant.errors import ModelCutOff, ModelError
from assistant.llm.connection import Piece, Upstream
from assistant.llm.failures import Fault, translate
from assistant.llm.habits import Habits, Request
from assistant.llm.replies import EndlessGuard, without_thoughts
from assistant.tokens import count_tokens

POLL_S = 0.05
TOKENS_PER_MESSAGE = 4
# A server that ignores max_tokens is stopped here; few languages need so many characters for a token.
CHARACTERS_PER_TOKEN = 16


class Failed(Exception):
    """Carries a fault from where it was found to where it is decided whether to try again."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault.error))
        self.fault = fault


class Call:
    """A request in progress. Iterate over `texts`, then ask for `finish` and the token counts."""

    def __init__(self, request: Request, upstream: Upstream, check: Callable[[], float]) -> None:
        self._request, self._upstream, self._check = request, upstream, check
        self._counts: tuple[int | None, int | None] = (None, None)
        self._raw: list[str] = []
        self._left = False
        self.finish = ""

    def texts(self, habits: Habits) -> Iterator[str]:
        """The visible text, piece by piece.

        Raises:
            Failed: the request failed, or the reply was cut off, empty or endless.
        """
        said = False
        try:
            for text in without_thoughts(self._pieces()):
                said = said or bool(text.strip())
                yield text
            self._check_end(habits, said)
        except Failed:
            raise
        except Exception as error:
            raise Failed(translate(error)) from error
        finally:
            self._upstream.close()

    @property
    def prompt_tokens(self) -> int:
        """As the server counted, else as we count; 0 when it refused. A server that was left while it kept
        silent has read the prompt, and charges for it."""
        if self._counts[0] is not None:
            return self._counts[0]
        return estimate(self._request) if self._raw or self.finish or self._left else 0

    @property
    def completion_tokens(self) -> int:
        """As the server counted, else as we count; also of a reply that was left before its end."""
        return self._counts[1] if self._counts[1] is not None else count_tokens("".join(self._raw))

    def _pieces(self) -> Iterator[str]:
        guard = EndlessGuard(self._request.max_tokens * CHARACTERS_PER_TOKEN)
        while True:
            try:
                remaining = self._check()
            except Failed:
                self._left = True
                raise
            try:
                piece = self._upstream.next(min(POLL_S, remaining))
            except queue.Empty:
                continue
            if piece is None:
                return
            self._note(piece)
            if piece.text:
                self._raw.append(piece.text)
                guard.see(piece.text)
                yield piece.text

    def _note(self, piece: Piece) -> None:
        self.finish = piece.finish or self.finish
        if piece.prompt_tokens is not None:
            self._counts = (piece.prompt_tokens, piece.completion_tokens)

    def _check_end(self, habits: Habits, said: bool) -> None:
        if self.finish == "content_filter":
            raise Failed(Fault(ModelError("The model's endpoint withheld the reply (content filter).")))
        if self.finish == "length" and (not said or self._request.schema is not None):
            error = ModelCutOff("The language model ran out of room before its reply was whole.")
            raise Failed(Fault(error, retryable=habits.think_longer(), retry_after=0.0))
        if not self.finish:
            raise Failed(
                Fault(ModelCutOff("The language model's reply broke off. Ask again."), retryable=True)
            )
        if not said:
            raise Failed(
                Fault(ModelCutOff("The language model's reply was empty. Ask again."), retryable=True)
            )


def estimate(request: Request) -> int:
    """The prompt's size in tokens as we count it."""
    return sum(count_tokens(message["content"]) + TOKENS_PER_MESSAGE for message in request.messages)
