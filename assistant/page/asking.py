"""A visitor's question -> a stream of messages for the page, ending with the turn.

Knows: one run from question to turn, whatever happens: its stop, its place in the row, its clock. Does not
know: how answers are made, how they look, where conversations are kept (the browser sends the earlier turns
along, so that the server holds nothing that could reach another visitor).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.contract import answer_to_json
from assistant.domain import Answer, Delta, Stage, Trace
from assistant.errors import AssistantError
from assistant.page.answers import live_html, turn_html
from assistant.page.holder import Librarian, Opening
from assistant.page.sources import sources_html
from assistant.page.stored import Asked, asked_from_json

_log = logging.getLogger(__name__)
_FRAME_S = 0.05
_BEAT_S = 0.5
_GRACE_S = 1.5
AT_ONCE = 6

Message = dict[str, Any]


@dataclass
class _Run:
    """What is known of a question under way."""

    asked: Asked
    started: float = field(default_factory=time.monotonic)
    stop: threading.Event = field(default_factory=threading.Event)
    stopped_at: float = 0.0
    text: str = ""
    stage: str = "Reading the question"
    answer: Answer | None = None

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def take(self, event: object) -> None:
        if isinstance(event, Stage):
            self.stage = event.text
        elif isinstance(event, Delta):
            self.text += event.text
        elif isinstance(event, Answer):
            self.answer = event

    def live(self) -> Message:
        html = live_html(self.text, self.stage, seconds=self.seconds)
        return {"run": self.asked.run, "kind": "live", "html": html}


class Asking:
    """The questions under way, by the random name that the visitor's page gave each."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._runs: dict[str, _Run] = {}
        self._free: asyncio.Semaphore | None = None

    def stop(self, data: object) -> Message:
        """Ask the run that `data` names to end; it still ends with a turn."""
        run = self._runs.get(str(data.get("run", ""))) if isinstance(data, dict) else None
        if run is not None:
            run.stop.set()
        return {"known": run is not None}

    async def stream(self, payload: object) -> AsyncIterator[Message]:
        """Messages of kind "live" while the answer grows, then one of kind "turn"."""
        run = _Run(asked_from_json(payload))
        self._runs[run.asked.run] = run
        try:
            yield run.live()
            async for message in self._answered(run):
                yield message
        except AssistantError as error:
            yield self._finish(run, _failed(str(error)))
        except Exception:  # noqa: BLE001  # the reason is logged, the page goes on
            _log.exception("The page could not finish an answer")
            yield self._finish(run, _failed("Something went wrong here. Please ask again."))
        finally:
            run.stop.set()
            self._runs.pop(run.asked.run, None)

    async def _answered(self, run: _Run) -> AsyncIterator[Message]:
        if run.asked.problem:
            yield self._finish(run, _failed(run.asked.problem))
            return
        async for message in self._opened(run):
            yield message
        self._free = self._free or asyncio.Semaphore(AT_ONCE)
        while not run.stop.is_set():
            try:
                await asyncio.wait_for(self._free.acquire(), _BEAT_S)
            except TimeoutError:
                run.stage = "Others are asking; yours is next in the row"
                yield run.live()
                continue
            try:
                async for message in self._worked(run):
                    yield message
            finally:
                self._free.release()
            break
        yield self._finish(run, run.answer or _stopped(run.text))

    async def _opened(self, run: _Run) -> AsyncIterator[Message]:
        while self._opening.state == "opening" and not run.stop.is_set():
            run.stage = self._opening.progress
            yield run.live()
            await asyncio.sleep(0.2)
        if self._opening.state == "failed":
            raise AssistantError(self._opening.failure)

    async def _worked(self, run: _Run) -> AsyncIterator[Message]:
        """The engine works in a thread of its own; what it says is shown at most every `_FRAME_S`."""
        events: asyncio.Queue[object] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        worker = threading.Thread(target=_work, args=(self._opening.need(), run, loop, events), daemon=True)
        worker.start()
        while True:
            event: object = None
            with contextlib.suppress(TimeoutError):
                event = await asyncio.wait_for(events.get(), _BEAT_S)
            run.take(event)
            while event is not _END and not events.empty():
                event = events.get_nowait()
                run.take(event)
            if event is _END or run.answer is not None or self._abandoned(run):
                return
            yield run.live()
            await asyncio.sleep(_FRAME_S)

    @staticmethod
    def _abandoned(run: _Run) -> bool:
        """Whether the visitor stopped it and the engine did not notice in time."""
        if not run.stop.is_set():
            return False
        run.stopped_at = run.stopped_at or time.monotonic()
        run.stage = "Stopping"
        return time.monotonic() - run.stopped_at > _GRACE_S

    def _finish(self, run: _Run, answer: Answer) -> Message:
        ended = run.stop.is_set() and answer.status == "failed"
        return turn_message(replace(run.asked, stopped=ended), answer, self._opening.assistant)


_END = object()


def _work(
    assistant: Librarian, run: _Run, loop: asyncio.AbstractEventLoop, events: asyncio.Queue[object]
) -> None:
    asked = run.asked

    def say(event: object) -> None:
        # The loop is closed when the program ends while an answer is under way.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(events.put_nowait, event)

    try:
        for event in assistant.stream(
            asked.question,
            asked.history,
            scope=asked.scope or None,
            understood=asked.understood or None,
            cancelled=run.stop.is_set,
        ):
            say(event)
    except AssistantError as error:
        say(_failed(str(error)))
    except Exception:  # noqa: BLE001  # the reason is logged, the page goes on
        _log.exception("The engine could not finish an answer")
        say(_failed("Something went wrong while answering. Please ask again."))
    finally:
        say(_END)


def turn_message(asked: Asked, answer: Answer, assistant: Librarian | None) -> Message:
    """The turn as the page keeps and shows it; `assistant` lends abstracts and follow-up questions."""
    wanted = {citation.paper_id for citation in answer.citations}
    found = (assistant.paper(paper_id) for paper_id in wanted) if assistant is not None else ()
    papers = {paper.paper_id: paper for paper in found if paper is not None}
    stored = answer_to_json(answer, id=asked.run)
    html = turn_html(
        asked.run,
        asked.question,
        answer,
        suggestions=_suggestions(assistant, answer),
        scope=asked.scope_titles,
        stopped=asked.stopped,
    )
    turn = {
        "id": asked.run,
        "question": asked.question,
        "scope": [list(pair) for pair in asked.scoped],
        "answer": stored,
        "stopped": asked.stopped,
    }
    return {
        "run": asked.run,
        "kind": "turn",
        "turn": turn,
        "html": html,
        "sources": sources_html(answer, papers),
    }


def _suggestions(assistant: Librarian | None, answer: Answer) -> tuple[str, ...]:
    if assistant is None or answer.status in ("failed", "declined"):
        return ()
    try:
        return tuple(assistant.suggestions(answer))[:3]
    except Exception:  # noqa: BLE001  # the reason is logged, the page goes on
        _log.exception("No follow-up questions")
        return ()


def _failed(words: str) -> Answer:
    return Answer(status="failed", text=words)


def _stopped(text: str) -> Answer:
    note = "You stopped this answer; what is here was not checked." if text else "You stopped this answer."
    return Answer(status="failed", text=text or "Stopped.", trace=Trace(notes=(note,)))
