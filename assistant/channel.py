"""Papers, questions and earlier turns as data for the model: numbered, fenced and escaped.

Knows: how foreign text is kept from posing as ours. Does not know: prompts, models, what is asked of them.
After the idea of structured queries (StruQ): the signs that make up the channel cannot occur inside it.
Square brackets become ⟦ ⟧, a "<" that is not before a number becomes ‹, line breaks and invisible signs
become spaces, sign for sign, so that a copied passage can be found again in the stored abstract. A passage
that speaks to its reader like an instruction is left out of what the model sees; the stored abstract stays.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from assistant.domain import Evidence, Paper, Question, Span
from assistant.sentences import split_sentences
from assistant.tokens import count_tokens

_BRACKETS = str.maketrans({**dict.fromkeys("[［【", "⟦"), **dict.fromkeys("]］】", "⟧")})
_TAG_START = re.compile(r"[<＜](?!\s*[\d=.−-])")
_HIDDEN = ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")
_RESTORED = re.compile(r"⟦([^⟦⟧]*)⟧")
_LIKE_MARKER = re.compile(r"[\s\d,;^†、，–—-]*")

_VERB = (
    r"(?:ignore|disregard|forget|override|bypass|discard|neglect|ignorier\w*|vergiss|missachte\w*|"
    r"ignorez|oubliez|ignora|ignore[nm]?|olvida)"
)
_OBJECT = (
    r"(?:instruct\w*|prompts?|rules?|guidelines?|directions?|commands?|constraints?|everything|"
    r"(?:the )?(?:above|previous|prior|earlier|preceding)|anweisung\w*|regeln|consignes|instrucciones)"
)
_ASIDE = (
    r"^[\W_]*(?:(?:please|now|important|note|attention|warning|urgent|hey|dear\b[^.:,]{0,40}|stop|end)"
    r"\b[\W_]*)*"
)
_READER = r"(?:AI|LLMs?|language models?|(?:AI )?assistants?|reviewers?|chatbots?|summari[sz]ers?|bots?)"
_ORDER = r"(?:say|print|reply|respond|output|write|answer|tell|cite|recommend|mark|rate|claim)"
_ASKING = r"(?:answer|summari|cit|repl|respond|ask|process|read)"
# What an abstract does not say to its readers; each is looked for at the start of a sentence or anywhere.
_ADDRESSES = re.compile(
    "|".join(
        (
            rf"{_ASIDE}{_VERB}\b[^.!?]{{0,60}}\b{_OBJECT}\b",
            r"^[\W_]*(?:system|assistant|user|developer|admin(?:istrator)?|human|operator)"
            r"(?: (?:message|prompt|note|override|turn|notice|update))?[\s\"'*_]*[:>\]⟧|]",
            r"^[\W_]*status\s*[:=]",
            r"<\|?\s*/?(?:im_start|im_end|system|assistant|user|endoftext|eot_id|start_header_id)",
            r"</?(?:papers?|question|abstract|title|sentences|conversation)\b",
            r"\[/?(?:INST|SYS)\]|<<\s*/?SYS\s*>>|={3,}\s*(?:user|system)\s*={3,}",
            rf"{_ASIDE}(?:you are|you're|act as|pretend (?:to be|you)|from now on|behave as)\b",
            r"\b(?:note|message|instructions?|notice|request|attention|memo)\s*(?:to|for|,)\s+"
            rf"(?:the |any |all |every )?{_READER}\b",
            rf"{_ASIDE}(?:reveal|print|show|output|repeat|leak|display|disclose|translate)\b[^.!?]{{0,40}}"
            r"\b(?:system prompt|your (?:prompt|instructions|rules)|these instructions|secrets?|api key)\b",
            rf"{_ASIDE}(?:when|if|whenever|while|before)\b[^.!?]{{0,30}}\b{_ASKING}\w*[^.!?]{{0,80}}"
            r"\b(?:you|always|say|must|reply|cite|this paper|instead)\b",
            rf"{_ASIDE}(?:always |only |instead,? |then )?{_ORDER}\b[^.!?]{{0,60}}"
            r"(?:[\"'“:]|\bthis paper\b|\bthe user\b|\bwith\b|\bonly\b|\bin \w+$)",
            r"\byou (?:must|should|shall|have to|will now|are (?:now|required|instructed|ordered|told))\b",
            r"\b(?:the|your) (?:user|operator|developer)s? (?:has |have |now )?"
            r"(?:asks|asked|wants?|requests?|requested|orders?|ordered|told|tells|requires?) (?:that )?you\b",
        )
    ),
    re.IGNORECASE,
)
# What follows such a passage belongs to it as long as it goes on in that tone.
_GOES_ON = re.compile(
    rf"^[\W_]*(?:instead|now|then|also|always|never|only|{_ORDER}|do|don't|begin|start|end|use|add|append|"
    r"include|set|call|send|visit|click|this is|the (?:correct|right) answer|status|system|assistant|user)\b|"
    r"\b(?:you|your)\b|^[\W_]*\w*(?:\W+\w+){0,3}[\W_]*$",
    re.IGNORECASE,
)


def escaped(text: str) -> str:
    """`text` with every sign of the channel replaced, sign for sign."""
    visible = "".join(" " if unicodedata.category(sign) in _HIDDEN else sign for sign in text)
    return _TAG_START.sub("‹", visible.translate(_BRACKETS))


def restored(text: str) -> str:
    """What the model wrote with ⟦ ⟧ and ‹, in plain signs again; what would read as a marker stays."""
    text = _RESTORED.sub(lambda m: m[0] if _LIKE_MARKER.fullmatch(m[1]) else f"[{m[1]}]", text)
    return text.replace("‹", "<")


def asked(question: Question) -> str:
    """The person's words first, because the answer's language is theirs; then what they stand for."""
    words, meant = question.text.strip(), question.standalone.strip()
    return escaped(words) if words == meant else f"{escaped(words)} (that is: {escaped(meant)})"


def addressed_passages(text: str) -> tuple[tuple[int, int], ...]:
    """Where `text` speaks to its reader like an instruction: (start, end) of whole sentences."""
    found: list[tuple[int, int]] = []
    speaking = False
    for span in _pieces(text):
        speaking = bool(_ADDRESSES.search(span.text)) or (speaking and bool(_GOES_ON.search(span.text)))
        if speaking:
            found.append((span.start, span.end))
    return tuple(found)


def _pieces(text: str) -> Iterable[Span]:
    """Sentences, cut at line breaks too: an instruction often has a line of its own."""
    start = 0
    for line in text.splitlines(keepends=True):
        for span in split_sentences("", line):
            yield Span("", start + span.start, start + span.end, span.text)
        start += len(line)


def shown(text: str, *, withheld: str) -> str:
    """`text` as the model may see it; a passage that addresses the reader is replaced by `withheld`."""
    parts, last, gap = [], 0, False
    for start, end in addressed_passages(text):
        before = text[last:start]
        if before.strip() or not gap:
            parts += [before, withheld]
        last, gap = end, True
    return escaped("".join([*parts, text[last:]]))


def without_addressed(text: str) -> str:
    """`text` without the passages that address its reader: no claim may rest on them."""
    for start, end in reversed(addressed_passages(text)):
        text = text[:start] + text[end:]
    return text


def paper_block(number: int, paper: Paper, *, withheld: str, match: str = "", body: str | None = None) -> str:
    """One paper in its fence. `body` replaces the abstract (already escaped)."""
    about = "; ".join(part for part in (", ".join(paper.authors), str(paper.year or ""), paper.venue) if part)
    lines = [f'<paper number="{number}"' + (f' match="{match}">' if match else ">")]
    # A title is escaped but whole: papers on attacks bear titles that read like one, and must be named.
    lines.append(f"<title>{escaped(paper.title)}</title>")
    if about:
        lines.append(f"<published>{escaped(about)}</published>")
    lines.append(f"<abstract>{shown(paper.abstract, withheld=withheld) if body is None else body}</abstract>")
    return "\n".join([*lines, "</paper>"])


def evidence_blocks(
    evidence: Sequence[Evidence], *, withheld: str, budget: int, matches: bool = False
) -> str:
    """The evidence within `budget` tokens: whole abstracts as far as they go, from the best down; then the
    sentences that matter; what still does not fit is left out."""
    blocks: list[str] = []
    # Every paper keeps room for its sentences before one gets its whole abstract.
    short = [_short_block(item, withheld=withheld, matches=matches) for item in evidence]
    reserve = sum(count_tokens(block) for block in short)
    for item, brief in zip(evidence, short, strict=True):
        reserve -= count_tokens(brief)
        whole = paper_block(item.number, item.paper, withheld=withheld, match=item.match if matches else "")
        fitting = next((b for b in (whole, brief) if count_tokens(b) + max(0, reserve) <= budget), None)
        fitting = fitting or (brief if count_tokens(brief) <= budget else None)
        if fitting is not None:
            blocks.append(fitting)
            budget -= count_tokens(fitting)
    return "\n".join(blocks)


def _short_block(item: Evidence, *, withheld: str, matches: bool) -> str:
    spans = sorted(item.spans, key=lambda span: span.start)
    kept = " (...) ".join(shown(span.text, withheld=withheld) for span in spans)
    match = item.match if matches else ""
    return paper_block(item.number, item.paper, withheld=withheld, match=match, body=kept)
