"""The two ways to an answer: `offline` takes the papers' own sentences, `composed` lets a language model
write.

Both return an `Outcome`; the engine chooses, falls back and puts the answer value together.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.domain import Citation, ListedPaper, NotCited, Sentence, Status


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a way of answering came to; the engine adds the trace."""

    status: Status
    text: str
    sentences: tuple[Sentence, ...]
    papers: tuple[ListedPaper, ...] = ()
    not_cited: tuple[NotCited, ...] = ()
    screened: tuple[int, int] | None = None
    notes: tuple[str, ...] = ()
    dropped: tuple[Sentence, ...] = ()
    invalid_markers: int = 0
    timings_ms: dict[str, float] = field(default_factory=dict)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The distinct quotes, in order of first use."""
        return tuple(dict.fromkeys(c for sentence in self.sentences for c in sentence.citations))
