"""The collection as a list, and one paper whole: HTML for the papers tab and for the dialog.

Knows: how papers are filtered, sorted, paged and shown. Does not know: which are selected (the browser does),
how a search ranks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from assistant.domain import Paper
from assistant.page.controls import like_button, paper_link, scope_button
from assistant.page.prose import Mark, first_link, prose
from assistant.page.sources import byline, links_html

PAGE = 25
CLOSE = 20
READ_WHOLE = 5000
_LITTLE = frozenset(
    ["a", "an", "the", "of", "in", "for", "on", "to", "and", "or", "with", "by", "about", "paper", "papers"]
)
_SNIPPET = 210


@dataclass(frozen=True, slots=True)
class Wish:
    """What the visitor wants to see of the collection. `topic` is a number of the map, -1 any; `like` is a
    paper whose neighbours are wanted."""

    query: str = ""
    sort: str = "source"
    topic: int = -1
    like: str = ""
    with_code: bool = False
    page: int = 1


def chosen(
    papers: Sequence[Paper], wish: Wish, found: Sequence[str], topics: Mapping[str, int]
) -> tuple[list[Paper], int]:
    """The papers that fit, in order, and how many of them, standing first, hold the words searched for.

    `found` are the ids that a search for the query gave, or the neighbours of `wish.like`, best first."""
    rank = {paper_id: place for place, paper_id in enumerate(found)}
    exact: set[str] = set()
    kept = list(papers)
    if wish.like:
        kept = sorted((paper for paper in papers if paper.paper_id in rank), key=lambda p: rank[p.paper_id])
    elif wish.query:
        exact = _with_words(papers, wish.query, among=rank)
        close = set(list(rank)[:CLOSE]) | exact
        title = wish.query.lower()
        kept = sorted(
            (paper for paper in papers if paper.paper_id in close),
            key=lambda paper: (title not in paper.title.lower(), rank.get(paper.paper_id, len(rank))),
        )
    if wish.topic >= 0:
        kept = [paper for paper in kept if topics.get(paper.paper_id) == wish.topic]
    if wish.with_code:
        kept = [paper for paper in kept if first_link(paper.abstract)]
    if wish.sort == "title":
        kept.sort(key=lambda paper: paper.title.lower())
    elif wish.sort == "year":
        kept.sort(key=lambda paper: -(paper.year or 0))
    kept.sort(key=lambda paper: paper.paper_id not in exact)
    return kept, sum(paper.paper_id in exact for paper in kept)


def _with_words(papers: Sequence[Paper], query: str, *, among: Mapping[str, int]) -> set[str]:
    """The papers that hold every word of the query; of a large collection only those `among` are read."""
    patterns = _patterns(query)
    read = papers if len(papers) <= READ_WHOLE else [paper for paper in papers if paper.paper_id in among]
    return {
        paper.paper_id
        for paper in read
        if patterns
        and all(pattern.search(paper.title) or pattern.search(paper.abstract) for pattern in patterns)
    }


def _patterns(query: str) -> list[re.Pattern[str]]:
    said = dict.fromkeys(re.findall(r"\w+", query.lower()))
    words = [word for word in said if word not in _LITTLE] or said
    return [re.compile(rf"\b{re.escape(word)}\w*", re.IGNORECASE) for word in words]


def told(wish: Wish, total: int, exact: int) -> str:
    """How many papers are listed, and why these."""
    if wish.like:
        return f"the {total} nearest, most alike first"
    if wish.query and total:
        close = total - exact
        return f"{_count(exact)} with these words" + (f", {close} close in meaning" if close else "")
    return _count(total)


def _count(number: int) -> str:
    return f"{number:,} {'paper' if number == 1 else 'papers'}"


def list_html(
    papers: Sequence[Paper], page: int, wish: Wish, *, exact: int, topics: Mapping[str, str]
) -> str:
    """One page of `papers`, of which the first `exact` hold the words searched for; `topics` names the topic
    of each by id."""
    if not papers:
        return '<p class="empty">No paper fits. Try other words, or fewer filters.</p>'
    start = (page - 1) * PAGE
    patterns = _patterns(wish.query)
    rows = ""
    for place, paper in enumerate(papers[start : start + PAGE], start):
        if wish.query and place == exact:
            rows += '<li class="divider">Close in meaning</li>'
        rows += _row(paper, topics.get(paper.paper_id, ""), patterns if place < exact else ())
    return f'<ul class="paper-rows">{rows}</ul>{_pager(len(papers), page)}'


def pages(total: int) -> int:
    """How many pages `total` papers fill, at least one."""
    return max(1, -(-total // PAGE))


def _row(paper: Paper, topic: str, patterns: Sequence[re.Pattern[str]]) -> str:
    identity, title = escape(paper.paper_id), escape(paper.title)
    snippet = _snippet(paper.abstract, patterns)
    label = f'<span class="topic-name">{escape(topic)}</span>' if topic else ""
    return (
        f'<li class="paper-row"><label class="pick"><input type="checkbox" data-do="pick" '
        f'data-paper="{identity}" data-title="{title}" aria-label="Select {title}"></label>'
        f"<div><h2>{paper_link(paper.paper_id, paper.title, _marks(paper.title, patterns))}</h2>"
        f"{byline(paper)}<p class='snippet'>{prose(snippet, _marks(snippet, patterns))}</p>"
        f'<div class="row-foot">{label}{like_button(paper.paper_id, paper.title)}'
        f"{scope_button(paper.paper_id, paper.title)}</div></div></li>"
    )


def _snippet(abstract: str, patterns: Sequence[re.Pattern[str]]) -> str:
    """The start of the abstract, or the part of it where the words searched for begin."""
    first = min((match.start() for pattern in patterns if (match := pattern.search(abstract))), default=0)
    start = 0 if first < _SNIPPET - 60 else abstract.rfind(" ", 0, first - 60) + 1
    cut = abstract[start : start + _SNIPPET]
    if start + _SNIPPET < len(abstract):
        cut = cut.rsplit(" ", 1)[0] + " …"
    return ("… " if start else "") + cut


def _marks(text: str, patterns: Sequence[re.Pattern[str]]) -> list[Mark]:
    return [Mark(*match.span(), "found") for pattern in patterns for match in pattern.finditer(text)]


def _pager(total: int, page: int) -> str:
    last = pages(total)
    if last == 1:
        return ""
    before = f'<button type="button" class="soft" data-do="page" data-page="{page - 1}">Previous</button>'
    after = f'<button type="button" class="soft" data-do="page" data-page="{page + 1}">Next</button>'
    return (
        f'<nav class="pager" aria-label="Pages">{before if page > 1 else ""}'
        f"<span>Page {page} of {last}</span>{after if page < last else ''}</nav>"
    )


def paper_html(paper: Paper, similar: Sequence[Paper], *, topic: str = "") -> str:
    """One paper whole, with its neighbours in the collection."""
    identity = escape(paper.paper_id)
    near = "".join(f"<li>{paper_link(other.paper_id, other.title)}</li>" for other in similar)
    more = (
        f'<section class="more"><h3>Nearest in the collection</h3><ul>{near}</ul></section>' if near else ""
    )
    label = f'<p class="topic-name">{escape(topic)}</p>' if topic else ""
    return (
        f'<h2 id="paper-title">{prose(paper.title)}</h2>{byline(paper)}{label}'
        f'<p class="abstract">{prose(paper.abstract)}</p><div class="links">{links_html(paper)}</div>'
        f'<div class="dialog-actions">{scope_button(paper.paper_id, paper.title, kind="strong")}'
        f"{like_button(paper.paper_id, paper.title, kind='soft')}"
        f"{_reference(identity, 'bibtex', 'BibTeX')}{_reference(identity, 'ris', 'RIS')}</div>{more}"
    )


def _reference(identity: str, kind: str, word: str) -> str:
    return (
        f'<button type="button" class="soft" data-do="export-paper" data-paper="{identity}" '
        f'data-kind="{kind}" title="Save this reference as {word}">{word}</button>'
    )
