"""Which way a text points: words of rise and fall, of negation and of absence, and their opposites.

Pure word lists, matched by word form. Does not know syntax: negation reaches a few words ahead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.checking.support.words import Word

# Pairs of opposites by base form; every inflection is made from the base. Left points up, right points down.
_VERBS = """
increase decrease|increase reduce|enhance impair|enhance reduce|improve worsen|improve degrade
promote inhibit|promote suppress|promote prevent|activate inhibit|activate deactivate|activate suppress
induce suppress|induce inhibit|stimulate inhibit|accelerate slow|accelerate delay|accelerate decelerate
raise lower|elevate reduce|elevate lower|upregulate downregulate|strengthen weaken|gain lose
facilitate hinder|facilitate impede|enable prevent|enable block|amplify attenuate|augment diminish
augment attenuate|stabilize destabilize|stabilise destabilise|outperform underperform|surpass trail
exceed lag|expand shrink|extend shorten|lengthen shorten|support refute|confirm contradict|cause prevent
trigger block|benefit harm|help hurt|boost reduce|rise fall|grow shrink|climb drop|succeed fail
maintain abolish|preserve disrupt|preserve destroy|protect harm|restore disrupt|allow prevent
exacerbate alleviate|exacerbate ameliorate|aggravate mitigate|include exclude|accept reject
encourage discourage|sensitize desensitize|potentiate attenuate|maximize minimize|maximise minimise
add remove|assemble disassemble|polymerize depolymerize|phosphorylate dephosphorylate
methylate demethylate|inflate deflate|widen narrow|escalate reduce|drive halt|attract repel|solve worsen
achieve miss|require ignore|contribute impede|recruit dispel|overcome suffer|advance hamper
simplify complicate|generate eliminate
"""
_PLAIN = """
higher lower|high low|greater smaller|greater lesser|larger smaller|large small|more fewer|more less
most least|longer shorter|long short|faster slower|fast slow|better worse|best worst|stronger weaker
strong weak|positive negative|positively negatively|superior inferior|effective ineffective
efficient inefficient|frequent rare|frequently rarely|common uncommon|common rare|likely unlikely
able unable|sensitive insensitive|sensitive resistant|susceptible resistant|stable unstable
similar different|same different|dependent independent|directly indirectly|direct indirect
significant insignificant|before after|early late|earlier later|early delayed|present absent
presence absence|agonist antagonist|abundant scarce|abundance scarcity|beneficial harmful
beneficial detrimental|safe unsafe|safe dangerous|accurate inaccurate|reliable unreliable|robust brittle
robust fragile|consistent inconsistent|possible impossible|essential unnecessary|essential dispensable
necessary unnecessary|required dispensable|related unrelated|associated unassociated|dense sparse
supervised unsupervised|linear nonlinear|always never|all none|many few|always rarely|full partial
upper lower|up down|minor major|increment decrement|hyper hypo|acute chronic|gain loss|pro anti
supporter opponent|enhancer suppressor|activator inhibitor|inducer suppressor|promoter inhibitor
cheap expensive|cheaper costlier|easy difficult|easier harder|simple complex|global local|static dynamic
internal external|external internal|inside outside|rapid slow|rapidly slowly|tumorigenic antitumorigenic
oncogene suppressor|with without|often seldom|permanent transient|reversible irreversible
"""
_NEGATIONS = frozenset(
    re.findall(
        r"\S+",
        "no not never without neither nor cannot can't don't doesn't didn't isn't aren't wasn't "
        "weren't won't couldn't unaffected unchanged unrelated independent independently fail fails "
        "failed failing unable none nothing little hardly unlikely regardless irrespective",
    )
)
_ABSENCES = re.compile(
    r"^(?:lack\w*|absen\w+|defici\w+|deplet\w+|delet\w+|knock\w*|loss|silenc\w+|ablat\w+|inhibit\w*|block\w*|"
    r"abrogat\w+|disrupt\w*|abolish\w*|remov\w+|null|ko|haploinsufficien\w+|inactivat\w+|antagonis\w+|suppress\w*|"
    r"without|missing|eliminat\w+|impair\w*|mutant\w*|mutation\w*|low|reduced|less)$"
)
_NULL_RESULT = re.compile(
    r"\b(?:no|not|n't|without|little|lack of)\b[^.;,]{0,40}"
    r"\b(?:effect|affect|associat|relat|correlat|link|influenc|"
    r"impact|differ|chang|alter|play|role|improv|evidence|benefit|increas|reduc|involv)|\bunaffected|\bunchanged|"
    r"\bindependent of|\bsimilar (?:to|in|between)|\bdid not differ",
    re.IGNORECASE,
)
_REACH = 4  # words a negation reaches ahead


def _inflections(verb: str) -> dict[str, str]:
    """Form name -> spelling, for a regular English verb (and the few irregular ones used above)."""
    irregular = {
        "rise": ("rose", "risen"),
        "fall": ("fell", "fallen"),
        "grow": ("grew", "grown"),
        "lose": ("lost", "lost"),
        "hurt": ("hurt", "hurt"),
        "drive": ("drove", "driven"),
        "overcome": ("overcame", "overcome"),
        "shrink": ("shrank", "shrunk"),
    }
    silent_e = verb.endswith("e")
    consonant_y = verb.endswith("y") and verb[-2] not in "aeiou"
    doubled = verb + verb[-1] if verb in {"drop", "repel", "lag"} else verb
    third = (
        verb[:-1] + "ies" if consonant_y else verb + ("es" if verb.endswith(("s", "sh", "ch", "x")) else "s")
    )
    past = verb + "d" if silent_e else verb[:-1] + "ied" if consonant_y else doubled + "ed"
    ing = verb[:-1] + "ing" if silent_e else doubled + "ing"
    past, participle = irregular.get(verb, (past, past))
    forms = {"base": verb, "third": third, "past": past, "participle": participle, "ing": ing}
    if verb.endswith("ate"):
        forms |= {"noun": verb[:-1] + "ion", "agent": verb[:-1] + "or"}
    elif verb in {"inhibit", "suppress", "prevent", "disrupt"}:
        forms |= {"noun": verb + "ion", "agent": verb + "or"}
    elif verb in {
        "increase",
        "decrease",
        "gain",
        "support",
        "benefit",
        "harm",
        "block",
        "delay",
        "drop",
        "rise",
        "fall",
    }:
        forms |= {"noun": verb}
    elif verb in {"improve", "enhance"}:
        forms |= {"noun": verb + "ment"}
    elif verb in {"reduce", "induce"}:
        forms |= {"noun": verb[:-1] + "tion"}
    elif verb == "activate":
        forms |= {"noun": "activation"}
    return forms


def _lexicon() -> tuple[dict[str, int], dict[str, tuple[str, ...]]]:
    """Direction of each word form, and for each the forms that say the opposite."""
    direction: dict[str, int] = {}
    opposites: dict[str, list[str]] = {}

    def note(up: str, down: str) -> None:
        direction.setdefault(up, 1)
        direction.setdefault(down, -1)
        for one, other in ((up, down), (down, up)):
            if other not in opposites.setdefault(one, []):
                opposites[one].append(other)

    for up, down in (pair.split() for line in _VERBS.split("\n") for pair in line.split("|") if pair):
        ups, downs = _inflections(up), _inflections(down)
        for form in ups.keys() & downs.keys():
            note(ups[form], downs[form])
    for up, down in (pair.split() for line in _PLAIN.split("\n") for pair in line.split("|") if pair):
        note(up, down)
    return direction, {word: tuple(others) for word, others in opposites.items()}


DIRECTION, OPPOSITES = _lexicon()


@dataclass(frozen=True)
class Pointer:
    """A word that points somewhere: its place among the words, its direction and whether it is negated."""

    at: int
    direction: int
    negated: bool

    @property
    def sign(self) -> int:
        return -self.direction if self.negated else self.direction


def is_negation(word: str) -> bool:
    low = word.lower().replace("’", "'")
    return low in _NEGATIONS or low.endswith("n't")


def is_absence(word: str) -> bool:
    """Whether it says that something is taken away: "lacking", "knockout", "deficient"."""
    return bool(_ABSENCES.match(word.lower()))


def negations(words: Sequence[Word]) -> list[int]:
    return [at for at, word in enumerate(words) if is_negation(word.text)]


def pointers(words: Sequence[Word]) -> list[Pointer]:
    """The words of rise and fall among `words`, in order."""
    denied = {at + ahead for at in negations(words) for ahead in range(1, _REACH + 1)}
    return [
        Pointer(at, DIRECTION[low], at in denied)
        for at, word in enumerate(words)
        if (low := word.text.lower()) in DIRECTION
    ]


def says_no_effect(text: str) -> bool:
    """Whether it reports that nothing happened: "no association", "did not differ", "independent of"."""
    return bool(_NULL_RESULT.search(text))


def reversals(text: str, words: Sequence[Word], limit: int = 4) -> list[str]:
    """Sentences that say the contrary of `text` by one changed word; empty where no word has an opposite."""
    made = []
    for word in words:
        low = word.text.lower()
        if low == "not" or low == "no":
            made.append((text[: word.start] + text[word.end :].lstrip()).replace("  ", " "))
        for opposite in OPPOSITES.get(low, ())[:2]:
            spelt = opposite.capitalize() if word.text[0].isupper() else opposite
            made.append(text[: word.start] + spelt + text[word.end :])
    return made[:limit]
