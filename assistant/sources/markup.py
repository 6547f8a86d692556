"""Text of a record -> text for people: no control characters, no tags that an export left behind.

Knows what may never be stored and the markup of publishers' exports (HTML, JATS). What is stored is what is
quoted, so it is cleaned once, here. Does not know formats or papers.
"""

from __future__ import annotations

import html
import re

# Control characters say nothing; marks that turn the direction of text make a title read as another one;
# invisible ones split a word; a lone surrogate (from a JSON escape) cannot be stored as UTF-8.
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]"
)
_SURROGATES = re.compile(r"[\ud800-\udfff]")
# Only names that are markup and nothing else: in "the <sep> token" and "a <b and c> d" they are words.
_TAG = re.compile(
    r"</?(?P<name>(?:jats|mml):[\w-]+|p|br|b|i|em|strong|sub|sup|span|div|ul|ol|li|h[1-6])"
    r"(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'))*\s*/?>",
    re.IGNORECASE,
)
_INLINE = re.compile(r"(?i)(?:jats:)?(?:b|i|em|strong|bold|italic|sc|sub|sup|span)|mml:.*")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});")


def readable(text: str) -> str:
    """`text` without markup, control characters and outer white space."""
    if "<" in text:
        text = _TAG.sub(lambda found: "" if _INLINE.fullmatch(found["name"]) else " ", text)
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text)).strip()
