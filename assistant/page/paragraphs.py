"""The sentences of an answer -> headings, paragraphs and list items, as the answer's own text lays them out.

Knows: that what stands between two sentences in `Answer.text` (line breaks, titles, lead-ins) belongs to the
answer too, and that sentences which only repeat a listed paper are shown by the list. Does not know HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.domain import Answer, Sentence

Kind = Literal["p", "li", "h"]
_MARKERS = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")
_ITEM = re.compile(r"^\s*(?:[-*•]|\d{1,3}[.)])\s+")
_HEADING = re.compile(r"^\s*(?:#{1,4}\s+(?P<hash>.+?)|\*\*(?P<stars>[^*]+)\*\*:?)\s*$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences and words between them that belong together. `after_list` when listed papers come before."""

    kind: Kind
    parts: tuple[Sentence | str, ...]
    after_list: bool = False


def paragraphs(answer: Answer) -> list[Paragraph]:
    """The answer in order, without the sentences that the list of papers shows anyway."""
    found: list[Paragraph] = []
    listed = False
    for gap, sentence in _gaps(answer):
        *lines, lead = _MARKERS.sub("", gap).split("\n")
        found.extend(_plain(line, after_list=listed) for line in lines if line.strip())
        if sentence is None:
            found.extend([_plain(lead, after_list=listed)] if lead.strip() else [])
        elif _is_listed(sentence, answer):
            listed = True
        elif lines or not found:
            kind: Kind = "li" if _ITEM.match(lead) else "p"
            words = _ITEM.sub("", lead).strip()
            found.append(Paragraph(kind, (words, sentence) if words else (sentence,), listed))
        else:
            last = found.pop()
            words = lead.strip()
            found.append(
                Paragraph(last.kind, (*last.parts, *([words] if words else []), sentence), last.after_list)
            )
    return found


def _gaps(answer: Answer) -> Iterator[tuple[str, Sentence | None]]:
    """Each sentence with what stands before it, then what stands after the last. A text that does not hold
    all the sentences tells nothing about what lies between them."""
    cursor, gaps = 0, []
    for sentence in answer.sentences:
        at = answer.text.find(sentence.text, cursor)
        if at < 0:
            yield from ((" ", sentence) for sentence in answer.sentences)
            return
        gaps.append((answer.text[cursor:at], sentence))
        cursor = at + len(sentence.text)
    yield from gaps
    yield answer.text[cursor:], None


def _plain(line: str, *, after_list: bool) -> Paragraph:
    heading = _HEADING.match(line)
    if heading:
        return Paragraph("h", ((heading["hash"] or heading["stars"]).strip(),), after_list)
    return Paragraph("li" if _ITEM.match(line) else "p", (_ITEM.sub("", line).strip(),), after_list)


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
