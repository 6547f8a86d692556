"""The collection as a list, and one paper whole: HTML for the papers tab and for the dialog.

Knows: how papers are filtered, sorted, paged and shown. Does not know: which are selected (the browser does),
how a search ranks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from assistant.domain import Paper
from assistant.page.controls import paper_link, scope_button
from assistant.page.prose import first_link, prose
from assistant.page.sources import byline, links_html

PAGE = 25
_SNIPPET = 210


@dataclass(frozen=True, slots=True)
class Wish:
    """What the visitor wants to see of the collection. `topic` is a number of the map, -1 any."""

    query: str = ""
    sort: str = "source"
    topic: int = -1
    with_code: bool = False
    page: int = 1


def chosen(
    papers: Sequence[Paper], wish: Wish, found: Sequence[str], topics: Mapping[str, int]
) -> list[Paper]:
    """The papers that fit, in order; `found` are the ids that a search for the query gave, best first."""
    kept = list(papers)
    if wish.query:
        needle = wish.query.lower()
        titled = [paper.paper_id for paper in papers if needle in paper.title.lower()]
        rank = {paper_id: place for place, paper_id in enumerate(dict.fromkeys([*titled, *found]))}
        kept = sorted(
            (paper for paper in papers if paper.paper_id in rank), key=lambda paper: rank[paper.paper_id]
        )
    if wish.topic >= 0:
        kept = [paper for paper in kept if topics.get(paper.paper_id) == wish.topic]
    if wish.with_code:
        kept = [paper for paper in kept if first_link(paper.abstract)]
    if wish.sort == "title":
        kept.sort(key=lambda paper: paper.title.lower())
    elif wish.sort == "year":
        kept.sort(key=lambda paper: -(paper.year or 0))
    return kept


def list_html(papers: Sequence[Paper], page: int, *, topics: Mapping[str, str]) -> str:
    """One page of `papers`; `topics` names the topic of each by id."""
    if not papers:
        return '<p class="empty">No paper fits. Try other words, or fewer filters.</p>'
    start = (page - 1) * PAGE
    rows = "".join(_row(paper, topics.get(paper.paper_id, "")) for paper in papers[start : start + PAGE])
    return f'<ul class="paper-rows">{rows}</ul>{_pager(len(papers), page)}'


def pages(total: int) -> int:
    """How many pages `total` papers fill, at least one."""
    return max(1, -(-total // PAGE))


def _row(paper: Paper, topic: str) -> str:
    identity, title = escape(paper.paper_id), escape(paper.title)
    snippet = paper.abstract[:_SNIPPET].rsplit(" ", 1)[0] + (" …" if len(paper.abstract) > _SNIPPET else "")
    label = f'<span class="topic-name">{escape(topic)}</span>' if topic else ""
    return (
        f'<li class="paper-row"><label class="pick"><input type="checkbox" data-do="pick" '
        f'data-paper="{identity}" data-title="{title}" aria-label="Select {title}"></label>'
        f"<div><h3>{paper_link(paper.paper_id, paper.title)}</h3>"
        f"{byline(paper)}<p class='snippet'>{prose(snippet)}</p>"
        f'<div class="row-foot">{label}{scope_button(paper.paper_id, paper.title)}</div></div></li>'
    )


def _pager(total: int, page: int) -> str:
    last = pages(total)
    if last == 1:
        return ""
    before = f'<button type="button" class="soft" data-do="page" data-page="{page - 1}">Earlier</button>'
    after = f'<button type="button" class="soft" data-do="page" data-page="{page + 1}">Later</button>'
    return (
        f'<nav class="pager" aria-label="Pages">{before if page > 1 else ""}'
        f"<span>Page {page} of {last}</span>{after if page < last else ''}</nav>"
    )


def paper_html(paper: Paper, similar: Sequence[Paper], *, topic: str = "") -> str:
    """One paper whole, with its neighbours in the collection."""
    identity = escape(paper.paper_id)
    near = "".join(f"<li>{paper_link(other.paper_id, other.title)}</li>" for other in similar)
    more = f'<section class="more"><h3>More like this</h3><ul>{near}</ul></section>' if near else ""
    label = f'<p class="topic-name">{escape(topic)}</p>' if topic else ""
    return (
        f'<h2 id="paper-title">{prose(paper.title)}</h2>{byline(paper)}{label}'
        f'<p class="abstract">{prose(paper.abstract)}</p><div class="links">{links_html(paper)}</div>'
        f'<div class="dialog-actions">{scope_button(paper.paper_id, paper.title, kind="strong")}'
        f"{_reference(identity, 'bibtex', 'BibTeX')}{_reference(identity, 'ris', 'RIS')}</div>{more}"
    )


def _reference(identity: str, kind: str, word: str) -> str:
    return (
        f'<button type="button" class="soft" data-do="export-paper" data-paper="{identity}" '
        f'data-kind="{kind}">{word}</button>'
    )
