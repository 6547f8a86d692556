"""One answer's dealings with the language model.

Knows: the deadline that all calls of an answer share, cancelling, the one layer of retries, usage and caps.
Does not know: prompts, papers, what a reply means. A session may be used from several threads at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, overload

from assistant.domain import Usage, digest
from assistant.errors import (
    BudgetExceeded,
    ContextTooLong,
    ModelError,
    ModelTimeout,
    ModelUnavailable,
)
from assistant.llm.call import Call, Failed, estimate
from assistant.llm.deadline import DEADLINE_MARGIN_S, Deadline
from assistant.llm.failures import WORDS, Fault
from assistant.llm.habits import Request
from assistant.llm.purse import Purse
from assistant.llm.replies import read_object
from assistant.prompts import Message

if TYPE_CHECKING:
    from assistant.llm.model import LanguageModel

REFUSED = (400, 422, 501)
LEARN_AT_MOST = 6

Result = TypeVar("Result")


class ModelSession:
    """`complete` and `stream` under one deadline. Close it (or use `with`) to stop whatever still runs."""

    def __init__(self, model: LanguageModel, cancelled: Callable[[], bool] | None = None) -> None:
        self._model = model
        self._settings = model.settings
        self._deadline = Deadline(model.clock, model.settings.deadline_s, cancelled)
        self._purse = Purse(model.settings, model.ledger)
        self.cached = 0
        self._newest = ""
        self.truncated = False  # whether the newest streamed reply ran out of room, its last sentence cut

    def __enter__(self) -> ModelSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def usage(self) -> Usage:
        """Tokens, money and calls so far; a reply from the cache is free and no call."""
        return self._purse.usage

    @property
    def remaining_s(self) -> float:
        """Seconds until the deadline."""
        return self._deadline.remaining_s

    @property
    def readable_tokens(self) -> float:
        """The longest prompt that the model reads in good time, as far as its pace is known."""
        return self._model.readable_tokens

    @property
    def model_name(self) -> str:
        return self._model.label

    def disown(self) -> None:
        """Forget the newest streamed reply: it was of no use, and asking again may bring a better one."""
        if self._newest:
            self._model.replies.drop(self._newest)

    def close(self) -> None:
        """Stop every running call of this session."""
        self._deadline.close()

    @overload
    def complete(
        self,
        messages: Sequence[Message],
        *,
        purpose: str,
        small: bool = False,
        max_tokens: int,
        leave_s: float = 0.0,
    ) -> str: ...

    @overload
    def complete(
        self,
        messages: Sequence[Message],
        *,
        purpose: str,
        schema: Mapping[str, Any],
        small: bool = False,
        max_tokens: int,
        leave_s: float = 0.0,
    ) -> dict[str, Any]: ...

    def complete(
        self,
        messages: Sequence[Message],
        *,
        purpose: str,
        schema: Mapping[str, Any] | None = None,
        small: bool = False,
        max_tokens: int,
        leave_s: float = 0.0,
    ) -> str | dict[str, Any]:
        """The whole reply: a str, or with `schema` (of an object) the parsed dict. `leave_s`: seconds before
        the deadline that this call must leave to those after it.

        Raises:
            ModelError: one of its kinds; after the retries, never later than the deadline.
        """
        request = self._request(messages, purpose, schema, small, max_tokens, leave_s)
        key = self._key(request)
        text = self._kept(key)
        if text is None:
            text = self._retrying(request, lambda: "".join(self._once(request)))
        value: str | dict[str, Any] | None = text if schema is None else read_object(text, schema)
        if value is None and schema is not None:
            # The server took the schema and did not heed it; the looser way is heeded by some of these.
            text = self._retrying(request, lambda: "".join(self._once(request, "json_object")))
            value = read_object(text, schema)
        if value is None:
            raise ModelError("The language model's reply did not have the form that was asked for.")
        self._keep(key, text)
        return value

    def stream(
        self, messages: Sequence[Message], *, purpose: str, small: bool = False, max_tokens: int
    ) -> Iterator[str]:
        """The reply piece by piece. Closing the iterator closes the connection to the model.

        Raises:
            ModelError: as `complete`; after the first piece there are no more tries.
        """
        request = self._request(messages, purpose, None, small, max_tokens)
        key = self._key(request)
        if (text := self._kept(key)) is not None:
            self._newest = key
            yield text
            return
        started = self._model.clock()
        try:
            first, rest = self._retrying(request, lambda: _begun(self._once(request)))
        finally:
            self._model.noticed(estimate(request), self._model.clock() - started)
        said = [first]
        try:
            yield first
            for piece in rest:
                said.append(piece)
                yield piece
        except Failed as failed:
            raise failed.fault.error from failed.__cause__
        finally:
            rest.close()
        if not self.truncated:
            self._keep(key, "".join(said))
            self._newest = key

    def _retrying(self, request: Request, action: Callable[[], Result]) -> Result:
        """`action`, again after a pause when another try can help: the only retry layer there is."""
        tries = 0
        while True:
            try:
                return action()
            except Failed as failed:
                fault, tries = failed.fault, tries + 1
                pause = fault.pause_s(tries)
                too_late = pause >= self.remaining_s - request.leave_s
                if not fault.retryable or tries > self._settings.retries or too_late:
                    raise fault.error from failed.__cause__
            self._deadline.sleep(pause)

    def _once(self, request: Request, form: str = "") -> Generator[str, None, None]:
        """One try. A part of the request that the server does not understand is given up at once."""
        habits = self._model.habits(request.model)
        for _ in range(LEARN_AT_MOST):
            body = habits.body(request, form=form)
            try:
                room = body.get("max_tokens") or body["max_completion_tokens"]
                amount = self._purse.reserve(request.model, estimate(request), room)
            except BudgetExceeded as error:
                raise Failed(Fault(error)) from error
            upstream = self._model.connection.start(body, timeout=max(0.1, self.remaining_s))
            call = Call(request, upstream, lambda: self._deadline.check(request.leave_s))
            try:
                yield from call.texts(habits)
                self.truncated = call.finish == "length"
                return
            except Failed as failed:
                fault = failed.fault
                refused = fault.status in REFUSED and not isinstance(fault.error, ContextTooLong)
                if not (refused and habits.learn(fault.detail, body)):
                    raise self._placed(request, failed) from failed.__cause__
            finally:
                self._purse.settle(request.model, call.prompt_tokens, call.completion_tokens, reserved=amount)
        raise Failed(Fault(ModelError(WORDS[ModelError])))

    def _placed(self, request: Request, failed: Failed) -> Failed:
        """A time-out long before the deadline is the connection's: another try can help."""
        left = self.remaining_s - request.leave_s
        early = isinstance(failed.fault.error, ModelTimeout) and left > DEADLINE_MARGIN_S
        return Failed(Fault(ModelUnavailable(WORDS[ModelUnavailable]), retryable=True)) if early else failed

    def _request(
        self,
        messages: Sequence[Message],
        purpose: str,
        schema: Mapping[str, Any] | None,
        small: bool,
        max_tokens: int,
        leave_s: float = 0.0,
    ) -> Request:
        try:
            name = self._model.resolve(small=small, timeout=self._deadline.check(leave_s))
        except Failed as failed:
            raise failed.fault.error from None
        request = Request(name, tuple(messages), max_tokens, schema, purpose, leave_s)
        if estimate(request) + max_tokens > self._settings.context_tokens:
            raise ContextTooLong(WORDS[ContextTooLong])
        return request

    def _key(self, request: Request) -> str:
        """Everything that shapes the reply."""
        shape = [request.model, request.messages, request.max_tokens, request.schema]
        return digest(self._model.connection.base_url, json.dumps(shape, sort_keys=True))

    def _kept(self, key: str) -> str | None:
        kept = self._model.replies.get(key)
        self.cached += kept is not None
        return None if kept is None else str(kept["text"])

    def _keep(self, key: str, text: str) -> None:
        self._model.replies.put({key: {"text": text}})


def _begun(pieces: Generator[str, None, None]) -> tuple[str, Generator[str, None, None]]:
    """The text up to the first word, and the rest: a failure before the first word can still be retried."""
    first = ""
    for piece in pieces:
        first += piece
        if first.strip():
            break
    return first, pieces
