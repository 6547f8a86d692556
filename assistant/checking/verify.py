"""The story of checking: a draft goes in, sentences that hold come out, each with its quotes.

Knows: the order of the steps and what becomes of a sentence. Does not know: how support is measured, how the
model is reached, how the draft came to be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.checking.judging import SupportChecker, judged
from assistant.checking.listing import Line, counted, whole_list
from assistant.checking.pieces import (
    Piece,
    in_its_own_words,
    mended,
    passed_on,
    pieces_of,
    sentence_of,
    without_empty_leads,
)
from assistant.checking.reviewing import Review, review
from assistant.domain import Citation, Draft, Evidence, Fate, ListedPaper, Question, Sentence, Status
from assistant.errors import ModelCancelled, ModelError
from assistant.llm import ModelSession
from assistant.markers import laid_out
from assistant.prompts import Prompts
from assistant.settings import Settings

# Understanding and writing; a third call needs more than a sentence that is merely not quite sure.
CALLS_WITHOUT_NEED = 2


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking made of a draft. `text` is laid out with markers; `notes` are lines for people."""

    status: Status
    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    papers: tuple[ListedPaper, ...] = ()
    dropped: tuple[Sentence, ...] = ()
    invalid_markers: int = 0
    notes: tuple[str, ...] = ()


class Verifier:
    """Checks drafts. Without a session `check` makes no calls: what is in doubt is marked, not mended."""

    def __init__(self, support: SupportChecker, prompts: Prompts, settings: Settings) -> None:
        self._support, self._prompts, self._settings = support, prompts, settings

    def check(
        self,
        question: Question,
        draft: Draft,
        evidence: Sequence[Evidence],
        *,
        session: ModelSession | None = None,
        earlier: Mapping[str, int] | None = None,
    ) -> Checked:
        """The draft, checked. With `earlier` (paper id -> number in the conversation so far) papers that are
        new get the next free numbers in order of first use; without it the evidence's numbers stay.

        Raises:
            ModelError: nothing of the draft holds; ModelCancelled: nobody waits any more.
        """
        if draft.status in ("declined", "small_talk", "failed"):
            return self._fixed(draft.status)
        pieces, invalid = pieces_of(question, draft, evidence)
        pieces = judged(self._support, pieces, question, evidence)
        reviews, notes = self._reviews(pieces, question, evidence, session)
        settled = self._settled(pieces, reviews, question, evidence)
        kept = without_empty_leads(passed_on(settled))
        dropped = [p for p in settled if p.fate == "dropped"]
        # A list can be given in the papers' own words; other answers that do not hold are none.
        given = draft.status in ("answered", "partial")
        if given and not _holds(kept) and not (question.kind == "list" and evidence):
            raise ModelError("No sentence of the model's answer is carried by the abstracts.")
        lines = [(p.lead, sentence_of(p, evidence)) for p in kept]
        status = _status(draft.status, kept, question)
        if question.kind == "list" and status in ("answered", "partial"):
            lines = whole_list(lines, evidence)
            lines = _count_set_right(lines, question, evidence)
        if not lines:
            lines = [("", Sentence(self._prompts.text(status if status != "partial" else "not_in_abstract")))]
        change = _renumbering([s for _, s in lines], earlier)
        return _checked(status, lines, draft, [sentence_of(p, ()) for p in dropped], invalid, notes, change)

    def _fixed(self, status: Status) -> Checked:
        words = self._prompts.text(status if status != "failed" else "fallback_note")
        return Checked(status, words, (Sentence(words),), ())

    def _reviews(
        self,
        pieces: Sequence[Piece],
        question: Question,
        evidence: Sequence[Evidence],
        session: ModelSession | None,
    ) -> tuple[dict[int, Review], tuple[str, ...]]:
        """Reviews by place among `pieces`; a failed review leaves doubts as they are, with a note."""
        doubtful = [place for place, piece in enumerate(pieces) if not piece.sure]
        if session is None or not _pays(pieces, question, session):
            return {}, ()
        asked = [(pieces[place].text, pieces[place].numbers) for place in doubtful]
        try:
            found = review(session, self._prompts, self._settings, question, asked, evidence)
        except ModelCancelled:
            raise
        except ModelError:
            return {}, ("The second check by the model could not be made; what is in doubt is marked.",)
        return {doubtful[place]: word for place, word in found.items()}, ()

    def _settled(
        self,
        pieces: Sequence[Piece],
        reviews: Mapping[int, Review],
        question: Question,
        evidence: Sequence[Evidence],
    ) -> list[Piece]:
        """What becomes of each piece; rewritten ones are judged again before they pass."""
        if question.kind == "list":
            return [_line(piece, reviews.get(at), question, evidence) for at, piece in enumerate(pieces)]
        settled = [_fated(piece, reviews.get(place)) for place, piece in enumerate(pieces)]
        places = [place for place, piece in enumerate(settled) if piece.fate == "rewritten"]
        rewritten = [mended(settled[place], evidence) for place in places]
        for place, piece in zip(places, judged(self._support, rewritten, question, evidence), strict=True):
            holds = piece.level != "unsupported" and not piece.conflict and bool(piece.numbers)
            settled[place] = piece if holds else replace(pieces[place], fate="dropped")
        return settled


def _pays(pieces: Sequence[Piece], question: Question, session: ModelSession) -> bool:
    """Whether a second judge is worth a call. Lines of a list can be given in their papers' words instead."""
    if question.kind == "list" and question.language == "en":
        return False
    if session.usage.calls < CALLS_WITHOUT_NEED:
        return any(not piece.sure for piece in pieces)
    return any(piece.level != "supported" or piece.conflict for piece in pieces)


def _line(piece: Piece, word: Review | None, question: Question, evidence: Sequence[Evidence]) -> Piece:
    """A line of a list as it is where it holds, else in its paper's own words; those are known to fit."""
    if word is not None and word.verdict == "supported" and not piece.conflict:
        return replace(piece, level="supported")
    # Of another language the words cannot be judged, only the numbers; a quotation would not be read either.
    unread = piece.level == "weak" and question.language != "en" and word is None
    if piece.role != "states" or (word is None and piece.level == "supported") or unread:
        return piece
    return in_its_own_words(piece, evidence) or replace(piece, fate="dropped")


def _fated(piece: Piece, word: Review | None) -> Piece:
    """The fate of a judged piece, given the model's word on it or none."""
    if piece.sure or (word is None and piece.level == "supported"):
        return piece
    if word is None:
        flagged: Fate = "flagged" if piece.numbers and not piece.conflict else "dropped"
        fate: Fate = "kept" if piece.level == "weak" else flagged
        return replace(piece, fate=fate)
    if word.verdict == "supported" and not piece.conflict:
        return replace(piece, level="supported", numbers=piece.numbers or piece.likely)
    if word.rewrite:
        return replace(piece, fate="rewritten", before=piece.text, text=word.rewrite)
    return replace(piece, fate="dropped")


def _holds(kept: Sequence[Piece]) -> bool:
    """Whether anything is left that holds; what is only marked as unsupported does not count."""
    stated = any(piece.role == "states" and piece.level != "unsupported" for piece in kept)
    return stated or any(piece.role == "absence" for piece in kept)


def _status(claimed: Status, kept: Sequence[Piece], question: Question) -> Status:
    """The writer's claim, unless what is left says otherwise."""
    if any(piece.role == "states" for piece in kept) or claimed != "answered":
        return claimed
    if any(piece.role == "absence" for piece in kept):
        return "not_in_abstract" if question.named or question.scope else "not_in_collection"
    return claimed


def _count_set_right(lines: Sequence[Line], question: Question, evidence: Sequence[Evidence]) -> list[Line]:
    clear = sum(item.match == "clear" for item in evidence)
    if not lines or not clear or lines[0][1].citations:
        return list(lines)
    lead, opening = lines[0]
    asked = f"{question.text} {question.standalone}"
    text = counted(opening.text, clear, language=question.language, asked=asked)
    return [(lead, replace(opening, text=text)), *lines[1:]]


def _renumbering(sentences: Sequence[Sentence], earlier: Mapping[str, int] | None) -> dict[int, int]:
    """Evidence number -> citation number."""
    if earlier is None:
        return {}
    change: dict[int, int] = {}
    following = max(earlier.values(), default=0)
    for citation in (citation for sentence in sentences for citation in sentence.citations):
        if citation.number not in change:
            number = earlier.get(citation.paper_id)
            following += number is None
            change[citation.number] = number if number is not None else following
    return change


def _checked(
    status: Status,
    lines: Sequence[Line],
    draft: Draft,
    dropped: Sequence[Sentence],
    invalid: int,
    notes: tuple[str, ...],
    change: Mapping[int, int],
) -> Checked:
    def renumbered(sentence: Sentence) -> Sentence:
        cited = (replace(c, number=change.get(c.number, c.number)) for c in sentence.citations)
        return replace(sentence, citations=tuple(cited))

    sentences = tuple(renumbered(sentence) for _, sentence in lines)
    citations = tuple(dict.fromkeys(c for sentence in sentences for c in sentence.citations))
    papers = tuple(replace(p, number=change.get(p.number, p.number)) for p in draft.papers)
    text = laid_out(sentences, [lead for lead, _ in lines])
    return Checked(status, text, sentences, citations, papers, tuple(dropped), invalid, notes)
