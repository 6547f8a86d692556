"""Answers from the papers' own sentences: chosen, ordered and introduced, with nothing generated.

Knows: how an answer of each kind is laid out, and the fixed words around quotes. Does not know: how papers
and sentences were chosen. The words around quotes come from prompts/texts.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.domain import Citation, Evidence, ListedPaper, NotCited, Question, Sentence, Span
from assistant.prompts import Prompts

_NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)

# A sentence with the layout that stands before it.
Line = tuple[str, Sentence]


class ExtractiveWriter:
    """Lays out evidence as lines of an answer."""

    def __init__(self, prompts: Prompts) -> None:
        self._prompts = prompts

    def listing(self, question: Question, evidence: Sequence[Evidence], *, considered: int) -> list[Line]:
        """Every paper with its sentence, the clear ones first."""
        clear = [item for item in evidence if item.match == "clear"]
        possible = [item for item in evidence if item.match == "possible"]
        lines: list[Line] = []
        if clear:
            lines.append(("", Sentence(self._fill("list_clear", count=len(clear), considered=considered))))
            lines += [_entry(item) for item in clear]
        if possible:
            name = "list_possible" if clear else "list_only_possible"
            lead = "\n\n" if clear else ""
            lines.append((lead, Sentence(self._fill(name, count=len(possible), considered=considered))))
            lines += [_entry(item) for item in possible]
        return lines

    def passage(self, evidence: Sequence[Evidence], *, titled: bool) -> list[Line]:
        """The sentences of the best paper, in the order of its abstract; `titled` says whose they are, which
        a question that names no paper does not know."""
        if titled:
            return self.comparison(evidence)
        return [
            (" " if place else "", quote_sentence(item, span))
            for item in evidence
            for place, span in enumerate(sorted(item.spans, key=lambda span: span.start))
        ]

    def comparison(self, evidence: Sequence[Evidence]) -> list[Line]:
        """A part per paper, each under its title."""
        lines: list[Line] = []
        for item in evidence:
            lead = ("\n\n" if lines else "") + f"**{item.paper.title}**\n\n"
            for span in sorted(item.spans, key=lambda span: span.start):
                lines.append((lead, quote_sentence(item, span)))
                lead = " "
        return lines

    def not_in_abstract(self, evidence: Sequence[Evidence]) -> list[Line]:
        """The abstract does not say it; what it does say nearest to the question."""
        titles = "; ".join(f"“{item.paper.title}”" for item in evidence)
        lines: list[Line] = [("", Sentence(self._text("detail_missing").replace("$titles", titles)))]
        for item in evidence:
            lead = "\n\n" + self._text("nearest_words") + " "
            for span in sorted(item.spans[:1], key=lambda span: span.start):
                lines.append((lead, quote_sentence(item, span)))
        return lines

    def not_in_collection(
        self, nearest: Sequence[NotCited], unknown: Sequence[str], *, language: str = "en"
    ) -> list[Line]:
        """Nothing here; the nearest titles, plainly said to be no answer. Of a question in a `language` that
        was not understood, only that nothing matched can be said."""
        text = self._text("not_in_collection" if language == "en" else "not_matched")
        if unknown:
            names = ", ".join(f"“{name}”" for name in unknown)
            text = f"{text} {self._text('unknown_names').replace('$names', names)}"
        if nearest:
            titles = "; ".join(f"“{item.title}”" for item in nearest)
            text = f"{text} {self._text('nearest_papers').replace('$titles', titles)}"
        return [("", Sentence(text))]

    def fixed(self, name: str) -> list[Line]:
        """One of the fixed texts."""
        return [("", Sentence(self._text(name)))]

    def _text(self, name: str) -> str:
        return self._prompts.text(name)

    def _fill(self, name: str, *, count: int, considered: int) -> str:
        words = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
        papers = "paper" if count == 1 else "papers"
        fit = "fits" if count == 1 else "fit"
        text = self._text(name).replace("$considered", str(considered))
        text = text.replace("$count", words).replace("$papers", papers).replace("$fit", fit)
        return text[0].upper() + text[1:]


def quote_sentence(item: Evidence, span: Span) -> Sentence:
    """A sentence of the answer that is a sentence of the abstract."""
    return Sentence(" ".join(span.text.split()), (citation_of(item, span),))


def citation_of(item: Evidence, span: Span) -> Citation:
    """The exact quote."""
    return Citation(item.number, item.paper.paper_id, item.paper.title, span.text, span.start, span.end)


def listed(evidence: Sequence[Evidence]) -> tuple[ListedPaper, ...]:
    """The papers of a list answer."""
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


def _entry(item: Evidence) -> Line:
    quoted = quote_sentence(item, item.spans[0])
    return (f"\n- {item.paper.title}: ", quoted)
