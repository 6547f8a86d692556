"""The page's endpoints for other programs: ask, search, paper, export.

Knows: their names, types and words. Does not know the page. Errors reach the caller as words.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any, Literal, ParamSpec, TypeVar

from assistant.chat import turns_from_rows
from assistant.contract import answer_to_json
from assistant.domain import Paper
from assistant.errors import AssistantError
from assistant.export import to_bibtex, to_ris
from assistant.page.holder import Opening

P = ParamSpec("P")
R = TypeVar("R")


class Endpoints:
    """Each method is one endpoint; its signature and docstring are its documentation."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening

    def ask(
        self, question: str, history: list[dict[str, Any]] | None = None, papers: list[str] | None = None
    ) -> dict[str, Any]:
        """Ask a question; the answer comes with its sentences, exact quotes and figures.

        Args:
            question: what to ask.
            history: earlier turns as rows {"role": "user" | "assistant", "content": text}.
            papers: ids of papers; only these are asked. Empty: all.
        """
        assistant = self._opening.need()
        turns = turns_from_rows(history or [], assistant.papers())
        answer = None
        for event in assistant.stream(question, turns, scope=frozenset(papers) if papers else None):
            answer = event
        return answer_to_json(answer)  # type: ignore[arg-type]  # the last event is the answer

    def search(self, query: str, limit: int = 20) -> list[dict[str, Any]]:
        """Search the collection by meaning and by words; the best papers first.

        Args:
            query: a few words or a sentence.
            limit: how many papers at most, 1 to 100.
        """
        assistant = self._opening.need()
        hits = assistant.search(query, limit=max(1, min(int(limit), 100)))
        rows = ((assistant.paper(hit.paper_id), hit.score) for hit in hits)
        return [
            {**paper_to_json(paper), "score": round(score, 4)} for paper, score in rows if paper is not None
        ]

    def paper(self, paper_id: str) -> dict[str, Any]:
        """One paper: title, abstract, and what else its source gave.

        Args:
            paper_id: as answers and searches name it.
        """
        paper = self._opening.need().paper(paper_id)
        if paper is None:
            raise AssistantError(f"No paper has the id {paper_id!r}. Search for it first.")
        return paper_to_json(paper)

    def export(self, papers: list[str], kind: Literal["bibtex", "ris"] = "bibtex") -> str:
        """References of some papers, to be stored in a file.

        Args:
            papers: their ids.
            kind: "bibtex" or "ris".
        """
        assistant = self._opening.need()
        found = [paper for paper in map(assistant.paper, papers) if paper is not None]
        return to_ris(found) if kind == "ris" else to_bibtex(found)

    def register(self, gr: ModuleType) -> None:
        """Make the methods endpoints of the Gradio app that is being laid out."""
        for method in (self.ask, self.search, self.paper, self.export):
            gr.api(_in_words(method, gr), api_name=method.__name__, api_description=method.__doc__)


def _in_words(method: Callable[P, R], gr: ModuleType) -> Callable[P, R]:
    """`method` as a function with its signature, whose errors Gradio passes on as words."""

    @functools.wraps(method)
    def endpoint(*args: P.args, **named: P.kwargs) -> R:
        try:
            return method(*args, **named)
        except AssistantError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return endpoint


def paper_to_json(paper: Paper) -> dict[str, Any]:
    """A paper as plain values."""
    return {
        "paper_id": paper.paper_id,
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": list(paper.authors),
        "year": paper.year,
        "venue": paper.venue,
        "url": paper.url,
    }
