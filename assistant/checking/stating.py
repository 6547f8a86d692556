"""What a sentence of a draft does: state something, lead on, or say what the abstracts do not give.

Knows: the words of leading on and of absence. Does not know: whether anything is true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from assistant.checking.figures import missing_figures
from assistant.reading.terms import content_stems

Role = Literal["states", "leads", "absence"]

_LEADS = re.compile(
    r"^(?:here (?:is|are)\b|the following\b|in (?:short|summary|sum)[,:]?$|in detail\b|"
    r"(?:yes|no|sure|certainly|overall)[.,!]?$|(?:these|they) (?:may|might|could) (?:also )?(?:fit|be )|"
    r"(?:possibly|perhaps|also) (?:relevant|related)\b|hello\b|hi\b|you're welcome|i (?:found|can help)\b)",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"(?:sure|certainly|of course|answer|final answer|response|notes?|summary|conclusion|overview|sources?|"
    r"references?|citations?|antwort|quellen|réponse|sources?|respuesta|fuentes)\W*$|"
    r"(?:(?:sure|certainly)[,!]? )?(?:(?:based|drawing) on|according to|from) (?:the )?"
    r"(?:provided|given|above|available) (?:\w+ ){1,4}?[,:]?(?: here (?:is|are) .{0,40})?[:.]?$|"
    r"here(?: is|'s) (?:the|an?|my|your) (?:\w+ )?(?:answer|response|summary)\b.{0,40}[:.]$|"
    r"(?:based on|according to) .{0,50}, here (?:is|are) .{0,40}:$|"
    r"i hope (?:this|that) helps\W*$|let me know if\b.*$|(?:please )?feel free to\b.*$",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not|no|none|neither|nor|nothing|nobody|never|cannot|without|lacks?|absent|missing|unknown|unclear|"
    r"unspecified|silent|\w+n't|nicht|kein\w*|weder|nichts|ohne|fehl\w+|unbekannt|ne|n'\w+|pas|aucun\w*|ni|sans|"
    r"ningún|ningun[oa]|sin|tampoco|non|nessun\w*|senza|não|nenhum\w*|sem|niet|geen|zonder)\b|[没未無不无]|ない|ません|없",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"\b(?:abstract|collection|papers?|titles?|zusammenfassung\w*|sammlung|arbeit\w*|aufsätz\w*|"
    r"kurzfassung\w*|titel|résumés?|articles?|corpus|resumen(?:es)?|resúmenes|colección|artículos?|raccolta|"
    r"articoli|coleção|resumos?|artigos?|samenvatting\w*|collectie|artikel\w*)s?\b|摘要|论文|論文|要旨|초록|논문",
    re.IGNORECASE,
)
_SAYING = re.compile(
    r"\b(?:say|state|mention|give|report|name|specif|describ|contain|include|provide|disclose|list|tell|cover|"
    r"available|found|address|discuss|nenn|erwähn|angeb|angegeben|enth|bericht|sag|mentionn|indiqu|donn|menciona|"
    r"indica|da |dice|menzion|riport|vermeld|noem)\w*|[说說提给給报報述言载載]|언급|밝히",
    re.IGNORECASE,
)
# The negation belongs to the saying: "does not say", "is not reported", "nennt keine".
_NOT_SAID = re.compile(
    r"\b(?:not|no|none|neither|nor|nothing|never|cannot|\w+n't)\b(?:\s+[\w'-]+){0,4}?\s+(?:sa(?:y|id)|"
    r"stated?|mention(?:ed)?|give|given|report(?:ed)?|named?|specif(?:y|ied)|described?|contain(?:ed)?|"
    r"included?|provided?|disclosed?|list(?:ed)?|tell|told|cover(?:ed)?|available|found|address(?:ed)?|"
    r"discuss(?:ed)?)\b|"
    r"\b(?:nicht|kein\w*|weder|nichts|ne|n'\w+|pas|aucun\w*|ni|ningún|ningun[oa]|tampoco|non|nessun\w*|não|"
    r"nenhum\w*|niet|geen|no (?:se )?(?:dic|men|ind|inf|esp|nom|con|da)\w*)\b|[没未無不无]|ない|ません|없",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[a-z0-9,;] )[A-Z][\w-]*[a-z0-9]\b|\b[A-Z][a-z]*[A-Z]\w*|\b[A-Z]{2,}\b")


def is_empty(text: str) -> bool:
    """Whether `text` is manners or a heading: "Sure!", "Here is the answer:", "Sources"."""
    return bool(_EMPTY.match(text.strip()))


def role_of(text: str, *, marked: bool, given_up: bool) -> Role:
    """What `text` does. `marked`: it carried a citation; `given_up`: the draft says that it is no answer."""
    says_absence = bool(_NOT.search(text) and _SOURCE.search(text) and (_SAYING.search(text) or given_up))
    if marked and not given_up:
        # "Not yet: the abstract says that the code will follow" states something.
        says_absence = says_absence and bool(_NOT_SAID.search(text))
    if says_absence or (given_up and not marked):
        return "absence"
    if marked:
        return "states"
    if text.rstrip().endswith((":", "：", "?", "？")) or _LEADS.search(text) or len(content_stems(text)) < 2:
        return "leads"
    return "states"


def brings_in_more(text: str, known: Iterable[str]) -> bool:
    """Whether a sentence that should state nothing has a number or a name that `known` texts do not have."""
    known_text = "\n".join(known)
    if missing_figures(text, known_text):
        return True
    folded = known_text.casefold()
    return any(name.casefold() not in folded for name in _NAME.findall(text))
