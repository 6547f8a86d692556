"""The model as second judge: one call for every sentence in doubt, which also mends what does not hold.

Knows: what is asked of the model and how its reply is read. Does not know: which sentences are in doubt, or
what becomes of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.channel import asked, escaped, evidence_blocks
from assistant.domain import Evidence, Question
from assistant.llm import ModelSession
from assistant.prompts import Prompts
from assistant.settings import Settings
from assistant.tokens import count_tokens

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "reviews": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "sentence": {"type": "integer"},
                    "verdict": {"type": "string", "enum": ["supported", "partly", "no"]},
                    "rewrite": {"type": "string"},
                },
                "required": ["sentence", "verdict", "rewrite"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["reviews"],
    "additionalProperties": False,
}
TOKENS_PER_SENTENCE = 110
FRAME_TOKENS = 80


@dataclass(frozen=True, slots=True)
class Review:
    """The model's word on a sentence; `rewrite` (with markers) is "" when nothing of it can be kept."""

    verdict: Literal["supported", "partly", "no"]
    rewrite: str = ""


def review(
    session: ModelSession,
    prompts: Prompts,
    settings: Settings,
    question: Question,
    doubtful: Sequence[tuple[str, tuple[int, ...]]],
    evidence: Sequence[Evidence],
) -> dict[int, Review]:
    """Reviews by place in `doubtful` (text, numbers it cites; none: all papers). One call for all of them.

    Raises:
        ModelError: the call failed.
    """
    cited = {number for _, numbers in doubtful for number in numbers}
    every = any(not numbers for _, numbers in doubtful)
    papers = [item for item in evidence if every or item.number in cited]
    lines = [_fenced(place, *sentence) for place, sentence in enumerate(doubtful, start=1)]
    values = {
        "question": asked(question),
        "sentences": "\n".join(lines),
        "language": question.language,
    }
    room = FRAME_TOKENS + TOKENS_PER_SENTENCE * len(doubtful)
    frame = sum(count_tokens(m["content"]) for m in prompts.messages("review", papers="", **values))
    budget = settings.context_tokens - room - frame - FRAME_TOKENS
    blocks = evidence_blocks(papers, withheld=prompts.text("withheld"), budget=budget)
    messages = prompts.messages("review", papers=blocks, **values)
    reply = session.complete(messages, purpose="review", schema=SCHEMA, small=True, max_tokens=room)
    return _read(reply["reviews"], len(doubtful))


def _fenced(place: int, text: str, numbers: tuple[int, ...]) -> str:
    cites = ", ".join(map(str, numbers)) or "all papers"
    return f'<sentence number="{place}" cites="{cites}">{escaped(text)}</sentence>'


def _read(rows: Sequence[Any], count: int) -> dict[int, Review]:
    """What the reply says of each sentence; rows of another form are passed over."""
    reviews: dict[int, Review] = {}
    for row in rows:
        if not isinstance(row, dict):
            continue
        place, verdict = row.get("sentence"), str(row.get("verdict", "")).strip().lower()
        if not isinstance(place, int) or not 1 <= place <= count:
            continue
        rewrite = str(row.get("rewrite") or "").strip()
        known: Literal["supported", "partly", "no"] = (
            "supported" if verdict == "supported" else "partly" if verdict == "partly" else "no"
        )
        reviews.setdefault(place - 1, Review(known, rewrite))
    return reviews
