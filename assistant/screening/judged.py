"""Every candidate of a list question read by the language model, ten at a time.

Knows: batches, the quote that a verdict must show, and what was judged before. Does not know: which papers
are candidates, how the list is written. A verdict whose quote is not in the abstract is void: the model may
only point at words, not vouch for a paper. Reading has its share of the answer's time; a slow model reads the
best candidates and leaves the rest unread.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

from assistant.channel import escaped, paper_block
from assistant.domain import Judgement, Paper, Question, Span, Stage, Verdict, digest
from assistant.errors import ModelCancelled, ModelError
from assistant.llm import LanguageModel, ModelSession
from assistant.llm.cache import Kept
from assistant.prompts import Message, Prompts
from assistant.quotes import locate
from assistant.sentences import split_sentences
from assistant.tokens import count_tokens

BATCH = 10
TOKENS_PER_PAPER = 130
FRAME_TOKENS = 60
# Share of the deadline that reading leaves to writing and checking.
LEFT_TO_WRITING = 0.35
FAILURES_BORNE = 1
CONFIDENCE: Mapping[Judgement, float] = {"clear": 0.95, "possible": 0.5, "no": 0.9}
VOID = "Its quote is not in the abstract."
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "verdicts": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "paper": {"type": "integer"},
                    "quote": {"type": "string"},
                    "reason": {"type": "string"},
                    "verdict": {"type": "string", "enum": ["clear", "possible", "no"]},
                },
                "required": ["paper", "quote", "reason", "verdict"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["verdicts"],
    "additionalProperties": False,
}

Batch = tuple[Paper, ...]


class JudgedScreening:
    """`screen` yields a `Stage` per batch and returns a verdict per candidate read, in their order."""

    def __init__(self, model: LanguageModel, prompts: Prompts, kept: Kept) -> None:
        self._model, self._prompts, self._kept = model, prompts, kept
        self._settings = model.settings

    def screen(
        self, session: ModelSession, question: Question, candidates: Sequence[Paper]
    ) -> Generator[Stage, None, tuple[Verdict, ...]]:
        """Judge `candidates`, the best first; those judged before, with the same words, cost nothing. Papers
        whose batch failed, or for which there was no time, have no verdict.

        Raises:
            ModelError: no batch could be judged; ModelCancelled: nobody waits any more.
        """
        keys = self._keys(session, question, candidates)
        known = self._kept.many(keys.values())
        restored = [_restored(p, known[keys[p.paper_id]]) for p in candidates if keys[p.paper_id] in known]
        verdicts = {verdict.paper_id: verdict for verdict in restored if verdict is not None}
        todo = [paper for paper in candidates if paper.paper_id not in verdicts]
        if verdicts and todo:
            yield _progress(len(verdicts), len(candidates))
        failures: list[ModelError] = []
        for judged in self._judged(session, question, todo, failures):
            self._kept.put({keys[v.paper_id]: _stored(v) for v in judged})
            verdicts |= {verdict.paper_id: verdict for verdict in judged}
            yield _progress(len(verdicts), len(candidates))
        if failures and not verdicts:
            raise failures[0]
        return tuple(verdicts[paper.paper_id] for paper in candidates if paper.paper_id in verdicts)

    def _judged(
        self, session: ModelSession, question: Question, papers: Sequence[Paper], failures: list[ModelError]
    ) -> Iterator[list[Verdict]]:
        """The verdicts of each batch as it comes. One failure may be chance; a second ends the reading."""
        pool = ThreadPoolExecutor(self._settings.parallel, thread_name_prefix="screening")
        try:
            batches = self._batches(question, papers)
            futures = [pool.submit(self._judge, session, question, batch) for batch in batches]
            for future in as_completed(futures):
                try:
                    yield future.result()
                except ModelCancelled:
                    raise
                except ModelError as error:
                    failures.append(error)
                    if len(failures) > FAILURES_BORNE:
                        return
        finally:
            # Calls in progress end with the session; nobody waits for them here.
            pool.shutdown(wait=False, cancel_futures=True)

    def _keys(self, session: ModelSession, question: Question, candidates: Sequence[Paper]) -> dict[str, str]:
        asked = " ".join(question.standalone.casefold().split())
        model = self._model.resolve(small=True, timeout=max(0.1, session.remaining_s))
        shape = (asked, "|".join(question.excluded), model, self._prompts.version("screen"))
        return {paper.paper_id: digest(*shape, paper.paper_id, paper.content_hash) for paper in candidates}

    def _batches(self, question: Question, papers: Sequence[Paper]) -> list[Batch]:
        """At most ten papers each, fewer where their abstracts would not fit the model's context."""
        frame = sum(count_tokens(m["content"]) for m in self._messages(question, ()))
        room = self._settings.context_tokens - frame - 2 * FRAME_TOKENS
        batches: list[Batch] = []
        used = 0
        for paper in papers:
            cost = count_tokens(self._block(1, paper)) + TOKENS_PER_PAPER
            if batches and len(batches[-1]) < BATCH and used + cost <= room:
                batches[-1], used = (*batches[-1], paper), used + cost
            else:
                batches.append((paper,))
                used = cost
        return batches

    def _judge(self, session: ModelSession, question: Question, batch: Batch) -> list[Verdict]:
        verdicts = self._ask(session, question, batch)
        left = tuple(paper for paper in batch if paper.paper_id not in verdicts)
        if left:
            verdicts |= self._ask(session, question, left)
        if not verdicts:
            raise ModelError("The language model passed over papers that it should have judged.")
        return [verdicts[paper.paper_id] for paper in batch if paper.paper_id in verdicts]

    def _ask(self, session: ModelSession, question: Question, batch: Batch) -> dict[str, Verdict]:
        reply = session.complete(
            self._messages(question, batch),
            purpose="screen",
            schema=SCHEMA,
            small=True,
            max_tokens=FRAME_TOKENS + TOKENS_PER_PAPER * len(batch),
            leave_s=LEFT_TO_WRITING * self._settings.deadline_s,
        )
        found: dict[str, Verdict] = {}
        for row in reply["verdicts"]:
            place = row.get("paper") if isinstance(row, dict) else None
            if isinstance(place, int) and 1 <= place <= len(batch):
                found.setdefault(batch[place - 1].paper_id, _verdict(batch[place - 1], row))
        return found

    def _messages(self, question: Question, batch: Batch) -> tuple[Message, ...]:
        excluded = "; ".join(escaped(topic) for topic in question.excluded) or "(nothing)"
        blocks = (self._block(number, paper) for number, paper in enumerate(batch, start=1))
        return self._prompts.messages(
            "screen",
            question=escaped(question.standalone),
            excluded=excluded,
            papers="\n".join(blocks),
            count=str(len(batch)),
        )

    def _block(self, number: int, paper: Paper) -> str:
        return paper_block(number, paper, withheld=self._prompts.text("withheld"))


def _verdict(paper: Paper, row: Mapping[str, Any]) -> Verdict:
    """A row of the reply as a verdict; without words of the abstract to show it is void."""
    said = str(row.get("verdict", "")).strip().lower()
    reason = " ".join(str(row.get("reason") or "").split())[:200]
    if said not in ("clear", "possible"):
        return Verdict(paper.paper_id, "no", None, CONFIDENCE["no"], reason)
    judgement: Judgement = "clear" if said == "clear" else "possible"
    span = locate(str(row.get("quote") or ""), paper_id=paper.paper_id, abstract=paper.abstract)
    if span is None:
        return Verdict(paper.paper_id, "no", None, 0.0, VOID)
    return Verdict(paper.paper_id, judgement, _whole(span, paper), CONFIDENCE[judgement], reason)


def _whole(span: Span, paper: Paper) -> Span:
    """The sentences that a quotation lies in: a part of one may say less, or more, than the whole."""
    touched = [
        sentence
        for sentence in split_sentences(paper.paper_id, paper.abstract)
        if sentence.start < span.end and span.start < sentence.end
    ]
    start = min([span.start, *(sentence.start for sentence in touched)])
    end = max([span.end, *(sentence.end for sentence in touched)])
    return Span(paper.paper_id, start, end, paper.abstract[start:end])


def _stored(verdict: Verdict) -> dict[str, Any]:
    place = [verdict.span.start, verdict.span.end] if verdict.span else None
    return {
        "judgement": verdict.judgement,
        "span": place,
        "confidence": verdict.confidence,
        "reason": verdict.reason,
    }


def _restored(paper: Paper, row: Mapping[str, Any]) -> Verdict | None:
    """A kept verdict; None when the row is not of the form that is written now."""
    try:
        span = None
        if row["span"] is not None:
            start, end = row["span"]
            span = Span(paper.paper_id, start, end, paper.abstract[start:end])
        return Verdict(paper.paper_id, row["judgement"], span, row["confidence"], row["reason"])
    except (KeyError, TypeError, ValueError):
        return None


def _progress(done: int, of: int) -> Stage:
    return Stage(f"Read {done} of {of} papers")
