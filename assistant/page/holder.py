"""The assistant while it is being opened: the page is there before it.

Knows: whether the assistant is opening, ready or failed, and the words for each. Does not know how it is
built. One thread opens; any number of visitors ask.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from assistant.domain import Answer, Event, Hit, Paper, Span, Turn
from assistant.errors import AssistantError

_log = logging.getLogger(__name__)


class Librarian(Protocol):
    """What the page asks of the assistant."""

    @property
    def model_name(self) -> str:
        """The language model; "" when offline."""

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        scope: frozenset[str] | None = None,
        understood: str | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Iterator[Event]:
        """Stages and pieces of text, then the answer."""

    def search(self, query: str, limit: int = 20) -> list[Hit]:
        """The papers that fit `query`, best first."""

    def similar(self, paper_id: str, limit: int = 8) -> list[Hit]:
        """The papers nearest to this one."""

    def papers(self) -> list[Paper]:
        """All papers, in source order."""

    def paper(self, paper_id: str) -> Paper | None:
        """One paper."""

    def sentences(self, paper_id: str) -> tuple[Span, ...]:
        """The sentences of its abstract."""

    def suggestions(self, answer: Answer) -> tuple[str, ...]:
        """Follow-up questions."""

    def status(self) -> dict[str, object]:
        """Counts and names."""

    def close(self) -> None:
        """Let go of files."""


class Builder(Protocol):
    """What opens the assistant, reporting its progress."""

    def __call__(self, progress: Callable[..., None]) -> Librarian: ...


class Opening:
    """Holds the assistant once it is there; `progress` is a line for people until then."""

    def __init__(self, assistant: Librarian | None = None) -> None:
        self._assistant = assistant
        self._settled = threading.Event()
        self.failure = ""
        self.progress = "Opening the collection"
        if assistant is not None:
            self._settled.set()

    @property
    def state(self) -> str:
        """opening, ready or failed."""
        if self._assistant is not None:
            return "ready"
        return "failed" if self.failure else "opening"

    def open(self, build: Builder) -> str:
        """Build the assistant; the reason in words when that fails, else ""."""
        try:
            self._assistant = build(self._report)
        except AssistantError as error:
            self.failure = str(error)
        except Exception:  # noqa: BLE001  # the reason is logged, the page goes on
            _log.exception("The collection could not be opened")
            self.failure = "The collection could not be opened; the reason is in the log of the program."
        finally:
            self._settled.set()
        return self.failure

    def wait(self, seconds: float) -> bool:
        """Whether the opening has ended, after at most `seconds`."""
        return self._settled.wait(seconds)

    @property
    def assistant(self) -> Librarian | None:
        """The assistant, or None while it is opening or when that failed."""
        return self._assistant

    def need(self) -> Librarian:
        """The assistant, waited for.

        Raises:
            AssistantError: it could not be opened.
        """
        self._settled.wait()
        if self._assistant is None:
            raise AssistantError(self.failure)
        return self._assistant

    def close(self) -> None:
        """Let go of the assistant's files."""
        if self._assistant is not None:
            self._assistant.close()

    def _report(self, *parts: object) -> None:
        words = [str(part) for part in parts if isinstance(part, str)]
        counts = [part for part in parts if isinstance(part, int)]
        shown = words[0] if words else "Opening the collection"
        self.progress = f"{shown}: {counts[0]} of {counts[1]}" if len(counts) >= 2 else shown
