"""One golden question and its answer -> marks.

Knows: what counts as right for one answer. Does not know: how marks become figures. Rules that need saying:
a paper that is acceptable is neutral, it neither earns nor costs anything; a list answer is every paper in
it, clear or possible; an answer abstains when its status says so, and a partial answer does not abstain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.domain import Answer, Paper
from assistant.evaluation.golden import GoldenQuestion, title_key

ABSTAINING = ("not_in_collection", "not_in_abstract", "declined")


@dataclass(frozen=True, slots=True)
class ListMarks:
    """Precision, recall and F1 of a set of papers."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Marks:
    """What one answer got. `rank` is the place of the first gold paper among the papers that count (0: not
    there). `quotes` and `verbatim` count citations; `invented` papers are named but not in the collection."""

    id: str
    type: str
    question: str
    status: str
    papers: ListMarks
    clear_papers: ListMarks
    facts_hit: bool
    gold_cited: bool
    rank: int
    abstained: bool
    must_abstain: bool
    gold_known: bool
    facts_asked: bool
    right: bool
    quotes: int
    verbatim: int
    invented: int
    ms: float
    why: tuple[str, ...] = field(default=())


def mark(question: GoldenQuestion, answer: Answer, papers: Mapping[str, Paper], *, ms: float) -> Marks:
    """The marks of `answer`; `papers` is the collection by id, `ms` the time that it took."""
    shown = _shown(answer)
    listed = compare(shown, question)
    clear = compare(_shown(answer, clear_only=True), question)
    facts_hit = all(fact.search(answer.text) for fact in question.facts)
    abstained = answer.status in ABSTAINING
    counting = [title for title in shown if title not in question.acceptable]
    gold_places = [place for place, title in enumerate(counting, start=1) if title in question.gold]
    cited = {title_key(citation.title) for citation in answer.citations}
    return Marks(
        id=question.id,
        type=question.type,
        question=question.question,
        status=answer.status,
        papers=listed,
        clear_papers=clear,
        facts_hit=facts_hit,
        gold_cited=bool(question.gold) and bool(question.gold & cited),
        rank=gold_places[0] if gold_places else 0,
        abstained=abstained,
        must_abstain=question.must_abstain,
        gold_known=bool(question.gold),
        facts_asked=bool(question.facts),
        right=_right(question, listed, facts_hit=facts_hit, abstained=abstained),
        quotes=len(answer.citations),
        verbatim=sum(_is_verbatim(papers, c.paper_id, c.start, c.end, c.quote) for c in answer.citations),
        invented=_invented(answer, papers),
        ms=ms,
        why=_why(question, shown, answer, {title_key(paper.title): paper.title for paper in papers.values()}),
    )


def compare(shown: Sequence[str], question: GoldenQuestion) -> ListMarks:
    """`shown` (title keys) against the gold papers; acceptable ones are neutral."""
    found = set(shown) - (question.acceptable - question.gold)
    hits = len(found & question.gold)
    return ListMarks(
        precision=hits / len(found) if found else 0.0,
        recall=hits / len(question.gold) if question.gold else 0.0,
    )


def _shown(answer: Answer, *, clear_only: bool = False) -> list[str]:
    """Title keys of the papers in the answer, in its order; of an answer that is no list, the cited ones.

    The papers that an abstaining answer names are the nearest ones, not its answer."""
    if answer.status in ABSTAINING:
        return []
    titles = [paper.title for paper in answer.papers if paper.match == "clear" or not clear_only]
    if not answer.papers:
        titles = [citation.title for citation in answer.citations]
    return list(dict.fromkeys(map(title_key, titles)))


def _right(question: GoldenQuestion, listed: ListMarks, *, facts_hit: bool, abstained: bool) -> bool:
    """Whether a person would call the answer right: facts there and every other paper not the majority."""
    if question.must_abstain:
        return abstained
    if abstained:
        return False
    if question.facts:
        return facts_hit and (listed.recall > 0 or not question.gold)
    return listed.precision >= 0.5 and listed.recall >= 0.5


def _is_verbatim(papers: Mapping[str, Paper], paper_id: str, start: int, end: int, quote: str) -> bool:
    paper = papers.get(paper_id)
    return paper is not None and bool(quote) and paper.abstract[start:end] == quote


def _invented(answer: Answer, papers: Mapping[str, Paper]) -> int:
    """Papers that the answer names and that are not stored under that id with that title."""
    named = {(paper.paper_id, paper.title) for paper in answer.papers}
    named |= {(citation.paper_id, citation.title) for citation in answer.citations}
    return sum(paper_id not in papers or papers[paper_id].title != title for paper_id, title in named)


def _why(
    question: GoldenQuestion, shown: Sequence[str], answer: Answer, titles: Mapping[str, str]
) -> tuple[str, ...]:
    """What was missed, in short clauses; empty when nothing was."""
    abstained = answer.status in ABSTAINING
    if question.must_abstain:
        return () if abstained else (f"answered ({answer.status}) what the collection does not hold",)
    reasons = [f"abstained ({answer.status})"] if abstained else []
    missing = question.gold - set(shown)
    wrong = [title for title in shown if title not in question.gold | question.acceptable]
    if missing:
        reasons.append(
            f"{len(missing)} of {len(question.gold)} papers missing: {_short(sorted(missing), titles)}"
        )
    if wrong:
        reasons.append(f"{len(wrong)} papers too many: {_short(wrong, titles)}")
    reasons += [f"fact not found: {fact.pattern}" for fact in question.facts if not fact.search(answer.text)]
    return tuple(reasons)


def _short(keys: Sequence[str], titles: Mapping[str, str]) -> str:
    return "; ".join(f"“{titles.get(key, key)[:40]}”" for key in keys)
