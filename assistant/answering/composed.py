"""Answers that a language model writes and the assistant checks.

Knows: the order of understanding, screening, writing and checking. Does not know: prompts, calls, or how a
sentence is judged; `model_parts` does that.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace

from assistant import evidence as choosing
from assistant.answering import Outcome
from assistant.answering.model_parts import ModelParts
from assistant.answering.offline import OfflineAnswers
from assistant.domain import Delta, Draft, Evidence, NotCited, Question, Stage, Turn, Verdict
from assistant.llm import ModelSession
from assistant.reading.library import Library

# Candidates of a list question that the model reads, ten a call; and papers that other questions are answered
# from.
READ_BY_MODEL, PAPERS_FOR_ANSWER = 40, 8


class ComposedAnswers:
    """Answers questions with a language model, from the candidates that `offline` finds."""

    def __init__(self, library: Library, offline: OfflineAnswers, parts: ModelParts) -> None:
        self._library = library
        self._offline = offline
        self._parts = parts

    def answer(
        self, session: ModelSession, question: Question, history: Sequence[Turn], earlier: Mapping[str, int]
    ) -> Generator[Stage | Delta, None, Outcome]:
        """Stages and pieces of text, then the outcome.

        Raises:
            ModelError: there is no usable reply; the caller answers offline.
        """
        if question.kind in ("small_talk", "declined"):
            return self._offline.answer(question, earlier)
        started = time.perf_counter()
        if question.kind == "list":
            evidence, verdicts, looked_at = yield from self._screened(session, question, earlier)
        else:
            evidence, verdicts, looked_at = self._evidence(question, earlier), (), None
        retrieved = time.perf_counter()
        yield Stage("Writing")
        draft: Draft = yield from self._parts.compose(session, question, evidence, history)
        written = time.perf_counter()
        yield Stage("Checking every sentence")
        checked = self._parts.check(session, question, draft, evidence, earlier=earlier)
        cited = {citation.paper_id for citation in checked.citations}
        return Outcome(
            status=checked.status,
            text=checked.text,
            sentences=checked.sentences,
            papers=checked.papers,
            not_cited=self._not_cited(evidence, verdicts, cited),
            screened=looked_at,
            notes=checked.notes,
            dropped=checked.dropped,
            invalid_markers=checked.invalid_markers,
            timings_ms={
                "retrieve": (retrieved - started) * 1000,
                "write": (written - retrieved) * 1000,
                "check": (time.perf_counter() - written) * 1000,
            },
        )

    def _screened(
        self, session: ModelSession, question: Question, earlier: Mapping[str, int]
    ) -> Generator[Stage, None, tuple[tuple[Evidence, ...], tuple[Verdict, ...], tuple[int, int]]]:
        looked, scored = self._offline.verdicts(question)
        chosen = [verdict.paper_id for verdict in scored[:READ_BY_MODEL]]
        papers = self._library.papers(chosen)
        verdicts = yield from self._parts.screen(session, question, list(papers.values()))
        verdicts = tuple(self._with_span(verdict, scored) for verdict in verdicts)
        evidence = choosing.from_verdicts(verdicts, self._library, earlier=earlier)
        return evidence, verdicts, (len(scored), looked.of)

    def _with_span(self, verdict: Verdict, scored: Sequence[Verdict]) -> Verdict:
        if verdict.span is not None or verdict.judgement == "no":
            return verdict
        span = next((other.span for other in scored if other.paper_id == verdict.paper_id), None)
        return replace(verdict, span=span)

    def _evidence(self, question: Question, earlier: Mapping[str, int]) -> tuple[Evidence, ...]:
        looked, order = self._offline.ranked(question)
        chosen = [paper_id for paper_id, _ in order[:PAPERS_FOR_ANSWER]]
        return choosing.from_papers(question, chosen, looked, self._library, earlier=earlier)

    def _not_cited(
        self, evidence: Sequence[Evidence], verdicts: Sequence[Verdict], cited: set[str]
    ) -> tuple[NotCited, ...]:
        if verdicts:
            return choosing.not_cited(verdicts, self._library)
        left = (item.paper for item in evidence if item.paper.paper_id not in cited)
        return tuple(NotCited(paper.paper_id, paper.title, "read, but not cited") for paper in left)
