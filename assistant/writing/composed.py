"""The language model writes: evidence in, streamed text out, a draft at the end.

Knows: which prompt a question needs, what fits into it, and when a reply cannot be used. Does not know:
whether a sentence is true; checking says that.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

from assistant.channel import asked, evidence_blocks, restored
from assistant.domain import Draft, DraftSentence, Evidence, ListedPaper, Question, Turn
from assistant.errors import ModelCutOff, ModelError
from assistant.llm import ModelSession
from assistant.markers import drafted, parted
from assistant.memory import conversation
from assistant.prompts import Message, Prompts
from assistant.questions.languages import find_language
from assistant.settings import Settings
from assistant.tokens import count_tokens
from assistant.writing.status import StatusReader

LINE_TOKENS = 75
# However slow a model is, it gets a prompt of this size; a smaller one holds no answer.
LEAST_READ = 2200
FRAME_TOKENS = 80
LONGEST_LINE_WORDS, SHORTEST_LINE_WORDS = 28, 14
LONG_LIST = 15
# Shorter replies say too little about their language.
JUDGED_FROM_WORDS = 12
LATIN = ("de", "fr", "es", "it", "pt", "nl")
ENDS = ".!?:。！？：…)]\"”»'*"


class Composer:
    """`compose` yields pieces of text as they come and returns the `Draft`."""

    def __init__(self, prompts: Prompts, settings: Settings) -> None:
        self._prompts, self._settings = prompts, settings

    def compose(
        self,
        session: ModelSession,
        question: Question,
        evidence: Sequence[Evidence],
        history: Sequence[Turn] = (),
        *,
        has_more: bool = False,
    ) -> Generator[str, None, Draft]:
        """Write from `evidence`; without any, no call is made and the draft says so. A reply that begins by
        finding nothing is not shown while the caller `has_more` papers to look at.

        Raises:
            ModelError: no usable reply.
        """
        if not evidence:
            words = self._prompts.text("not_in_collection")
            yield words
            return Draft("not_in_collection", (DraftSentence(words),))
        messages, room = self.request(question, evidence, history, readable=session.readable_tokens)
        reader, said, hidden = StatusReader(), "", False
        for piece in session.stream(messages, purpose="write", max_tokens=room):
            shown = reader.feed(piece)
            shown = shown if said.strip() else shown.lstrip()
            hidden = hidden or (has_more and not said and reader.status == "not_in_collection")
            if shown:
                said += shown
                if not hidden:
                    yield shown
        last = reader.finish()
        if last:
            said += last
            if not hidden:
                yield last
        sentences = _whole(drafted(restored(said)), cut=session.truncated)
        if not sentences and reader.status == "answered":
            raise ModelCutOff("The language model's reply held no sentence. Ask again.")
        self._check_language(said, question)
        papers = _listed(evidence) if question.kind == "list" else ()
        return Draft(reader.status, sentences, papers)

    def request(
        self,
        question: Question,
        evidence: Sequence[Evidence],
        history: Sequence[Turn],
        *,
        readable: float = float("inf"),
    ) -> tuple[tuple[Message, ...], int]:
        """The messages for the model, and the room for its reply in tokens. A slow model, which can read only
        `readable` tokens in time, gets the best abstracts whole and of the others what matters."""
        withheld = self._prompts.text("withheld")
        values = {"question": asked(question), "language": question.language}
        is_list = question.kind == "list"
        if is_list:
            clear = sum(item.match == "clear" for item in evidence)
            words = SHORTEST_LINE_WORDS if len(evidence) > LONG_LIST else LONGEST_LINE_WORDS
            values |= {"clear": str(clear), "possible": str(len(evidence) - clear), "words": str(words)}
        else:
            values |= self._background(question, history, withheld)
        name = "list" if is_list else "answer"
        room = self._room(len(evidence) if is_list else 0)
        frame = sum(count_tokens(m["content"]) for m in self._prompts.messages(name, papers="", **values))
        budget = int(
            min(self._settings.context_tokens - room, max(readable, LEAST_READ)) - frame - FRAME_TOKENS
        )
        papers = evidence_blocks(evidence, withheld=withheld, budget=budget, matches=is_list)
        return self._prompts.messages(name, papers=papers, **values), room

    def _background(self, question: Question, history: Sequence[Turn], withheld: str) -> dict[str, str]:
        earlier = conversation(history, budget=self._settings.history_tokens, withheld=withheld)
        reminder = self._prompts.text("follow_up_hint") if earlier else ""
        return {"conversation": earlier, "reminder": reminder}

    def _room(self, listed: int) -> int:
        """Tokens for the reply; long lists need more than other answers, within half the context."""
        wanted = max(self._settings.answer_tokens, FRAME_TOKENS + LINE_TOKENS * listed)
        return min(wanted, self._settings.context_tokens // 2)

    def _check_language(self, said: str, question: Question) -> None:
        """A reply in neither the question's language nor English cannot be used."""
        if len(said.split()) < JUDGED_FROM_WORDS and said.isascii():
            return
        found, wanted = find_language(said), question.language
        # Neighbours such as Spanish and Portuguese are too alike to refuse one for the other.
        alike = found in LATIN and wanted in LATIN and wanted != "en"
        if found not in (wanted, "en") and not alike:
            raise ModelError("The language model replied in another language than the question's.")


def _whole(sentences: tuple[DraftSentence, ...], *, cut: bool) -> tuple[DraftSentence, ...]:
    """Without a last sentence that the end of the room cut in two."""
    whole = tuple(sentence for sentence in sentences if parted(sentence.text)[1])
    if cut and len(whole) > 1 and whole[-1].text[-1] not in ENDS:
        return whole[:-1]
    return whole


def _listed(evidence: Sequence[Evidence]) -> tuple[ListedPaper, ...]:
    return tuple(
        ListedPaper(
            item.paper.paper_id,
            item.paper.title,
            item.match,
            item.number,
            item.spans[0].text if item.spans else "",
        )
        for item in evidence
    )
