"""Answers that a language model writes and the assistant checks.

Knows: the order of screening, writing and checking, how many papers the model reads, and what stands in for
a part of it that fails. Does not know: prompts, calls, or how a sentence is judged; `model_parts` does that.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import zip_longest

from assistant import evidence as choosing
from assistant.answering import Outcome
from assistant.answering.model_parts import ModelParts
from assistant.answering.offline import OfflineAnswers
from assistant.domain import Delta, Draft, Evidence, NotCited, Question, Stage, Turn, Verdict
from assistant.errors import ModelCancelled, ModelError
from assistant.llm import ModelSession
from assistant.reading.library import Library
from assistant.retrieval.candidates import Looked

# Of a collection of up to so many papers the model reads every one for a list question, ten a call;
# of a larger one so many of the best candidates are read. Of 602 right papers of 125 list questions 31 lie
# beyond place 40 and 11 beyond place 60.
READ_WHOLE_UP_TO, READ_OF_MORE = 120, 60
# Papers that other questions are answered from; as many again where the model finds nothing in these. Of 120
# such questions four have a right paper beyond place 8, one beyond place 16, none beyond 32. A paper that is
# named leads the ranking.
PAPERS_FOR_ANSWER, BESIDE_NAMED = 16, 6
SECOND_LOOK_LEAVES = 0.6
BEST_OF_PART = 5
MOST_NOT_CITED = 7
UNREAD = "The model could not read {unread} of {of} papers in time; those were judged by their words alone."


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
        if question.kind == "list":
            return (yield from self._list(session, question, earlier))
        return (yield from self._other(session, question, history, earlier))

    def _list(
        self, session: ModelSession, question: Question, earlier: Mapping[str, int]
    ) -> Generator[Stage | Delta, None, Outcome]:
        started = time.perf_counter()
        verdicts, of, notes = yield from self._screened(session, question)
        evidence = choosing.from_verdicts(verdicts, self._library, earlier=earlier)
        retrieved = time.perf_counter()
        try:
            outcome = yield from self._written(session, question, evidence, (), earlier)
        except ModelCancelled:
            raise
        except ModelError as error:
            # The papers are chosen; only the words for them are missing.
            outcome = self._offline.listing(question, evidence, considered=len(verdicts))
            notes = (*notes, self._parts.note_for(error))
        left = choosing.not_cited(verdicts, self._library)
        timings = {"retrieve": (retrieved - started) * 1000} | outcome.timings_ms
        notes = (*notes, *outcome.notes)
        return replace(outcome, not_cited=left, screened=(len(verdicts), of), notes=notes, timings_ms=timings)

    def _other(
        self, session: ModelSession, question: Question, history: Sequence[Turn], earlier: Mapping[str, int]
    ) -> Generator[Stage | Delta, None, Outcome]:
        started = time.perf_counter()
        evidence, further = self._evidence(question, earlier)
        retrieved = time.perf_counter()
        outcome = yield from self._written(session, question, evidence, history, earlier, further)
        cited = {citation.paper_id for citation in outcome.citations}
        left = [item.paper for item in evidence if item.paper.paper_id not in cited][:MOST_NOT_CITED]
        not_cited = tuple(NotCited(p.paper_id, p.title, "read, but not cited") for p in left)
        timings = {"retrieve": (retrieved - started) * 1000} | outcome.timings_ms
        return replace(outcome, not_cited=not_cited, timings_ms=timings)

    def _written(
        self,
        session: ModelSession,
        question: Question,
        evidence: Sequence[Evidence],
        history: Sequence[Turn],
        earlier: Mapping[str, int],
        further: Sequence[Evidence] = (),
    ) -> Generator[Stage | Delta, None, Outcome]:
        """The draft, checked; from `further` where there is nothing in `evidence`."""
        started = time.perf_counter()
        with _forgotten_on_failure(session):
            yield Stage("Writing")
            compose = self._parts.compose
            draft: Draft = yield from compose(session, question, evidence, history, has_more=bool(further))
            in_time = session.remaining_s > SECOND_LOOK_LEAVES * self._parts.model.settings.deadline_s
            if further and in_time and draft.status == "not_in_collection":
                yield Stage("Looking further")
                evidence = further
                draft = yield from compose(session, question, evidence, history)
            written = time.perf_counter()
            yield Stage("Checking every sentence")
            checked = self._parts.check(session, question, draft, evidence, earlier=earlier)
        done = time.perf_counter()
        return Outcome(
            status=checked.status,
            text=checked.text,
            sentences=checked.sentences,
            papers=checked.papers,
            notes=checked.notes,
            dropped=checked.dropped,
            invalid_markers=checked.invalid_markers,
            timings_ms={"write": (written - started) * 1000, "check": (done - written) * 1000},
        )

    def _screened(
        self, session: ModelSession, question: Question
    ) -> Generator[Stage, None, tuple[tuple[Verdict, ...], int, tuple[str, ...]]]:
        """A verdict per candidate, out of how many papers, and what is to be said of it."""
        looked, scored = self._offline.verdicts(question)
        most = READ_WHOLE_UP_TO if len(scored) <= READ_WHOLE_UP_TO else READ_OF_MORE
        papers = self._library.papers(verdict.paper_id for verdict in scored[:most])
        read = yield from self._parts.screen(session, question, list(papers.values()))
        by_model = {verdict.paper_id: verdict for verdict in read}
        unread = len(papers) - len(by_model)
        if not unread:
            return read, looked.of, ()
        # What could not be read is judged by its words, as without a model, and the answer says so. Where the
        # model found nothing among the best candidates, words alone do not find more.
        found = any(verdict.judgement != "no" for verdict in read)
        by_words = (v if found else replace(v, judgement="no", span=None) for v in scored[:most])
        verdicts = tuple(by_model.get(verdict.paper_id, verdict) for verdict in by_words)
        return verdicts, looked.of, (UNREAD.format(unread=unread, of=len(verdicts)),)

    def _evidence(
        self, question: Question, earlier: Mapping[str, int]
    ) -> tuple[tuple[Evidence, ...], tuple[Evidence, ...]]:
        """The best papers, and those to look at when they hold no answer; none where a name decides."""
        looked, order = self._offline.ranked(question)
        order = self._with_parts(question, looked, order)
        most = len(question.named) + BESIDE_NAMED if question.named else PAPERS_FOR_ANSWER
        name_decides = bool(question.named or question.unknown)
        groups = (order[:most], () if name_decides else order[most : 2 * most])
        best, further = (
            choosing.from_papers(question, [p for p, _ in group], looked, self._library, earlier=earlier)
            for group in groups
        )
        return best, further

    def _with_parts(
        self, question: Question, looked: Looked, order: Sequence[tuple[str, float]]
    ) -> list[tuple[str, float]]:
        """The ranking; of several questions in one the best papers of each lead in turn."""
        parts = [part for part in question.parts if self._library.paper(part) is None]
        rankings = [order, *(self._offline.ranked(replace(question, searched=part))[1] for part in parts)]
        ranked: dict[str, float] = {}
        for pairs in zip_longest(*(ranking[:BEST_OF_PART] for ranking in rankings)):
            ranked |= {pair[0]: pair[1] for pair in pairs if pair and pair[0] not in ranked}
        seen = set(looked.signals.paper_ids)
        leading = [(paper_id, score) for paper_id, score in ranked.items() if paper_id in seen]
        return [*leading, *(pair for pair in order if pair[0] not in ranked)]


@contextmanager
def _forgotten_on_failure(session: ModelSession) -> Iterator[None]:
    """A reply that cannot be used would come from the cache for ever."""
    try:
        yield
    except ModelError:
        session.disown()
        raise
