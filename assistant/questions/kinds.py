"""What kind of answer a question asks for, from its wording alone.

Knows: English cue words, and the list cues of a few other languages. Does not know: any collection.
"""

from __future__ import annotations

import re

from assistant.domain import Kind
from assistant.reading.terms import content_terms

_I = re.IGNORECASE
_PAPERS = r"(?:papers?|works?|stud(?:y|ies)|articles?|publications?|research|surveys?|abstracts?|literature)"
_THINGS = (
    r"(?:methods|approaches|techniques|systems|frameworks|benchmarks|datasets|data sets|agents|models"
    r"|teams|groups)"
)

_ATTACK = re.compile(
    r"\byou are now\b|\bpretend (?:to be|you|that you)\b|\bdeveloper mode\b|^\W*(?:ignore|disregard"
    r"|forget)\b.{0,40}\binstructions\b"
    r"|\byour (?:system|hidden|initial|secret|original)?\s*(?:prompt|instructions)\b|\b(?:text|instructions?"
    r"|prompt) you (?:were|have been) given\b",
    _I | re.DOTALL,
)
_DECLINED = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|rules|prompts?|guidelines"
    r"|above|previous)\b"
    r"|\b(?:system|hidden|initial|secret|original|developer)\s+(?:prompt|text|instructions?|message)\b"
    r"|\b(?:print|reveal|show|repeat|output|translate|leak|give)\b.{0,40}\byour\b.{0,30}\b(?:prompt"
    r"|instructions?|rules|configuration)\b"
    r"|\bjailbreak|\bact as (?:an?|my)\b",
    _I | re.DOTALL,
)
# More words than this are a description, not keywords.
KEYWORDS = 5
# Prompt injection is also a topic of papers; a question about papers is not an attack.
_ABOUT_PAPERS = re.compile(rf"\b{_PAPERS}\b|\bdefen[cs]es?\b|\bdefend|\battacks?\b", _I)
_ROLE_LINE = re.compile(
    r"^\s*(?:#+\s*)?(?:system|assistant|developer|user|instruction)s?\s*[:>\]].*$", _I | re.MULTILINE
)
_SMALL_TALK = re.compile(
    r"^\W*(?:hi|hello|hey|good (?:morning|evening|afternoon|day)|thanks?|thank you|thx|cheers|bye|goodbye"
    r"|ok(?:ay)?|great|nice|cool|"
    r"how are you|who are you|what are you|what can you do|what can i ask|help|hallo|bonjour"
    r"|hola)\b[\w\s,'!.?]{0,30}$",
    _I,
)
_COMPARE = re.compile(
    r"\b(?:compar(?:e|es|ed|ing|ison)|contrast|versus|vs\.?|differ(?:s|ences?|ent from)?|as opposed to"
    r"|respectively|"
    r"(?:which|who) (?:is|does|are) (?:better|more)|in common)\b|\beach\b|\bboth\b",
    _I,
)
_LIST = re.compile(
    rf"\b(?:which|what|whose)\s+(?:\w+\s+){{0,2}}?{_PAPERS}\b"
    rf"|^\W*(?:and\s+)?(?:which|what)\s+(?:\w+\s+){{0,2}}?{_THINGS}\b"
    rf"|^\W*how many\s+(?:of\s+(?:the|these|those)\s+)?(?:\w+\s+)?{_PAPERS}\b"
    rf"|^\W*(?:please\s+|can you\s+|could you\s+)*(?:list|find|enumerate|search|recommend|suggest|(?:show"
    rf"|give|name|get)\s+(?:me|us|all|the|every|some|any|a few))\b"
    rf"|\b(?:is|are)\s+there\s+(?:any|some|a\b|an\b|other|more|{_PAPERS}|methods)"
    rf"|\bwhat\b.{{0,30}}\b(?:is there|exists?|have we got|do we have|do you have|has been (?:done|written"
    rf"|published))\b"
    rf"|\bwhat do (?:the|these|we|you)\b.{{0,20}}\b(?:say|know|have)\b|\banything (?:on|about|like)\b"
    rf"|\b(?:i|we)(?:'?m| am|'?re| are)\s+looking for\b|^\W*looking for\s+(?:\w+\s+){{0,2}}?{_PAPERS}\b"
    rf"|^\W*{_PAPERS}\b|\b(?:papers|works|studies|articles|publications|surveys|research|literature)\s+"
    rf"(?:on|about|that|which|where|using|with|for|dealing|concerning)\b"
    rf"|^\W*(?:in|for|by)\s+which\b|^\W*where (?:is|are|do|does)\b|^\W*who\s+(?:reports?|uses?|evaluates?"
    rf"|tests?|compares?|works?|else|all)\b"
    rf"|(?:^|[.?!]\s+|\band\s+)\W*(?:is |are )?(?:any|which|what|how many) of (?:them|those|these)\b"
    rf"|\b(?:only|just)\s+(?:the\s+)?(?:ones|those|these|papers)\b",
    _I,
)
_WHICH_PAPERS = re.compile(
    r"\b(?:which|what|how many)\s+(?:of\s+(?:the|these|those)\s+)?(?:other\s+)?(?:papers|works|studies"
    r"|articles|publications)\b",
    _I,
)
_LIST_ELSEWHERE = re.compile(
    r"\bwelche[nrs]?\s+(?:arbeiten|paper|studien|artikel|publikationen)|\bgibt es\b"
    r"|\bquel(?:le)?s\s+(?:sont\s+les\s+)?(?:articles|papiers|travaux|publications|études)|\by a-t-il\b"
    r"|\b(?:qu[eé]|cu[aá]les\s+son\s+los)\s+(?:trabajos|art[ií]culos|estudios)|\bhay\b.*\b(?:trabajos"
    r"|art[ií]culos)|\bquali\s+(?:articoli|lavori)|\bquais\s+(?:artigos|trabalhos)"
    r"|哪些|有没有|どの論文|論文は|какие\s+(?:статьи|работы)",
    _I,
)
_EXPLAIN = re.compile(
    r"^\W*(?:and\s+|so\s+|but\s+)?(?:how (?:do|does|did|is|are|can|could|would|was|were|come)|why|explain"
    r"|describe|summari[sz]e|outline|"
    r"what (?:is|are|was|were) (?:the\s+)?(?:roles?|idea|ideas|point|wrong|main|key|difference|purpose"
    r"|motivation|problem|shortcomings?|limits?|limitations?)|"
    r"what (?:do|does|did|is|are|was)\b(?!.*\b(?:rate|score|accuracy|percent|percentage|number|figure|size"
    r"|share)\b)|tell me (?:more )?about|in what way)",
    _I,
)
_NUMBER = re.compile(
    r"\bhow (?:many|much|long|far|often|large|big|fast|high|low|well|old|few|little)\b|\bper ?cent(?:age)?\b"
    r"|%"
    r"|\bwhat (?:\w+\s+){0,3}?(?:share|rates?|scores?|accurac\w+|figures?|numbers?|factor|ratio|percentage"
    r"|size|speed-?up|gains?|agreement|value)\b"
    r"|\bby what\b|\bwieviel|\bwie viele?\b|\bcombien\b|\bcu[aá]nt|\bquant[oiae]\b|多少|几个|いくつ|сколько",
    _I,
)
# What opens the description of one paper that somebody has in mind, rather than keywords.
_DESCRIBES = re.compile(r"^\W*(?:an?|some(?:one|body|thing)|my|if|when|whoever)\s+(?:[\w-]+\W+){5}", _I)
_QUESTION = re.compile(
    r"[?？]|^\W*(?:and\s+|but\s+|so\s+)?(?:who|what|which|when|where|why|how|is|are|was|were|do|does|did|can"
    r"|could|has|have|by|on|in|under|to|at)\b",
    _I,
)


def strip_role_lines(text: str) -> str:
    """`text` without lines that pose as a system or assistant message; whole when nothing else is left."""
    rest = _ROLE_LINE.sub("", text).strip()
    return rest or text.strip()


def wants_number(text: str) -> bool:
    """Whether the answer must hold a number."""
    return _NUMBER.search(text) is not None


def counts_papers(text: str) -> bool:
    """Whether the question asks how many papers there are."""
    return re.search(rf"\bhow many\s+(?:\w+\s+){{0,3}}?{_PAPERS}\b", text, _I) is not None


def is_list(text: str) -> bool:
    """Whether the wording asks for papers rather than for something a paper says."""
    return bool(_LIST.search(text) or _LIST_ELSEWHERE.search(text))


def find_kind(text: str, *, named: int, topic_terms: int) -> Kind:
    """The kind of `text`, in which `named` papers are named and `topic_terms` words carry a topic."""
    if _ATTACK.search(text) or (_DECLINED.search(text) and not _ABOUT_PAPERS.search(text)):
        return "declined"
    if _SMALL_TALK.match(text) and not named and topic_terms < 3:
        return "small_talk"
    asks_for_papers = _WHICH_PAPERS.search(text) is not None
    if named >= 2 and (_COMPARE.search(text) or not asks_for_papers):
        return "compare"
    if asks_for_papers or (is_list(text) and not named):
        return "list"
    if _EXPLAIN.search(text) and not wants_number(text):
        return "explain"
    if _QUESTION.search(text):
        return "fact"
    if named:
        return "explain"
    # Bare keywords look for papers on a topic, a whole sentence describes one paper that somebody has in
    # mind.
    return "list" if len(content_terms(text)) <= KEYWORDS and not _DESCRIBES.match(text) else "fact"
