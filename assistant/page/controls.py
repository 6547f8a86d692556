"""The page's buttons and line icons. Knows their shapes and labels; does not know what a click does."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.page.prose import Mark, prose

_PATHS = {
    "arrow-up": "M12 19V5M6 11l6-6 6 6",
    "bookmark": "M7 4h10v16l-5-4-5 4z",
    "check": "M5 12.5l4.5 4.5L19 7",
    "chevron": "M9 6l6 6-6 6",
    "close": "M6 6l12 12M18 6L6 18",
    "copy": "M9 9h10v10H9zM5 15V5h10",
    "download": "M12 4v11M7 11l5 5 5-5M5 20h14",
    "edit": "M4 20h4L19 9l-4-4L4 16z",
    "flag": "M6 21V4h11l-2 4 2 4H6",
    "link": "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "moon": "M19 14.5A7.5 7.5 0 0 1 9.5 5 7.5 7.5 0 1 0 19 14.5z",
    "plus": "M12 5v14M5 12h14",
    "retry": "M19 12a7 7 0 1 1-2-5l2 2M19 4v5h-5",
    "search": "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l4 4",
    "stop": "M7 7h10v10H7z",
    "thumb-down": "M7 14V5l9-1c1.5 0 2.500 1 2.800 2.400l1 4.600c.3 1.500-.6 3-2.300 3H14l.7 3.500"
    "c.2 1.500-.7 2.500-2 2.500L8 14H4V5h3",
    "thumb-up": "M7 10v9l9 1c1.500 0 2.500-1 2.800-2.400l1-4.600c.3-1.500-.6-3-2.300-3H14l.7-3.500"
    "c.2-1.500-.7-2.500-2-2.500L8 10H4v9h3",
    "trash": "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
}


def icon(name: str) -> str:
    """An icon that screen readers skip; the control around it carries the words."""
    return (
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        f'<path d="{_PATHS[name]}"/></svg>'
    )


def button(name: str, label: str, action: str, *, words: str = "", kind: str = "quiet") -> str:
    """A button with an icon; `label` is for screen readers and on hover, `words` are shown."""
    shown = f"<span>{words}</span>" if words else ""
    return (
        f'<button type="button" class="{kind}" data-do="{action}" aria-label="{label}" title="{label}">'
        f"{icon(name)}{shown}</button>"
    )


def paper_link(paper_id: str, title: str, marks: Sequence[Mark] = ()) -> str:
    """A title that opens its paper."""
    return (
        f'<button type="button" class="paper-link" data-do="open" data-paper="{escape(paper_id)}">'
        f"{prose(title, marks)}</button>"
    )


def like_button(paper_id: str, title: str, *, kind: str = "plain") -> str:
    """Lists the papers nearest to one."""
    return (
        f'<button type="button" class="{kind}" data-do="like" data-paper="{escape(paper_id)}" '
        f'data-title="{escape(title)}">More like this</button>'
    )


def scope_button(paper_id: str, title: str, *, kind: str = "plain") -> str:
    """Limits the next question to one paper."""
    return (
        f'<button type="button" class="{kind}" data-do="scope" data-paper="{escape(paper_id)}" '
        f'data-title="{escape(title)}">Ask about this paper</button>'
    )
