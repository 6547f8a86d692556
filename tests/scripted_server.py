"""An OpenAI-compatible server on loopback that does what a test tells it: behaviours in, requests out.

A behaviour is a function of (handler, request body). Build them with the functions below; when the queue is
empty, `otherwise` answers. Everything is real HTTP, so the real openai client is what is tested.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Behaviour = Callable[["Handler", dict], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.json(
            200,
            {
                "object": "list",
                "data": [{"id": name, "object": "model"} for name in self.server.script.models],
            },
        )

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        script = self.server.script
        with script.lock:
            script.requests.append(body)
            behaviour = script.queue.popleft() if script.queue else script.otherwise
        try:
            behaviour(self, body)
        except OSError:
            script.hung_up.set()

    def json(self, status: int, value: object, headers: dict | None = None):
        data = json.dumps(value).encode()
        self.send_response(status)
        for name, text in {
            "content-type": "application/json",
            "content-length": str(len(data)),
            **(headers or {}),
        }.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(data)

    def open_stream(self):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True

    def event(self, value: object):
        line = value if isinstance(value, str) else json.dumps(value)
        self.wfile.write(f"data: {line}\n\n".encode())
        self.wfile.flush()

    def delta(self, text: str = "", finish: str | None = None):
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
        self.event(
            {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
        )

    def usage(self, prompt: int, completion: int):
        counts = {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
        }
        self.event(
            {
                "id": "c",
                "object": "chat.completion.chunk",
                "created": 0,
                "model": "m",
                "choices": [],
                "usage": counts,
            }
        )


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    script: ScriptedServer

    def handle_error(self, request, client_address):
        pass


class ScriptedServer:
    """`with ScriptedServer(say("hello")) as server:` then point a client at `server.url`."""

    def __init__(self, *behaviours: Behaviour, models=("scripted",), otherwise: Behaviour | None = None):
        self.queue = deque(behaviours)
        self.requests: list[dict] = []
        self.models = list(models)
        self.otherwise = otherwise or status(500, "the script is at its end")
        self.lock = threading.Lock()
        self.hung_up = threading.Event()  # the client left before the behaviour was done

    def __enter__(self) -> ScriptedServer:
        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.script = self
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def say(
    text: str, *, finish: str | None = "stop", size: int = 7, pause: float = 0.0, usage=(11, 5)
) -> Behaviour:
    """Stream `text` in pieces of `size` characters."""

    def behaviour(handler, body):
        handler.open_stream()
        for start in range(0, len(text), size):
            handler.delta(text[start : start + size])
            time.sleep(pause)
        handler.delta(finish=finish)
        if usage and "stream_options" in body:
            handler.usage(*usage)
        handler.event("[DONE]")

    return behaviour


def reply(function: Callable[[dict], str], **options) -> Behaviour:
    """Stream what `function` makes of the request body."""
    return lambda handler, body: say(function(body), **options)(handler, body)


def status(number: int, message: str = "no", *, headers: dict | None = None, **fields) -> Behaviour:
    """Refuse with an HTTP status."""
    return lambda handler, body: handler.json(
        number, {"error": {"message": message, "type": "error", **fields}}, headers
    )


def hang(seconds: float = 30.0) -> Behaviour:
    """Accept the request and say nothing."""
    return lambda handler, body: _wait(handler, seconds)


def stall(text: str, seconds: float = 30.0) -> Behaviour:
    """Begin to stream, then say nothing more."""

    def behaviour(handler, body):
        handler.open_stream()
        handler.delta(text)
        _wait(handler, seconds)

    return behaviour


def trickle(seconds: float = 30.0) -> Behaviour:
    """Keep the connection alive with comments, which no read time-out notices."""

    def behaviour(handler, body):
        handler.open_stream()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            handler.wfile.write(b": still there\n\n")
            handler.wfile.flush()
            time.sleep(0.05)

    return behaviour


def cut(text: str) -> Behaviour:
    """Stream `text` and close the connection without an end."""

    def behaviour(handler, body):
        handler.open_stream()
        handler.delta(text)

    return behaviour


def cut_chunked(text: str) -> Behaviour:
    """As `cut`, in the middle of an announced chunk, which the HTTP library notices."""

    def behaviour(handler, body):
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("transfer-encoding", "chunked")
        handler.end_headers()
        data = b'data: {"choices":[{"index":0,"delta":{"content":"' + text.encode() + b'"}}]}\n\n'
        handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n" + b"ff\r\ndata: {")
        handler.wfile.flush()
        handler.close_connection = True

    return behaviour


def endless(word: str = "a") -> Behaviour:
    """Stream `word` until the client hangs up."""

    def behaviour(handler, body):
        handler.open_stream()
        while True:
            handler.delta(word * 20)

    return behaviour


def raw(text: str, content_type: str = "text/event-stream") -> Behaviour:
    """A body as it is."""

    def behaviour(handler, body):
        handler.send_response(200)
        handler.send_header("content-type", content_type)
        handler.send_header("connection", "close")
        handler.end_headers()
        handler.wfile.write(text.encode())
        handler.close_connection = True

    return behaviour


def _wait(handler: Handler, seconds: float) -> None:
    """Until the client hangs up or `seconds` have passed."""
    handler.connection.settimeout(0.05)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(TimeoutError):
            if not handler.connection.recv(1):
                handler.server.script.hung_up.set()
                handler.close_connection = True
                return
