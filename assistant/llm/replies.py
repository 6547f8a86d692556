"""Replies read with tolerance, and noticed when they run wild.

Knows: how models wrap JSON, think aloud, and get stuck. Does not know: what the JSON is for.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assistant.errors import ModelCutOff

LONGEST_WORD = 400
REPEATED_CHARACTERS = 240
LONGEST_PERIOD = 300
CHECK_EVERY = 120
# Languages written without spaces have long runs, but not without their own punctuation.
RUN = re.compile(rf"[^\s,.;:!?、。，！？；：|]{{{LONGEST_WORD},}}")
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}
THINK_OPEN, THINK_CLOSE = "<think>", "</think>"


def read_object(text: str, schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """The JSON object in `text` that fits `schema` at its top level; None when there is none.

    Code fences, words around it, trailing commas, single quotes and raw line breaks are forgiven, and so is a
    bare array where the schema's object holds exactly one array."""
    for value in _values(text):
        found = value
        if isinstance(value, list):
            arrays = [name for name, part in schema["properties"].items() if part.get("type") == "array"]
            found = {arrays[0]: value} if len(arrays) == 1 else None
        if isinstance(found, dict) and _fits(found, schema):
            return found
    return None


def _values(text: str) -> Iterator[Any]:
    """Every JSON value that starts at a bracket, outermost first."""
    decoder = json.JSONDecoder(strict=False)
    position = 0
    while match := re.compile(r"[{\[]").search(text, position):
        position = match.start()
        try:
            value, position = decoder.raw_decode(text, position)
            yield value
        except ValueError:
            yield from _mended(text[position:])
            position += 1
        except RecursionError:
            return


def _mended(text: str) -> Iterator[Any]:
    """The value up to the last closing bracket, without trailing commas or as a Python literal."""
    end = max(text.rfind("}"), text.rfind("]")) + 1
    if not end or end > 60_000:
        return
    body = re.sub(r",\s*([}\]])", r"\1", text[:end])
    try:
        yield json.loads(body, strict=False)
    except (ValueError, RecursionError):
        try:
            yield ast.literal_eval(body)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return


def _fits(value: Mapping[str, Any], schema: Mapping[str, Any]) -> bool:
    for name in schema.get("required", ()):
        wanted = TYPES.get(str(schema["properties"][name].get("type")), object)
        if name not in value or not isinstance(value[name], wanted):
            return False
    return True


class EndlessGuard:
    """Raises `ModelCutOff` when a growing reply became one endless word or repeats itself."""

    def __init__(self, most_characters: int) -> None:
        self._most = most_characters
        self._text = ""
        self._checked = 0

    def see(self, piece: str) -> None:
        self._text += piece
        if len(self._text) > self._most:
            raise ModelCutOff("The language model did not stop writing. Ask again.")
        if len(self._text) - self._checked >= CHECK_EVERY:
            self._checked = len(self._text)
            if is_endless(self._text[-4 * LONGEST_PERIOD :]):
                raise ModelCutOff("The language model repeated itself without end. Ask again.")


def is_endless(text: str) -> bool:
    """Whether `text` ends in one over-long word or in a passage repeated again and again."""
    if RUN.search(text[-LONGEST_WORD - 1 :]):
        return True
    for period in range(1, min(LONGEST_PERIOD, len(text) // 4) + 1):
        times = max(4, -(-REPEATED_CHARACTERS // period))
        if times * period <= len(text) and text[-times * period :] == text[-period:] * times:
            return True
    return False


def without_thoughts(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces without a leading <think>...</think>, which some servers leave in the reply."""
    held, thinking, decided = "", False, False
    for piece in pieces:
        if decided:
            yield piece
            continue
        held += piece
        start = held.lstrip()
        if not thinking and THINK_OPEN.startswith(start[: len(THINK_OPEN)]) and len(start) < len(THINK_OPEN):
            continue
        thinking = thinking or start.startswith(THINK_OPEN)
        if thinking and THINK_CLOSE not in held:
            continue
        rest = held.split(THINK_CLOSE, 1)[1].lstrip() if thinking else held
        # White space after the thoughts may come in the next piece; it is dropped there by the reader.
        decided = True
        if rest:
            yield rest
    if not decided and held and not thinking:
        yield held
