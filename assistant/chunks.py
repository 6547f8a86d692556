"""Papers -> chunks: slices of abstracts, of a size in tokens, that begin and end with sentences.

Knows chunk boundaries and overlap (LlamaIndex's SentenceSplitter over this project's own sentences). Does not
know what embeds or stores a chunk. LlamaIndex is imported only when an abstract is too long for one chunk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

from assistant.domain import Chunk, Paper
from assistant.sentences import split_sentences
from assistant.tokens import count_tokens, encode

# Raised when the same abstract would be cut in another way than before.
RULES = 1


def chunking_name(*, chunk_tokens: int, chunk_overlap: int) -> str:
    """Names the way of cutting; chunks of different names are never mixed in one index."""
    return f"sentences-{RULES}/o200k_base/{chunk_tokens}/{chunk_overlap}"


def split_papers(papers: Iterable[Paper], *, chunk_tokens: int, chunk_overlap: int) -> list[Chunk]:
    """The chunks of all papers, in order. `abstract[start:end] == text` for each of them."""
    chunks: list[Chunk] = []
    split: Callable[[str], list[str]] | None = None
    for paper in papers:
        # A token has at least one byte, so that a short text needs no counting.
        if len(paper.abstract.encode()) <= chunk_tokens or count_tokens(paper.abstract) <= chunk_tokens:
            texts = [paper.abstract.strip()]
        else:
            split = split or _splitter(chunk_tokens, chunk_overlap)
            texts = split(paper.abstract)
        for ordinal, (start, end) in enumerate(_places(paper.abstract, texts)):
            text = paper.abstract[start:end]
            chunks.append(Chunk(f"{paper.paper_id}:{ordinal}", paper.paper_id, paper.title, text, start, end))
    return chunks


def _splitter(chunk_tokens: int, chunk_overlap: int) -> Callable[[str], list[str]]:
    from llama_index.core.node_parser import SentenceSplitter

    splitter = SentenceSplitter(
        chunk_size=chunk_tokens,
        chunk_overlap=chunk_overlap,
        tokenizer=encode,
        chunking_tokenizer_fn=_pieces,
        # The abstract's own line ends are sentence ends or nothing; no separator may be added or lost.
        paragraph_separator="\n\n\n",
        include_metadata=False,
    )
    return lambda text: [str(piece) for piece in splitter.split_text(text)]


def _pieces(text: str) -> list[str]:
    """Sentences with the white space behind them: joined they are the text."""
    starts = [span.start for span in split_sentences("", text)]
    return [text[a:b] for a, b in pairwise([0, *starts[1:], len(text)])]


def _places(abstract: str, texts: list[str]) -> list[tuple[int, int]]:
    """Where the pieces stand. When words repeat and a piece fits in two places, its slice grows to the left
    rather than leave words out."""
    places: list[tuple[int, int]] = []
    last = len(abstract.rstrip())
    for number, text in enumerate(texts):
        start, end = places[-1] if places else (-1, len(abstract) - len(abstract.lstrip()))
        found = abstract.find(text, start + 1)
        finish = last if number == len(texts) - 1 else max(found + len(text), end)
        begin = found if found >= 0 and not abstract[end:found].strip() else end
        places.append((begin, finish))
    return places
