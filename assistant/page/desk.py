"""The page's small requests besides asking: is it ready, show papers, draw the map, export, take feedback.

Knows: what each request carries and what goes back. Does not know Gradio. A request that cannot be served
comes back as {"problem": words}; none raises.
"""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from assistant import export
from assistant.errors import AssistantError
from assistant.map import PaperMap, map_of, mean_vectors
from assistant.page import feedback
from assistant.page.asking import turn_message
from assistant.page.atlas import atlas_html
from assistant.page.examples import example_questions
from assistant.page.holder import Librarian, Opening
from assistant.page.papers import Wish, chosen, list_html, pages, paper_html, told
from assistant.page.stored import MOST_SCOPED, Asked, turn_from_json, turns_from_json

_log = logging.getLogger(__name__)
Json = dict[str, Any]
Handler = Callable[["Desk", Mapping[str, Any]], Json]
Request = Callable[["Desk", object], Json]


def _served(handler: Handler) -> Request:
    """Whatever goes wrong becomes words; the page stays usable."""

    @functools.wraps(handler)
    def served(desk: Desk, data: object = None) -> Json:
        try:
            return handler(desk, data if isinstance(data, Mapping) else {})
        except AssistantError as error:
            return {"problem": str(error)}
        except Exception:  # noqa: BLE001  # the reason is logged, the page goes on
            _log.exception("The page could not serve %s", handler.__name__)
            return {"problem": "That did not work. The reason is in the log of the program."}

    return served


class Desk:
    """Serves the requests of all visitors; holds nothing of any of them."""

    def __init__(self, opening: Opening, folder: Path) -> None:
        self._opening = opening
        self._folder = folder
        self._drawing = threading.Lock()
        self._drawn: PaperMap | None = None
        self._drawn_for = ""

    @_served
    def ready(self, data: Mapping[str, Any]) -> Json:
        """Whether the collection is open, and what is in it."""
        state: Json = {"state": self._opening.state, "progress": self._opening.progress}
        if self._opening.state == "failed":
            return {**state, "problem": self._opening.failure}
        assistant = self._opening.assistant
        if assistant is None:
            return state
        papers = assistant.papers()
        return {
            **state,
            "papers": len(papers),
            "model": assistant.model_name,
            "examples": list(example_questions(papers)),
        }

    @_served
    def turns(self, data: Mapping[str, Any]) -> Json:
        """Stored turns, drawn again from their values."""
        assistant = self._opening.need()
        rows = data.get("turns")
        shown = []
        for row in rows[-200:] if isinstance(rows, list) else []:
            turn = turn_from_json(row)
            if turn is None or turn.answer is None:
                continue
            scoped = tuple((str(pair[0]), str(pair[1])) for pair in row.get("scope") or () if len(pair) == 2)
            asked = Asked(
                run=str(row.get("id", ""))[:64],
                question=turn.question,
                scoped=scoped,
                stopped=row.get("stopped") is True,
            )
            shown.append(turn_message(asked, turn.answer, assistant))
        return {"turns": shown}

    @_served
    def browse(self, data: Mapping[str, Any]) -> Json:
        """One page of the collection."""
        assistant = self._opening.need()
        wish = Wish(
            query=str(data.get("query", "")).strip()[:300],
            sort=str(data.get("sort", "source")),
            topic=int(data.get("topic", -1)),
            like=str(data.get("like", "")),
            with_code=bool(data.get("code")),
            page=int(data.get("page", 1)),
        )
        drawn = self._drawn or PaperMap()
        papers = assistant.papers()
        fitting, exact = chosen(papers, wish, _found(assistant, wish), drawn.topic_of())
        page = min(max(1, wish.page), pages(len(fitting)))
        few = len(fitting) < len(papers) and len(fitting) <= MOST_SCOPED
        return {
            "html": list_html(fitting, page, wish, exact=exact, topics=self._topic_names()),
            "told": told(wish, len(fitting), exact),
            "page": page,
            "topics": [[topic.name, topic.count] for topic in drawn.topics],
            "years": any(paper.year for paper in papers),
            "all": [[paper.paper_id, paper.title] for paper in fitting] if few else [],
        }

    @_served
    def paper(self, data: Mapping[str, Any]) -> Json:
        """One paper whole."""
        assistant = self._opening.need()
        paper = assistant.paper(str(data.get("paper", "")))
        if paper is None:
            return {"problem": "This paper is no longer in the collection."}
        similar = (assistant.paper(hit.paper_id) for hit in assistant.similar(paper.paper_id, limit=6))
        near = [other for other in similar if other is not None]
        return {"html": paper_html(paper, near, topic=self._topic_names().get(paper.paper_id, ""))}

    @_served
    def atlas(self, data: Mapping[str, Any]) -> Json:
        """The map; the first one is made while the visitor waits."""
        papers = {paper.paper_id: paper for paper in self._opening.need().papers()}
        return {"html": atlas_html(self.draw(), papers), "count": len(papers)}

    @_served
    def export(self, data: Mapping[str, Any]) -> Json:
        """Markdown, BibTeX or RIS of turns, or of one paper."""
        assistant = self._opening.need()
        turns = turns_from_json(data.get("turns"))
        kind, title = str(data.get("kind", "")), str(data.get("title", ""))[:200]
        if kind == "markdown":
            return {"text": export.to_markdown(turns, title=title), "ending": "md"}
        wanted = [str(data["paper"])] if data.get("paper") else export.cited_ids(turns)
        papers = [paper for paper in map(assistant.paper, wanted) if paper is not None]
        if not papers:
            return {"problem": "No paper is cited here, so there is nothing to export."}
        if kind == "ris":
            return {"text": export.to_ris(papers), "ending": "ris"}
        return {"text": export.to_bibtex(papers), "ending": "bib"}

    @_served
    def feedback(self, data: Mapping[str, Any]) -> Json:
        """A thumb and its reason."""
        if feedback.store(self._folder, data):
            return {"stored": True}
        return {"problem": "This could not be noted."}

    @property
    def has_map(self) -> bool:
        """Whether a map is kept, if perhaps an older one."""
        return (self._folder / "map.json").exists()

    def draw(self) -> PaperMap:
        """The map of the collection as it is now, made once."""
        assistant = self._opening.need()
        with self._drawing:
            version = str(assistant.status().get("catalogue_version", ""))
            if self._drawn is None or self._drawn_for != version:
                self._drawn = map_of(assistant.papers(), self._folder, _vectors_of(assistant))
                self._drawn_for = version
            return self._drawn

    def _topic_names(self) -> dict[str, str]:
        drawn = self._drawn
        if drawn is None:
            return {}
        return {place.paper_id: drawn.topics[place.topic].name for place in drawn.places}


def _found(assistant: Librarian, wish: Wish) -> list[str]:
    """What a search gives for the wish, best first."""
    if wish.like:
        return [hit.paper_id for hit in assistant.similar(wish.like, limit=20)]
    return [hit.paper_id for hit in assistant.search(wish.query, limit=50)] if wish.query else []


def _vectors_of(assistant: Librarian) -> Callable[[], Any]:
    """A vector per paper from the index, where the assistant has one; the map makes its own if not."""

    def rows() -> Any:  # noqa: ANN401  # numpy is not imported here
        index = getattr(assistant, "index", None)
        if index is None:
            return None
        papers = assistant.papers()
        return mean_vectors(papers, *index.vectors.vectors_of([paper.paper_id for paper in papers]))

    return rows
