"""The words around a topic: "which papers are about X, but not Y" is X, without Y.

Knows: English question scaffolding, and the generic words of research that say nothing about a topic. Does
not know: any collection.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.reading.terms import Term, content_terms, stem

# Words that any paper could be asked about with; they carry no topic.
GENERIC = frozenset(
    stem(word)
    for word in """paper papers work works working research study studies article articles publication
    publications literature author authors abstract abstracts collection corpus list lists
    find show name tell describe explain summarise summarize deal deals propose proposes
    proposed introduce introduces introduced report reports reported present presents
    presented based method methods approach approaches technique techniques whatever kind
    kinds sort new different several various own related concerning regarding topic topics
    theme available here anything something please interested looking know want cite mention
    mentions discuss discusses cover covers address addresses focus focuses focusing make
    makes made making use uses using used apply applies applied employ employs try tries tried
    involve involves involving part one two example examples like way ways result results say
    says said claim claims thank thanks hello
    """.split()  # noqa: SIM905 - a list of words reads best as prose
)

_EXCLUSION = re.compile(
    r"(?:,|;|\(|—|-)?\s*\b(?:"
    r"but\s+(?:not|no|without|never)\b|"
    r"(?:but\s+)?(?:that|which|who)\s+(?:do|does|did|are|is|have|has)\s*(?:not|n't)\b|"
    r"(?:except|excluding|apart\s+from|other\s+than|leaving\s+out|leaving\s+aside)\b|"
    r"without\s+any\b|not\s+(?:by|with|the\s+ones|those|about|for)\b"
    r")\s*",
    re.IGNORECASE,
)
# "Apart from surveys, which papers ..." is "which papers ... apart from surveys".
_OPENING_EXCLUSION = re.compile(
    r"^\W*(?:(?:apart|aside)\s+from|except(?:\s+for)?|excluding|other\s+than|not\s+counting|besides"
    r"|leaving(?:\s+(?:aside|out))?)\s+(?P<excluded>[^,?]{3,80}?)(?:\s+(?:aside|out))?\s*,\s*(?P<wanted>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
# What separates the parts of a question that a paper may answer one by one ("Minecraft, Crafter or NetHack").
_BETWEEN_PARTS = re.compile(
    r"[,;()]|\b(?:or|and|such as|that is|for example|where|when|with|without|by)\b", re.IGNORECASE
)
MOST_PARTS = 6
_FILLER = re.compile(
    r"^(?:(?:involve|use|using|about|on|for|by|with|the\s+ones?|those|ones?|any|a|an|the|in|being|with|rely|"
    r"relying|need|needing|require|requiring|include|including|concern|deal)\b\s*)+"
    r"|\s*(?:being\s+part\s+of\s+it|at\s+all|please)\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Topic:
    """`wanted` is the question up to its exclusions, `terms` its topic terms (with their places in it),
    `excluded` what must not hold."""

    wanted: str
    terms: tuple[Term, ...]
    excluded: tuple[str, ...]

    @property
    def text(self) -> str:
        """What is wanted, as typed; the places of `terms` are places in it."""
        return self.wanted

    @property
    def parts(self) -> tuple[str, ...]:
        """The clauses of what is wanted, each from its first topic term to its last; at least one, at most
        MOST_PARTS."""
        found, start = [], 0
        ends = [(match.start(), match.end()) for match in _BETWEEN_PARTS.finditer(self.wanted)]
        for end, following in [*ends, (len(self.wanted), len(self.wanted))]:
            inside = [term for term in self.terms if term.start >= start and term.end <= end]
            if inside:
                found.append(self.wanted[inside[0].start : inside[-1].end])
            start = following
        return tuple(found[:MOST_PARTS]) or (self.wanted,)

    @property
    def words(self) -> str:
        """The topic terms as typed, in order."""
        return " ".join(term.form for term in self.terms) or self.wanted


def find_topic(text: str) -> Topic:
    """Split `text` into what is wanted and what is excluded, and drop scaffolding words."""
    opening = _OPENING_EXCLUSION.match(text)
    if opening and len(content_terms(opening["wanted"])) > 1:
        later = find_topic(opening["wanted"])
        return Topic(later.wanted, later.terms, (opening["excluded"].strip(), *later.excluded))
    parts = _EXCLUSION.split(text)
    wanted = parts[0].strip() if len(content_terms(parts[0])) > 1 else text
    excluded = tuple(
        cleaned
        for part in parts[1:]
        if wanted != text and content_terms(cleaned := _FILLER.sub("", part).strip(" ?.!,"))
    )
    found = content_terms(wanted)
    chosen = [term for term in found if term.stem not in GENERIC]
    return Topic(wanted, tuple(chosen or found), excluded)
