"""One request through the openai client, in a thread of its own, so that the caller never waits on a socket.

Knows: the openai client and its streams. Does not know: retries, prices, what is asked. The caller gets
pieces through a queue and can leave at any moment: the socket is then shut down, which wakes the reading
thread and tells the server to stop. A time limit inside the HTTP library would not do: it holds per read, so
that a server which sends a byte now and then could keep a request alive past every deadline.
"""

from __future__ import annotations

import json
import queue
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx2
    import openai
    from openai.types.chat import ChatCompletionChunk

CONNECT_S = 5.0
OPENAI = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a reply; the last parts carry the reason for its end and the token counts."""

    text: str = ""
    finish: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Connection:
    """The endpoint. The client is made at the first request, because importing openai is slow."""

    def __init__(self, *, base_url: str, api_key: str) -> None:
        self.base_url = (base_url or OPENAI).rstrip("/")
        self._key = api_key
        self._lock = threading.Lock()
        self._client: openai.OpenAI | None = None

    def client(self) -> openai.OpenAI:
        """The openai client, without its own retries: there is one retry layer, the session's."""
        with self._lock:
            if self._client is None:
                import openai

                # Local servers want no key, the client wants one.
                self._client = openai.OpenAI(
                    api_key=self._key or "none", base_url=self.base_url, max_retries=0, timeout=60
                )
            return self._client

    def models(self, *, timeout: float) -> list[str]:
        """The names that GET /models lists."""
        return [model.id for model in self.client().with_options(timeout=timeout).models.list()]

    def start(self, body: Mapping[str, Any], *, timeout: float) -> Upstream:
        """Send a chat request; its pieces are read from the returned `Upstream`."""
        return Upstream(self, body, timeout)

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client.close()


class Upstream:
    """A running request. `next` waits for a piece; `close` ends it from any thread."""

    def __init__(self, connection: Connection, body: Mapping[str, Any], timeout: float) -> None:
        self._connection, self._body, self._timeout = connection, body, timeout
        self._queue: queue.SimpleQueue[Piece | BaseException | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._response: httpx2.Response | None = None
        threading.Thread(target=self._run, name="model-request", daemon=True).start()

    def next(self, wait: float) -> Piece | None:
        """The next piece; None at the end of the reply.

        Raises:
            queue.Empty: nothing came within `wait` seconds.
            Exception: whatever ended the request, as openai raised it.
        """
        item = self._queue.get(timeout=max(0.0, wait))
        if isinstance(item, BaseException):
            raise item
        return item

    def close(self) -> None:
        """Stop reading and let the server know."""
        self._closed.set()
        _shut(self._response)

    def _run(self) -> None:
        try:
            self._read()
            self._queue.put(None)
        except Exception as error:  # noqa: BLE001 - handed to the caller's thread, translated there
            self._queue.put(error)

    def _read(self) -> None:
        import httpx2

        limits = httpx2.Timeout(self._timeout, connect=min(CONNECT_S, self._timeout))
        client = self._connection.client().with_options(timeout=limits)
        stream = client.chat.completions.create(**self._body)
        self._response = stream.response
        try:
            if self._closed.is_set():
                return
            if "json" in stream.response.headers.get("content-type", ""):
                self._queue.put(_whole(json.loads(stream.response.read())))
                return
            for chunk in stream:
                if self._closed.is_set():
                    return
                for piece in _pieces(chunk):
                    self._queue.put(piece)
        finally:
            stream.close()


def _pieces(chunk: ChatCompletionChunk) -> Iterator[Piece]:
    """What a chunk holds. Servers leave fields out, so every one is asked for with care."""
    for choice in (getattr(chunk, "choices", None) or ())[:1]:
        text = getattr(getattr(choice, "delta", None), "content", None) or ""
        yield Piece(text=text, finish=getattr(choice, "finish_reason", None) or "")
    usage = getattr(chunk, "usage", None)
    if usage is not None:
        yield Piece(prompt_tokens=usage.prompt_tokens, completion_tokens=usage.completion_tokens)


def _whole(body: Mapping[str, Any]) -> Piece:
    """The reply of a server that does not stream."""
    choice = (body.get("choices") or [{}])[0]
    usage = body.get("usage") or {}
    return Piece(
        text=(choice.get("message") or {}).get("content") or "",
        finish=choice.get("finish_reason") or "",
        prompt_tokens=usage.get("prompt_tokens"),
        completion_tokens=usage.get("completion_tokens"),
    )


def _shut(response: httpx2.Response | None) -> None:
    """Shut the socket down: closing it would not wake the thread that reads from it."""
    if response is None:
        return
    with suppress(Exception):
        stream = response.extensions["network_stream"]
        stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
