"""The page's frame: the head of the document and the shell that the browser's script fills.

Knows: where the page's own files lie and that they are asked for beside the page, whatever its address.
Does not know what is shown in the frame.
"""

from __future__ import annotations

from pathlib import Path
from string import Template

from assistant.page.controls import button, icon

STATIC = Path(__file__).resolve().parent / "static"
STYLES = ("style.css", "reading.css", "sources.css", "collection.css")
# The theme is set before anything is drawn: a dark room is not lit by a flash of white.
HEAD = (
    "<script>(function(){let t='';try{t=localStorage.getItem('pa.theme')||''}catch(e){}"
    "if(!t)t=matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light';"
    "document.documentElement.dataset.theme=t})()</script>"
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    + "".join(f'<link rel="stylesheet" data-pa href="pa/{name}">' for name in STYLES)
)


def shell_html() -> str:
    """The frame, with its icons."""
    frame = Template((STATIC / "shell.html").read_text(encoding="utf-8"))
    return frame.substitute(
        menu=button("menu", "Conversations", "rail"),
        theme=button("moon", "Light or dark", "theme"),
        new=button("plus", "New conversation", "new", words="New conversation", kind="soft wide"),
        close_sheet=button("close", "Close the sources", "close-sheet"),
        close_rail=button("close", "Close the conversations", "rail"),
        close_dialog=button("close", "Close", "close-dialog"),
        new_narrow=button("plus", "New conversation", "new", kind="quiet narrow-only"),
        export=button(
            "download", "Export this conversation", "export-chat", words="Export", kind="soft slim"
        ),
        send=icon("arrow-up"),
        stop=icon("stop"),
        search=icon("search"),
    )
