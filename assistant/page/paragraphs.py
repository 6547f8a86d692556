"""The sentences of an answer -> paragraphs and list items, as the answer's own text lays them out.

Knows: that line breaks between two sentences in `Answer.text` separate them, and that sentences which only
repeat a listed paper are shown by the list. Does not know HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.domain import Answer, Sentence

_ITEM = re.compile(r"\n\s*(?:[-*•]|\d+[.)])\s+\S?[^\n]*$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that belong together: a paragraph or an item of a list."""

    kind: Literal["p", "li"]
    sentences: tuple[Sentence, ...]


def paragraphs(answer: Answer) -> list[Paragraph]:
    """The answer's sentences in order, without those that the list of papers shows anyway."""
    found: list[Paragraph] = []
    cursor = 0
    for sentence in answer.sentences:
        at = answer.text.find(sentence.text, cursor)
        gap = answer.text[cursor:at] if at >= 0 else " "
        cursor = at + len(sentence.text) if at >= 0 else cursor
        if _is_listed(sentence, answer):
            continue
        kind: Literal["p", "li"] = "li" if _ITEM.search(f"\n{gap}" if not found else gap) else "p"
        if found and "\n" not in gap:
            last = found.pop()
            found.append(Paragraph(last.kind, (*last.sentences, sentence)))
        else:
            found.append(Paragraph(kind, (sentence,)))
    return found


def _is_listed(sentence: Sentence, answer: Answer) -> bool:
    if not sentence.citations or not answer.papers or sentence.support == "unsupported":
        return False
    cited = {citation.paper_id for citation in sentence.citations}
    mine = [paper for paper in answer.papers if paper.paper_id in cited]
    if {paper.paper_id for paper in mine} != cited:
        return False
    said = sentence.text.strip()
    return all(
        bool(paper.quote and paper.quote in said) or said in paper.quote or paper.title in said
        for paper in mine
    )
