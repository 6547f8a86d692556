"""An `Answer` -> the HTML of one turn of the conversation.

Knows: how sentences, verdicts, citation numbers, listed papers and figures look. Does not know: how answers
come about, which turn is the last, where the HTML goes. Everything shown is escaped.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from html import escape

from assistant.domain import Answer, Citation, ListedPaper, Sentence
from assistant.page.controls import button, icon, paper_link
from assistant.page.paragraphs import Paragraph, paragraphs
from assistant.page.prose import prose
from assistant.page.small_print import small_print

STATUS_WORDS = {
    "partial": "Answers part of the question",
    "not_in_abstract": "The abstract does not say",
    "not_in_collection": "Not in this collection",
    "declined": "Declined",
    "failed": "Could not answer",
}
_LONGEST_ENDING = 24
_NUMBER = re.compile(r"\s?\[(\d{1,4})\]")
_FLAGS = {
    "weak": "The cited words support this only in part",
    "unsupported": "Not supported by the cited words",
}


def turn_html(
    turn_id: str,
    question: str,
    answer: Answer,
    *,
    suggestions: Sequence[str] = (),
    scope: Sequence[str] = (),
    stopped: bool = False,
) -> str:
    """One question with its answer; `scope` are titles when only some papers were asked, `stopped` says that
    the visitor ended it."""
    return (
        f'<article class="turn" data-turn="{escape(turn_id)}">{asked_html(question, scope)}'
        f'<div class="answer" data-status="{"stopped" if stopped else answer.status}">'
        f"{_status(answer, stopped=stopped)}{_body(answer)}{_notes(answer)}{_table(answer)}{_actions(answer)}"
        f"{small_print(question, answer)}"
        f"{_suggestions(suggestions)}</div></article>"
    )


def asked_html(question: str, scope: Sequence[str] = ()) -> str:
    """The question as it stands above its answer."""
    limits = "".join(f"<li>{escape(title)}</li>" for title in scope)
    limited = (
        f'<ul class="asked-scope" aria-label="Asked of these papers only">{limits}</ul>' if limits else ""
    )
    edit = button("edit", "Edit this question", "edit")
    return f'<div class="asked"><h2>{escape(question)}</h2>{edit}{limited}</div>'


def live_html(text: str, stage: str, *, seconds: float) -> str:
    """An answer under way: what is written so far, and the step that runs."""
    written = "".join(f"<p>{_numbered(prose(part))}</p>" for part in text.split("\n\n") if part.strip())
    clock = f"<span class='clock'>{seconds:.0f} s</span>" if seconds >= 1 else ""
    return (
        f'<div class="answer live"><div class="words">{written}</div>'
        f'<p class="stage"><span class="pulse" aria-hidden="true"></span>{escape(stage)}{clock}</p></div>'
    )


def _numbered(html: str) -> str:
    """Numbers that are not checked yet look like the numbers to come, but lead nowhere."""
    return _NUMBER.sub(r'<span class="cite early">\1</span>', html)


def _status(answer: Answer, *, stopped: bool) -> str:
    words = "Stopped" if stopped else STATUS_WORDS.get(answer.status)
    return f'<p class="status">{icon("flag")}{words}</p>' if words else ""


def _body(answer: Answer) -> str:
    place = {citation: index for index, citation in enumerate(answer.citations)}
    told = paragraphs(answer)
    before = _paragraphs([part for part in told if not part.after_list], place)
    after = [part for part in told if part.after_list]
    clear = _listed([paper for paper in answer.papers if paper.match == "clear"], answer, place)
    possible = _listed([paper for paper in answer.papers if paper.match != "clear"], answer, place)
    if possible and clear:
        # "One more may fit:" stands between the two lists, where the answer says it.
        head = _inline(after.pop(0).parts, place) if after else "Possibly also"
        possible = f'<h3 class="group">{head}</h3>{possible}'
    return f'<div class="words">{before}{clear}{possible}{_paragraphs(after, place)}</div>'


def _paragraphs(parts: Sequence[Paragraph], place: dict[Citation, int]) -> str:
    shown = []
    for kind, group in itertools.groupby(parts, key=lambda part: part.kind):
        tag = "h3" if kind == "h" else kind
        html = "".join(f"<{tag}>{_inline(part.parts, place)}</{tag}>" for part in group)
        shown.append(f"<ul>{html}</ul>" if kind == "li" else html)
    return "".join(shown)


def _inline(parts: Sequence[Sentence | str], place: dict[Citation, int]) -> str:
    return " ".join(prose(part) if isinstance(part, str) else _sentence(part, place) for part in parts)


def _sentence(sentence: Sentence, place: dict[Citation, int]) -> str:
    markers = "".join(_marker(number, sentence.citations, place) for number in sentence.numbers)
    words = _ending_with(sentence.text, markers) if markers else prose(sentence.text)
    shown = f'<span class="sentence" data-support="{sentence.support}">{words}</span>'
    flag = _FLAGS.get(sentence.support, "")
    if sentence.support == "unsupported":
        return f'{shown}<span class="flagged">{icon("flag")}{flag}</span>'
    if sentence.support == "weak":
        return f'{shown}<span class="weak" title="{flag}">partly supported</span>'
    if sentence.fate == "rewritten":
        before = escape(f"Reworded to fit its source. Before: {sentence.before}", quote=True)
        return f'{shown}<span class="weak" title="{before}">reworded</span>'
    return shown


def _ending_with(text: str, markers: str) -> str:
    """The words and their numbers; no number stands alone at the start of a line."""
    head, gap, last = text.rpartition(" ")
    if len(last) > _LONGEST_ENDING or any(sign in text for sign in "$\\*"):
        return prose(text) + markers
    return f'{prose(head)}{gap}<span class="ending">{prose(last)}{markers}</span>'


def _marker(number: int, citations: Sequence[Citation], place: dict[Citation, int]) -> str:
    """The clickable number; its quotes travel with it, so that hovering needs no request."""
    mine = [citation for citation in citations if citation.number == number]
    quotes = " … ".join(dict.fromkeys(citation.quote for citation in mine))
    keys = " ".join(str(place[citation]) for citation in mine if citation in place)
    return (
        f'<button type="button" class="cite" data-do="cite" data-number="{number}" data-marks="{keys}" '
        f'data-quote="{escape(quotes)}" data-title="{escape(mine[0].title)}" '
        f'aria-label="Source {number}: {escape(mine[0].title)}">{number}</button>'
    )


def _listed(papers: Sequence[ListedPaper], answer: Answer, place: dict[Citation, int]) -> str:
    rows = []
    for paper in papers:
        mine = [citation for citation in answer.citations if citation.paper_id == paper.paper_id]
        exact = [citation for citation in mine if citation.quote == paper.quote] or mine
        marker = _marker(exact[0].number, exact[:1], place) if exact else ""
        quote = paper.quote or (exact[0].quote if exact else "")
        rows.append(
            f'<li data-match="{paper.match}">{marker}<div>{paper_link(paper.paper_id, paper.title)}'
            f"<blockquote>{prose(quote)}</blockquote></div></li>"
        )
    return f'<ol class="listed">{"".join(rows)}</ol>' if rows else ""


def _table(answer: Answer) -> str:
    if len(answer.papers) < 2:
        return ""
    heads = "".join(
        f'<th scope="col" aria-sort="none"><button type="button" data-do="sort" data-column="{column}">{word}'
        "</button></th>"
        for column, word in enumerate(("No.", "Paper", "Match", "Evidence"))
    )
    rows = "".join(
        f"<tr><td>{paper.number or ''}</td><td>{paper_link(paper.paper_id, paper.title)}</td>"
        f"<td>{paper.match}</td><td>{prose(paper.quote)}</td></tr>"
        for paper in answer.papers
    )
    return (
        f'<details class="as-table"><summary>{len(answer.papers)} papers as a table</summary>'
        '<div class="scroll" tabindex="0" role="region" aria-label="Papers of this answer">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )


def _notes(answer: Answer) -> str:
    notes = "".join(f"<li>{escape(note)}</li>" for note in answer.trace.notes)
    return f'<ul class="notes">{notes}</ul>' if notes else ""


def _actions(answer: Answer) -> str:
    numbers = {citation.number for citation in answer.citations}
    sources = (
        '<button type="button" class="soft narrow-only" data-do="show-sources">'
        f"{len(numbers)} {'source' if len(numbers) == 1 else 'sources'}</button>"
        if numbers
        else ""
    )
    can_export = button("download", "Export this answer", "export-answer") if answer.citations else ""
    return (
        f'<div class="actions">{sources}{button("copy", "Copy this answer", "copy")}'
        f"{button('retry', 'Ask again', 'retry')}"
        f"{button('link', 'Copy a link that asks this again', 'link')}{can_export}"
        f"{button('thumb-up', 'Good answer', 'good')}{button('thumb-down', 'Something is wrong', 'bad')}"
        "</div>"
    )


def _suggestions(suggestions: Sequence[str]) -> str:
    chips = "".join(
        f'<li><button type="button" class="chip" data-do="ask" data-words="{escape(words)}">{prose(words)}'
        "</button></li>"
        for words in suggestions
    )
    return f'<ul class="suggestions" aria-label="Follow-up questions">{chips}</ul>' if chips else ""
