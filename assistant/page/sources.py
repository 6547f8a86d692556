"""The cited papers of an answer -> source cards, and below them what was considered and not cited.

Knows: how a quote is marked inside its abstract, and which addresses a paper is looked up at. Does not know:
the sentences of the answer. Links lead elsewhere only when a person follows them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote_plus

from assistant.domain import Answer, Citation, Paper
from assistant.page.controls import like_button, paper_link, scope_button
from assistant.page.prose import Mark, first_link, prose

_CODE_HOSTS = ("github.com", "gitlab.com", "huggingface.co", "bitbucket.org", "codeberg.org")


def sources_html(answer: Answer, papers: Mapping[str, Paper]) -> str:
    """Cards in the order of the citation numbers; `papers` are those at hand, by id."""
    place = {citation: index for index, citation in enumerate(answer.citations)}
    by_paper: dict[tuple[int, str], list[Citation]] = {}
    for citation in answer.citations:
        by_paper.setdefault((citation.number, citation.paper_id), []).append(citation)
    cards = "".join(
        _card(number, cited, place, papers.get(paper_id), alone=len(by_paper) == 1)
        for (number, paper_id), cited in sorted(by_paper.items())
    )
    nothing = '<p class="empty">This answer cites no paper.</p>'
    return f'{_tools(by_paper)}<div class="cards">{cards or nothing}</div>{_not_cited(answer)}'


def marked_abstract(paper: Paper, quotes: Sequence[tuple[str, Citation]]) -> str:
    """The abstract with each quote marked in place; a quote that no longer stands there is left out."""
    marks = [
        Mark(citation.start, citation.end, key)
        for key, citation in quotes
        if paper.abstract[citation.start : citation.end] == citation.quote
    ]
    return prose(paper.abstract, marks)


def links_html(paper: Paper) -> str:
    """Where the paper itself can be found."""
    title = quote_plus(paper.title)
    code = next((link for host in _CODE_HOSTS if (link := first_link(paper.abstract, among=host))), "")
    found = [
        ("Paper", paper.url if paper.url.startswith(("https://", "http://")) else ""),
        ("arXiv", f"https://arxiv.org/search/?query={title}&searchtype=title"),
        ("Semantic Scholar", f"https://www.semanticscholar.org/search?q={title}"),
        ("Code", code or first_link(paper.abstract)),
    ]
    return "".join(
        f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{word}</a>'
        for word, address in found
        if address
    )


def byline(paper: Paper) -> str:
    """Authors, year and venue, as far as the source gave them."""
    authors = ", ".join(paper.authors[:4]) + (" and others" if len(paper.authors) > 4 else "")
    known = [part for part in (authors, str(paper.year or ""), paper.venue) if part]
    return f'<p class="byline">{escape(" · ".join(known))}</p>' if known else ""


def _tools(by_paper: Mapping[tuple[int, str], object]) -> str:
    """With several papers: a way to ask on among just these."""
    if len(by_paper) < 2:
        return ""
    return (
        f'<p class="sources-tools">{len(by_paper)} papers cited '
        '<button type="button" class="plain" data-do="ask-cited">Ask only these</button></p>'
    )


def _card(
    number: int,
    cited: Sequence[Citation],
    place: Mapping[Citation, int],
    paper: Paper | None,
    *,
    alone: bool,
) -> str:
    """One cited paper. Its abstract is open at once when no other card needs the room."""
    first = cited[0]
    quotes = "".join(
        f'<blockquote data-marks="{place[citation]}">{prose(citation.quote)}</blockquote>'
        for citation in cited
    )
    body = _body(paper, [(str(place[citation]), citation) for citation in cited]) if paper else ""
    more = f"<details{' open' if alone else ''}><summary>Abstract</summary>{body}</details>" if body else ""
    return (
        f'<section class="card" data-number="{number}" aria-label="Source {number}" tabindex="-1">'
        f'<header><span class="number" aria-hidden="true">{number}</span>'
        f"<h3>{paper_link(first.paper_id, first.title)}</h3></header>"
        f'<div class="quotes">{quotes}</div>{more}{_ways(paper) if paper else ""}</section>'
    )


def _body(paper: Paper, quotes: Sequence[tuple[str, Citation]]) -> str:
    return f'{byline(paper)}<p class="abstract">{marked_abstract(paper, quotes)}</p>'


def _ways(paper: Paper) -> str:
    """From the card on: to the paper itself, to its neighbours, to a question about it."""
    return (
        f'<div class="links">{links_html(paper)}</div><div class="links">'
        f"{scope_button(paper.paper_id, paper.title)}{like_button(paper.paper_id, paper.title)}</div>"
    )


def _not_cited(answer: Answer) -> str:
    rows = "".join(
        f"<li>{paper_link(paper.paper_id, paper.title)}<p>{escape(paper.reason)}</p></li>"
        for paper in answer.trace.not_cited
    )
    if not rows:
        return ""
    # When nothing is cited, what came nearest is all there is to see.
    opened = "" if answer.citations else " open"
    return (
        f'<details class="not-cited"{opened}><summary>Considered, not cited ({len(answer.trace.not_cited)})'
        f"</summary><ul>{rows}</ul></details>"
    )
