"""Earlier turns as the model may read them: newest first, within a budget, each cut to what it came to.

Knows: how a turn is made short. Does not know: prompts, models, citation numbers in use. Answers go to the
model without markers: the numbers of an earlier prompt mean nothing in this one, and a copied one would pass
for a citation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.channel import escaped, shown
from assistant.domain import Turn
from assistant.markers import parted, plain, without_markers
from assistant.sentences import split_sentences
from assistant.tokens import count_tokens, decode, encode

NEWEST_TOKENS = 260
OLDER_TOKENS = 60
QUESTION_TOKENS = 80
MOST_TITLES = 20


def conversation(turns: Sequence[Turn], *, budget: int, withheld: str) -> str:
    """The turns that fit into `budget` tokens, oldest of them first; "" when there are none."""
    blocks: list[str] = []
    for age, turn in enumerate(reversed(turns)):
        block = _block(turn, OLDER_TOKENS if age else NEWEST_TOKENS, withheld=withheld)
        budget -= count_tokens(block)
        if budget < 0:
            break
        blocks.append(block)
    return "\n".join(reversed(blocks))


def cited_papers(turn: Turn) -> tuple[tuple[str, str], ...]:
    """(paper id, title) of the papers that a turn's answer listed or cited, in order."""
    if turn.answer is None:
        return ()
    listed = [(paper.paper_id, paper.title) for paper in turn.answer.papers]
    cited = [(citation.paper_id, citation.title) for citation in turn.answer.citations]
    return tuple(dict.fromkeys(listed + cited))


def _block(turn: Turn, limit: int, *, withheld: str) -> str:
    lines = [f"<asked>{shown(_cut(turn.question, QUESTION_TOKENS), withheld=withheld)}</asked>"]
    concluded = _conclusion(turn.text, limit)
    if concluded:
        lines.append(f"<answered>{shown(concluded, withheld=withheld)}</answered>")
    titles = [escaped(title) for _, title in cited_papers(turn)[:MOST_TITLES]]
    if titles:
        lines.append(f"<cited>{'; '.join(titles)}</cited>")
    return "<turn>\n" + "\n".join(lines) + "\n</turn>"


def _conclusion(text: str, limit: int) -> str:
    """The first sentences of an answer, as many as `limit` tokens hold; at least a piece of the first."""
    words = " ".join(parted(line)[1] for line in without_markers(plain(text)).splitlines())
    kept = ""
    for span in split_sentences("", re.sub(r"\s+", " ", words).strip()):
        longer = f"{kept} {span.text}".strip()
        if count_tokens(longer) > limit:
            break
        kept = longer
    return kept or _cut(words, limit)


def _cut(text: str, limit: int) -> str:
    return text if count_tokens(text) <= limit else decode(encode(text)[:limit]).rstrip("\ufffd") + " ..."
