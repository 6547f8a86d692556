"""What an endpoint turned out not to understand, and the request body without it.

Knows: the optional parts of a chat request and the order in which to give them up. Does not know:
connections. Compatible servers differ: some lack JSON schemas, some newer models refuse max_tokens or a
temperature. The first refusal teaches; it is remembered per model for the life of the process.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.prompts import Message

# The ways to ask for JSON, best first. "plain" relies on the prompt, which describes the form too.
FORMS = ("json_schema", "json_object", "plain")
REASONING_ROOM = 4


@dataclass(frozen=True, slots=True)
class Request:
    """What is wanted from the model, before an endpoint's habits are known. `leave_s`: seconds before the
    answer's deadline that are left to the calls after this one."""

    model: str
    messages: tuple[Message, ...]
    max_tokens: int
    schema: Mapping[str, Any] | None = None
    purpose: str = ""
    leave_s: float = 0.0


class Habits:
    """What one model at one endpoint refuses; only grows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._refuses: set[str] = set()

    def body(self, request: Request, *, form: str = "") -> dict[str, Any]:
        """The request's JSON body; `form` forces one way to ask for JSON."""
        refuses = self._refuses
        room = request.max_tokens * (REASONING_ROOM if "short" in refuses else 1)
        body: dict[str, Any] = {"model": request.model, "messages": list(request.messages), "stream": True}
        body["max_completion_tokens" if "max_tokens" in refuses else "max_tokens"] = room
        if "temperature" not in refuses:
            body["temperature"] = 0
        if "stream_options" not in refuses:
            body["stream_options"] = {"include_usage": True}
        if request.schema is not None:
            asked = _response_format(form or self.form, request)
            body |= {"response_format": asked} if asked else {}
        return body

    @property
    def form(self) -> str:
        """The best way to ask for JSON that has not been refused."""
        return next(form for form in FORMS if form == "plain" or form not in self._refuses)

    def learn(self, detail: str, body: Mapping[str, Any]) -> bool:
        """Take a refusal (status 400, 422 or 501) into account; False: nothing in it that can be given up."""
        words = detail.lower()
        for part, sign in _signs(body):
            if sign in words or sign == "":
                with self._lock:
                    known = part in self._refuses
                    self._refuses.add(part)
                if not known:
                    return True
        return False

    def think_longer(self) -> bool:
        """The model spent all its tokens before the first visible word; False when that is known already."""
        with self._lock:
            known = "short" in self._refuses
            self._refuses.add("short")
        return not known


def _signs(body: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """(what to give up, the word in the refusal that says so); an empty word: a guess worth a try."""
    signs = [("max_tokens", "max_completion_tokens")] if "max_tokens" in body else []
    signs += [(name, name) for name in ("temperature", "stream_options") if name in body]
    if "response_format" in body:
        signs.append((str(body["response_format"]["type"]), ""))
    return signs


def _response_format(form: str, request: Request) -> dict[str, Any] | None:
    if form == "json_schema":
        name = "".join(letter if letter.isalnum() else "_" for letter in request.purpose) or "reply"
        return {"type": form, "json_schema": {"name": name, "strict": True, "schema": request.schema}}
    return {"type": form} if form == "json_object" else None
