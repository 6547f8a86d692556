"""`serve` and `mcp`: the assistant for a browser, and for other programs' agents.

Knows: which door is opened. Does not know: the page, the protocol.
"""

from __future__ import annotations

import argparse

from assistant.commands.session import Session


def serve(session: Session, options: argparse.Namespace) -> int:
    """Starts the page and stays until it is stopped."""
    from assistant.page.serve import serve as serve_page

    serve_page(session.settings, session.made)
    return 0


def mcp(session: Session, options: argparse.Namespace) -> int:
    """Speaks the Model Context Protocol on standard input and output until the other side leaves."""
    from assistant.mcp_server import serve as serve_mcp

    serve_mcp(session.settings)
    return 0
