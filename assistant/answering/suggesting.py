"""Follow-up questions, drawn from what an answer rests on.

Knows: which next questions an answer of each kind invites. Does not know: how questions are answered.
"""

from __future__ import annotations

from assistant.domain import Answer
from assistant.reading.library import Library
from assistant.reading.passages import has_figure

MOST = 3


def suggest(answer: Answer, library: Library) -> tuple[str, ...]:
    """Up to three questions; none where an answer gives no hold."""
    papers = list(dict.fromkeys(citation.paper_id for citation in answer.citations))
    if not papers:
        near = [item.paper_id for item in answer.trace.not_cited]
        return tuple(f"What is “{_short(library, paper_id)}” about?" for paper_id in near[:2])
    if len(papers) > 1:
        found = [f"How does “{_short(library, papers[0])}” work?", "Which of those report numbers?"]
        found.insert(1, f"Compare “{_short(library, papers[0])}” and “{_short(library, papers[1])}”")
        return tuple(found[:MOST])
    read = library.read(papers[0])
    cited = {(citation.start, citation.end) for citation in answer.citations}
    left = [span for span in read.spans if (span.start, span.end) not in cited]
    found = ["How does it work?"]
    if any(has_figure(span.text) for span in left):
        found.append("What numbers did they report?")
    found.append("Which other papers are about the same problem?")
    return tuple(found[:MOST])


def _short(library: Library, paper_id: str) -> str:
    """The title up to its colon."""
    title = library.read(paper_id).paper.title
    head = title.split(":")[0]
    return head if len(head) > 3 else title
