"""Answers -> Markdown; papers -> BibTeX and RIS: exactly what was cited, no more.

Knows: the three formats and what must be escaped in each. Does not know: pages, files, who asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from assistant.domain import Answer, Paper, Turn

_TEX = {"&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_"}
_MARKDOWN = re.compile(r"([\\`*_<>|])")
_LITTLE_WORDS = frozenset(
    {
        "a",
        "an",
        "the",
        "on",
        "of",
        "in",
        "for",
        "to",
        "with",
        "and",
        "is",
        "are",
        "from",
        "by",
        "via",
        "do",
        "how",
    }
)


def cited_ids(turns: Iterable[Turn]) -> tuple[str, ...]:
    """The papers that the answers cite, each once, in order of their citation numbers."""
    numbers: dict[str, int] = {}
    for turn in turns:
        for citation in turn.answer.citations if turn.answer is not None else ():
            numbers.setdefault(citation.paper_id, citation.number)
    return tuple(sorted(numbers, key=lambda paper_id: numbers[paper_id]))


def cited_papers(turns: Iterable[Turn], papers: Mapping[str, Paper]) -> tuple[Paper, ...]:
    """The cited papers that are at hand."""
    return tuple(papers[paper_id] for paper_id in cited_ids(turns) if paper_id in papers)


# --- Markdown -----------------------------------------------------------------------------------------


def to_markdown(turns: Sequence[Turn], *, title: str = "") -> str:
    """Questions, answers with their numbers, and under each answer the words that it rests on."""
    parts = [f"# {_plain(title)}"] if title else []
    for turn in turns:
        parts.append(f"## {_plain(turn.question)}")
        parts.append(turn.text.strip() if turn.answer is None else turn.answer.text.strip())
        if turn.answer is not None:
            parts.extend(_markdown_details(turn.answer))
    return "\n\n".join(part for part in parts if part) + "\n"


def _markdown_details(answer: Answer) -> list[str]:
    flagged = [sentence for sentence in answer.sentences if sentence.support == "unsupported"]
    parts = [f"> Not supported by the cited words: {_plain(sentence.text)}" for sentence in flagged]
    parts.extend(f"> {_plain(note)}" for note in answer.trace.notes)
    by_paper: dict[tuple[int, str, str], list[str]] = {}
    for citation in answer.citations:
        key = (citation.number, citation.paper_id, citation.title)
        by_paper.setdefault(key, []).append(citation.quote)
    rows = []
    for (number, _, name), quotes in sorted(by_paper.items()):
        words = " … ".join(f"“{_plain(quote)}”" for quote in dict.fromkeys(quotes))
        rows.append(f"- [{number}] **{_plain(name)}**: {words}")
    if rows:
        parts.append("### Sources\n\n" + "\n".join(rows))
    return parts


def _plain(text: str) -> str:
    """One line of text that Markdown shows as it is."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


# --- BibTeX -------------------------------------------------------------------------------------------


def to_bibtex(papers: Iterable[Paper]) -> str:
    """One entry per paper; what the source did not say (year, venue) is left out."""
    taken: set[str] = set()
    entries = []
    for paper in papers:
        key = _key(paper, taken)
        taken.add(key)
        fields = {
            "title": f"{{{_tex(paper.title)}}}",
            "author": " and ".join(_tex(author) for author in paper.authors),
            "year": str(paper.year or ""),
            "howpublished": _tex(paper.venue),
            "url": paper.url,
            "abstract": _tex(paper.abstract),
        }
        rows = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
        entries.append(f"@misc{{{key},\n{rows}}}\n")
    return "\n".join(entries)


def _key(paper: Paper, taken: set[str]) -> str:
    words = [
        word for word in re.findall(r"[a-z0-9]+", _ascii(paper.title).lower()) if word not in _LITTLE_WORDS
    ]
    surname = (
        re.sub(r"[^a-z]", "", _ascii(paper.authors[0].split(",")[0].split()[-1]).lower())
        if _named(paper)
        else ""
    )
    stem = (
        f"{surname}{paper.year or ''}{''.join(words[: 1 if surname else 3])}" or f"paper{paper.paper_id[:8]}"
    )
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    return key


def _named(paper: Paper) -> bool:
    return bool(paper.authors and paper.authors[0].split(",")[0].split())


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _tex(text: str) -> str:
    """`text` with TeX's special characters escaped, unless they are already or stand in a formula.

    Braces that do not pair would end the entry early; they are dropped."""
    line = " ".join(text.split())
    pieces = re.split(r"(\$[^$]{1,200}\$)", line)
    done = [
        piece if place % 2 else re.sub(r"(?<!\\)[&%#_]", lambda found: _TEX[found.group()], piece)
        for place, piece in enumerate(pieces)
    ]
    joined = "".join(done)
    return joined if _balanced(joined) else re.sub(r"[{}]", "", joined)


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


# --- RIS ----------------------------------------------------------------------------------------------


def to_ris(papers: Iterable[Paper]) -> str:
    """One record per paper, lines ended as the format demands."""
    lines: list[str] = []
    for paper in papers:
        fields = [
            ("TY", "GEN"),
            ("ID", paper.paper_id),
            ("TI", paper.title),
            *(("AU", author) for author in paper.authors),
            ("PY", str(paper.year or "")),
            ("T2", paper.venue),
            ("UR", paper.url),
            ("AB", paper.abstract),
        ]
        lines.extend(f"{tag}  - {' '.join(value.split())}" for tag, value in fields if value)
        lines.append("ER  - ")
        lines.append("")
    return "\r\n".join(lines)
