"""Which papers are looked at for a question, and what can be measured of them.

Knows: that a small collection is read whole and a large one to a depth; acronyms are searched in both forms.
Does not know: verdicts, answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.domain import Hit, Question
from assistant.questions.languages import function_words
from assistant.reading.interaction import Interaction
from assistant.reading.library import Library
from assistant.reading.signals import SignalReader, Signals
from assistant.reading.topic import Topic, find_topic
from assistant.retrieval import Retrieval

# Up to here every paper is looked at; beyond, so many hits are, for a list and for other questions. Looking
# at a paper whose word vectors are not kept costs about 30 ms.
READ_WHOLE_UP_TO = 300
LIST_DEPTH, DEPTH = 60, 32


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked at: the topic, its signals, and out of how many papers."""

    topic: Topic
    signals: Signals
    of: int


class Candidates:
    """Finds and measures candidates. `retrieve` is the retriever's socket: text -> hits."""

    def __init__(
        self,
        library: Library,
        retrieval: Retrieval,
        interaction: Interaction,
        retrieve: Callable[[str], list[Hit]],
        *,
        read_whole_up_to: int = READ_WHOLE_UP_TO,
    ) -> None:
        """Collections of up to `read_whole_up_to` papers are looked at whole, without retrieval."""
        self._read_whole_up_to = read_whole_up_to
        self._library = library
        self._retrieval = retrieval
        self._retrieve = retrieve
        self._signals = SignalReader(library, interaction)

    def look(self, question: Question, *, text: str = "") -> Looked:
        """The candidates for `question` (or for `text`, a part of it) with their signals."""
        typed = text or question.searched
        # A fact's acronym is nearly always written as its paper writes it.
        spelt = self._library.lexicon.spelt_out(typed) if question.kind == "list" else typed
        topic = self._topic(question, spelt)
        also = self._library.lexicon.expansions(topic.wanted)
        chosen = self._chosen(question, topic)
        background = self._library.background()
        everyone = tuple(dict.fromkeys([*chosen, *background]))
        signals = self._signals.measure(
            topic,
            chosen,
            similarity=self._retrieval.similarities(topic.wanted, everyone),
            word_score=self._retrieval.word_scores(topic.words, max(len(everyone), 1000), also=also),
            typed=self._topic(question, typed) if spelt != typed else None,
        )
        return Looked(topic, signals, len(self._library) if question.scope is None else len(question.scope))

    def _topic(self, question: Question, text: str) -> Topic:
        """The topic; of a question in another language only the words that this collection uses too."""
        topic = find_topic(text)
        if question.language == "en" or question.searched != question.text:
            return topic
        foreign = function_words(question.language)
        lexicon = self._library.lexicon
        known = (t for t in topic.terms if lexicon.known(t.stem) and t.form.lower() not in foreign)
        return replace(topic, terms=tuple(known))

    def _chosen(self, question: Question, topic: Topic) -> tuple[str, ...]:
        if question.scope is not None:
            return tuple(p for p in self._library.paper_ids if p in question.scope)
        if len(self._library) <= self._read_whole_up_to:
            return self._library.paper_ids
        depth = LIST_DEPTH if question.kind == "list" else DEPTH
        found = [hit.paper_id for hit in self._retrieve(topic.wanted)[:depth]]
        return tuple(dict.fromkeys([*question.named, *found]))
