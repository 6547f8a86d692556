"""An assistant whose answers are known beforehand, made of real abstracts, for tests of the page.

It has the methods of the real one. What it answers is chosen by words of the question: `fail`, `crash`,
`slow`, `flag`, `long`, `nothing`, `unsaid`, `math`, `compare`; everything else is a list or a fact.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.domain import (
    Answer,
    Citation,
    Delta,
    Event,
    Hit,
    ListedPaper,
    NotCited,
    Paper,
    Sentence,
    Span,
    Stage,
    Trace,
    Turn,
    Usage,
)
from assistant.sources import read_source

COLLECTION = Path(__file__).resolve().parents[1] / "data" / "papers_page.txt"
_SENTENCE = re.compile(r"[^.!?]+(?:[.!?](?!\s|$)[^.!?]*)*[.!?]?")
MATH = Paper(
    "math-paper",
    "Optimal $\\pi$ under <b>noise</b> & cost",
    "We bound the regret of $\\pi_\\theta$ by $O(\\sqrt{T})$ <script>alert(1)</script>. "
    "It costs $5 per run, or $7 with tests, and saves 40\\% of calls. Code is at https://github.com/example/regret.",
    authors=("Ada Lovelace", "Alan Turing"),
    year=2024,
)


class FakeAssistant:
    """Answers without thinking. `pause` is the time between two words of a stream."""

    model_name = ""

    def __init__(self, *, pause: float = 0.0, papers: Sequence[Paper] = ()) -> None:
        self._papers = [*(papers or read_source(COLLECTION).papers), MATH]
        self._by_id = {paper.paper_id: paper for paper in self._papers}
        self.pause = pause
        self.asked: list[tuple[str, tuple[Turn, ...], frozenset[str] | None, str | None]] = []
        self.stopped = 0

    def papers(self) -> list[Paper]:
        return list(self._papers)

    def paper(self, paper_id: str) -> Paper | None:
        return self._by_id.get(paper_id)

    def sentences(self, paper_id: str) -> tuple[Span, ...]:
        abstract = self._by_id[paper_id].abstract
        found = (match for match in _SENTENCE.finditer(abstract) if match.group().strip())
        spans = []
        for match in found:
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            end = match.end() - (len(match.group()) - len(match.group().rstrip()))
            spans.append(Span(paper_id, start, end, abstract[start:end]))
        return tuple(spans)

    def search(self, query: str, limit: int = 20) -> list[Hit]:
        words = list(re.findall(r"[a-z]{3,}", query.lower()))
        scored = [
            (
                sum((f"{paper.title} " * 3 + paper.abstract).lower().count(word) for word in words),
                paper.paper_id,
            )
            for paper in self._papers
        ]
        best = sorted((row for row in scored if row[0]), key=lambda row: -row[0])[:limit]
        return [Hit(paper_id, float(score)) for score, paper_id in best]

    def similar(self, paper_id: str, limit: int = 8) -> list[Hit]:
        return [
            hit for hit in self.search(self._by_id[paper_id].title, limit + 1) if hit.paper_id != paper_id
        ]

    def suggestions(self, answer: Answer) -> tuple[str, ...]:
        titles = [citation.title.split(":")[0] for citation in answer.citations]
        return tuple(f"What is evaluated in {title}?" for title in dict.fromkeys(titles))[:3]

    def status(self) -> dict[str, object]:
        return {"papers": len(self._papers), "catalogue_version": "fake"}

    def close(self) -> None:
        return None

    def answer(self, question: str, history: Sequence[Turn] = (), **named: object) -> Answer:
        *_, last = self.stream(question, history, **named)  # type: ignore[arg-type]
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
        self.asked.append((question, tuple(history), scope, understood))
        yield Stage("Looking through the papers")
        if "crash" in question:
            raise RuntimeError("secret /etc/path in the reason")
        made = self._made(understood or question, history, scope)
        made = replace(made, trace=replace(made.trace, understood_as=understood or question.rstrip("?")))
        pause = 0.15 if "slow" in question else self.pause
        written = ""
        for word in re.findall(r"\S+\s*", made.text):
            if cancelled is not None and cancelled():
                self.stopped += 1
                yield Answer("failed", written, trace=Trace(notes=("Stopped; not checked.",)))
                return
            time.sleep(pause)
            written += word
            yield Delta(word)
        yield made

    def _made(self, question: str, history: Sequence[Turn], scope: frozenset[str] | None) -> Answer:
        numbers = {
            citation.paper_id: citation.number
            for turn in history
            if turn.answer is not None
            for citation in turn.answer.citations
        }
        if "fail" in question:
            return Answer("failed", "The model did not answer in time. Ask again, or ask without a model.")
        if "nothing" in question:
            near = tuple(
                NotCited(p.paper_id, p.title, "lies near, but is about another topic")
                for p in self._papers[:4]
            )
            return Answer(
                "not_in_collection",
                "No paper in this collection deals with that.",
                trace=Trace(not_cited=near),
            )
        hits = self.search("math noise regret" if "math" in question else question, 6)
        papers = [self._by_id[hit.paper_id] for hit in hits if not scope or hit.paper_id in scope]
        papers = papers or [self._by_id[paper_id] for paper_id in scope or ()] or self._papers[:2]
        if "math" in question:
            papers = [MATH]
        if "which papers" in question.lower() or "list" in question.lower():
            return self._list(papers, numbers)
        return self._told(question, papers, numbers)

    def _cite(self, paper: Paper, numbers: dict[str, int], nth: int = 0) -> Citation:
        number = numbers.setdefault(paper.paper_id, max(numbers.values(), default=0) + 1)
        spans = self.sentences(paper.paper_id)
        span = spans[min(nth, len(spans) - 1)]
        return Citation(number, paper.paper_id, paper.title, span.text, span.start, span.end)

    def _list(self, papers: Sequence[Paper], numbers: dict[str, int]) -> Answer:
        cited = [self._cite(paper, numbers, 2) for paper in papers]
        intro = Sentence(f"{len(cited)} papers fit, {max(0, len(cited) - 2)} of them clearly.")
        sentences = (intro, *(Sentence(c.quote, (c,)) for c in cited))
        listed = tuple(
            ListedPaper(
                c.paper_id,
                c.title,
                "clear" if place < max(1, len(cited) - 2) else "possible",
                c.number,
                c.quote,
            )
            for place, c in enumerate(cited)
        )
        text = intro.text + "".join(f"\n- {c.title}: {c.quote} [{c.number}]" for c in cited)
        near = tuple(
            NotCited(p.paper_id, p.title, "mentions a tree search, but not this one")
            for p in self._papers[-5:]
        )
        trace = Trace(
            kind="list", screened=(len(self._papers), len(self._papers)), not_cited=near,
            timings_ms={"total": 118.0},
        )  # fmt: skip
        return Answer("answered", text, sentences, tuple(cited), listed, trace)

    def _told(self, question: str, papers: Sequence[Paper], numbers: dict[str, int]) -> Answer:
        wanted = papers[: 12 if "long" in question else 2]
        cited = [self._cite(paper, numbers, 1) for paper in wanted]
        sentences = [Sentence(c.quote, (c,)) for c in cited]
        if "flag" in question:
            sentences[-1] = replace(
                sentences[-1], text="It beats every other method tenfold.", support="unsupported"
            )
            sentences[0] = replace(sentences[0], support="weak")
        text = " ".join(f"{s.text} [{s.numbers[0]}]" for s in sentences)
        if "long" in question:
            text, sentences = "\n\n".join([text] * 3), sentences * 3
        status = "not_in_abstract" if "unsaid" in question else "answered"
        notes = (
            ("The model did not answer in time; these are the papers' own sentences.",)
            if "note" in question
            else ()
        )
        trace = Trace(
            kind="compare" if "ompare" in question else "fact", notes=notes, model="small-model",
            usage=Usage(812, 96, 0.0004, 2), timings_ms={"total": 1340.0},
        )  # fmt: skip
        return Answer(status, text, tuple(sentences), tuple(cited), (), trace)
