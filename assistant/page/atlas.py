"""The map of the collection as HTML: a dot per paper, a name per topic, and the topics as lists.

Knows: where dots and names stand (in percent, so that any width works). Does not know: how the map was made,
which papers the last answer cites (the browser marks those). The lists say the same without a pointer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from html import escape

from assistant.domain import Paper
from assistant.map import PaperMap
from assistant.page.controls import paper_link

COLOURS = 14
YEARS = 8


def atlas_html(drawn: PaperMap, papers: Mapping[str, Paper]) -> str:
    """The whole map tab."""
    dots = "".join(
        f'<i class="dot t{place.topic % COLOURS}" data-do="open" '
        f'style="left:{place.x:.2%};top:{place.y:.2%}" '
        f'data-paper="{escape(place.paper_id)}" data-title="{escape(papers[place.paper_id].title)}"></i>'
        for place in drawn.places
        if place.paper_id in papers
    )
    names = "".join(
        f'<b class="label t{number % COLOURS}" data-topic="{number}" '
        f'style="left:{topic.x:.2%};top:{topic.y:.2%}"><span>{number + 1}</span> {escape(topic.name)}</b>'
        for number, topic in enumerate(drawn.topics)
    )
    words = (
        f"Map of {len(drawn.places)} papers in {len(drawn.topics)} topics; the topics are listed next to it"
    )
    return (
        f'<div class="canvas" role="img" aria-label="{words}">{dots}{names}</div>'
        f'<section class="topics" aria-label="Topics"><p class="caption">{_caption(drawn)}</p>'
        f"{_years(papers)}{_topics(drawn, papers)}</section>"
    )


def _caption(drawn: PaperMap) -> str:
    return f"{len(drawn.places)} papers in {len(drawn.topics)} topics. Papers that read alike lie together."


def _years(papers: Mapping[str, Paper]) -> str:
    """How the collection grew: a bar per year, where the sources gave years."""
    counts = Counter(paper.year for paper in papers.values() if paper.year)
    if len(counts) < 2:
        return ""
    last = max(counts)
    most = max(counts.values())
    bars = "".join(
        f'<li><span class="bar-of" style="--share:{counts[year] / most:.2f}"></span>'
        f"<b>{counts[year]}</b><span>{year}</span></li>"
        for year in range(max(min(counts), last - YEARS + 1), last + 1)
    )
    return f'<ol class="years" aria-label="Papers by year">{bars}</ol>'


def _topics(drawn: PaperMap, papers: Mapping[str, Paper]) -> str:
    members: dict[int, list[str]] = {}
    for place in drawn.places:
        members.setdefault(place.topic, []).append(place.paper_id)
    shown = []
    for number, topic in enumerate(drawn.topics):
        titles = "".join(
            f"<li>{paper_link(paper_id, papers[paper_id].title)}</li>"
            for paper_id in members.get(number, [])[:200]
            if paper_id in papers
        )
        shown.append(
            f'<details data-topic="{number}"><summary>'
            f'<span class="swatch t{number % COLOURS}">{number + 1}</span>'
            f'<span class="topic-words">{escape(topic.name)}</span><span class="count">{topic.count}</span>'
            f'</summary><ul><li><button type="button" class="plain" data-do="topic" data-topic="{number}">'
            f"List these papers, or ask them</button></li>{titles}</ul></details>"
        )
    return "".join(shown)
