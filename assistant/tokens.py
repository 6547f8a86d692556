"""Text counted in tokens, without a network.

Knows: the o200k_base encoding and where llama-index-core carries its ranks. Does not know: budgets, models,
prices. tiktoken itself ships no vocabulary and would fetch it, without a time limit, from the internet; the
ranks are therefore read from the copy in llama-index-core (found without importing it, which costs 1.4 s).
"""

from __future__ import annotations

import base64
import functools
import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken

# The name tiktoken gives to a cached file is the sha1 of its address; the other one is of its content.
RANKS_FILE = "fb374d419588a4632f3f557e76b4b70aebbca790"
RANKS_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
PATTERN = "|".join(
    (
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    )
)


def encode(text: str) -> list[int]:
    """The tokens of `text`; special tokens such as <|endoftext|> are ordinary text here."""
    return _encoding().encode(text, disallowed_special=())


def decode(tokens: Sequence[int]) -> str:
    """The text of `tokens`; `decode(encode(text)) == text` for text without lone surrogates."""
    return _encoding().decode(list(tokens))


def count_tokens(text: str) -> int:
    """How many tokens `text` has."""
    return len(encode(text)) if text else 0


@functools.cache
def _encoding() -> tiktoken.Encoding:
    import tiktoken

    ranks = _carried_ranks()
    if ranks is None:
        return tiktoken.get_encoding("o200k_base")
    return tiktoken.Encoding(
        name="o200k_base",
        pat_str=PATTERN,
        mergeable_ranks=ranks,
        special_tokens={"<|endoftext|>": 199999, "<|endofprompt|>": 200018},
    )


def _carried_ranks() -> dict[bytes, int] | None:
    """The ranks from llama-index-core's copy; None when it is not there or not what it should be."""
    spec = importlib.util.find_spec("llama_index")
    for root in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(root, "core", "_static", "tiktoken_cache", RANKS_FILE)
        if path.is_file():
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() == RANKS_SHA256:
                rows = (line.split() for line in content.splitlines() if line)
                return {base64.b64decode(token): int(rank) for token, rank in rows}
    return None
