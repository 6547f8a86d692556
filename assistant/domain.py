"""The values that flow through the assistant, in the order in which they come to be.

Knows: shapes, and properties derived from them. Does not know: files, databases, models, pages. Only the
standard library is imported here, so that anyone can import it for free. Every value is frozen; a step takes
values and makes new ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["list", "fact", "explain", "compare", "small_talk", "declined"]
Match = Literal["clear", "possible"]
Judgement = Literal["clear", "possible", "no"]
SupportLevel = Literal["supported", "weak", "unsupported"]
Fate = Literal["kept", "rewritten", "dropped", "flagged"]
Status = Literal[
    "answered",
    "partial",
    "not_in_abstract",
    "not_in_collection",
    "declined",
    "small_talk",
    "failed",
]


def digest(*parts: str, length: int = 64) -> str:
    """sha256 of the parts, hex, cut to `length`; parts are separated, so ("ab", "c") != ("a", "bc")."""
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:length]


# --- write path: source file -> papers -> chunks ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper as its source gave it. `abstract` is stored as is: quotes are slices of it."""

    paper_id: str
    title: str
    abstract: str
    source: str = ""
    line: int = 0
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    url: str = ""

    @property
    def content_hash(self) -> str:
        """Changes exactly when something that is indexed or shown changes."""
        shown = "\x1e".join((*self.authors, str(self.year or ""), self.venue, self.url))
        return digest(self.title, self.abstract, shown)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A piece of a source file that was not stored: where, what, and why (in words for people)."""

    source: str
    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters of one paper's abstract: `paper.abstract[start:end] == text`, always."""

    paper_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """A slice of an abstract, the unit that is embedded and indexed."""

    chunk_id: str
    paper_id: str
    title: str
    text: str
    start: int
    end: int

    @property
    def embedded_text(self) -> str:
        """What the embedder sees; what is quoted is `text`."""
        return f"{self.title}. {self.text}"


# --- read path: question -> hits -> verdicts -> evidence -> draft -> answer ----------------------------


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer earlier in the conversation.

    `answer` is None when only the words are known (a history handed in as role/content rows)."""

    question: str
    text: str
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, made standalone.

    `standalone` is what is searched (in English where a model could translate); `topic` is it without
    scaffolding ("which papers ..."); `excluded` are the topics that must not hold ("but not for robots");
    `parts` are sub-questions, or the names compared; `scope` limits the answer to these papers (None: all);
    `named` are papers that the question names, `unknown` names in it that no paper uses; `language` is an ISO
    639-1 code, "en" when unsure; `searched` is what candidates are looked up with."""

    text: str
    standalone: str
    kind: Kind
    topic: str = ""
    excluded: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    scope: frozenset[str] | None = None
    named: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    counts: bool = False
    wants_number: bool = False
    language: str = "en"
    year_from: int | None = None
    year_to: int | None = None
    searched: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper that retrieval found. `score` is the fused relevance (higher is better, comparable within one
    question), `similarity` the cosine of its best chunk (-1..1), `word_score` its BM25 (>= 0); None: not
    found that way."""

    paper_id: str
    score: float
    similarity: float | None = None
    word_score: float | None = None
    chunk_id: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement on one candidate of a list question, with the words that show it.

    `span` is None only for "no". `confidence` is 0..1. `reason` is one short clause for people."""

    paper_id: str
    judgement: Judgement
    span: Span | None
    confidence: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A numbered paper handed to the writer. `number` is its citation number, `spans` the sentences of its
    abstract that matter for the question (best first)."""

    number: int
    paper: Paper
    spans: tuple[Span, ...]
    match: Match = "clear"


@dataclass(frozen=True, slots=True)
class Citation:
    """A checked reference: `abstract[start:end] == quote` of the stored abstract of `paper_id`."""

    number: int
    paper_id: str
    title: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence as written, not yet checked. `numbers` are the markers it carried; `spans` are known only
    when the writer chose them itself (sentences taken from the abstracts)."""

    text: str
    numbers: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a writer made of the evidence: `status` is the writer's claim about it."""

    status: Status
    sentences: tuple[DraftSentence, ...]
    papers: tuple[ListedPaper, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A checked sentence of an answer. `text` carries no markers; `citations` are the exact quotes it rests
    on (empty: it states nothing about the papers). `before` is the wording that was replaced, if any."""

    text: str
    citations: tuple[Citation, ...] = ()
    support: SupportLevel = "supported"
    fate: Fate = "kept"
    before: str = ""

    @property
    def numbers(self) -> tuple[int, ...]:
        """The citation numbers, each once, in order."""
        return tuple(dict.fromkeys(citation.number for citation in self.citations))


@dataclass(frozen=True, slots=True)
class ListedPaper:
    """A paper in the answer to a list question."""

    paper_id: str
    title: str
    match: Match
    number: int = 0
    quote: str = ""


@dataclass(frozen=True, slots=True)
class NotCited:
    """A paper that was considered or lies near, and why it is not cited."""

    paper_id: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and money of the model calls of one answer. `cost_usd` is None when a price is unknown."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = 0.0
    calls: int = 0

    def __add__(self, other: Usage) -> Usage:
        known = self.cost_usd is not None and other.cost_usd is not None
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            (self.cost_usd or 0.0) + (other.cost_usd or 0.0) if known else None,
            self.calls + other.calls,
        )


@dataclass(frozen=True, slots=True)
class Trace:
    """How an answer came about. `screened` is (considered, of) for list questions; `timings_ms` has the
    keys understand, retrieve, write, check, total; `notes` are short lines for people ("the model did not
    answer in time; these are the papers' own sentences"); `dropped` are sentences that were not passed on."""

    understood_as: str = ""
    kind: Kind = "fact"
    model: str = ""
    screened: tuple[int, int] | None = None
    not_cited: tuple[NotCited, ...] = ()
    notes: tuple[str, ...] = ()
    dropped: tuple[Sentence, ...] = ()
    invalid_markers: int = 0
    usage: Usage = field(default_factory=Usage)
    timings_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer value that page, command line, exports, MCP and evaluation render.

    `text` is the whole answer in plain words with [n] markers; `sentences` are its checked parts in order;
    `citations` are the distinct quotes in order of first use; `papers` is filled for list questions."""

    status: Status
    text: str
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    papers: tuple[ListedPaper, ...] = ()
    trace: Trace = field(default_factory=Trace)


@dataclass(frozen=True, slots=True)
class Stage:
    """A streamed sign of life: which step runs ("Reading 20 of 106 papers")."""

    text: str


@dataclass(frozen=True, slots=True)
class Delta:
    """A streamed piece of the answer's text, before it is checked."""

    text: str


Event = Stage | Delta | Answer
