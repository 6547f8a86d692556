"""What is asked, said by the language model where words alone do not tell: one small call, or none.

Knows: when a call pays and which of its fields can be trusted. Does not know: how the question is answered.
The question as read without a model is the base; whatever the reply gets wrong stays as it is there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from assistant.channel import escaped
from assistant.domain import Kind, Question, Turn
from assistant.errors import ModelCancelled, ModelError
from assistant.llm import ModelSession
from assistant.memory import cited_papers, conversation
from assistant.prompts import Prompts
from assistant.settings import Settings

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "standalone": {"type": "string"},
        "kind": {"type": "string", "enum": list(get_args(Kind))},
        "topic": {"type": "string"},
        "parts": {"type": "array", "items": {"type": "string"}},
        "excluded": {"type": "array", "items": {"type": "string"}},
        "about_earlier_papers": {"type": "boolean"},
        "papers": {"type": "array", "items": {"type": "integer"}},
        "language": {"type": "string"},
    },
    "required": [
        "standalone",
        "kind",
        "topic",
        "parts",
        "excluded",
        "about_earlier_papers",
        "papers",
        "language",
    ],
    "additionalProperties": False,
}
ROOM = 400
# Share of the deadline that this call leaves to the rest; without it the question is taken as it was read.
LEFT_TO_ANSWERING = 0.75
LONGEST_STANDALONE = 600
MOST_PARTS = 4
LONG_QUESTION_WORDS = 45
_LANGUAGE = re.compile(r"[a-z]{2}")


def pays(question: Question, history: Sequence[Turn]) -> bool:
    """Whether a call is worth it: a conversation, several questions in one, or a foreign language."""
    if question.kind in ("small_talk", "declined"):
        return False
    questions = len(re.findall(r"[?？](?:\s|$)", question.text))
    is_long = len(question.text.split()) > LONG_QUESTION_WORDS
    return bool(history) or questions > 1 or is_long or question.language != "en"


class Understanding:
    """`understand` refines a question that was read without a model."""

    def __init__(self, prompts: Prompts, settings: Settings) -> None:
        self._prompts, self._settings = prompts, settings

    def understand(
        self,
        session: ModelSession,
        base: Question,
        history: Sequence[Turn] = (),
        *,
        mentioned: Sequence[tuple[str, str]] = (),
        scope_given: bool = False,
    ) -> Question:
        """`base`, made standalone and searchable in English. `mentioned` are (paper id, title) of the papers
        that a conversation without stored answers names. `scope_given`: the person limited the papers, which
        a reply cannot change. Any failure but a stop by the person gives `base` back."""
        if not pays(base, history):
            return base
        earlier = _earlier_papers(history) or list(mentioned)
        withheld = self._prompts.text("withheld")
        listed = "\n".join(
            f"{number}. {escaped(title)}" for number, (_, title) in enumerate(earlier, start=1)
        )
        messages = self._prompts.messages(
            "understand",
            conversation=conversation(history, budget=self._settings.history_tokens, withheld=withheld),
            papers=listed,
            question=escaped(base.text),
        )
        try:
            reply = session.complete(
                messages,
                purpose="understand",
                schema=SCHEMA,
                max_tokens=ROOM,
                leave_s=LEFT_TO_ANSWERING * self._settings.deadline_s,
            )
        except ModelCancelled:
            raise
        except ModelError:
            return base
        understood = _refined(base, reply)
        return (
            understood if scope_given else _scoped(understood, reply, [paper_id for paper_id, _ in earlier])
        )


def _earlier_papers(history: Sequence[Turn]) -> list[tuple[str, str]]:
    """The papers of the newest turn that has any."""
    for turn in reversed(history):
        if papers := cited_papers(turn):
            return list(papers)
    return []


def _refined(base: Question, reply: Mapping[str, Any]) -> Question:
    standalone = _line(reply["standalone"])
    if not 0 < len(standalone) <= LONGEST_STANDALONE:
        return base
    kind: Kind = reply["kind"] if reply["kind"] in get_args(Kind) else base.kind
    language = str(reply["language"]).strip().lower()[:2]
    return replace(
        base,
        standalone=standalone,
        kind=base.kind if kind in ("declined", "small_talk") else kind,
        topic=_line(reply["topic"]) or base.topic,
        parts=_lines(reply["parts"]) or base.parts,
        excluded=_lines(reply["excluded"]) or base.excluded,
        language=language if _LANGUAGE.fullmatch(language) else base.language,
    )


def _scoped(question: Question, reply: Mapping[str, Any], earlier: Sequence[str]) -> Question:
    """Limited to papers of the conversation, or freed from a limit that the words only seemed to set."""
    if not reply["about_earlier_papers"]:
        return replace(question, scope=None) if earlier else question
    numbers = [n for n in reply["papers"] if isinstance(n, int) and 1 <= n <= len(earlier)]
    chosen = [earlier[number - 1] for number in numbers] or list(earlier)
    return replace(question, scope=frozenset(chosen)) if chosen else question


def _line(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _lines(values: object) -> tuple[str, ...]:
    found = [_line(value) for value in values] if isinstance(values, list) else []
    return tuple(line for line in found if line)[:MOST_PARTS]
