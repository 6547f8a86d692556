"""The sentences of a draft on their way through the checks.

Knows: what is known of a sentence at each step, and how layout survives when a neighbour is dropped. Does not
know: how support is judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.checking.quoting import carrying, cite
from assistant.checking.stating import Role, brings_in_more, is_empty, role_of
from assistant.domain import Draft, Evidence, Fate, Question, Sentence, Status, SupportLevel
from assistant.markers import numbers_in, parted, plain, without_markers

GIVEN_UP: tuple[Status, ...] = ("not_in_abstract", "not_in_collection", "partial")


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence on its way through the checks.

    `sure`: no second judge is needed, where there is one.
    `conflict`: it has a number that its sources do not have, or a name where it should state nothing.
    `likely`: the paper it fits best, when it cites none itself."""

    lead: str
    text: str
    numbers: tuple[int, ...]
    role: Role
    level: SupportLevel = "supported"
    sure: bool = True
    conflict: bool = False
    fate: Fate = "kept"
    before: str = ""
    likely: tuple[int, ...] = ()


def pieces_of(question: Question, draft: Draft, evidence: Sequence[Evidence]) -> tuple[list[Piece], int]:
    """The draft's sentences with their role; numbers that no paper has are taken off and counted."""
    known = {item.number for item in evidence}
    given_up = draft.status in GIVEN_UP
    texts = [question.text, question.standalone, *(full_text(item) for item in evidence)]
    pieces, invalid = [], 0
    for place, sentence in enumerate(draft.sentences):
        lead, text = parted(sentence.text)
        if not text or says_nothing(text, question, evidence):
            continue
        valid = tuple(number for number in sentence.numbers if number in known)
        invalid += len(sentence.numbers) - len(valid)
        role = role_of(text, marked=bool(valid), given_up=given_up)
        opening = question.kind == "list" and place == 0 and not valid
        if opening:
            role = "leads"
        elif question.kind == "list" and valid:
            # The line of a paper, also where it says what the paper leaves open.
            role = "states"
        foreign = role != "states" and not opening and brings_in_more(text, texts)
        role = "states" if foreign else role
        pieces.append(Piece(lead, text, valid if role == "states" else (), role, conflict=foreign))
    return pieces, invalid


def says_nothing(text: str, question: Question, evidence: Sequence[Evidence]) -> bool:
    """Manners, headings, and the titles of a list of sources, which an answer has already."""
    if question.kind == "list":
        return is_empty(text)
    bare = text.strip(' .:*"“”').casefold()
    return is_empty(text) or any(bare == item.paper.title.strip(" .").casefold() for item in evidence)


def in_its_own_words(piece: Piece, evidence: Sequence[Evidence]) -> Piece | None:
    """The line of a listed paper as a quotation of the sentence that it was chosen for."""
    for item in evidence:
        if piece.numbers == (item.number,) and item.spans and piece.text.startswith(item.paper.title):
            text = f'{item.paper.title}: "{item.spans[0].text}"'
            return replace(
                piece, text=text, before=piece.text, level="supported", fate="rewritten", conflict=False
            )
    return None


def mended(piece: Piece, evidence: Sequence[Evidence]) -> Piece:
    known = {item.number for item in evidence}
    numbers = tuple(number for number in numbers_in(piece.text) if number in known) or piece.numbers
    words = " ".join(without_markers(plain(piece.text)).split())
    return replace(piece, text=parted(f"\n{words}")[1], numbers=numbers, conflict=False)


def passed_on(pieces: Sequence[Piece]) -> list[Piece]:
    """Without the dropped pieces; the layout before one goes to the rest of its line."""
    kept: list[Piece] = []
    lead = ""
    for piece in pieces:
        if piece.fate == "dropped":
            lead = piece.lead or lead
            continue
        kept.append(replace(piece, lead=piece.lead or lead))
        lead = ""
    return kept


def without_empty_leads(pieces: Sequence[Piece]) -> list[Piece]:
    """Without "...:" sentences that lead on to nothing."""
    kept: list[Piece] = []
    for place, piece in enumerate(pieces):
        following = pieces[place + 1] if place + 1 < len(pieces) else None
        opens = piece.role == "leads" and piece.text.endswith((":", "："))
        if not (opens and (following is None or (following.role == "leads" and following.lead))):
            kept.append(piece)
    return kept


def sentence_of(piece: Piece, evidence: Sequence[Evidence]) -> Sentence:
    cited = [item for item in evidence if item.number in piece.numbers]
    if len(cited) > 1:
        cited = carrying(piece.text, cited) or cited
    order = {number: place for place, number in enumerate(piece.numbers)}
    cited.sort(key=lambda item: order[item.number])
    citations = tuple(c for item in cited for c in cite(without_title(piece.text, item), item))
    level: SupportLevel = "unsupported" if piece.fate == "dropped" else piece.level
    return Sentence(piece.text, citations, level, piece.fate, piece.before)


def without_title(text: str, item: Evidence) -> str:
    """What a list item says of its paper; the title before it is no claim."""
    rest = text.removeprefix(item.paper.title).lstrip()
    said = rest[1:].strip() if rest[:1] in tuple(":–—-") and text.startswith(item.paper.title) else ""
    return said or text


def full_text(item: Evidence) -> str:
    paper = item.paper
    return f"{paper.title}\n{paper.abstract}\n{', '.join(paper.authors)} {paper.year or ''} {paper.venue}"
