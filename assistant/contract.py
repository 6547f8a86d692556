"""The answer as JSON, and back: the one machine-readable form, for the command line and for stored chats.

Knows: the keys and what is left out when. Does not know: who asks, where the JSON goes, how answers are made.
A sentence points to its quotes by their place in "citations", so that nothing is written twice; what a reader
of the plain contract does not need lies under "trace".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, get_args

from assistant.domain import (
    Answer,
    Citation,
    Fate,
    Kind,
    ListedPaper,
    Match,
    NotCited,
    Sentence,
    Status,
    SupportLevel,
    Trace,
    Usage,
)
from assistant.errors import HistoryError

STEPS = ("understand", "retrieve", "write", "check", "total")

Json = dict[str, Any]
Word = TypeVar("Word")


# --- answer -> JSON -----------------------------------------------------------------------------------


def answer_to_json(answer: Answer, *, id: str = "") -> Json:
    """`answer` as one JSON object; "papers" only for lists, "screened" only when papers were judged."""
    trace = answer.trace
    citations = _all_citations(answer)
    place = {citation: index for index, citation in enumerate(citations)}
    row: Json = {
        "id": id,
        "status": answer.status,
        "text": answer.text,
        "model": trace.model,
        "sentences": [_sentence_to_json(sentence, place) for sentence in answer.sentences],
        "citations": [_citation_to_json(citation) for citation in citations],
    }
    if trace.kind == "list" or answer.papers:
        row["papers"] = [_listed_to_json(paper) for paper in answer.papers]
    if trace.screened is not None:
        row["screened"] = {"considered": trace.screened[0], "of": trace.screened[1]}
    row["timings_ms"] = {step: round(float(trace.timings_ms.get(step, 0.0)), 3) for step in STEPS}
    row["tokens"] = {"prompt": trace.usage.prompt_tokens, "completion": trace.usage.completion_tokens}
    row["cost_usd"] = trace.usage.cost_usd
    row["trace"] = _trace_to_json(answer)
    return row


def _all_citations(answer: Answer) -> tuple[Citation, ...]:
    """The answer's citations, then those that only a sentence carries."""
    carried = (citation for sentence in answer.sentences for citation in sentence.citations)
    return tuple(dict.fromkeys((*answer.citations, *carried)))


def _sentence_to_json(sentence: Sentence, place: Mapping[Citation, int]) -> Json:
    return {
        "text": sentence.text,
        "citations": list(sentence.numbers),
        "support": sentence.support,
        "quotes": [place[citation] for citation in sentence.citations],
        "fate": sentence.fate,
        "before": sentence.before,
    }


def _citation_to_json(citation: Citation) -> Json:
    return {
        "number": citation.number,
        "paper_id": citation.paper_id,
        "title": citation.title,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
    }


def _listed_to_json(paper: ListedPaper) -> Json:
    return {
        "paper_id": paper.paper_id,
        "title": paper.title,
        "match": paper.match,
        "number": paper.number,
        "quote": paper.quote,
    }


def _trace_to_json(answer: Answer) -> Json:
    trace = answer.trace
    dropped_citations = tuple(dict.fromkeys(c for sentence in trace.dropped for c in sentence.citations))
    place = {citation: index for index, citation in enumerate(dropped_citations)}
    return {
        "understood_as": trace.understood_as,
        "kind": trace.kind,
        "notes": list(trace.notes),
        "not_cited": [
            {"paper_id": paper.paper_id, "title": paper.title, "reason": paper.reason}
            for paper in trace.not_cited
        ],
        "dropped": [_sentence_to_json(sentence, place) for sentence in trace.dropped],
        "dropped_citations": [_citation_to_json(citation) for citation in dropped_citations],
        "invalid_markers": trace.invalid_markers,
        "calls": trace.usage.calls,
    }


# --- JSON -> answer -----------------------------------------------------------------------------------


def answer_from_json(row: Mapping[str, Any]) -> Answer:
    """The answer that `row` holds; the inverse of `answer_to_json`. Keys beyond the plain contract may lack.

    Raises:
        HistoryError: `row` is not of that form.
    """
    try:
        return _answer(row)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise HistoryError(
            f"A stored answer is not of the expected form ({type(error).__name__}: {error}). "
            "Ask the question again."
        ) from error


def _answer(row: Mapping[str, Any]) -> Answer:
    citations = tuple(_citation(item) for item in row["citations"])
    return Answer(
        status=_one_of(row["status"], get_args(Status)),
        text=_text(row["text"]),
        sentences=tuple(_sentence(item, citations) for item in row["sentences"]),
        citations=citations,
        papers=tuple(_listed(item) for item in row.get("papers", ())),
        trace=_trace(row),
    )


def _sentence(item: Mapping[str, Any], citations: Sequence[Citation]) -> Sentence:
    if "quotes" in item:
        cited = tuple(citations[_natural(place)] for place in item["quotes"])
    else:
        cited = tuple(citation for citation in citations if citation.number in item["citations"])
    return Sentence(
        text=_text(item["text"]),
        citations=cited,
        support=_one_of(item["support"], get_args(SupportLevel)),
        fate=_one_of(item.get("fate", "kept"), get_args(Fate)),
        before=_text(item.get("before", "")),
    )


def _citation(item: Mapping[str, Any]) -> Citation:
    return Citation(
        number=_natural(item["number"]),
        paper_id=_text(item["paper_id"]),
        title=_text(item["title"]),
        quote=_text(item["quote"]),
        start=_natural(item["start"]),
        end=_natural(item["end"]),
    )


def _listed(item: Mapping[str, Any]) -> ListedPaper:
    return ListedPaper(
        paper_id=_text(item["paper_id"]),
        title=_text(item["title"]),
        match=_one_of(item["match"], get_args(Match)),
        number=_natural(item.get("number", 0)),
        quote=_text(item.get("quote", "")),
    )


def _trace(row: Mapping[str, Any]) -> Trace:
    extra: Mapping[str, Any] = row.get("trace", {})
    screened, cost = row.get("screened"), row["cost_usd"]
    dropped_citations = tuple(_citation(item) for item in extra.get("dropped_citations", ()))
    return Trace(
        understood_as=_text(extra.get("understood_as", "")),
        kind=_one_of(extra.get("kind", "list" if "papers" in row else "fact"), get_args(Kind)),
        model=_text(row["model"]),
        screened=None if screened is None else (_natural(screened["considered"]), _natural(screened["of"])),
        not_cited=tuple(_not_cited(item) for item in extra.get("not_cited", ())),
        notes=tuple(_text(note) for note in extra.get("notes", ())),
        dropped=tuple(_sentence(item, dropped_citations) for item in extra.get("dropped", ())),
        invalid_markers=_natural(extra.get("invalid_markers", 0)),
        usage=Usage(
            prompt_tokens=_natural(row["tokens"]["prompt"]),
            completion_tokens=_natural(row["tokens"]["completion"]),
            cost_usd=None if cost is None else float(cost),
            calls=_natural(extra.get("calls", 0)),
        ),
        timings_ms={step: float(row["timings_ms"].get(step, 0.0)) for step in STEPS},
    )


def _not_cited(item: Mapping[str, Any]) -> NotCited:
    return NotCited(_text(item["paper_id"]), _text(item["title"]), _text(item["reason"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _natural(value: object) -> int:
    """A count or a place; negative ones are refused, because Python would read them from the end."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r} is not a whole number from 0")
    return value


def _one_of(value: object, allowed: Sequence[Word]) -> Word:
    for word in allowed:
        if word == value:
            return word
    raise ValueError(f"{value!r} is none of {', '.join(map(str, allowed))}")
