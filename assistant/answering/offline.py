"""Answers without a language model: the papers' own sentences, chosen and cited.

Knows: which path each kind of question takes, and when to say that there is no answer. Does not know:
weights, layouts, or how a question was read.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant import evidence as choosing
from assistant.answering import Outcome
from assistant.domain import Evidence, NotCited, Question, Span, Status, Verdict
from assistant.markers import laid_out
from assistant.prompts import Prompts
from assistant.reading.library import Library
from assistant.reading.passages import has_figure
from assistant.retrieval.candidates import Candidates, Looked
from assistant.retrieval.ranking import models, probability, rank
from assistant.screening import absence
from assistant.screening.scored import screen
from assistant.writing.extractive import ExtractiveWriter, Line, listed

# Papers named beyond these do not fit into one comparison.
MOST_COMPARED = 4
# A sentence with every word of the topic is an answer, however small the collection is to judge by.
WHOLLY_COVERED = 0.99


class OfflineAnswers:
    """Answers questions from one library."""

    def __init__(self, library: Library, candidates: Candidates, prompts: Prompts) -> None:
        self._library = library
        self.candidates = candidates
        self._writer = ExtractiveWriter(prompts)
        self._prompts = prompts

    def answer(self, question: Question, earlier: Mapping[str, int]) -> Outcome:
        """The answer to a standalone question; `earlier` are the conversation's citation numbers so far."""
        if question.kind in ("small_talk", "declined"):
            fixed: Status = "small_talk" if question.kind == "small_talk" else "declined"
            return _outcome(fixed, self._writer.fixed(fixed))
        if question.kind == "compare" and len(question.named) > 1:
            outcome = self._compare(question, earlier)
        elif question.kind == "list":
            outcome = self._list(question, earlier)
        else:
            outcome = self._from_one_paper(question, earlier)
        if question.language != "en":
            note = self._prompts.text("other_language").replace("$language", question.language)
            status: Status = "partial" if outcome.status == "answered" else outcome.status
            return replace(outcome, status=status, notes=(*outcome.notes, note))
        return outcome

    def verdicts(self, question: Question) -> tuple[Looked, tuple[Verdict, ...]]:
        """Every candidate of a list question judged, the best first."""
        looked = self.candidates.look(question)
        return looked, screen(question, looked.topic, looked.signals, self._library)

    def ranked(self, question: Question) -> tuple[Looked, list[tuple[str, float]]]:
        """The candidates in the order in which they answer; papers named in the question come first."""
        looked = self.candidates.look(question)
        order = rank(looked.signals)
        named = [pair for pair in order if pair[0] in question.named]
        return looked, [*named, *(pair for pair in order if pair[0] not in question.named)]

    def listing(self, question: Question, evidence: Sequence[Evidence], *, considered: int) -> Outcome:
        """Chosen papers, each with the sentence that shows it."""
        lines = self._writer.listing(question, evidence, considered=considered)
        status: Status = "answered" if any(item.match == "clear" for item in evidence) else "partial"
        return replace(_outcome(status, lines), papers=listed(evidence))

    def _list(self, question: Question, earlier: Mapping[str, int]) -> Outcome:
        started = time.perf_counter()
        looked, verdicts = self.verdicts(question)
        retrieved = time.perf_counter()
        screened = (len(verdicts), looked.of)
        evidence = choosing.from_verdicts(verdicts, self._library, earlier=earlier)
        if not evidence or not self._list_answered(question, looked):
            near = choosing.nearest(verdicts, self._library)
            lines = self._writer.not_in_collection(near, question.unknown, language=question.language)
            outcome = _outcome("not_in_collection", lines, not_cited=near)
        else:
            left = choosing.not_cited(verdicts, self._library)
            outcome = replace(self.listing(question, evidence, considered=len(verdicts)), not_cited=left)
        return replace(outcome, screened=screened, timings_ms=_timings(started, retrieved))

    def _list_answered(self, question: Question, looked: Looked) -> bool:
        if question.scope is not None or question.language != "en":
            return bool(looked.topic.terms)
        if not question.unknown and float(looked.signals.column("cover_passage").max()) > WHOLLY_COVERED:
            return True
        confidence = probability(models()["list"].score_signals(looked.signals))
        inputs = absence.list_inputs(
            question, looked.topic, looked.signals, confidence, self._library.lexicon
        )
        return absence.answered("about_list", inputs) >= absence.LIST_ANSWERED

    def _from_one_paper(self, question: Question, earlier: Mapping[str, int]) -> Outcome:
        started = time.perf_counter()
        looked, order = self.ranked(question)
        retrieved = time.perf_counter()
        timings = _timings(started, retrieved)
        if not order or (question.unknown and not question.named and _name_decides(question)):
            return replace(self._nothing(question, order), timings_ms=timings)
        best = order[0][0]
        evidence = choosing.from_papers(question, [best], looked, self._library, earlier=earlier)
        if not self._detail_answered(question, looked, best, evidence):
            if question.unknown and any(len(name.split()) > 2 for name in question.unknown):
                return replace(self._nothing(question, order), timings_ms=timings)
            lines = self._writer.not_in_abstract(evidence)
            return _outcome("not_in_abstract", lines, not_cited=self._others(order), timings=timings)
        lines = self._writer.passage(evidence, titled=not question.named and question.scope is None)
        return _outcome("answered", lines, not_cited=self._others(order), timings=timings)

    def _detail_answered(
        self, question: Question, looked: Looked, paper_id: str, evidence: Sequence[Evidence]
    ) -> bool:
        """Whether the abstract says what is asked. A number is not answered by sentences without one; the
        rest is judged only where a paper is named or pointed at."""
        if absence.asks_outside(question):
            return False
        if question.wants_number and not any(has_figure(span.text) for span in spans_of(evidence)):
            return False
        if not question.named and question.scope is None:
            return True
        place = looked.signals.paper_ids.index(paper_id)
        read = self._library.read(paper_id)
        inputs = absence.detail_inputs(
            question, looked.topic, looked.signals, place, self._library.lexicon, read
        )
        how = question.kind == "explain"
        needed = absence.HOW_ANSWERED if how else absence.DETAIL_ANSWERED
        return absence.answered("about_detail", inputs) >= needed

    def _compare(self, question: Question, earlier: Mapping[str, int]) -> Outcome:
        started = time.perf_counter()
        looked, order = self.ranked(question)
        retrieved = time.perf_counter()
        papers = [paper_id for paper_id in question.named if paper_id in looked.signals.paper_ids]
        chosen = papers[:MOST_COMPARED]
        evidence = choosing.from_papers(question, chosen, looked, self._library, earlier=earlier)
        if not evidence:
            return replace(self._nothing(question, order), timings_ms=_timings(started, retrieved))
        lines = self._writer.comparison(evidence)
        status: Status = "partial" if question.unknown else "answered"
        others = self._others([pair for pair in order if pair[0] not in chosen], skip=0)
        return _outcome(status, lines, not_cited=others, timings=_timings(started, retrieved))

    def _nothing(self, question: Question, order: Sequence[tuple[str, float]]) -> Outcome:
        near = self._others(order, skip=0, most=choosing.NEAREST)
        return _outcome(
            "not_in_collection",
            self._writer.not_in_collection(near, question.unknown, language=question.language),
            not_cited=near,
        )

    def _others(
        self, order: Sequence[tuple[str, float]], *, skip: int = 1, most: int = 5
    ) -> tuple[NotCited, ...]:
        ids = [paper_id for paper_id, _ in order[skip : skip + most]]
        papers = self._library.papers(ids)
        return tuple(NotCited(p, papers[p].title, "near, but ranked below the cited paper") for p in ids)


def _name_decides(question: Question) -> bool:
    """Whether the question is about the unknown name: a title that is not here, or a fact of it."""
    return any(
        len(name.split()) > 2 or name in (question.searched or question.text) for name in question.unknown
    )


def _outcome(
    status: Status,
    lines: Sequence[Line],
    *,
    not_cited: tuple[NotCited, ...] = (),
    timings: dict[str, float] | None = None,
) -> Outcome:
    sentences = tuple(sentence for _, sentence in lines)
    text = laid_out(sentences, [lead for lead, _ in lines])
    return Outcome(status, text, sentences, not_cited=not_cited, timings_ms=timings or {})


def _timings(started: float, retrieved: float) -> dict[str, float]:
    now = time.perf_counter()
    return {"retrieve": (retrieved - started) * 1000, "write": (now - retrieved) * 1000, "check": 0.0}


def spans_of(evidence: Sequence[Evidence]) -> list[Span]:
    """Every chosen sentence, in the order of the evidence."""
    return [span for item in evidence for span in item.spans]
