"""A question as typed, with its history, becomes a `Question` that stands alone.

Knows: the order in which the parts of reading depend on each other. Does not know: the parts' rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.domain import Kind, Question, Turn
from assistant.questions import kinds
from assistant.questions.followups import Reference, find_reference
from assistant.questions.languages import find_language
from assistant.questions.names import Names, find_names
from assistant.questions.spelling import correct
from assistant.reading.lexicon import Lexicon
from assistant.reading.topic import Topic, find_topic


@dataclass(frozen=True)
class QuestionReader:
    """Reads questions against the words and names of one collection."""

    lexicon: Lexicon

    def read(
        self, text: str, history: Sequence[Turn] = (), *, scope: frozenset[str] | None = None
    ) -> Question:
        """The question that `text` asks after `history`, limited to the papers in `scope` (None: all)."""
        plain = kinds.strip_role_lines(text)
        language = find_language(plain)
        spelled = correct(plain, self.lexicon) if language == "en" else plain
        names = find_names(spelled, self.lexicon)
        reference = find_reference(spelled, history, self.lexicon)
        topic = find_topic(spelled)
        kind = self._kind(plain, spelled, names, reference, topic)
        named = self._named(names, reference, kind)
        return Question(
            text=text,
            standalone=self._standalone(spelled, reference, named),
            kind=kind,
            topic=self._topic(topic, reference),
            searched=self._searched(spelled, reference),
            excluded=topic.excluded if kind == "list" else (),
            parts=named if kind == "compare" else (),
            scope=self._scope(scope, reference, names),
            named=named,
            # In another language, nearly every word is unknown here and none is missed.
            unknown=names.unknown if language == "en" else (),
            counts=kinds.counts_papers(spelled),
            wants_number=kinds.wants_number(spelled),
            language=language,
        )

    def _kind(self, plain: str, spelled: str, names: Names, reference: Reference, topic: Topic) -> Kind:
        kind = kinds.find_kind(plain, named=len(names.papers), topic_terms=len(topic.terms))
        if kind in ("declined", "small_talk"):
            return kind
        if reference.papers and kinds.is_list(spelled) and len(reference.papers) > 1:
            return "list"
        if reference.papers and kind == "list" and len(reference.papers) == 1:
            return "fact" if "?" in spelled else "explain"
        if reference.previous and not reference.papers and kinds.is_list(reference.previous):
            return "list"
        return kind

    def _named(self, names: Names, reference: Reference, kind: Kind) -> tuple[str, ...]:
        if kind == "list":
            return ()
        if len(reference.papers) == 1 and not names.papers:
            return reference.papers
        if not names.papers and not reference.papers and len(names.mentioned) == 1:
            return names.mentioned
        if reference.papers and names.papers and kind == "compare":
            return tuple(dict.fromkeys([*reference.papers[:2], *names.papers]))
        return names.papers

    def _scope(
        self, scope: frozenset[str] | None, reference: Reference, names: Names
    ) -> frozenset[str] | None:
        if not reference.papers or names.papers:
            return scope
        pointed = frozenset(reference.papers)
        return pointed if scope is None else (pointed & scope or scope)

    def _topic(self, topic: Topic, reference: Reference) -> str:
        if reference.previous and not reference.papers:
            return f"{find_topic(reference.previous).words} {topic.words}"
        return topic.words

    def _searched(self, text: str, reference: Reference) -> str:
        if reference.previous and not reference.papers:
            return f"{find_topic(reference.previous).words}: {text}"
        return text

    def _standalone(self, text: str, reference: Reference, named: tuple[str, ...]) -> str:
        if reference.papers:
            titles = [title for title, paper_id in self._titles().items() if paper_id in reference.papers]
            about = "; ".join(titles[:3]) + (" ..." if len(titles) > 3 else "")
            return f"{text} (about: {about})"
        return f"{text} (after: {reference.previous})" if reference.previous else text

    def _titles(self) -> dict[str, str]:
        return self.lexicon.shown_titles
