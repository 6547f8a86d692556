"""The read story: a question goes in, events come out, the last of them an answer. It never raises.

Knows: the order of the steps, which way of answering is taken, and when to fall back. Does not know: how any
step works. `llama` offers the same as a LlamaIndex query engine.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answering import Outcome
from assistant.answering.composed import ComposedAnswers
from assistant.answering.model_parts import ModelParts
from assistant.answering.offline import OfflineAnswers
from assistant.answering.suggesting import suggest
from assistant.domain import Answer, Delta, Event, Hit, Paper, Question, Span, Stage, Trace, Turn, Usage
from assistant.errors import AssistantError, ModelCancelled, ModelError
from assistant.ingest.index import Index
from assistant.llm import ModelSession
from assistant.questions import QuestionReader
from assistant.reading.library import Library
from assistant.retrieval import Retrieval

log = logging.getLogger(__name__)

# A pasted abstract fits; reading takes time that grows with the square of the length.
LONGEST_QUESTION = 5000


@dataclass(frozen=True)
class Assistant:
    """Answers questions about one collection. `build.build(settings)` makes one."""

    index: Index
    library: Library
    retrieval: Retrieval
    reader: QuestionReader
    offline: OfflineAnswers
    parts: ModelParts | None = None

    @property
    def model_name(self) -> str:
        """The language model that writes; empty when there is none."""
        return self.parts.model.label if self.parts is not None else ""

    def answer(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        scope: frozenset[str] | None = None,
        understood: str | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Answer:
        """The answer as one value; see `stream`."""
        events = self.stream(question, history, scope=scope, understood=understood, cancelled=cancelled)
        *_, last = events
        assert isinstance(last, Answer)
        return last

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        scope: frozenset[str] | None = None,
        understood: str | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Iterator[Event]:
        """Signs of life and pieces of text, then the answer.

        `scope` limits the answer to these papers; `understood` replaces what the question is taken to mean
        (a person edited it); `cancelled` is asked now and then whether anybody still waits."""
        started = time.perf_counter()
        try:
            yield from self._answered(question, history, scope, understood, cancelled, started)
        except ModelCancelled:
            yield _failed("Stopped.", started)
        except AssistantError as error:
            yield _failed(str(error), started)
        except Exception:
            log.exception("answering failed")
            yield _failed("Something went wrong while answering. Please ask again.", started)

    def search(self, query: str, limit: int = 20) -> list[Hit]:
        """Papers that fit a query, best first, without an answer."""
        query = query[:LONGEST_QUESTION]
        return self.retrieval.search(query, limit, also=self.library.lexicon.expansions(query))

    def similar(self, paper_id: str, limit: int = 8) -> list[Hit]:
        """The papers nearest to a paper."""
        return self.retrieval.similar_to(paper_id, limit)

    def papers(self) -> list[Paper]:
        """Every paper, in the order of the sources."""
        return self.index.catalogue.papers()

    def paper(self, paper_id: str) -> Paper | None:
        """The paper of that id, or None."""
        return self.library.paper(paper_id)

    def sentences(self, paper_id: str) -> tuple[Span, ...]:
        """The sentences of a paper's abstract."""
        return self.library.read(paper_id).spans if self.library.paper(paper_id) is not None else ()

    def suggestions(self, answer: Answer) -> tuple[str, ...]:
        """Up to three follow-up questions drawn from the evidence of an answer."""
        return suggest(answer, self.library)

    def status(self) -> dict[str, object]:
        """What the collection holds and whether both indexes are in step with it."""
        catalogue = self.index.catalogue
        papers, chunks = len(catalogue), catalogue.chunk_count()
        vectors, words = self.index.vectors.count, self.index.words.count
        return {
            "papers": papers,
            "chunks": chunks,
            "vectors": vectors,
            "words": words,
            "in_step": vectors == chunks and words == papers,
            "embedding_model": self.index.embedder.name,
            "model": self.model_name,
            "catalogue_version": catalogue.version,
            "notes": list(self.index.notes),
        }

    def close(self) -> None:
        """Let go of the index."""
        self.index.close()

    def _answered(
        self,
        text: str,
        history: Sequence[Turn],
        scope: frozenset[str] | None,
        understood: str | None,
        cancelled: Callable[[], bool] | None,
        started: float,
    ) -> Iterator[Event]:
        text, edited = _encodable(text), _encodable(understood or "").strip()
        asked = edited or text.strip()
        if not any(sign.isalnum() for sign in asked):
            yield _failed("The question is empty. Ask something about the papers.", started)
            return
        if len(asked) > LONGEST_QUESTION:
            yield _failed(
                f"The question is longer than {LONGEST_QUESTION:,} characters. Shorten it.", started
            )
            return
        base = self.reader.read(asked, () if edited else history, scope=scope)
        base = replace(base, text=text[:LONGEST_QUESTION])
        earlier = _numbers_so_far(history)
        understood_at = time.perf_counter()
        if self.parts is None:
            outcome = self.offline.answer(base, earlier)
            yield _answer(base, outcome, started, understood_at)
            return
        with self.parts.session(cancelled) as session:
            try:
                question = self._understood(session, base, history, scope)
                understood_at = time.perf_counter()
                outcome = yield from self._composed(session, question, history, earlier)
                model = session.model_name
            except ModelCancelled:
                raise
            except ModelError as error:
                question, model = base, ""
                outcome = self.offline.answer(base, earlier)
                outcome = replace(outcome, notes=(self.parts.note_for(error), *outcome.notes))
            yield _answer(question, outcome, started, understood_at, model=model, usage=session.usage)

    def _understood(
        self,
        session: ModelSession,
        base: Question,
        history: Sequence[Turn],
        scope: frozenset[str] | None,
    ) -> Question:
        assert self.parts is not None
        question = self.parts.understand(
            session, base, history, mentioned=self._mentioned(base, history), scope_given=scope is not None
        )
        if question.standalone == base.standalone:
            return question
        again = self.reader.read(question.standalone, (), scope=question.scope)
        return replace(question, searched=question.standalone, named=again.named, unknown=again.unknown)

    def _mentioned(self, base: Question, history: Sequence[Turn]) -> list[tuple[str, str]]:
        """(paper id, title) of the papers that the question is taken to be about, as the talk names them."""
        said = " ".join(turn.text for turn in history).casefold()
        papers = self.library.papers(base.scope or ()).values()
        return sorted(
            ((paper.paper_id, paper.title) for paper in papers), key=lambda row: said.find(row[1].casefold())
        )

    def _composed(
        self, session: ModelSession, question: Question, history: Sequence[Turn], earlier: dict[str, int]
    ) -> Generator[Stage | Delta, None, Outcome]:
        assert self.parts is not None
        composed = ComposedAnswers(self.library, self.offline, self.parts)
        return (yield from composed.answer(session, question, history, earlier))


def _encodable(text: str) -> str:
    """`text` without halves of surrogate pairs, which no index or model accepts."""
    return text.encode("utf-8", "replace").decode()


def _numbers_so_far(history: Sequence[Turn]) -> dict[str, int]:
    """Paper id -> citation number in this conversation."""
    answers = [turn.answer for turn in history if turn.answer is not None]
    return {citation.paper_id: citation.number for answer in answers for citation in answer.citations}


def _answer(
    question: Question,
    outcome: Outcome,
    started: float,
    understood_at: float,
    *,
    model: str = "",
    usage: Usage | None = None,
) -> Answer:
    timings = {"understand": (understood_at - started) * 1000, "retrieve": 0.0, "write": 0.0, "check": 0.0}
    timings |= outcome.timings_ms
    timings["total"] = (time.perf_counter() - started) * 1000
    trace = Trace(
        understood_as=question.standalone,
        kind=question.kind,
        model=model,
        screened=outcome.screened,
        not_cited=outcome.not_cited,
        notes=outcome.notes,
        dropped=outcome.dropped,
        invalid_markers=outcome.invalid_markers,
        usage=usage or Usage(),
        timings_ms={name: round(value, 1) for name, value in timings.items()},
    )
    return Answer(outcome.status, outcome.text, outcome.sentences, outcome.citations, outcome.papers, trace)


def _failed(reason: str, started: float) -> Answer:
    total = round((time.perf_counter() - started) * 1000, 1)
    timings = {"understand": 0.0, "retrieve": 0.0, "write": 0.0, "check": 0.0, "total": total}
    return Answer("failed", reason, trace=Trace(timings_ms=timings))
